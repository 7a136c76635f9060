"""Sends what a hostile network sends to a running show, and counts what had any effect.

Used by `vj bench hands`.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from vj.bench.hostile import message, packets, requests, wishes
from vj.bench.page import Page
from vj.bench.stand import Stand

_REST_S = 0.3
_IDLE = 500
_SLOW, _SLOW_S = 60, 3.0
_OBEYS_S = 1.0
_ASK_S = 2.0
_AWAY = (101, 200)


class Attack:
    """Counts by kind: how much was sent, and how much of it had an effect."""

    def __init__(self, stand: Stand, port: int, page: Page) -> None:
        self._stand, self._port, self._page = stand, port, page
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._tempo = 100.0
        self.found: dict[str, dict[str, int]] = {}

    def run(self) -> dict[str, Any]:
        """Send everything; return {kind: {sent, effect}} and the sums."""
        with self._udp:
            for kind, datagrams in packets().items():
                self._try(f"OSC: {kind}", datagrams, self._throw)
            doors = {"remote": self._page.port, "OSCQuery": self._query_port()}
            for door, port in doors.items():
                if not port:
                    continue  # the rig has switched OSCQuery off
                asked = requests(self._page.host, port, door == "OSCQuery")
                for kind, items in asked.items():
                    self._try(f"{door}: {kind}", items, partial(self._ask, port=port))
                self._crowd(f"{door}: idle and slow sockets", port)
            for kind, said in wishes().items():
                self._try(f"page: {kind}", said, self._page.say_raw)
        sums = {key: sum(one[key] for one in self.found.values()) for key in ("sent", "effect")}
        return {**sums, "kinds": self.found}

    def _query_port(self) -> int:
        return int(self._stand.status("desk").get("oscquery", {}).get("port") or 0)

    def _throw(self, packet: bytes) -> None:
        with contextlib.suppress(OSError):  # some are too long even to leave
            self._udp.sendto(packet, ("127.0.0.1", self._port))

    def _ask(self, request: bytes, port: int) -> bool:
        """Send one request; True when it was let in."""
        with (
            contextlib.suppress(OSError, ValueError),
            socket.create_connection((self._page.host, port), _ASK_S) as door,
        ):
            door.settimeout(_ASK_S)
            door.sendall(request)
            head = door.recv(64).split()
            return len(head) > 1 and head[0].startswith(b"HTTP/") and int(head[1]) in _AWAY
        return False

    def _try(self, kind: str, items: Sequence[Any], send: Callable[[Any], object]) -> None:
        """Send all of a kind, then look; if anything happened, one by one to find which."""
        effects = self._effects(items, send)
        if effects > 1:
            effects = sum(self._effects([item], send) for item in items)
        self.found[kind] = {"sent": len(items), "effect": effects}

    def _effects(self, items: Sequence[Any], send: Callable[[Any], object]) -> int:
        before, lives = self._stand.values(), self._stand.restarts()
        scene = self._stand.document()["scene"]
        let_in = sum(send(item) is True for item in items)
        time.sleep(_REST_S)
        moved = self._stand.values() != before or self._stand.document()["scene"] != scene
        died = self._stand.restarts() != lives
        deaf = not self._obeys()
        return len(items) if moved or died or deaf else let_in

    def _obeys(self) -> bool:
        """Say whether a good hand of either kind is still obeyed within a second."""
        for by_page in (False, True):
            self._tempo = 100.0 + (self._tempo - 99.0) % 50.0
            if by_page:
                self._page.say(set="tempo.bpm", value=self._tempo)
            else:
                self._throw(message("/tempo/bpm", self._tempo))
            end = time.monotonic() + _OBEYS_S
            while self._stand.values().get("tempo.bpm") != self._tempo:
                if time.monotonic() > end:
                    return False
                time.sleep(0.01)
        return True

    def _crowd(self, kind: str, port: int) -> None:
        """Open many sockets that say nothing, or one letter now and then; then play."""
        crowd: list[socket.socket] = []
        effects = 0
        try:
            for _ in range(_IDLE + _SLOW):
                with contextlib.suppress(OSError):
                    one = socket.create_connection((self._page.host, port), 0.5)
                    one.setblocking(False)
                    crowd.append(one)
            end = time.monotonic() + _SLOW_S
            while time.monotonic() < end:
                for one in crowd[-_SLOW:]:
                    with contextlib.suppress(OSError):
                        one.send(b"G")
                time.sleep(0.1)
                effects |= not self._obeys()
        finally:
            for one in crowd:
                one.close()
        self.found[kind] = {"sent": len(crowd), "effect": len(crowd) if effects else 0}
