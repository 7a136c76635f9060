"""Ableton Link: tempo both ways, the bar from the others; a second program where aalink is."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.desk.hall import Hall
from vj.core.types import Set, Trigger
from vj.desk.link import LinkHand

HERE = importlib.util.find_spec("aalink") is not None


def _session(**more: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{"tempo": 120.0, "phase": 0.0, "quantum": 4.0, "num_peers": 0, "playing": False, **more}
    )


@pytest.fixture
def link(hall: Hall) -> LinkHand:
    found = LinkHand(hall.mirror, hall.sender)
    found._ours = found._theirs = 120.0
    return found


def test_their_tempo_comes_here_and_is_not_sent_back(hall: Hall, link: LinkHand) -> None:
    session = _session(tempo=98.5)
    link.follow(session, 0.0)
    assert hall.events.drain() == [Set("tempo.bpm", 98.5, "link")]
    link.follow(session, 0.1)  # the stage has not heard of it yet
    assert (session.tempo, hall.events.drain()) == (98.5, [])


def test_a_tempo_tapped_here_goes_there(hall: Hall, link: LinkHand) -> None:
    session = _session()
    hall.play(tempo__bpm=131.0, tempo__beats_per_bar=3.0)
    link.follow(session, 0.0)
    assert (session.tempo, session.quantum) == (131.0, 3.0)
    assert hall.events.drain() == []


def test_alone_we_keep_our_own_bar_and_together_we_follow(hall: Hall, link: LinkHand) -> None:
    link.follow(_session(phase=1.5), 0.0)
    assert hall.events.drain() == []
    together = _session(phase=1.5, num_peers=1)
    for now in (0.1, 0.2, 0.36):
        link.follow(together, now)
    sent = hall.events.drain()
    assert sent == [Trigger("tempo.align", 1.5, "link")] * 2
    assert all(event.at > 0 for event in sent)
    link.follow(_session(phase=0.0, num_peers=1, playing=True), 0.37)  # somebody pressed play
    assert hall.events.drain() == [Trigger("tempo.align", 0.0, "link")]
    assert link.status() == {"peers": 1, "bpm": 120.0, "playing": True}


@pytest.mark.skipif(HERE, reason="aalink is installed")
def test_without_the_package_one_line_says_what_to_install(
    link: LinkHand, running: Any, until: Any
) -> None:
    running(link.run)
    until(lambda: "aalink" in link.error, "the line")


OTHER = """
import asyncio, aalink
async def main():
    session = aalink.Link(98.5)
    session.start_stop_sync_enabled = session.enabled = True
    while session.num_peers == 0:
        await asyncio.sleep(0.02)
    session.tempo, session.playing = 98.5, True
    print("joined", flush=True)
    for _ in range(600):
        await asyncio.sleep(0.05)
        print(session.tempo, session.phase, flush=True)
asyncio.run(main())
"""


@pytest.mark.skipif(not HERE, reason="aalink is not installed (pip install aalink)")
def test_another_program_shares_its_tempo_and_bar(
    hall: Hall, running: Any, until: Callable[..., Any]
) -> None:
    hand = LinkHand(hall.mirror, hall.sender)
    running(hand.run)
    other = subprocess.Popen([sys.executable, "-c", OTHER], stdout=subprocess.PIPE, text=True)
    try:
        until(lambda: hand.peers or hand.error, "a session of two", 30.0)
        if not hand.peers:
            pytest.skip(f"Link finds nobody on this machine's network ({hand.error})")
        until(lambda: abs(hand.status()["bpm"] - 98.5) < 0.01, "their tempo", 30.0)
        until(lambda: hand.playing, "their start", 30.0)
        hall.events.drain()
        found = until(hall.events.drain, "an alignment", 10.0)
        assert {event.action for event in found} == {"tempo.align"}
        assert all(0.0 <= event.argument < 4.0 for event in found)
    finally:
        other.kill()
        other.wait(10)
