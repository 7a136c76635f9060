"""A clock that trembles gives a steady tempo, and its start is a beat."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from vj.core.types import Event, Set, Trigger
from vj.desk.midi import MidiHand
from vj.desk.midi_clock import Clock


def _play(clock: Clock, bpm: float, beats: int, start: float = 0.0) -> list[Event]:
    chance, gap = random.Random(1), 60.0 / bpm / 24
    return [
        event
        for pulse in range(beats * 24)
        for event in clock.hear("clock", start + pulse * gap + chance.uniform(0, 0.003), "m")
    ]


def _tempi(events: list[Event]) -> list[float]:
    return [event.value for event in events if isinstance(event, Set)]


@pytest.mark.parametrize("bpm", [30.0, 123.4, 290.0])
def test_a_trembling_clock_gives_a_steady_tempo(bpm: float) -> None:
    tempi = _tempi(_play(Clock(), bpm, 32))
    assert tempi
    assert tempi[-1] == pytest.approx(bpm, rel=0.004)


def test_a_new_tempo_is_followed_and_a_pause_begins_anew() -> None:
    clock = Clock()
    _play(clock, 120.0, 8)
    tempi = _tempi(_play(clock, 90.0, 12, start=60.0))
    assert tempi[0] == pytest.approx(90.0, rel=0.02)


def _heard(parts: list[tuple[float, float]], jitter: float, late: float = 0.0) -> list[float]:
    """The tempo second by second of tempi played for so many seconds, pulses up to `jitter` late.

    `late`: how long the wire gives nothing from second 8 on, and then everything at once.
    """
    clock, chance = Clock(), random.Random(1)
    at = last = begin = bpm = 0.0
    found = []
    for played, seconds in parts:
        begin += seconds
        while at < begin:
            now = at + chance.uniform(0, jitter)
            last = max(8.0 + late if 8.0 < now < 8.0 + late else now, last + 1e-5)
            if last >= len(found):
                found.append(bpm)
            bpm = next(iter(_tempi(clock.hear("clock", last, "m"))), bpm)
            at += 60.0 / played / 24
    return found


@pytest.mark.parametrize("jitter", [0.0, 0.003, 0.01, 0.02])
@pytest.mark.parametrize("tempi", [(200, 60), (60, 200), (120, 90), (290, 30)])
def test_another_tempo_is_followed_within_two_seconds(
    tempi: tuple[float, float], jitter: float
) -> None:
    """From 200 to 60 it took seven seconds, in which everything moved too fast."""
    before, after = tempi
    found = _heard([(before, 8.0), (after, 8.0)], jitter)
    assert found[7] == pytest.approx(before, rel=0.02)
    assert found[10:] == pytest.approx([after] * len(found[10:]), rel=0.02)


@pytest.mark.parametrize("bpm", [60.0, 120.0, 200.0])
def test_a_wire_that_stands_still_for_a_moment_is_no_other_tempo(bpm: float) -> None:
    """What was late comes in a heap: the tempo waits for it and hardly moves."""
    for late, moves in ((0.1, 0.05), (0.2, 0.10), (0.3, 0.18)):
        found = _heard([(bpm, 16.0)], 0.003, late)
        assert found[4:] == pytest.approx([bpm] * len(found[4:]), rel=moves)


def test_start_is_the_first_of_a_bar_and_every_fourth_bar_a_beat() -> None:
    clock = Clock()
    _play(clock, 120.0, 3)
    assert clock.hear("start", 1.5, "m") == []
    events = _play(clock, 120.0, 32, start=1.52)
    triggers = [event for event in events if isinstance(event, Trigger)]
    assert triggers == [Trigger("tempo.resync", None, "m"), Trigger("tap", None, "m")]


def test_after_a_stop_it_goes_on_from_where_it_stood() -> None:
    """Some machines go on ticking while they stand still."""
    clock = Clock()
    clock.hear("start", 0.0, "m")
    _play(clock, 120.0, 6, start=0.02)
    clock.hear("stop", 3.02, "m")
    standing = _play(clock, 120.0, 40, start=3.03)
    assert not [event for event in standing if isinstance(event, Trigger)]
    clock.hear("continue", 23.1, "m")
    events = [e for e in _play(clock, 120.0, 8, start=23.11) if isinstance(e, Trigger)]
    assert events == [Trigger("tempo.align", 6.0, "m")]
    clock.hear("stop", 30.0, "m")
    again = _play(clock, 120.0, 4, start=90.0)
    assert _tempi(again)[0] == pytest.approx(120.0, rel=0.02), "the tempo is followed all the same"


def test_only_the_named_controller_is_the_clock(make_hall: Callable[..., Hall]) -> None:
    hall = make_hall(clock="digitakt")
    midi = FakeMidi("Keys", "Elektron Digitakt")
    MidiHand(hall.gig, hall.mirror, hall.sender).poll(midi)
    midi.opened["Keys"].speak(0xF8)
    assert hall.events.drain() == []
    midi.opened["Elektron Digitakt"].speak(0xF8)
    assert hall.events.drain() == [Trigger("tap", None, "midi:Elektron Digitakt")]
