"""A phone's camera: packed pictures from a page's own WebSocket into the letterbox, unopened.

Used by the remote. One phone at a time, the newest; capture decodes, the desk never does.
"""

from __future__ import annotations

import time

from aiohttp import WSMsgType, web

from vj.core.letterbox import Letterbox
from vj.desk.budget import Budget

_PICTURES_PER_S = 30.0
_JPEG = b"\xff\xd8\xff"


class PhoneCamera:
    """`number` counts the pictures that were taken in."""

    def __init__(self, box: Letterbox) -> None:
        self._box = box
        self._page: web.WebSocketResponse | None = None
        self.number = 0

    @property
    def on(self) -> bool:
        """Whether a phone sends now."""
        return self._page is not None

    async def receive(self, page: web.WebSocketResponse) -> None:
        """Take a page's pictures until it goes or another phone takes its place.

        What is too large ends the connection (the socket's own limit); text, what is no JPEG and
        what comes too fast is dropped.
        """
        former, self._page = self._page, page
        if former is not None:
            await former.close(code=4409, message=b"another phone")
        budget = Budget(_PICTURES_PER_S, _PICTURES_PER_S)
        try:
            async for message in page:
                if self._page is not page:
                    return
                if message.type is not WSMsgType.BINARY or not message.data.startswith(_JPEG):
                    continue
                if budget.allows("phone", time.monotonic()):
                    self._box.put(message.data)
                    self.number += 1
                    await page.send_str("{}")  # one more may come
        finally:
            if self._page is page:
                self._page = None
