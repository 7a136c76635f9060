"""The journal: what came in, from whom, what became of it; in order, bounded, safe to show."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.desk.fake_midi import FakeMidi
from tests.desk.hall import Hall
from tests.desk.tablet import Player
from tests.desk.visitor import hear, origin, visit
from vj.core.types import Set, Trigger
from vj.desk import journal as module
from vj.desk.journal import Journal, plain, told
from vj.desk.midi import MidiHand
from vj.desk.remote import Remote


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every message count as far from the one before."""
    monkeypatch.setattr(module, "_MERGE_S", -1.0)


def _words(hall: Hall, number: int = 0) -> list[dict[str, Any]]:
    return [told(entry, hall.gig.table) for entry in hall.sender.journal.since(number)]


def test_messages_come_back_in_order_and_only_once() -> None:
    journal = Journal()
    for name in "abc":
        journal.note("osc:1", name)
    assert [entry.what for entry in journal.since(0)] == ["a", "b", "c"]
    newest = journal.number
    assert journal.since(newest) == []
    journal.note("osc:1", "d")
    assert [entry.what for entry in journal.since(newest)] == ["d"]


@pytest.mark.usefixtures("apart")
def test_it_keeps_the_newest_two_hundred() -> None:
    journal = Journal()
    for number in range(1000):
        journal.note("osc:1", f"/{number}")
    assert [entry.what for entry in journal.since(0)] == [f"/{n}" for n in range(800, 1000)]
    assert len(journal._newest) == 200, "what is forgotten is forgotten altogether"


def test_a_fader_in_motion_is_one_line_with_its_newest_value() -> None:
    journal = Journal()
    for number in range(50):
        journal.note("osc:1", "/fader", (number,))
        journal.note("osc:1", "/other", (number,))
    entries = {entry.what: entry for entry in journal.since(0)}
    assert len(journal.since(0)) <= 20, "a tenth of a second is one line"
    assert entries["/fader"].value == (49,)
    assert sum(entry.count for entry in journal.since(0)) == 100


def test_a_clock_that_is_set_back_does_not_make_all_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After an hour less on the wall the monitor showed one line, counting up, for an hour."""
    journal, wall, since_start = Journal(), time.time(), time.monotonic()
    for second in range(3):
        monkeypatch.setattr(time, "time", lambda second=second: wall - 3600 * (second > 0) + second)
        monkeypatch.setattr(time, "monotonic", lambda second=second: since_start + second)
        journal.note("osc:1", "/a", (second,))
    assert [entry.count for entry in journal.since(0)] == [1, 1, 1]
    assert [entry.at - wall for entry in journal.since(0)] == [0, -3599, -3598]


def test_many_threads_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_KEPT", 10_000)
    monkeypatch.setattr(module, "_MERGE_S", -1.0)
    journal = Journal()

    def write(name: str) -> None:
        for number in range(500):
            journal.note(name, "/a", (number,))
            journal.since(journal.number - 5)

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.number == 2000
    for name in "abcd":
        mine = [entry.value[0] for entry in journal.since(0) if entry.hand == name]
        assert mine == list(range(500))


@given(st.text())
def test_whatever_came_is_shown_as_plain_text(text: str) -> None:
    assert len(plain(text)) <= 200
    assert all(32 <= ord(character) < 127 for character in plain(text))


def test_a_line_says_what_a_message_became(hall: Hall) -> None:
    journal = hall.sender.journal
    journal.note("web:1", "style.person", (), (Set("style.person", 1.0),))
    journal.note("web:1", "x", (0.5,), (Set("matte.feather", 0.5), Trigger("scene.go", 2.0)))
    journal.note("web:1", "blackout", (), (Set("blackout", 1.0),))
    style, several, black = _words(hall)
    assert style["became"] == "style.person = bb-neon"
    assert several["became"] == "matte.feather = 0.50, scene.go 2"
    assert (several["value"], several["taken"]) == ("0.5", True)
    assert black["became"] == "blackout on"


def test_osc_says_what_came_and_why_nothing_happened(
    hall: Hall, player: Player, until: Callable[..., Any]
) -> None:
    player.send("/style/strength", 0.5)
    player.send("/style/strenght", 0.5)
    player.send("/panic", 0.0)
    player.raw(b"/\x1b[2J\x00\x00\x00")
    until(lambda: len(hall.sender.journal.since(0)) == 4, "four lines")
    good, wrong, release, hostile = _words(hall)
    assert good["became"] == "style.strength = 0.50" and good["hand"] == "osc:127.0.0.1"
    assert (wrong["what"], wrong["became"]) == ("/style/strenght", "no such address")
    assert not wrong["taken"] and not release["taken"] and "release" in release["became"]
    assert hostile["what"] == "packet" and hostile["value"].startswith("2f 1b 5b 32 4a")


@pytest.mark.usefixtures("apart")
def test_midi_says_which_control_moved_and_what_it_waits_for(hall: Hall) -> None:
    midi = FakeMidi("Pad X")
    hand = MidiHand(hall.gig, hall.mirror, hall.sender, lambda: midi)
    hand.poll(midi)
    pad = midi.opened["Pad X"]
    pad.speak(0xB0, 21, 10)
    pad.speak(0xB0, 21, 127)
    pad.speak(0xB0, 99, 1)
    pad.speak(0x99, 36, 100)
    pad.speak(0x89, 36, 0)
    waits, moves, unbound, pressed, released = _words(hall)
    assert (waits["what"], waits["value"]) == ("cc/1/21", "10")
    assert waits["became"] == "waits until it passes style.strength"
    assert moves["became"] == "style.strength = 1.00" and moves["hand"] == "midi:Pad X"
    assert unbound["became"] == "bound to nothing here"
    assert pressed["became"] == "style.person = aa-ink"
    assert released["became"] == "a release"


def test_the_remote_writes_down_its_pages_too(hall: Hall, remote: Remote) -> None:
    async def say(session: aiohttp.ClientSession, url: str) -> None:
        async with session.ws_connect(f"{url}/ws", headers=origin(url)) as page:
            await page.send_json({})
            await hear(page, "show")
            await page.send_json({"set": "style.strength", "value": 0.25})
            await page.send_json({"set": "style.strenght", "value": 0.25})
            while len(hall.sender.journal.since(0)) < 2:
                await hear(page, "health")

    visit(remote.url, say)
    good, wrong = _words(hall)
    assert good["became"] == "style.strength = 0.25" and good["hand"].startswith("web:")
    assert not wrong["taken"] and "strenght" in wrong["value"]
