"""Tells OSC senders what the show is doing: same addresses, newest value only, 30 times a second.

Ticked by the desk's main loop; the OSC receiver reports who was heard and who asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message_builder import OscMessageBuilder

from vj.core.table import Table
from vj.desk.addresses import Answer, Book, answers
from vj.desk.mirror import Mirror
from vj.desk.sender import Sender

Target = tuple[str, int]
Send = Callable[[bytes, Target], None]

_PERIOD_S = 1 / 30
_MEMORY_S = 60.0
_HEARTBEAT_S = 2.0
_TOUCH_S = 0.5
_BUNDLE_BYTES = 1400
_HOSTS = 16


def encode(told: Iterable[Answer]) -> list[bytes]:
    """Pack answers into as few bundles as fit 1400 bytes each."""
    bundles, size = [], 0
    builder: Any = OscBundleBuilder(IMMEDIATELY)
    for address, value in told:
        message = OscMessageBuilder(address)
        message.add_arg(value)
        built = message.build()
        if size and size + built.size + 20 > _BUNDLE_BYTES:
            bundles.append(builder.build().dgram)
            builder, size = OscBundleBuilder(IMMEDIATELY), 0
        builder.add_content(built)
        size += built.size + 4
    return [*bundles, builder.build().dgram] if size else bundles


@dataclass(slots=True)
class _Listener:
    heard_at: float
    ports: set[int]
    told: dict[str, float | int | str] = field(default_factory=dict)


class Feedback:
    """One listener per host that sent something within the last minute, and what it knows."""

    def __init__(
        self, table: Table, mirror: Mirror, sender: Sender, send: Send, port: int, own_port: int
    ) -> None:
        self._table, self._mirror, self._sender = table, mirror, sender
        self._send, self._port, self._own_port = send, port, own_port
        self._listeners: dict[str, _Listener] = {}
        self._lock = threading.Lock()
        self._ticked_at = self._beat_at = float("-inf")
        self._beats = 0

    def heard(self, target: Target, now: float) -> None:
        """Remember a host allowed to be answered, at its source port and the configured one."""
        host, port = target
        with self._lock:
            listener = self._listeners.pop(host, None) or _Listener(now, {self._port})
            listener.heard_at = now
            if len(listener.ports) > 4:
                listener.ports = {self._port}
            listener.ports.add(port)
            self._listeners[host] = listener
            if len(self._listeners) > _HOSTS:
                del self._listeners[next(iter(self._listeners))]

    def tell_again(self, host: str) -> None:
        """Forget what a host knows, so that the next tick tells it everything."""
        with self._lock:
            if host in self._listeners:
                self._listeners[host].told.clear()

    def answer(self, book: Book, param: str, target: Target) -> None:
        """Answer a "?" at once, to the port it came from."""
        told = answers(book, self._table.params[param], self._mirror.value(param))
        for packet in encode(told):
            self._send(packet, target)

    def tick(self, book: Book, now: float) -> None:
        """Send what changed since each listener was told, at most 30 times a second."""
        if now - self._ticked_at < _PERIOD_S * 0.9:
            return
        self._ticked_at = now
        beat = now - self._beat_at >= _HEARTBEAT_S
        if beat:
            self._beat_at, self._beats = now, self._beats + 1
        with self._lock:
            gone = [h for h, one in self._listeners.items() if now - one.heard_at > _MEMORY_S]
            for host in gone:
                del self._listeners[host]
            listeners = list(self._listeners.items())
        if not listeners:
            return
        told = self._everything(book)
        for host, listener in listeners:
            news = self._news(host, listener, told, now)
            if beat:
                news.append(("/heartbeat", self._beats))
            for packet in encode(news):
                for port in sorted(listener.ports):
                    if port != self._own_port:  # never talk to ourselves
                        self._send(packet, (host, port))

    def _everything(self, book: Book) -> list[tuple[str, Answer]]:
        """Every (parameter name, answer); names start with "" for what is not a parameter."""
        told = [
            (param.name, answer)
            for param in self._table
            for answer in answers(book, param, self._mirror.value(param.name))
        ]
        scene, scenes = self._mirror.wanted.scene, self._mirror.wanted.scenes
        if scene in scenes:
            told.append(("", ("/scene/index", scenes.index(scene) + 1)))
            told.append(("", ("/scene/name", scene)))
        return told

    def _news(
        self, host: str, listener: _Listener, told: list[tuple[str, Answer]], now: float
    ) -> list[Answer]:
        news: list[Answer] = []
        for param, (address, value) in told:
            if listener.told.get(address) == value:
                continue
            hand, moved_at = self._sender.mover(param)
            if hand == f"osc:{host}" and now - moved_at < _TOUCH_S:
                continue  # its own finger is on the fader: tell it when it rests
            listener.told[address] = value
            news.append((address, value))
        return news
