"""The token of a show on the network: who brings it may play, who guesses is shut out a while.

Used by every entrance of the remote; loopback needs none.
"""

from __future__ import annotations

import secrets
import time

_TRIES, _TRIES_S = 5, 60.0
_HOSTS_KNOWN = 1000


class Token:
    """128 random bits as text, new for every show; `text` is empty when everybody may in."""

    def __init__(self, needed: bool) -> None:
        self.text = secrets.token_urlsafe(16) if needed else ""
        self._tries: dict[str, list[float]] = {}

    def opens(self, given: object, host: str) -> bool:
        """Say whether what `host` gives is the token; five wrong ones close it for a minute."""
        if not self.text:
            return True
        now = time.monotonic()
        recent = [at for at in self._tries.get(host, ()) if now - at < _TRIES_S]
        # A header or a message may hold half a character; that is a wrong guess like others.
        words = str(given).encode(errors="replace")
        right = secrets.compare_digest(words, self.text.encode())
        if right and len(recent) < _TRIES:
            return True
        if not right:
            self._tries[host] = [*recent, now][-_TRIES:]
            if len(self._tries) > _HOSTS_KNOWN:
                del self._tries[next(iter(self._tries))]
        return False
