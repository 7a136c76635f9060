"""The desk as a real process: it beats, it hears, and after kill -9 its successor goes on."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from pythonosc.osc_message_builder import OscMessageBuilder

from tests.desk.hall import Hall
from vj.core.house import Options
from vj.core.types import Set
from vj.desk.midi import MidiHand
from vj.desk.process import main, serve


@pytest.fixture
def spawned(make_hall: Callable[..., Hall]) -> Any:
    """Start the desk of one house, as often as asked, and end whatever still runs."""
    hall = make_hall()
    hall.house.state.post({"values": {}, "scene": "01_ink"})
    children = []

    def start() -> tuple[Hall, Any]:
        child = multiprocessing.get_context("spawn").Process(target=main, args=(hall.house,))
        child.start()
        children.append(child)
        return hall, child

    yield start
    for child in children:
        child.kill()
        child.join()


def _status(hall: Hall) -> dict[str, Any]:
    found = hall.house.status["desk"].read()
    return found[1] if found else {}


def _turn(hall: Hall, port: int, value: float, until: Any) -> None:
    message = OscMessageBuilder("/style/strength")
    message.add_arg(value)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet:
        tablet.sendto(message.build().dgram, ("127.0.0.1", port))
    assert until(hall.events.drain, "the event") == [
        Set("style.strength", pytest.approx(value), "osc:127.0.0.1")  # type: ignore[arg-type]
    ]


def test_beats_hears_and_survives_being_killed(spawned: Any, until: Any) -> None:
    hall, child = spawned()
    port = until(lambda: _status(hall).get("osc", {}).get("port"), "the first beat", 20.0)
    assert until(lambda: _status(hall)["remote"]["url"], "the page").startswith("http://127.0.0.1:")
    before, started = hall.house.status["desk"].newest, time.monotonic()
    until(lambda: hall.house.status["desk"].newest >= before + 10, "ten beats", 2.0)
    assert time.monotonic() - started < 2.0  # at least five a second
    _turn(hall, port, 0.25, until)
    until(lambda: _status(hall)["oscquery"]["port"], "OSCQuery")
    assert _status(hall)["error"] is None
    assert _status(hall)["announced"] == []
    sockets = psutil.Process(child.pid).net_connections("inet")
    assert len({(one.type, one.laddr.port) for one in sockets}) >= 3
    assert {one.laddr.ip for one in sockets} == {"127.0.0.1"}, "nobody else may get in"

    os.kill(child.pid, signal.SIGKILL)
    child.join()
    _, again = spawned()
    hall.house.status["desk"].post({"osc": {}})  # what the dead one said last
    port = until(lambda: _status(hall)["osc"].get("port"), "the successor's socket", 20.0)
    _turn(hall, port, 0.75, until)
    assert again.is_alive()


def test_a_status_that_is_too_long_ends_nothing(
    hall: Hall, running: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(MidiHand, "status", lambda self: {"waiting": ["x"] * 9000})
    running(lambda stop: serve(hall.house, stop))
    until(lambda: _status(hall).get("beat", 0) >= 5, "five beats", 20.0)
    assert "status: document of" in _status(hall)["error"]
    monkeypatch.undo()
    until(lambda: _status(hall).get("midi"), "a whole status again")


def test_a_desk_whose_midi_hangs_makes_room_for_a_new_one(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vj.desk.midi.MidiHand.stuck", lambda self, now: True)
    with pytest.raises(SystemExit) as end:
        serve(hall.house, threading.Event())
    assert end.value.code == 1


def test_what_was_held_when_the_desk_was_killed_is_let_go(spawned: Any, until: Any) -> None:
    """A blackout that was held stayed for good: whoever knew that it was held was dead."""
    hall, child = spawned()
    port = until(lambda: _status(hall).get("osc", {}).get("port"), "the first beat", 20.0)
    message = OscMessageBuilder("/blackout/hold")
    message.add_arg(1.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tablet:
        tablet.sendto(message.build().dgram, ("127.0.0.1", port))
    assert until(hall.events.drain, "the hold")[0].value == 1.0
    until(lambda: _status(hall).get("held"), "the status")
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    spawned()
    assert until(hall.events.drain, "letting go", 20.0) == [Set("blackout", 0.0, "osc:127.0.0.1")]
    until(lambda: _status(hall).get("held") == [], "nothing held")


def test_links_outlive_a_desk_that_was_killed(make_hall: Callable[..., Hall], until: Any) -> None:
    """Every tablet was put out in mid-show, and the new link stood in a terminal."""
    hall = make_hall(Options(lan=True), announce=False, oscquery=False)
    hall.house.state.post({"values": {}, "scene": "01_ink"})

    def links() -> list[str]:
        told = _status(hall).get("remote", {})
        return [told[name].split("#")[1] for name in ("url", "look_url") if told.get(name)]

    def life() -> list[str]:
        desk = multiprocessing.get_context("spawn").Process(target=main, args=(hall.house,))
        before = hall.house.status["desk"].newest
        desk.start()
        try:
            until(lambda: hall.house.status["desk"].newest > before + 1 and links(), "links", 20.0)
            return links()
        finally:
            desk.kill()
            desk.join()

    first = life()
    assert len(first) == 2
    assert life() == first
