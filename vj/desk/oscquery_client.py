"""One OSCQuery client's WebSocket: what it listens to, and the loop that tells it.

Made by the OSCQuery server per connection; a slow client only slows its own news.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Awaitable, Callable

from aiohttp import WSMsgType, web

from vj.desk.addresses import Ask
from vj.desk.budget import Budget
from vj.desk.osc import OscHand
from vj.desk.osc_feedback import PERIOD_S, encode, touches
from vj.desk.osc_gate import Refused, open_packet
from vj.desk.oscquery_tree import Node, Tree, changes, describe, value_of
from vj.desk.remote_gate import read_object
from vj.desk.sender import Sender
from vj.desk.shown import Arguments

_MESSAGES_PER_S = 2000.0
_BREATH_S = 0.02


class Listener:
    """Takes LISTEN, IGNORE, questions and OSC; sends values as OSC, changes of paths as JSON."""

    def __init__(
        self,
        page: web.WebSocketResponse,
        osc: OscHand,
        sender: Sender,
        tree: Callable[[], Tree],
        ask: Callable[[str, str], Awaitable[str]],
        hand: str,
        host: str,
    ) -> None:
        self._page, self._osc, self._sender = page, osc, sender
        self._tree, self._ask = tree, ask
        self._host, self._hands = host, (hand, f"osc:{host}")  # our own, and its at the UDP port
        self._known = tree()
        self._told: dict[str, Arguments | None] = {}

    async def converse(self) -> None:
        """Run until the client leaves."""
        telling = asyncio.create_task(self._tell())
        budget = Budget(_MESSAGES_PER_S, _MESSAGES_PER_S)
        try:
            async for message in self._page:
                while not budget.allows("", time.monotonic()):
                    await asyncio.sleep(_BREATH_S)  # read no faster, so it sends no faster
                if message.type is WSMsgType.TEXT:
                    await self._read(message.data)
                elif message.type is WSMsgType.BINARY:
                    await self._play(message.data)
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await telling

    async def _read(self, text: str) -> None:
        if text.startswith("/"):  # some clients ask here what others ask by HTTP
            path, _, query = text.partition("?")
            await self._page.send_str(await self._ask(path, query))
            return
        found = read_object(text) or {}
        command, address = found.get("COMMAND"), found.get("DATA")
        if command == "LISTEN" and isinstance(address, str) and address in self._tree().nodes:
            self._told.setdefault(address, None)
        elif command == "IGNORE" and isinstance(address, str):
            self._told.pop(address, None)

    async def _play(self, packet: bytes) -> None:
        try:
            messages = open_packet(packet)
        except Refused as reason:
            self._osc.refused += 1
            self._sender.journal.note(self._hands[0], "packet", (packet[:64],), (), str(reason))
            return
        for meaning in self._osc.heard(messages, self._hands[0], self._host):
            if not isinstance(meaning, Ask):
                self._sender.send(meaning)
            elif meaning.address in self._osc.lines():
                line = self._osc.lines()[meaning.address]
                await self._page.send_bytes(encode(meaning.address, line.arguments).dgram)

    async def _tell(self) -> None:
        while not self._page.closed:
            await self._tell_paths()
            await self._tell_values(time.monotonic())
            await asyncio.sleep(PERIOD_S)

    async def _tell_paths(self) -> None:
        tree, before = self._tree(), self._known
        if tree is before:
            return
        self._known = tree
        for command, path in changes(before, tree):
            branch = describe(tree, path, self._osc.lines()) if command == "PATH_ADDED" else None
            await self._send({**(branch or {}), "COMMAND": command, "DATA": path})

    async def _tell_values(self, now: float) -> None:
        lines = self._osc.lines()
        for address, told in list(self._told.items()):
            node: Node | None = self._known.nodes.get(address)
            value = value_of(node, lines) if node else None
            if node is None or value is None or value == told:
                continue
            if touches(self._sender, self._hands, lines[node.shows], now):
                continue
            if address in self._told:  # it may have been ignored while the last one was sent
                self._told[address] = value
                await self._page.send_bytes(encode(address, value).dgram)

    async def _send(self, document: dict[str, object]) -> None:
        await self._page.send_str(json.dumps(document, separators=(",", ":")))
