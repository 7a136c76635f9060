"""Tells OSC senders what the show is doing: same addresses, newest value only, 30 times a second.

Ticked by the desk's main loop; the OSC receiver reports who was heard and who asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from vj.desk.sender import Sender
from vj.desk.shown import Arguments, Line

Target = tuple[str, int]
Send = Callable[[bytes, Target], None]

PERIOD_S = 1 / 30
_MEMORY_S = 60.0
_HEARTBEAT_S = 2.0
_TOUCH_S = 0.5
_BUNDLE_BYTES = 1400
_HOSTS, _PORTS = 16, 4


def encode(address: str, arguments: Arguments) -> Any:
    """Build one message; its bytes are `.dgram`. True and False go out as T and F.

    Of a name that is no UTF-8 (of a file, say) what cannot be said goes out as a question mark.
    """
    message = OscMessageBuilder(address)
    for argument in arguments:
        if isinstance(argument, str):
            argument = argument.encode(errors="replace").decode()
        message.add_arg(argument)
    return message.build()


def bundle(told: Iterable[tuple[str, Arguments]]) -> list[bytes]:
    """Pack messages into as few bundles as fit 1400 bytes each."""
    bundles, size = [], 0
    builder: Any = OscBundleBuilder(IMMEDIATELY)
    for address, arguments in told:
        built = encode(address, arguments)
        if size and size + built.size + 20 > _BUNDLE_BYTES:
            bundles.append(builder.build().dgram)
            builder, size = OscBundleBuilder(IMMEDIATELY), 0
        builder.add_content(built)
        size += built.size + 4
    return [*bundles, builder.build().dgram] if size else bundles


def touches(sender: Sender, hands: tuple[str, ...], line: Line, now: float) -> bool:
    """Say whether one of these hands is moving what a line shows, or did half a second ago."""
    for param in line.params:
        hand, moved_at = sender.mover(param)
        if hand in hands and now - moved_at < _TOUCH_S:
            return True
    return False


Told = dict[str, Arguments]
"""What was sent last to one port, by address."""


@dataclass(slots=True)
class _Listener:
    heard_at: float
    fixed: dict[int, Told]
    heard: dict[int, Told] = field(default_factory=dict)  # the port heard last is last


class Feedback:
    """One listener per host that sent something within the last minute, and what it knows.

    A host is told on the ports it sends from and on `port`; `targets` are told from the start and
    for ever, without having sent anything.
    """

    def __init__(
        self, sender: Sender, send: Send, port: int, own_port: int, targets: Iterable[Target] = ()
    ) -> None:
        self._sender, self._send = sender, send
        self._port, self._own_port = port, own_port
        self._listeners: dict[str, _Listener] = {}
        self._lock = threading.Lock()
        self._ticked_at = self._beat_at = float("-inf")
        self._beats = 0
        for host, target in targets:
            found = self._listeners.setdefault(host, _Listener(float("inf"), {}))
            found.fixed[target] = {}

    def heard(self, target: Target, now: float) -> None:
        """Remember a host that may be answered; a port heard for the first time is told all."""
        host, port = target
        with self._lock:
            listener = self._listeners.get(host)
            if listener is None:
                listener = self._listeners[host] = _Listener(now, {self._port: {}})
            listener.heard_at = max(listener.heard_at, now)
            if port not in listener.fixed:
                listener.heard[port] = listener.heard.pop(port, {})
            if len(listener.heard) > _PORTS:
                del listener.heard[next(iter(listener.heard))]
            if len(self._listeners) > _HOSTS:
                del self._listeners[min(self._listeners, key=self._last_heard)]

    def tell_again(self, host: str) -> None:
        """Forget what a host knows, so that the next tick tells it everything."""
        with self._lock:
            if host in self._listeners:
                for _, told in self._ports(self._listeners[host]):
                    told.clear()

    def tick(self, lines: Callable[[], Mapping[str, Line]], now: float) -> None:
        """Send what changed since each listener was told, at most 30 times a second.

        `lines` is only asked when there is somebody to tell; `now` is time.monotonic().
        """
        if now - self._ticked_at < PERIOD_S:
            return
        self._ticked_at = now
        beat = now - self._beat_at >= _HEARTBEAT_S
        if beat:
            self._beat_at, self._beats = now, self._beats + 1
        with self._lock:
            gone = [h for h, one in self._listeners.items() if now - one.heard_at > _MEMORY_S]
            for host in gone:
                del self._listeners[host]
            ports = [(h, *port) for h, one in self._listeners.items() for port in self._ports(one)]
        if not ports:
            return
        shown = lines()
        for host, port, told in ports:
            news = self._news(host, told, shown, now)
            if beat:
                news.append(("/heartbeat", (self._beats,)))
            for packet in bundle(news):
                self._send(packet, (host, port))

    def _ports(self, listener: _Listener) -> list[tuple[int, Told]]:
        """Every port to tell; never our own, or we would talk to ourselves."""
        ports = {**listener.fixed, **listener.heard}
        return [(port, told) for port, told in ports.items() if port not in (0, self._own_port)]

    def _news(
        self, host: str, told: Told, shown: Mapping[str, Line], now: float
    ) -> list[tuple[str, Arguments]]:
        news: list[tuple[str, Arguments]] = []
        for address, line in shown.items():
            if told.get(address) == line.arguments:
                continue
            if touches(self._sender, (f"osc:{host}",), line, now):
                continue  # its own finger is on the fader: tell it when it rests
            told[address] = line.arguments
            news.append((address, line.arguments))
        return news

    def _last_heard(self, host: str) -> float:
        return self._listeners[host].heard_at
