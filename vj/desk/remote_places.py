"""The places of the remote: how many pages and phone cameras there may be; all can be cleared.

Kept by the remote; used from its own asyncio loop only.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

from aiohttp import web

_PAGES, _PAGES_PER_HOST, _CAMERAS = 8, 4, 2
FULL = 4503
"""The code a page is closed with that came in when all places were taken meanwhile."""
SHUT = 4403
"""The code a page is closed with that has no right to be here, or no longer."""


class Places:
    """Who has a place; `shared`: hosts besides this one come, none of which may take them all."""

    def __init__(self, shared: bool) -> None:
        self._shared = shared
        self._pages: dict[web.WebSocketResponse, str] = {}
        self._cameras: set[web.WebSocketResponse] = set()

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return len(self._pages)

    def full(self, host: str) -> bool:
        """Whether there is no place for another page of this host."""
        theirs = sum(other == host for other in self._pages.values())
        return len(self._pages) >= _PAGES or (self._shared and theirs >= _PAGES_PER_HOST)

    @property
    def cameras_full(self) -> bool:
        """Whether one camera sends and another is there to take its place."""
        return len(self._cameras) >= _CAMERAS

    @contextlib.contextmanager
    def page(self, page: web.WebSocketResponse, host: str) -> Iterator[None]:
        """Let a page have a place for as long as this lasts."""
        self._pages[page] = host
        try:
            yield
        finally:
            self._pages.pop(page, None)

    @contextlib.contextmanager
    def camera(self, page: web.WebSocketResponse) -> Iterator[None]:
        """Let a phone's camera have a place for as long as this lasts."""
        self._cameras.add(page)
        try:
            yield
        finally:
            self._cameras.discard(page)

    async def clear(self) -> None:
        """Put everybody out; none of them is waited for longer than the others."""
        everybody = [*self._pages, *self._cameras]
        going = (page.close(code=SHUT, message=b"locked") for page in everybody)
        await asyncio.gather(*going, return_exceptions=True)
