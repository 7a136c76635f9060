"""Who may stay and who has to go, by a clock of the test's own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from vj.desk.crowd import Crowd


class Wire:
    """What a crowd needs of a transport."""

    def __init__(self, host: str) -> None:
        self.host, self.open, self.unread = host, True, 0

    def get_extra_info(self, word: str) -> Any:
        if word == "peername":
            return (self.host, 1)
        return SimpleNamespace(fileno=lambda: 5 if self.open else -1)

    def get_write_buffer_size(self) -> int:
        return self.unread

    def abort(self) -> None:
        self.open = False


def _enter(crowd: Crowd, host: str, now: float = 0.0) -> Wire | None:
    wire: Any = Wire(host)
    return wire if crowd.enter(wire, wire, now) else None


def test_a_host_with_too_many_loses_its_own_oldest() -> None:
    crowd = Crowd(each=3, most=5)
    other = _enter(crowd, "b")
    first, second, third = (_enter(crowd, "a", 0.1 * n) for n in range(3))
    assert first and second and third and other
    crowd.asks(first, None, 0.0)
    assert _enter(crowd, "a", 1.0)
    assert (first.open, second.open, other.open) == (True, False, True), "who has asked goes last"


def test_a_full_house_pushes_out_whose_host_has_the_most() -> None:
    crowd = Crowd(each=3, most=4)
    many = [_enter(crowd, "a", float(n)) for n in range(3)]
    few = _enter(crowd, "b")
    assert _enter(crowd, "c", 3.5)
    assert [wire.open for wire in many if wire] == [False, True, True]
    assert few and few.open


def test_pages_that_were_let_in_are_not_pushed_out() -> None:
    crowd = Crowd(each=2, most=9)
    for _ in range(2):
        crowd.stays(_enter(crowd, "a"))
    assert _enter(crowd, "a") is None
    assert _enter(crowd, "b")
    crowd.sweep(1e6)
    assert len(crowd) == 2


def test_silence_ends_soon_an_answer_later_a_page_when_it_does_not_read() -> None:
    crowd = Crowd()
    silent, asking, page, slow = (_enter(crowd, "a") for _ in range(4))
    assert silent and asking and page and slow
    crowd.asks(asking, None, 0.0)
    crowd.stays(page)
    crowd.stays(slow)
    for second in range(61):
        page.unread = 0 if second < 40 else 100_000
        slow.unread = 100_000 - 1000 * (second % 10)
        crowd.sweep(float(second))
        assert silent.open == (second <= 5)
        assert asking.open == (second <= 30)
        assert page.open == (second < 55)
        assert slow.open


def test_who_has_left_takes_no_place() -> None:
    crowd = Crowd(each=1, most=1)
    first = _enter(crowd, "a")
    assert first
    crowd.stays(first)
    first.open = False
    assert _enter(crowd, "a")
    assert len(crowd) == 1
