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
from vj.desk.journal import Journal, told
from vj.desk.midi import MidiHand
from vj.desk.mirror import Mirror
from vj.desk.preview import matte, pack, shrink
from vj.desk.remote_gate import PANES
from vj.desk.remote_token import May
from vj.desk.scene_pictures import ScenePictures

_TELL_S = 1 / 20
_HANDS_S = 1 / 10
_HEALTH_S = 0.5
_ALIVE_S = 2.0
_PREVIEW_S, _PREVIEW_SIZE = 1 / 10, (180, 320)
# Pictures are not packed, for want of a codec: over the air smaller and fewer of them.
_FAR_PREVIEW_S, _FAR_PREVIEW_SIZE = 1 / 5, (135, 240)
_MOST_HEARD = 40


class Client:
    """Sends state at most 20 times, pictures and hands 10 times and health twice a second.

    `panes`: the live pictures the page looks at; `may`: what it is told that it may.
    """

    def __init__(
        self,
        house: House,
        mirror: Mirror,
        page: web.WebSocketResponse,
        journal: Journal,
        midi: MidiHand | None = None,
    ) -> None:
        self._house, self._mirror, self._page = house, mirror, page
        self._journal, self._midi = journal, midi
        self._told: dict[str, float] = {}
        self._scene = ""
        self._generation = -1
        self._list: tuple[Sequence[str], Mapping[str, str], int] | None = None
        self._beats: dict[str, tuple[int, float]] = {}
        self._seen: dict[str, int] = {}
        self._hands: Mapping[str, object] = {}
        self._heard = -1
        self.panes: tuple[str, ...] = ()
        self.pictures: ScenePictures | None = None
        self.code: list[str] = []
        self.may: May = "play"

    def monitor(self, wanted: bool) -> None:
        """Begin with what came in lately, or stop telling what comes in."""
        self._heard = 0 if wanted else -1

    async def tell(self) -> None:
        """Run until cancelled or the page is gone."""
        far = self._house.options.lan
        every, size = (_FAR_PREVIEW_S, _FAR_PREVIEW_SIZE) if far else (_PREVIEW_S, _PREVIEW_SIZE)
        previewed_at = healthy_at = handy_at = float("-inf")
        while not self._page.closed:
            now = time.monotonic()
            await self._tell_state()
            if now - healthy_at >= _HEALTH_S:
                healthy_at = now
                await self._send(self._health(now))
            if now - handy_at >= _HANDS_S * 0.9:
                handy_at = now
                await self._tell_hands()
            if self.panes and now - previewed_at >= every * 0.9:
                previewed_at = now
                for pane in self.panes:
                    await self._tell_picture(pane, size)
            await asyncio.sleep(_TELL_S)

    async def _tell_state(self) -> None:
        bound, wanted, table = self._mirror.bound, self._mirror.wanted, self._house.gig.table
        titles = self._mirror.titles
        if (wanted.scenes, titles, table.edition) != self._list:
            self._list = (wanted.scenes, titles, table.edition)
            self._generation, self._scene = -1, ""
            show = remote_words.show(table, wanted.scenes, titles)
            await self._send({**show, "code": self.code, "may": self.may})
        if bound.generation != self._generation:
            self._generation = bound.generation
            self._told.clear()
            await self._send(remote_words.bound(bound, table))
        news = remote_words.news(wanted, bound, table, self._told)
        if wanted.scene != self._scene or news["values"]:
            self._scene = wanted.scene
            await self._send(news)

    async def _tell_hands(self) -> None:
        """Tell what controllers do and what came in, as far as it is new."""
        if self._midi is not None:
            hands = remote_words.hands(self._midi)
            if hands != self._hands:
                self._hands = hands
                await self._send(hands)
        if self._heard >= 0:
            entries = self._journal.since(self._heard)[-_MOST_HEARD:]
            if entries:
                self._heard = entries[-1].number
                table = self._house.gig.table
                words = [told(entry, table) for entry in entries]
                await self._send({"kind": "heard", "entries": words})

    async def _tell_picture(self, pane: str, size: tuple[int, int]) -> None:
        house = self._house
        boxes = {"output": house.screen, "source": house.camera, "edges": house.sketch}
        box = boxes.get(pane, house.styled)  # painting and matte come together
        frame = box.latest(self._seen.get(pane, 0))
        if frame is not None:
            self._seen[pane] = frame.seq
            pixels = matte(frame.pixels) if pane == "matte" else frame.pixels
            await self._page.send_bytes(pack(shrink(pixels, *size), frame.seq, PANES.index(pane)))

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
        crew = self._house.crew.read()
        growing = crew[1].get("growing", ()) if crew else ()
        edition = self.pictures.edition if self.pictures else 0
        return {
            **remote_words.health(documents, alive, self._mirror.wanted, growing),
            "pictures": edition,
        }

    async def _send(self, document: Mapping[str, object]) -> None:
        await self._page.send_str(json.dumps(document, separators=(",", ":")))
