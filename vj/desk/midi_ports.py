"""MIDI ports by name through python-rtmidi: ALSA, JACK, CoreMIDI or Windows, whichever is there.

Used by the MIDI hand; tests put a fake in its place.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Protocol

log = logging.getLogger(__name__)

Heard = Callable[[bytes], None]

_CLIENT = "vj"
_NUMBERS = re.compile(r" \d+:\d+$")
_EMPTY_POLLS = 3


class NoMidi(Exception):
    """There is no MIDI on this machine; its text says why."""


class Port(Protocol):
    """An open input."""

    def close(self) -> None:
        """Close it; calling twice is fine."""


class Backend(Protocol):
    """Where ports come from."""

    @property
    def silent(self) -> bool:
        """The MIDI server seems to have died and a new client is due."""

    def ports(self) -> list[str]:
        """Return the names of all inputs there are now, each once."""

    def open(self, name: str, heard: Heard) -> Port | None:
        """Open an input by name, or return None when it has just gone."""

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
        raise NoMidi(f"python-rtmidi is not installed ({error})") from error
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


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Silence what sound libraries print straight to the terminal while they are not there."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


class RtMidi:
    """One kept client that lists ports; one more per open input."""

    def __init__(self, rtmidi: Any, api: int) -> None:
        self._rtmidi, self._api = rtmidi, api
        with _quiet():
            self._client = rtmidi.MidiIn(api, name=_CLIENT)
        self._empty = 0

    @property
    def silent(self) -> bool:
        """A client whose JACK server died sees no ports for ever and never raises."""
        return bool(self._api == self._rtmidi.API_UNIX_JACK and self._empty >= _EMPTY_POLLS)

    def ports(self) -> list[str]:
        """Return stable names of all inputs; the same client asks each time (polls are cheap)."""
        found = stable_names(self._client.get_ports())
        self._empty = 0 if found else self._empty + 1
        return found

    def open(self, name: str, heard: Heard) -> Port | None:
        """Open an input with its own client and hand its raw bytes to `heard`."""
        with _quiet():
            port = self._rtmidi.MidiIn(self._api, name=f"{_CLIENT} in")
        try:
            index = stable_names(port.get_ports()).index(name)
            port.ignore_types(sysex=True, timing=True, active_sense=True)
            port.set_callback(lambda event, _: heard(bytes(event[0])))
            port.open_port(index, name="in")
        except (ValueError, SystemError, self._rtmidi.RtMidiError) as error:
            log.info("%s cannot be opened yet: %s", name, error)
            port.delete()
            return None
        return _Input(port)

    def close(self) -> None:
        """Close the polling client."""
        self._client.delete()


class _Input:
    """An open input port of RtMidi."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def close(self) -> None:
        """Close the port once; the object must not be touched after `delete`."""
        if self._port is not None:
            self._port.cancel_callback()
            self._port.close_port()
            self._port.delete()
            self._port = None
