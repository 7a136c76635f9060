"""The share of a picture that is painted follows the machine: down at once, up with patience."""

from __future__ import annotations

from itertools import pairwise

import pytest

from vj.infer.pace import SHARES, STEP, Pace


class Machine:
    """Paints whole pictures in `whole` seconds, smaller ones in less."""

    def __init__(self, pace: Pace, whole: float, always: float = 0.15) -> None:
        self.pace, self.whole, self.always = pace, whole, always
        self.now = 100.0
        self.shares: list[float] = []

    def play(self, seconds: float, model: str = "brush", lanes: int = 2) -> float:
        """Paint for so long; returns the paintings a second of the last tenth."""
        begin, count, late = self.now, 0, seconds * 0.9
        while self.now - begin < seconds:
            share = self.pace.next(model)
            spent = self.whole * (self.always + (1 - self.always) * share * share)
            self.now += spent / lanes
            self.pace.painted(model, share, spent, lanes, self.now)
            self.shares.append(share)
            count += self.now - begin > late
        return count / (seconds - late)


def test_a_quick_machine_paints_the_whole_picture() -> None:
    machine = Machine(Pace(10), whole=0.15)
    machine.play(60)
    assert set(machine.shares) == {1.0}


@pytest.mark.parametrize(("whole", "share"), [(0.24, 0.875), (0.4, 0.625), (0.46, 0.5), (2.0, 0.5)])
def test_a_slow_one_paints_as_large_as_it_can(whole: float, share: float) -> None:
    machine = Machine(Pace(10), whole)
    rate = machine.play(12)
    assert machine.shares[-1] == share
    assert rate >= 9 or share == SHARES[-1]


def test_the_size_never_jumps() -> None:
    machine = Machine(Pace(10), whole=0.5)
    machine.play(10)
    machine.whole = 0.05
    machine.play(30)
    steps = [abs(a - b) for a, b in pairwise(machine.shares)]
    assert max(steps) == STEP and machine.shares[-1] == 1.0 and min(machine.shares) == 0.5


def test_room_has_to_be_clear_before_more_is_painted() -> None:
    machine = Machine(Pace(10), whole=0.4)
    machine.play(10)
    machine.whole = 0.3  # 0.75 would do, with nothing to spare
    machine.play(100)
    assert machine.shares[-1] == 0.625


def test_where_the_size_does_not_help_more_is_tried_ever_less_often() -> None:
    """A machine whose small paintings promise more than the larger ones keep."""
    machine = Machine(Pace(10), whole=0.4)
    changes: list[float] = []
    before = 1.0
    for _ in range(4000):
        share = machine.pace.next("brush")
        spent = 0.06 if share == 0.5 else 0.5
        machine.now += spent / 2
        machine.pace.painted("brush", share, spent, 2, machine.now)
        if share == 0.5 != before:
            changes.append(machine.now)
        before = share
    waits = [b - a for a, b in pairwise(changes)]
    assert len(waits) >= 3 and waits[2] > 1.5 * waits[1] > 2 * waits[0]
    assert max(waits) < 150, "but it is tried"


def test_every_model_has_a_size_of_its_own() -> None:
    machine = Machine(Pace(10), whole=0.5)
    machine.play(5)
    machine.whole = 0.1
    machine.play(5, "edges")
    assert machine.shares[-1] == 1.0
    assert [machine.pace.next("brush") for _ in range(6)][-1] == 0.5


def test_a_moment_of_hurry_changes_nothing() -> None:
    machine = Machine(Pace(10), whole=0.15)
    machine.play(5)
    machine.whole = 1.0
    machine.play(1.5)
    machine.whole = 0.15
    machine.play(5)
    assert set(machine.shares) == {1.0}


@pytest.mark.parametrize("slow", [0.5, 5.0])
def test_zero_wanted_always_paints_everything(slow: float) -> None:
    machine = Machine(Pace(0), slow)
    machine.play(60)
    assert set(machine.shares) == {1.0}


def test_pictures_painted_one_at_a_time_count_as_such() -> None:
    one, two = Machine(Pace(10), 0.15), Machine(Pace(10), 0.15)
    one.play(10, lanes=1)
    two.play(10, lanes=2)
    assert one.shares[-1] < two.shares[-1] == 1.0


def test_a_network_of_one_size_always_gets_the_whole_picture() -> None:
    pace = Pace(10)
    for n in range(40):
        assert pace.next("brush", least=1.0) == 1.0
        pace.painted("brush", 1.0, 0.5, 1, float(n))
    assert pace.next("brush") == 1.0, "nothing was decided meanwhile"


def test_what_is_too_small_to_help_is_not_asked_for() -> None:
    pace, now, shares = Pace(10), 0.0, []
    for _ in range(60):
        share = pace.next("brush", least=0.625)
        now += 0.5
        pace.painted("brush", share, 0.5, 1, now)
        shares.append(share)
    assert min(shares) == shares[-1] == 0.625
    assert [pace.next("brush", least=0.875) for _ in range(3)][-1] == 0.875
