"""The door of a web server in the desk: who is let in, and who takes too long to say what for.

Used by the remote and by OSCQuery, each with a door of its own.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Iterable

from aiohttp import web

from vj.desk.crowd import PATIENCE_S, Crowd
from vj.desk.remote_gate import host_allowed

_BACKLOG = 64

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets in requests that name us in their Host header; hangs up on whoever takes his time.

    `names`: lower-case host names and addresses we answer to, besides loopback and the address a
    connection came in on.
    """

    def __init__(self, names: Collection[str] = ()) -> None:
        self._names = frozenset(names)
        self._crowd = Crowd()

    async def serve(
        self,
        app: web.Application,
        found: socket.socket,
        stop: threading.Event,
        secure: ssl.SSLContext | None = None,
    ) -> None:
        """Serve on a listening socket until `stop`; the app must have `guard` as a middleware.

        `secure`: speak TLS by this.
        """
        runner = web.AppRunner(
            app, access_log=None, keepalive_timeout=PATIENCE_S, shutdown_timeout=1.0
        )
        await runner.setup()
        assert runner.server is not None
        make, loop = runner.server, asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: _Threshold(self._crowd, make),
            sock=found,
            backlog=_BACKLOG,
            ssl=secure,
            ssl_handshake_timeout=PATIENCE_S if secure else None,
        )
        try:
            while not stop.is_set():
                await asyncio.sleep(0.1)
                self._crowd.sweep(time.monotonic())
        finally:
            server.close()
            await runner.cleanup()

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only requests meant for us: another Host is a page of somebody else's name."""
        self._crowd.asks(request.protocol, asyncio.current_task(), time.monotonic())
        if not host_allowed(request.headers.get("Host", ""), self._names | {address_of(request)}):
            raise web.HTTPMisdirectedRequest(text="this name is not mine\n")
        return await handler(request)

    def stays(self, request: web.Request) -> None:
        """Let a page's WebSocket, once it has shown that it may, stay for as long as it reads."""
        self._crowd.stays(request.protocol)


class _Threshold(asyncio.Protocol):
    """Where a new connection stands until there is a place for it; then it is aiohttp's."""

    def __init__(self, crowd: Crowd, make: Callable[[], asyncio.Protocol]) -> None:
        self._crowd, self._make = crowd, make

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        handler = self._make()
        if not self._crowd.enter(handler, transport, time.monotonic()):
            transport.abort()
            return
        transport.set_protocol(handler)
        handler.connection_made(transport)


def address_of(request: web.Request) -> str:
    """Return our own address a request came in on, "" when it has gone already."""
    here = request.transport.get_extra_info("sockname") if request.transport else None
    return str(here[0]) if here else ""


def bind(host: str, ports: Iterable[int]) -> socket.socket:
    """Listen on the first port of `ports` that is free; 0 is any free one.

    Raises: OSError when none is.
    """
    failed = OSError("no free port")
    for port in ports:
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
            found.listen(_BACKLOG)
        except OSError as error:
            found.close()
            failed = error
            continue
        return found
    raise failed


def ports_from(port: int) -> list[int]:
    """Return a port and the 19 above it, then any free one: what to try in this order."""
    return [*range(port, min(port + 20, 65536)), 0] if port else [0]
