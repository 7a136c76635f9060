"""A packet from an independent OSC client and a message over a real MIDI port change pixels."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.showing import Showing, brightness, frames_of, free_port, make_gig

pytestmark = pytest.mark.e2e


def _film_gets(film: Path, dark: bool, seconds: float = 15) -> bool:
    """Watch the growing recording until its newest second is dark, or bright again."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        newest = frames_of(film)[-3:]
        if newest and (brightness(newest) < 3) == dark:
            return True
        time.sleep(0.2)
    return False


@pytest.mark.skipif(not shutil.which("oscsend"), reason="liblo-tools is not installed")
def test_oscsend_blacks_out_and_brings_the_picture_back(tmp_path: Path) -> None:
    port = free_port()
    gig = make_gig(tmp_path / "gig", port)
    film = tmp_path / "osc.mp4"
    with Showing(
        str(gig / "scenes" / "08_stage_light.yaml"), "--headless", "--record", str(film)
    ) as show:
        show.said(f"OSC in on .*{port}")
        assert _film_gets(film, dark=False)
        for address, value, dark in (("/blackout", "1", True), ("/blackout", "0", False)):
            subprocess.run(["oscsend", "localhost", str(port), address, "f", value], check=True)
            assert _film_gets(film, dark), "\n".join(show.lines)


@pytest.fixture
def jack() -> Iterator[None]:
    """A JACK server with the dummy driver: carries real MIDI between processes."""
    if not shutil.which("jackd"):
        pytest.skip("jackd is not installed")
    server = subprocess.Popen(
        ["jackd", "-r", "--no-mlock", "-d", "dummy", "-r", "48000", "-p", "256"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(1.5)
    if server.poll() is not None:
        pytest.skip("jackd does not start here")
    yield
    server.terminate()
    server.wait(10)


_KEYS = """
import sys, time, rtmidi
out = rtmidi.MidiOut(rtmidi.API_UNIX_JACK, name="pads")
out.open_virtual_port("keys")
for line in sys.stdin:
    out.send_message([int(word) for word in line.split()])
"""


def test_a_midi_note_over_a_real_port_changes_the_picture(tmp_path: Path, jack: None) -> None:
    pytest.importorskip("rtmidi")
    gig = make_gig(tmp_path / "gig")
    scene = gig / "scenes" / "08_stage_light.yaml"
    scene.write_text(
        "model: passthrough\nchain: [mix, grade]\n"
        "knobs: {blackout: {midi: note/10/36}, grade.exposure: {midi: cc/1/21, takeover: jump}}\n"
    )
    film = tmp_path / "midi.mp4"
    keys = subprocess.Popen([sys.executable, "-c", _KEYS], stdin=subprocess.PIPE, text=True)
    assert keys.stdin is not None
    try:
        with Showing(str(scene), "--headless", "--record", str(film)) as show:
            show.said("MIDI controller .*keys")
            assert _film_gets(film, dark=False)
            keys.stdin.write("153 36 100\n")
            keys.stdin.flush()
            assert _film_gets(film, dark=True), "\n".join(show.lines)
    finally:
        keys.kill()
