"""A page's side of the conversation with the remote, without a browser."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

JPEG = b"\xff\xd8\xff\xe0 the desk does not look inside"

Conversation = Callable[[aiohttp.ClientSession, str], Awaitable[None]]


def visit(url: str, conversation: Conversation) -> None:
    """Run a conversation with the server at `url` (without its fragment)."""

    async def run() -> None:
        async with asyncio.timeout(20), aiohttp.ClientSession() as session:
            await conversation(session, url.split("#")[0].rstrip("/"))

    asyncio.run(run())


def origin(url: str) -> dict[str, str]:
    """The header a page from `url` itself sends."""
    return {"Origin": f"http://{urlsplit(url).netloc}"}


async def hear(socket: aiohttp.ClientWebSocketResponse, kind: str) -> dict[str, Any]:
    """Wait for the next message of a kind."""
    while True:
        message = await socket.receive(timeout=5)
        assert message.type is aiohttp.WSMsgType.TEXT, message
        found: dict[str, Any] = json.loads(message.data)
        if found["kind"] == kind:
            return found
