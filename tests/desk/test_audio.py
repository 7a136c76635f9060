"""The sound input comes by name, may be pulled out, and comes back; else one line says why."""

from __future__ import annotations

import math
import os
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vj.core.gauges import AUDIO, Gauges
from vj.core.soundbox import Soundbox
from vj.desk import audio
from vj.desk.audio import AudioHand, Ports
from vj.desk.audio_ports import Hearing, NoSound
from vj.desk.sound import BLOCK


class FakeInput:
    """An input the test speaks into."""

    def __init__(self, heard: Hearing) -> None:
        self.name, self.rate, self.alive, self.closed = "Scarlett 2i2", 48000.0, True, False
        self.heard = heard

    def speak(self, loud: float) -> None:
        self.heard(np.full((BLOCK, 2), loud, np.float32))

    def close(self) -> None:
        self.closed = True


class Studio:
    """Inputs as they are plugged in; counts how often they were looked for."""

    def __init__(self) -> None:
        self.opened: list[FakeInput] = []
        self.plugged, self.looks = True, 0

    def open(self, word: str, heard: Hearing) -> Any:
        if not self.plugged:
            raise NoSound(f"no sound input called {word!r}; here: none at all")
        self.opened.append(FakeInput(heard))
        return self.opened[-1]

    def look(self) -> None:
        self.looks += 1


@pytest.fixture
def studio(monkeypatch: pytest.MonkeyPatch) -> Studio:
    monkeypatch.setattr(audio, "_RETRY_S", (0.02,))
    return Studio()


def test_what_is_heard_is_written_for_the_stage(studio: Studio, running: Any, until: Any) -> None:
    gauges, sound = Gauges.create(AUDIO), Soundbox.create()
    hand = AudioHand("scarlett", gauges, Ports(studio.open, studio.look), sound)
    running(hand.run)
    until(lambda: studio.opened, "the input")
    studio.opened[0].speak(0.5)
    until(lambda: gauges.read().at, "a reading")
    assert gauges.read().values["level"] == pytest.approx(1.0)
    heard = sound.read(0)
    assert heard is not None
    assert (heard.rate, heard.samples.shape) == (48000, (BLOCK, 2))
    assert np.all(heard.samples == 0.5)
    assert hand.status()["input"] == "Scarlett 2i2"
    assert hand.error == ""


def test_an_input_that_was_pulled_out_is_looked_for_and_comes_back(
    studio: Studio, running: Any, until: Any
) -> None:
    hand = AudioHand("scarlett", Gauges.create(AUDIO), Ports(studio.open, studio.look))
    running(hand.run)
    until(lambda: studio.opened, "the input")
    studio.plugged, studio.opened[0].alive = False, False
    until(lambda: "none at all" in hand.error, "the complaint")
    assert studio.opened[0].closed
    assert hand.status()["levels"] == {}
    studio.plugged = True
    until(lambda: hand.status()["input"], "the input again")
    assert hand.error == "" and studio.looks >= 1


def test_a_driver_that_only_falls_silent_is_lost_too(
    studio: Studio, running: Any, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audio, "_SILENT_S", 0.05)
    running(AudioHand("scarlett", Gauges.create(AUDIO), Ports(studio.open, studio.look)).run)
    until(lambda: len(studio.opened) >= 2, "another try")


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A private PulseAudio server without a card, and the environment that leads to it."""
    for needed in ("pulseaudio", "paplay"):
        if not shutil.which(needed):
            pytest.skip(f"no {needed} here")
    socket = tmp_path / "pa.sock"
    command = ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no"]
    command += ["-L", f"module-native-protocol-unix socket={socket} auth-anonymous=1"]
    command += ["-L", "module-null-sink sink_name=vj rate=48000"]
    home = {**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    server = subprocess.Popen(command, env=home, stderr=subprocess.DEVNULL)
    try:
        yield {**home, "PULSE_SERVER": f"unix:{socket}", "PULSE_SOURCE": "vj.monitor"}
    finally:
        server.terminate()
        server.wait(10)


LISTEN = """
import sys, threading, time
from vj.core.gauges import AUDIO, Gauges
from vj.core.soundbox import Soundbox
from vj.desk.audio import AudioHand
gauges, stop = Gauges.create(AUDIO), threading.Event()
hand = AudioHand("pulse", gauges)
threading.Thread(target=hand.run, args=(stop,)).start()
end = time.monotonic() + float(sys.argv[1])
while time.monotonic() < end and not gauges.read().at:
    time.sleep(0.05)
print(hand.status()["input"] or hand.error, flush=True)
while time.monotonic() < end and gauges.read().count < 6:
    time.sleep(0.05)
print(gauges.read().count, round(gauges.read().values["bass"], 2), flush=True)
stop.set()
"""


def test_kicks_from_a_real_sound_server_strike(
    pulse: dict[str, str], tmp_path: Path, root: Path
) -> None:
    pytest.importorskip("sounddevice", reason="sounddevice or PortAudio is not installed")
    rate = 48000
    since = np.arange(rate // 2) / rate
    kick = 0.6 * np.sin(2 * math.pi * 60 * since) * np.exp(-14 * since)
    with wave.open(str(tmp_path / "kicks.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.tile(kick, 60) * 32767).astype("<i2").tobytes())
    listener = subprocess.Popen(
        [sys.executable, "-c", LISTEN, "45"], env=pulse, cwd=root, text=True, stdout=subprocess.PIPE
    )
    player = subprocess.Popen(["paplay", "--device=vj", str(tmp_path / "kicks.wav")], env=pulse)
    try:
        out = listener.communicate(timeout=90)[0].splitlines()
    finally:
        player.kill()
        player.wait(10)
    if "no sound input" in out[0]:
        pytest.skip(f"PortAudio does not reach PulseAudio here ({out[0]})")
    assert out[0] == "pulse"
    assert int(out[1].split()[0]) >= 6
