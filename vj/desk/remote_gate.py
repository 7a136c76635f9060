"""Who may use the remote and what a page's message means: pure checks on text.

Called by the remote before anything else is done with a request or a message.
"""

from __future__ import annotations

import ipaddress
import json
import math
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from vj.core.table import TRIGGERS, Table
from vj.core.types import Event, Set, Trigger
from vj.desk.bindings import Bound, travel

MESSAGE_LIMIT = 4096
_TEXT_LIMIT = 64
_BRACKETED = re.compile(r"\[[^\[\]]*\](:\d{1,5})?")


PANES = ("output", "source", "painting", "matte", "edges")
"""The pictures a page may look at, by their numbers."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A page wants these live pictures, and no others."""

    panes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Monitor:
    """A page wants to see what comes in, or no longer."""

    wanted: bool


def host_of(header: str) -> str:
    """Return the host name or address in a Host header, without port, lower case; "" if malformed.

    An IPv6 address comes back without its brackets.
    """
    if "[" in header and not _BRACKETED.fullmatch(header):
        return ""  # Python 3.11 reads [::1].evil.example as ::1
    try:
        parts = urlsplit(f"//{header}")
        parts.port  # noqa: B018  raises for a port that is none
        plain = not (parts.username or parts.path or parts.query or parts.fragment)
        return (parts.hostname or "") if plain and "@" not in header else ""
    except ValueError:
        return ""


def host_allowed(header: str, names: Collection[str]) -> bool:
    """Say whether a request was meant for us: a DNS name somebody else controls never is.

    `names`: lower-case host names and addresses we answer to besides loopback.
    """
    host = host_of(header)
    if host == "localhost" or host in names:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_allowed(origin: str, host_header: str) -> bool:
    """Say whether a WebSocket was opened by our own page: its origin is exactly our address."""
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and bool(rest) and rest.lower() == host_header.lower()


def read_object(text: str) -> dict[str, object] | None:
    """Parse a page's message; None unless it is a JSON object with finite numbers."""
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse(word: str) -> float:
    raise ValueError(word)


def read_message(
    text: str, table: Table, bound: Bound, hand: str
) -> Event | Preview | Monitor | None:
    """Turn a page's message into an event; None for anything that is not one.

    `{"set": name, "value": natural}` or `{"set": name, "norm": 0..1}` (through the scene's knob),
    `{"trigger": action, "argument": word or number}`, `{"preview": ["output", "matte"]}`,
    `{"monitor": true}`.
    """
    found = read_object(text)
    if found is None:
        return None
    panes = found.get("preview")
    if isinstance(panes, list):
        return Preview(tuple(pane for pane in PANES if pane in panes))
    if isinstance(found.get("monitor"), bool):
        return Monitor(bool(found["monitor"]))
    if "set" in found:
        return _set(found, table, bound, hand)
    action, argument = found.get("trigger"), found.get("argument")
    if not isinstance(action, str) or action not in TRIGGERS:
        return None
    if argument is None:
        return Trigger(action, None, hand)
    if isinstance(argument, str):
        return Trigger(action, argument[:_TEXT_LIMIT], hand) if _whole(argument) else None
    number = number_in(argument)
    return None if number is None else Trigger(action, number, hand)


def _whole(text: str) -> bool:
    """Say whether a text can be a file's name: JSON may spell half a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _set(found: dict[str, object], table: Table, bound: Bound, hand: str) -> Set | None:
    param = table.params.get(str(found["set"]))
    if param is None:
        return None
    value, position = number_in(found.get("value")), number_in(found.get("norm"))
    if position is not None:
        return Set(param.name, travel(param, bound.knobs.get(param.name)).value(position), hand)
    return None if value is None else Set(param.name, param.clamp(value), hand)


def number_in(value: object) -> float | None:
    """Return a finite number; JSON has integers of any length, beyond what a float holds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
