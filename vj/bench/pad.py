"""A MIDI controller made of software, in a process of its own, so that it can be pulled out.

Run by the bench as `python -m vj.bench.pad API`: it plays what it reads, one message a line, and
says when (perf_counter_ns) it sent it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

NAME = "vj bench pad"
_PATIENCE_S = 8.0


def main(api: int) -> None:
    """Play lines of numbers until the input ends, or somebody pulls us out."""
    import rtmidi

    out = rtmidi.MidiOut(api, name=NAME)
    out.open_virtual_port("keys")
    print(time.perf_counter_ns(), flush=True)  # noqa: T201  the parent reads it
    for line in sys.stdin:
        at = time.perf_counter_ns()
        out.send_message([int(word) for word in line.split()])
        print(at, flush=True)  # noqa: T201


class Pad:
    """The plugged-in controller; `here` is when its port was there (perf_counter_ns)."""

    def __init__(self, api: int) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "vj.bench.pad", str(api)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            bufsize=1,
        )
        self.here = self._said()

    def send(self, *data: int) -> int:
        """Send a message and return when it left (perf_counter_ns)."""
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, data)) + "\n")
        self.process.stdin.flush()
        return self._said()

    def pull(self) -> None:
        """Pull it out: the process is killed in the middle of whatever it does."""
        self.process.kill()
        self.process.wait()

    def _said(self) -> int:
        assert self.process.stdout is not None
        return int(self.process.stdout.readline() or 0)


@contextlib.contextmanager
def midi_system() -> Iterator[tuple[int, str]]:
    """Find the MIDI system to measure with: (python-rtmidi's number for it, its name).

    The machine's own where it has one; otherwise a JACK server without hardware is started under a
    name of its own. (0, why not) when there is neither. The show must be started inside.
    """
    try:
        import rtmidi
    except ImportError as error:
        yield 0, f"python-rtmidi is not installed ({error})"
        return
    with contextlib.suppress(SystemError, rtmidi.RtMidiError):
        for api in (rtmidi.API_LINUX_ALSA, rtmidi.API_MACOSX_CORE):
            if api in rtmidi.get_compiled_api():
                rtmidi.MidiOut(api, name=NAME).delete()
                yield api, rtmidi.get_api_display_name(api)
                return
    if not shutil.which("jackd") or rtmidi.API_UNIX_JACK not in rtmidi.get_compiled_api():
        yield 0, "no MIDI system here, and no jackd to make one"
        return
    server = f"vjbench{os.getpid()}"
    command = ["jackd", "-n", server, "-r", "--no-mlock", "-d", "dummy", "-r", "48000", "-p", "128"]
    before = os.environ.get("JACK_DEFAULT_SERVER")
    os.environ["JACK_DEFAULT_SERVER"] = server
    jack = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        if _answers(rtmidi):
            yield rtmidi.API_UNIX_JACK, "JACK, dummy driver"
        else:
            yield 0, "jackd does not start here"
    finally:
        jack.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            jack.wait(5)
        os.environ.pop("JACK_DEFAULT_SERVER")
        if before is not None:
            os.environ["JACK_DEFAULT_SERVER"] = before


def _answers(rtmidi: object) -> bool:
    from vj.desk.midi_ports import NoMidi, open_backend

    end = time.monotonic() + _PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(NoMidi):
            open_backend().close()
            return True
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    main(int(sys.argv[1]))
