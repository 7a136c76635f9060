"""The monitor: what arrives is printed, with and without a show, and a taken port says so."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from tests.desk.tablet import Player, packet
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.desk.monitor import lines, watch
from vj.desk.osc import OscHand
from vj.desk.oscquery import OscQuery

ROOT = Path(__file__).resolve().parent.parent.parent


def _first(found: Iterator[list[Any]], seconds: float = 10.0) -> Any:
    end = time.monotonic() + seconds
    for entries in found:
        if entries:
            return entries
        assert time.monotonic() < end, "nothing was heard"
    raise AssertionError("it ended")


def _on(gig: Gig, port: int) -> Gig:
    return Gig(gig.folder, gig.rig.model_copy(update={"osc_port": port}))


def _free() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_a_show_it_opens_the_ports_itself(gig: Gig, until: Callable[..., Any]) -> None:
    port, said, stop = _free(), list[str](), threading.Event()
    midi = FakeMidi("Pad X")
    found = watch(_on(gig, port), "01_ink", False, said.append, stop, lambda: midi)
    assert next(found) == []
    until(lambda: "Pad X" in midi.opened, "the controller")
    midi.opened["Pad X"].speak(0x99, 37, 100)
    [pad] = _first(found)
    assert (pad["hand"], pad["what"], pad["became"]) == (
        "midi:Pad X", "note/10/37", "style.person = bb-neon",
    )  # fmt: skip
    until(lambda: next(found) is not None and any(str(port) in line for line in said), "the port")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(packet("/1/fader1", 0.5), ("127.0.0.1", port))
        [fader] = _first(found)
        assert (fader["what"], fader["became"]) == ("/1/fader1", "style.strength = 0.50")
        out.sendto(b"/\x1b]0;owned\x07\x00\x00", ("127.0.0.1", port))
        [hostile] = _first(found)
        [line] = lines([hostile])
        assert line.isprintable() and "\x1b" not in line and "--" in line
    stop.set()
    assert list(found) == []
    assert any("01_ink" in line for line in said)


def test_with_a_show_it_tells_what_the_show_hears(
    hall: Hall, hand: OscHand, player: Player, running: Any, until: Callable[..., Any]
) -> None:
    query = OscQuery(hall.house, hand, hall.sender)
    running(query.run)
    until(lambda: query.port, "OSCQuery")
    player.send("/style/strength", 0.25)
    until(lambda: hall.sender.journal.number, "the message")
    said: list[str] = []
    found = watch(_on(hall.gig, hand.port), "", False, said.append, threading.Event())
    [entry] = _first(found)
    assert entry["became"] == "style.strength = 0.25" and "a show is running" in said[0]
    player.send("/blackout", 1.0)
    [entry] = _first(found)
    assert entry["became"] == "blackout on", "and only what is new"


@pytest.mark.parametrize("number", ["x", "", "-1", "9" * 40, "5"])
def test_a_show_answers_any_question_for_its_journal(
    hall: Hall, hand: OscHand, running: Any, until: Callable[..., Any], number: str
) -> None:
    query = OscQuery(hall.house, hand, hall.sender)
    running(query.run)
    until(lambda: query.port, "OSCQuery")
    hall.sender.journal.note("osc:1", "/a")
    with urllib.request.urlopen(f"http://127.0.0.1:{query.port}/?JOURNAL={number}") as answer:
        found = json.load(answer)
    assert found["NEWEST"] == 1 and [entry["what"] for entry in found["ENTRIES"]] == ["/a"]


def test_nobody_else_may_read_the_journal(
    hall: Hall, hand: OscHand, running: Any, until: Callable[..., Any]
) -> None:
    query = OscQuery(hall.house, hand, hall.sender)
    running(query.run)
    until(lambda: query.port, "OSCQuery")
    foreign = urllib.request.Request(
        f"http://127.0.0.1:{query.port}/?JOURNAL=0", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(foreign)
    assert refusal.value.code == 421


def test_a_port_that_somebody_else_has_is_said_clearly(gig: Gig) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = int(other.getsockname()[1])
        with pytest.raises(UserError, match=rf"OSC port {port} is taken.*--osc-port"):
            next(watch(_on(gig, port), "", False, print, threading.Event()))


def test_a_flood_is_forty_lines_and_a_count() -> None:
    entry = {"at": 0, "hand": "osc:1", "what": "/a", "value": "1", "became": "x", "taken": True}
    found = list(lines([{**entry, "n": number, "count": 3} for number in range(100)]))
    assert len(found) == 41 and found[-1].endswith("and 60 more")
    assert found[0].endswith("-> x  x3")


@pytest.mark.e2e
def test_the_command_prints_what_oscsend_sends() -> None:
    port = _free()
    command = [sys.executable, "-m", "vj", "monitor", "--osc-port", str(port), "--seconds", "60"]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE) as monitor:
        try:
            assert monitor.stdout is not None
            for line in monitor.stdout:
                if str(port) in line:
                    break
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
                out.sendto(packet("/tempo/bpm", 97.0), ("127.0.0.1", port))
            heard = monitor.stdout.readline()
            assert "/tempo/bpm 97" in heard and "-> tempo.bpm = 97.00 bpm" in heard
        finally:
            monitor.kill()
