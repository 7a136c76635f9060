"""MIDI ports by name through python-rtmidi: ALSA, JACK, CoreMIDI or Windows, whichever is there.

Used by the MIDI hand; tests put a fake in its place.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from vj.desk.quiet import quiet

log = logging.getLogger(__name__)

Heard = Callable[[bytes], None]

_CLIENT = "vj"
_NUMBERS = re.compile(r" \d+:\d+$")
_WAY = re.compile(r"(?i)midi(in|out)\d*|(?<![a-z])(in|out|input|output|capture|playback)(?![a-z])")
_SIGN = "vj sign"
_OURS = re.compile(r"vj (sign|out)\b")
_LAST_CALL_S = 0.02


class NoMidi(Exception):
    """There is no MIDI on this machine, or no longer; its text says why."""


class Port(Protocol):
    """An open input."""

    def close(self) -> None:
        """Close it; calling twice is fine."""

    def abandon(self) -> None:
        """Forget it without a word to its driver, which has died."""


class Out(Protocol):
    """An open output."""

    def send(self, data: bytes) -> None:
        """Send one message; a port that has just gone takes it in silence."""

    def close(self) -> None:
        """Close it; calling twice is fine."""

    def abandon(self) -> None:
        """Forget it without a word to its driver, which has died."""


class Backend(Protocol):
    """Where ports come from."""

    def ports(self) -> list[str]:
        """Return the names of all inputs there are now, each once.

        Raises: NoMidi when the MIDI server has died: abandon what is open, make a new backend.
        """

    def open(self, name: str, heard: Heard) -> Port | None:
        """Open an input by name, or return None when it has just gone."""

    def open_out(self, name: str) -> Out | None:
        """Open the output that belongs to the input of this name, None when there is none."""

    def answers(self, name: str) -> bool:
        """Say whether there is an output that belongs to the input of this name."""

    def close(self) -> None:
        """Give the client back."""


def stable_names(ports: list[str]) -> list[str]:
    """Strip ALSA's client numbers, which change at every plug, and number twins from #2 on."""
    names: list[str] = []
    for port in ports:
        name = _NUMBERS.sub("", port)
        twins = sum(known == name or known.startswith(f"{name} #") for known in names)
        names.append(f"{name} #{twins + 1}" if twins else name)
    return names


def open_backend() -> Backend:
    """Open the machine's MIDI with one client that stays open for polling.

    On Linux ALSA comes first, then JACK.
    Raises: NoMidi when there is none.
    """
    try:
        import rtmidi  # no wheels from Python 3.13 on, so it may be missing
    except ImportError as error:
        raise NoMidi(
            f"python-rtmidi is not here ({error}): pip install python-rtmidi (docs/controllers.md)"
        ) from error
    compiled = set(rtmidi.get_compiled_api())
    order = [rtmidi.API_LINUX_ALSA, rtmidi.API_UNIX_JACK]
    order += [rtmidi.API_MACOSX_CORE, rtmidi.API_WINDOWS_MM]
    reasons = []
    for api in order:
        if api in compiled:
            try:
                return RtMidi(rtmidi, api)
            except (SystemError, rtmidi.RtMidiError) as error:
                reasons.append(f"{rtmidi.get_api_display_name(api)}: {error}")
    raise NoMidi("; ".join(reasons) or "no MIDI system compiled in")


class RtMidi:
    """One kept client that lists ports; one more per open input."""

    def __init__(self, rtmidi: Any, api: int) -> None:
        self._rtmidi, self._api = rtmidi, api
        with quiet():
            self._client = rtmidi.MidiIn(api, name=_CLIENT)
        self._sign: Any = None
        if api == rtmidi.API_UNIX_JACK:
            # A client of a dead JACK server never raises, it only sees no ports, and closing one of
            # its ports crashes the process. So hang out a port of our own and look for it.
            self._sign = rtmidi.MidiOut(api, name=f"{_SIGN} {os.getpid()}")
            self._sign.open_virtual_port("sign")
        self._numbered: dict[str, str] = {}

    def ports(self) -> list[str]:
        """Return stable names of all inputs; the same client asks each time (polls are cheap).

        A name that another number stands behind now is left out once: it was pulled out and put
        back in between, or its twin before it has gone; either way what is open leads nowhere.
        """
        found = self._client.get_ports()
        if not self._lives(found):
            _leak(self._client)
            _leak(self._sign)
            raise NoMidi("the JACK server has ended")
        found = [name for name in found if not _OURS.match(name)]
        before, self._numbered = self._numbered, dict(zip(stable_names(found), found, strict=True))
        return [name for name, port in self._numbered.items() if before.get(name, port) == port]

    def _lives(self, ports: Sequence[str]) -> bool:
        """Tell from the inputs that are seen whether the system behind them is still there."""
        return self._sign is None or any(name.startswith(_SIGN) for name in ports)

    def _there(self) -> bool:
        return self._lives(self._client.get_ports())

    def open(self, name: str, heard: Heard) -> Port | None:
        """Open an input with its own client and hand its raw bytes to `heard`."""
        with quiet():
            port = self._rtmidi.MidiIn(self._api, name=f"{_CLIENT} in")
        try:
            found = [known for known in port.get_ports() if not _OURS.match(known)]
            index = port.get_ports().index(found[stable_names(found).index(name)])
            port.ignore_types(sysex=True, timing=False, active_sense=True)
            port.set_callback(lambda event, _: heard(bytes(event[0])))
            port.open_port(index, name="in")
        except (ValueError, SystemError, self._rtmidi.RtMidiError) as error:
            log.info("%s cannot be opened yet: %s", name, error)
            port.delete()
            return None
        return _Input(port, self._there)

    def open_out(self, name: str) -> Out | None:
        """Open the output whose name goes with an input's."""
        with quiet():
            port = self._rtmidi.MidiOut(self._api, name=f"{_CLIENT} out")
        try:
            names = stable_names(port.get_ports())
            found = partner(name, names)
            if found:
                port.open_port(names.index(found), name="out")
                return _Output(port, self._there)
        except (SystemError, self._rtmidi.RtMidiError) as error:
            log.info("the lights of %s cannot be reached: %s", name, error)
        port.delete()
        return None

    def answers(self, name: str) -> bool:
        """Look for the output that belongs to an input."""
        with quiet():
            port = self._rtmidi.MidiOut(self._api, name=f"{_CLIENT} out")
        try:
            return bool(partner(name, stable_names(port.get_ports())))
        finally:
            port.delete()

    def close(self) -> None:
        """Close the polling client."""
        self._client.delete()
        if self._sign is not None:
            self._sign.delete()


class _Input:
    """An open input port of RtMidi; `there`: whether the system that carries it still is."""

    def __init__(self, port: Any, there: Callable[[], bool]) -> None:
        self._port, self._there = port, there

    def close(self) -> None:
        """Close the port once; the object must not be touched after `delete`."""
        if self._port is not None:
            self._port.cancel_callback()
            # RtMidi closes with the interpreter locked: let a callback that waits for it finish.
            time.sleep(_LAST_CALL_S)
            # A server that ends at this moment looks like a controller that was pulled out.
            if not self._there():
                _leak(self._port)
            else:
                self._port.close_port()
                self._port.delete()
            self._port = None

    def abandon(self) -> None:
        """Leave the port to the end of the process."""
        if self._port is not None:
            self._port.cancel_callback()
            _leak(self._port)
            self._port = None


class _Output:
    """An open output port of RtMidi; `there` as for an input."""

    def __init__(self, port: Any, there: Callable[[], bool]) -> None:
        self._port, self._there = port, there

    def send(self, data: bytes) -> None:
        """Send one message."""
        if self._port is not None:
            with contextlib.suppress(SystemError, ValueError):
                self._port.send_message(data)

    def close(self) -> None:
        """Close the port once, when what was sent has had time to leave."""
        if self._port is not None:
            time.sleep(_LAST_CALL_S * 2)
            if not self._there():
                _leak(self._port)
            else:
                self._port.close_port()
                self._port.delete()
            self._port = None

    def abandon(self) -> None:
        """Leave the port to the end of the process."""
        if self._port is not None:
            _leak(self._port)
            self._port = None


def partner(name: str, outputs: Sequence[str]) -> str:
    """Return the output that belongs to an input, "" when there is none: `X in` and `X out`."""
    if name in outputs:
        return name
    bare = _bare(name)
    return next((other for other in outputs if _bare(other) == bare), "")


def _bare(name: str) -> str:
    return " ".join(_WAY.sub("", name).split()).casefold()


def _leak(thing: object) -> None:
    """Keep a driver object whose destructor would crash from ever being destroyed."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
