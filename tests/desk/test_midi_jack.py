"""MIDI over a real JACK server with its dummy driver: two processes, unplug, server death."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import IO, Any

import pytest

from tests.desk.hall import Hall, drained
from vj.core.types import Event, Set
from vj.desk.midi import MidiHand
from vj.desk.midi_ports import RtMidi

rtmidi = pytest.importorskip("rtmidi", reason="python-rtmidi is not installed")

CONTROLLER = """
import sys, rtmidi
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="testpad")
out.open_virtual_port("out")
print("here", flush=True)
for line in sys.stdin:
    out.send_message([int(word) for word in line.split()])
    print("sent", flush=True)
"""


LIT = """
import sys, rtmidi
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="APC mini mk2 Control out")
out.open_virtual_port("1")
lights = rtmidi.MidiIn(rtmidi.API_UNIX_JACK, name="APC mini mk2 Control in")
lights.set_callback(lambda event, _: print(*event[0], flush=True))
lights.open_virtual_port("1")
print("here", flush=True)
for line in sys.stdin:
    pass
"""


class Jack:
    """A private JACK server without hardware; `start` again after `kill`."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = ["jackd", "-r", "--no-mlock", "-d", "dummy", "-r", "48000", "-p", "1024"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + 8
        while time.monotonic() < end:
            try:
                RtMidi(rtmidi, rtmidi.API_UNIX_JACK).close()
                return
            except (SystemError, rtmidi.RtMidiError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.stop()
        pytest.skip(f"jackd cannot start here: {self.log.read_text()[-300:]}")

    def stop(self) -> None:
        """End it politely: a killed server keeps one of the eight places JACK has for servers."""
        if self.process is not None:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


class Controller:
    """A pad in another process that sends what it is told."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", CONTROLLER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "here\n"

    def send(self, *data: int) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(map(str, data)) + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "sent\n"

    def unplug(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def jack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jack]:
    if shutil.which("jackd") is None:
        pytest.skip("jackd is not installed")
    monkeypatch.setitem(os.environ, "JACK_DEFAULT_SERVER", "vj-test")
    server = Jack(tmp_path / "jackd.log")
    server.start()
    yield server
    server.stop()


def heard(pad: Controller, note: int, hall: Hall, until: Any) -> Event:
    """Press a pad again and again: a new JACK connection takes some periods until it carries."""

    def press() -> list[Event]:
        pad.send(0x99, note, 100)
        return hall.events.drain()

    found: list[Event] = until(press, "a message from the pad", 10.0)
    return found[-1]


def whole_turn(pad: Controller, last: Set, hall: Hall) -> bool:
    """Turn a fader up once; whether its last value came, and no more than a few were lost.

    A server without real time loses periods on a busy machine, for any listener, and a fader whose
    first values are lost is not taken over: a hand turns it once more.
    """
    events: list[Event] = []
    for value in range(128):
        pad.send(0xB0, 21, value)
    end = time.monotonic() + 1.0
    while last not in drained(hall.events, events) and time.monotonic() < end:
        time.sleep(0.005)
    values = {e.value for e in events if isinstance(e, Set) and e.param == last.param}
    return last in events and len(values) > 100


def plays(pad: Controller, note: int, wanted: Event, hall: Hall, until: Any) -> None:
    """Press a pad until it does what is wanted; what was pressed before may still arrive."""

    def press() -> bool:
        pad.send(0x99, note, 100)
        return wanted in hall.events.drain()

    until(press, f"{wanted}", 10.0)


def test_a_real_controller_comes_goes_and_comes_back(
    hall: Hall, jack: Jack, running: Any, until: Any
) -> None:
    hand = MidiHand(
        hall.gig, hall.mirror, hall.sender, lambda: RtMidi(rtmidi, rtmidi.API_UNIX_JACK)
    )
    running(hand.run)
    hall.play(style__strength=0.0)
    pad = Controller()
    name = until(lambda: hand.status()["devices"], "the controller", 10.0)[0]
    assert "testpad" in name

    heard(pad, 36, hall, until)
    last = Set("style.strength", 1.0, f"midi:{name}")
    turned = partial(whole_turn, pad, last, hall)
    until(turned, "a whole turn of the fader: polling the ports must not cost messages", 30.0)

    pad.unplug()
    until(lambda: hand.status()["missing"] == [name], "the loss", 10.0)
    pad = Controller()
    until(lambda: hand.status()["devices"] == [name], "the return", 10.0)
    plays(pad, 37, Set("style.person", 1.0, last.hand), hall, until)

    pad.unplug()
    jack.kill()
    jack.start()
    pad = Controller()
    until(lambda: hand.status()["devices"] == [name], "a new client on the new server", 15.0)
    plays(pad, 38, Set("style.person", 2.0, last.hand), hall, until)
    pad.unplug()


def _listen(stream: IO[str], lines: list[str]) -> None:
    """Add what a process says to the lines, as it says it."""
    threading.Thread(target=lambda: lines.extend(stream), daemon=True).start()


def test_real_lights_are_lit_darkened_and_lit_again(
    hall: Hall, jack: Jack, running: Any, until: Any
) -> None:
    """A pad with an input of its own is told what it shows; the output is found by its name."""
    hand = MidiHand(
        hall.gig, hall.mirror, hall.sender, lambda: RtMidi(rtmidi, rtmidi.API_UNIX_JACK)
    )
    hall.gig.scene_files["01_ink"].write_text("knobs:\n  blackout: {midi: note/1/100}\n")
    hall.mirror.poll(1e9)
    hall.play(blackout=1.0)
    stop = running(hand.run)
    lines: list[str] = []
    for last in (False, True):
        pad = subprocess.Popen(
            [sys.executable, "-c", LIT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert pad.stdout is not None
        lines.clear()
        _listen(pad.stdout, lines)
        until(lambda: hand.status()["devices"], "the controller", 10.0)

        def blinked() -> bool:
            """A new connection takes some periods until it carries: change it until it is seen."""
            hall.play(blackout=float(not hall.mirror.value("blackout")))
            time.sleep(0.1)
            return "144 100 1\n" in lines

        until(blinked, "the light", 10.0)
        for _ in range(3):  # it looks for ports once a second
            assert len(hand.status()["devices"]) == 1, "what it sends to lights is no controller"
            time.sleep(0.5)
        if last:
            hall.play(blackout=1.0)
            until(lambda: lines[-1] == "144 100 1\n", "the light")
            stop.set()
            until(lambda: lines and lines[-1] == "144 100 0\n", "the dark")
        pad.kill()
        pad.wait()
        until(lambda: not hand.status()["devices"], "the loss", 5.0)
