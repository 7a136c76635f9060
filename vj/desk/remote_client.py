"""One open remote page: what it has been told, and the loop that tells it the rest.

Made by the remote per WebSocket; a slow page only slows its own pictures.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping, Sequence

from aiohttp import web

from vj.core.house import House
from vj.desk import remote_words
from vj.desk.mirror import Mirror
from vj.desk.preview import pack, shrink

_TELL_S = 1 / 20
_PREVIEW_S = 1 / 10
_HEALTH_S = 0.5
_ALIVE_S = 2.0
_PREVIEW_SIZE = (180, 320)


class Client:
    """Sends state at most 20 times, preview 10 times and health twice a second."""

    def __init__(self, house: House, mirror: Mirror, page: web.WebSocketResponse) -> None:
        self._house, self._mirror, self._page = house, mirror, page
        self._told: dict[str, float] = {}
        self._scene = ""
        self._generation = -1
        self._list: tuple[Sequence[str], Mapping[str, str], int] | None = None
        self._beats: dict[str, tuple[int, float]] = {}
        self._picture_seq = 0
        self.preview = False

    async def tell(self) -> None:
        """Run until cancelled or the page is gone."""
        previewed_at = healthy_at = float("-inf")
        while not self._page.closed:
            now = time.monotonic()
            await self._tell_state()
            if now - healthy_at >= _HEALTH_S:
                healthy_at = now
                await self._send(self._health(now))
            if self.preview and now - previewed_at >= _PREVIEW_S * 0.9:
                previewed_at = now
                await self._tell_picture()
            await asyncio.sleep(_TELL_S)

    async def _tell_state(self) -> None:
        bound, wanted, table = self._mirror.bound, self._mirror.wanted, self._house.gig.table
        titles = self._mirror.titles
        if (wanted.scenes, titles, table.edition) != self._list:
            self._list = (wanted.scenes, titles, table.edition)
            self._generation, self._scene = -1, ""
            await self._send(remote_words.show(table, wanted.scenes, titles))
        if bound.generation != self._generation:
            self._generation = bound.generation
            self._told.clear()
            await self._send(remote_words.bound(bound, table))
        news = remote_words.news(wanted, bound, table, self._told)
        if wanted.scene != self._scene or news["values"]:
            self._scene = wanted.scene
            await self._send(news)

    async def _tell_picture(self) -> None:
        frame = self._house.screen.latest(self._picture_seq)
        if frame is not None:
            self._picture_seq = frame.seq
            await self._page.send_bytes(pack(shrink(frame.pixels, *_PREVIEW_SIZE), frame.seq))

    def _health(self, now: float) -> Mapping[str, object]:
        documents, alive = {}, []
        for name, board in self._house.status.items():
            seq = board.newest
            if seq == 0:
                continue  # not part of this show, or not up yet
            before, since = self._beats.get(name, (0, now))
            since = now if seq != before else since
            self._beats[name] = (seq, since)
            if now - since < _ALIVE_S:
                alive.append(name)
            found = board.read()
            documents[name] = found[1] if found else None
        return remote_words.health(documents, alive, self._mirror.wanted)

    async def _send(self, document: Mapping[str, object]) -> None:
        await self._page.send_str(json.dumps(document, separators=(",", ":")))
