"""Liblo's tools play and hear us: every type a sender may use, feedback as it is read there."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.desk.hall import Hall
from vj.core.types import Event, Set, Trigger
from vj.desk.osc import OscHand

pytestmark = pytest.mark.skipif(
    not (shutil.which("oscsend") and shutil.which("oscdump")),
    reason="liblo-tools is not installed",
)
HAND = "osc:127.0.0.1"


def oscsend(port: int, *words: str) -> None:
    subprocess.run(["oscsend", "localhost", str(port), *words], check=True, timeout=10)


@pytest.mark.parametrize(
    ("words", "event"),
    [
        (("/edges/canny_low", "i", "40"), Set("edges.canny_low", 40.0, HAND)),
        (("/edges/canny_low", "f", "40.4"), Set("edges.canny_low", 40.0, HAND)),
        (("/edges/canny_low", "d", "40"), Set("edges.canny_low", 40.0, HAND)),
        (("/edges/canny_low", "h", "40"), Set("edges.canny_low", 40.0, HAND)),
        (("/edges/canny_low/norm", "d", "1"), Set("edges.canny_low", 255.0, HAND)),
        (("/style/strength", "T"), Set("style.strength", 1.0, HAND)),
        (("/blackout", "T"), Set("blackout", 1.0, HAND)),
        (("/blackout", "F"), Set("blackout", 0.0, HAND)),
        (("/blackout",), Set("blackout", 1.0, HAND)),
        (("/scene/next",), Trigger("scene.next", None, HAND)),
        (("/scene/next", "i", "1"), Trigger("scene.next", None, HAND)),
        (("/scene/next", "N"), Trigger("scene.next", None, HAND)),
        (("/scene/next", "I"), Trigger("scene.next", None, HAND)),
        (("/scene/name", "s", "02_neon_night"), Trigger("scene.go", "02_neon_night", HAND)),
        (("/scene/2", "f", "1"), Trigger("scene.go", 2.0, HAND)),
        (("/style/strength", "sf", "-", "0.25"), Set("style.strength", 0.75, HAND)),
    ],
)
def test_oscsend(hall: Hall, hand: OscHand, until: Any, words: list[str], event: Event) -> None:
    oscsend(hand.port, *words)
    assert until(hall.events.drain, "the event") == [event]


def test_a_release_and_a_wrong_type_do_nothing(hall: Hall, hand: OscHand, until: Any) -> None:
    for words in (("/scene/next", "f", "0"), ("/scene/next", "F"), ("/edges/canny_low", "s", "x")):
        oscsend(hand.port, *words)
    oscsend(hand.port, "/tap")
    assert until(hall.events.drain, "the event") == [Trigger("tap", None, HAND)]
    assert hand.refused == 0


@pytest.fixture
def dump(until: Any) -> Iterator[tuple[int, list[str]]]:
    """An oscdump that listens: its port, and the lines it has printed so far."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tool = subprocess.Popen(["oscdump", "-L", str(port)], stdout=subprocess.PIPE, text=True)
    assert tool.stdout is not None
    lines: list[str] = []
    reading = threading.Thread(target=lambda: lines.extend(iter(tool.stdout.readline, "")))
    reading.start()
    until(lambda: _taken(port), "its socket")
    yield port, lines
    tool.terminate()
    tool.wait(5)
    reading.join(5)


def _taken(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return True
        return False


def test_oscdump_reads_what_it_is_told(
    dump: tuple[int, list[str]], make_hall: Callable[..., Hall], running: Any, until: Any
) -> None:
    port, lines = dump
    hall = make_hall(feedback_to=[("127.0.0.1", port)])
    hall.play(edges__canny_low=33.0, style__strength=0.5)
    hand = OscHand(hall.house, hall.mirror, hall.sender)
    running(hand.run)
    until(lambda: hand.port, "the socket")
    hand.tick(1e4)
    until(lambda: any(" /heartbeat " in line for line in lines), "everything")
    told = {line.split(" ", 1)[1].strip() for line in lines}
    assert {
        "/edges/canny_low i 33",
        "/edges/canny i 1",
        "/style/strength f 0.500000",
        "/style/strength/norm f 0.500000",
        '/scene/name s "01_ink"',
        "/scene/index i 1",
        "/scene/1 i 1",
        "/scene/2 i 0",
        "/heartbeat i 1",
    } <= told
    hall.play(edges__canny_low=34.0, style__strength=0.5)
    hand.tick(2e4)
    until(lambda: lines[-1].endswith("/heartbeat i 2\n"), "the next beat")
    news = {line.split(" ", 2)[1] for line in lines[len(told) :]}
    forms = ("/edges/canny_low", "/edges/canny_t1")
    words = ("/edges/canny_low/text", "/knob/2", "/knob/2/text")
    assert news == {*forms, *(f"{form}/norm" for form in forms), *words, "/heartbeat"}
