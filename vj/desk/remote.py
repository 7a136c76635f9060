"""The web remote: one page, one WebSocket per page, the same events as any other hand.

Made by the desk process; `run` is its thread with its own asyncio loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import socket
import threading
import time
from pathlib import Path

from aiohttp import WSMsgType, web

from vj.core.house import House
from vj.core.types import Set
from vj.desk.budget import Budget
from vj.desk.complaints import Complaints
from vj.desk.door import PATIENCE_S, Door, bind, ports_from
from vj.desk.mirror import Mirror
from vj.desk.remote_client import Client
from vj.desk.remote_gate import (
    MESSAGE_LIMIT,
    Preview,
    origin_allowed,
    read_message,
    read_object,
)
from vj.desk.sender import Sender

log = logging.getLogger(__name__)

PAGE = Path(__file__).resolve().parent / "page"
_FILES = {"/": "index.html", "/remote.css": "remote.css", "/remote.js": "remote.js"}
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
_CLIENTS = 8
_CLIENTS_PER_HOST = 2
_MESSAGES_PER_S = 60.0
_TRIES, _TRIES_S = 5, 60.0
_HOSTS_KNOWN = 1000
_RETRY_S = 5.0


def addresses_here() -> list[str]:
    """Return this machine's addresses on the network, the one towards the others first."""
    found = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # no packet is sent; this only asks for a route
        found.append(str(probe.getsockname()[0]))
    return found


class Remote:
    """Serves the page on the rig's port or the next free one; loopback only without `--lan`."""

    def __init__(self, house: House, mirror: Mirror, sender: Sender) -> None:
        self._house, self._mirror, self._sender = house, mirror, sender
        self._lan = house.options.lan
        self._token = secrets.token_urlsafe(16) if self._lan else ""
        here = addresses_here() if self._lan else []
        self._names = frozenset(name.lower() for name in here)
        self._host = here[0] if here else "127.0.0.1"
        self._clients: dict[int, str] = {}
        self._numbers = 0
        self._tries: dict[str, list[float]] = {}
        self._complaints = Complaints(log)
        self.url, self.error = "", ""

    def status(self) -> dict[str, object]:
        """What the show and the report are told: the address to open and how many pages are."""
        return {"url": self.url, "clients": len(self._clients)}

    def run(self, stop: threading.Event) -> None:
        """Serve until `stop`; started again after any failure."""
        while not stop.is_set():
            try:
                asyncio.run(self._serve(stop))
            except Exception as error:  # a loop top: the other hands do not depend on the page
                self.error = f"remote: {error}"
                self._complaints.tell("remote", error)
                stop.wait(_RETRY_S)

    async def _serve(self, stop: threading.Event) -> None:
        door = Door(self._names)
        app = web.Application(middlewares=[door.guard], client_max_size=MESSAGE_LIMIT)
        for path in _FILES:
            app.router.add_get(path, self._file)
        app.router.add_get("/style/{name}", self._style)
        app.router.add_get("/ws", self._socket)
        host, port = "0.0.0.0" if self._lan else "127.0.0.1", self._house.gig.rig.remote_port
        found = bind(host, ports_from(port))
        mark = f"#{self._token}" if self._token else ""
        self.url, self.error = f"http://{self._host}:{found.getsockname()[1]}/{mark}", ""
        await door.serve(app, found, stop)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        return web.FileResponse(PAGE / _FILES[request.path], headers=_HEADERS)

    async def _style(self, request: web.Request) -> web.StreamResponse:
        given = request.headers.get("Authorization", "").partition(" ")[2].strip().encode()
        if not secrets.compare_digest(given, self._token.encode()):
            raise web.HTTPForbidden(text="token\n")
        path = self._house.gig.style_files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(text="no such style\n")
        return web.FileResponse(path, headers=_HEADERS | {"Cache-Control": "private, max-age=600"})

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        host = request.remote or ""
        if not origin_allowed(request.headers.get("Origin", ""), request.headers.get("Host", "")):
            raise web.HTTPForbidden(text="open the page itself\n")
        theirs = sum(other == host for other in self._clients.values())
        if len(self._clients) >= _CLIENTS or (self._lan and theirs >= _CLIENTS_PER_HOST):
            raise web.HTTPServiceUnavailable(text="too many remotes are open\n")
        self._numbers += 1
        number = self._numbers
        self._clients[number] = host
        page = web.WebSocketResponse(max_msg_size=MESSAGE_LIMIT, compress=False, heartbeat=5.0)
        try:
            await page.prepare(request)
            if await self._admitted(page, host):
                await self._converse(page, f"web:{number}")
        finally:
            del self._clients[number]
        return page

    async def _admitted(self, page: web.WebSocketResponse, host: str) -> bool:
        """Wait for the page's first message; on a network it must bring the token."""
        try:
            first = await page.receive(timeout=PATIENCE_S)
        except TimeoutError:
            return False
        hello = read_object(first.data) if first.type is WSMsgType.TEXT else None
        if hello is None:
            return False
        if not self._token:
            return True
        now = time.monotonic()
        recent = [at for at in self._tries.get(host, ()) if now - at < _TRIES_S]
        given = str(hello.get("token", "")).encode()
        if len(recent) < _TRIES and secrets.compare_digest(given, self._token.encode()):
            return True
        self._tries[host] = [*recent, now][-_TRIES:]
        if len(self._tries) > _HOSTS_KNOWN:
            del self._tries[next(iter(self._tries))]
        await page.close(code=4403, message=b"token")
        return False

    async def _converse(self, page: web.WebSocketResponse, hand: str) -> None:
        client = Client(self._house, self._mirror, page)
        telling = asyncio.create_task(client.tell())
        budget = Budget(_MESSAGES_PER_S, _MESSAGES_PER_S)
        table = self._house.gig.table
        try:
            async for message in page:
                if message.type is not WSMsgType.TEXT or not budget.allows(hand, time.monotonic()):
                    continue
                meaning = read_message(message.data, table, self._mirror.bound, hand)
                if isinstance(meaning, Preview):
                    client.preview = meaning.wanted
                elif meaning is not None:
                    what = meaning.param if isinstance(meaning, Set) else meaning.action
                    self._sender.journal.note(hand, what, (), (meaning,))
                    self._sender.send(meaning)
                else:
                    self._sender.journal.note(hand, "message", (message.data,), (), "no such wish")
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await telling
