"""The tokens of a show on the network: one may play, one may look; who guesses is shut out a while.

Used by every entrance of the remote; loopback needs none.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from typing import Any, Literal

May = Literal["play", "look", ""]
"""What somebody may: everything, only look, or nothing."""

_TRIES, _TRIES_S = 5, 60.0
_HOSTS_KNOWN = 1000


class Token:
    """128 random bits as text for each right, new for every show; empty when everybody may in."""

    def __init__(self, needed: bool, before: Mapping[str, Any] | None = None) -> None:
        """`before`: what the remote of a desk that died has told; its links stay."""
        self._needed = needed
        self._tries: dict[str, list[float]] = {}
        self.play = self.look = ""
        self.renew()
        told = [str((before or {}).get(name)) for name in ("url", "look_url")]
        play, look = (address.partition("#")[2] for address in told)
        if needed and play and look:
            self.play, self.look = play, look

    def renew(self) -> None:
        """Let nobody in any more who came with the tokens of before."""
        if self._needed:
            self.play, self.look = secrets.token_urlsafe(16), secrets.token_urlsafe(16)

    def opens(self, given: object, host: str) -> May:
        """Say what `host` may with what it gives; five wrong guesses close it for a minute."""
        if not self._needed:
            return "play"
        now = time.monotonic()
        recent = [at for at in self._tries.get(host, ()) if now - at < _TRIES_S]
        # A header or a message may hold half a character; that is a wrong guess like others.
        words = str(given).encode(errors="replace")
        plays = secrets.compare_digest(words, self.play.encode())
        looks = secrets.compare_digest(words, self.look.encode())
        if len(recent) < _TRIES and (plays or looks):
            return "play" if plays else "look"
        if not (plays or looks):
            self._tries[host] = [*recent, now][-_TRIES:]
            if len(self._tries) > _HOSTS_KNOWN:
                del self._tries[next(iter(self._tries))]
        return ""
