"""A remote page without a browser: a real WebSocket to a running show, and its hostile cousins.

Used by `vj bench hands`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Coroutine
from typing import Any
from urllib.parse import urlsplit

import aiohttp

_PATIENCE_S = 10.0


class Page:
    """An open remote; it listens in a thread of its own, as a browser does."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "127.0.0.1", parts.port or 80
        self._token = parts.fragment
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="bench page", daemon=True).start()
        self._session = self._wait(self._start())
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self.open()

    @property
    def origin(self) -> str:
        """Where the page says it comes from."""
        return f"http://{self.host}:{self.port}"

    def open(self) -> None:
        """Open the socket, again after `drop`."""
        self._socket = self._wait(self._open())

    def say(self, **message: object) -> int:
        """Send one message and return when (perf_counter_ns)."""
        at = time.perf_counter_ns()
        self.say_raw(json.dumps(message))
        return at

    def say_raw(self, text: str | bytes) -> None:
        """Send whatever it is; a socket that was closed for the last one is opened anew."""
        if self._socket is None or self._socket.closed:
            self.open()
        assert self._socket is not None
        sent = (
            self._socket.send_str(text) if isinstance(text, str) else self._socket.send_bytes(text)
        )
        with contextlib.suppress(ConnectionError, aiohttp.ClientError):
            self._wait(sent)

    def drop(self) -> int:
        """Lose the connection without a word, as when the network goes; return when."""
        at = time.perf_counter_ns()
        if self._socket is not None:
            self._wait(self._cut())
        return at

    def _wait(self, what: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(_PATIENCE_S)

    async def _start(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession()

    async def _open(self) -> aiohttp.ClientWebSocketResponse:
        url = f"{self.origin}/ws"
        session: aiohttp.ClientSession = self._session
        found = await session.ws_connect(url, headers={"Origin": self.origin}, max_msg_size=0)
        await found.send_str(json.dumps({"token": self._token}))
        asyncio.get_running_loop().create_task(self._listen(found))
        return found

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for _ in socket:
            pass

    async def _cut(self) -> None:
        assert self._socket is not None
        response = self._socket._response
        if response.connection is not None and response.connection.transport is not None:
            response.connection.transport.abort()
