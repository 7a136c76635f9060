"""A small gig in a temporary folder, and a house whose stage the test plays itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.desk.hall import Hall
from tests.desk.tablet import Player
from vj.core.gig import Gig, open_gig
from vj.core.house import Options, build_house
from vj.desk.mirror import Mirror
from vj.desk.osc import OscHand
from vj.desk.oscquery import OscQuery
from vj.desk.remote import Remote
from vj.desk.sender import Sender

INK = """
fade: 1 s
params: {style.strength: 0.9}
knobs:
  style.strength: {midi: cc/1/21, osc: /1/fader1}
  edges.canny_low: {midi: cc/1/22, range: [20, 200], curve: exp}
  edges.canny: {midi: note/10/40}
  matte.feather: {midi: bend/1}
  matte.smooth: {midi: note/1/60, range: [0.1, 0.9]}
  style.person: {midi: note/10/36..39, osc: /1/multi}
  blackout.toggle: {midi: note/10/50}
  scene.next: {midi: cc/1/60, osc: /1/push1}
"""
NEON = """
title: A night in neon
fade: 1 s
knobs:
  style.strength: {midi: cc/1/30}
"""


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    folder = tmp_path / "gig"
    (folder / "scenes").mkdir(parents=True)
    (folder / "styles").mkdir()
    for name in ("aa-ink", "bb-neon", "cc-wood"):
        (folder / "styles" / f"{name}.png").write_bytes(b"\x89PNG not looked at here")
    (folder / "scenes" / "01_ink.yaml").write_text(INK)
    (folder / "scenes" / "02_neon_night.yaml").write_text(NEON)
    (folder / "rig.yaml").write_text("osc_port: 0\nfeedback_port: 0\nremote_port: 0\n")
    return open_gig(folder)


@pytest.fixture
def make_hall(gig: Gig) -> Callable[..., Hall]:
    def make(options: Options | None = None, **rig: Any) -> Hall:
        changed = Gig(gig.folder, gig.rig.model_copy(update=rig))
        house = build_house(changed, options or Options())
        return Hall(house, Mirror(changed, house.state), Sender(house.events))

    return make


@pytest.fixture
def hall(make_hall: Callable[..., Hall]) -> Hall:
    found = make_hall()
    found.play()
    return found


@pytest.fixture
def until() -> Callable[..., Any]:
    """Wait for a condition by its sight, not by a fixed time."""

    def wait(look: Callable[[], Any], what: str, seconds: float = 5.0) -> Any:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = look()
            if found:
                return found
            time.sleep(0.005)
        raise AssertionError(f"{what} did not happen within {seconds} s")

    return wait


@pytest.fixture
def running() -> Iterator[Callable[[Callable[[threading.Event], None]], threading.Event]]:
    """Run a hand's loop in a thread and end it after the test."""
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def start(loop: Callable[[threading.Event], None]) -> threading.Event:
        thread = threading.Thread(target=loop, args=(stop,), daemon=True)
        thread.start()
        threads.append(thread)
        return stop

    yield start
    stop.set()
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


@pytest.fixture
def remote(hall: Hall, running: Any, until: Any) -> Remote:
    found = Remote(hall.house, hall.mirror, hall.sender)
    running(found.run)
    until(lambda: found.url, "the address")
    return found


@pytest.fixture
def hand(hall: Hall, running: Any, until: Any) -> OscHand:
    found = OscHand(hall.house, hall.mirror, hall.sender)
    running(found.run)
    until(lambda: found.port, "the socket")
    return found


@pytest.fixture
def player(hand: OscHand) -> Iterator[Player]:
    found = Player(hand.port)
    yield found
    found.socket.close()


@pytest.fixture
def query(hall: Hall, hand: OscHand, running: Any, until: Any) -> OscQuery:
    found = OscQuery(hall.house, hand, hall.sender)
    running(found.run)
    until(lambda: found.port, "the port")
    return found


@pytest.fixture
def open_to_all(
    make_hall: Callable[..., Hall], running: Any, until: Any
) -> Callable[..., tuple[Hall, OscQuery]]:
    """OSCQuery of a show that was started with `--lan`, whose rig says what a test wants."""

    def make(**rig: Any) -> tuple[Hall, OscQuery]:
        hall = make_hall(Options(lan=True), **rig)
        hall.play()
        hand = OscHand(hall.house, hall.mirror, hall.sender)
        found = OscQuery(hall.house, hand, hall.sender)
        running(hand.run)
        running(found.run)
        until(lambda: found.port, "the port")
        return hall, found

    return make
