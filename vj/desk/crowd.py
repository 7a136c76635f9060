"""Who is inside: every open connection of a web server, and who has to go for the next one.

Kept by the door. Whoever is slow, or comes in numbers, only takes places from his own host.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass

PATIENCE_S = 5.0  # to say what one has come for
_ANSWER_S = 30.0  # to take in an answer, and ask for the next
_STUCK_S = 15.0  # without reading a byte of what waits
EACH, MOST = 40, 128  # four devices at one address, with the six connections of a browser and more


@dataclass(slots=True, eq=False)
class Visit:
    """A connection: who, since when or since his last request, and what he has not read yet."""

    transport: asyncio.Transport
    host: str
    since: float
    read_at: float
    unread: int = 0
    asked: bool = False
    stays: bool = False
    task: asyncio.Task[object] | None = None


class Crowd:
    """All visits; `stays` keeps one from having to go for others."""

    def __init__(self, each: int = EACH, most: int = MOST) -> None:
        self._each, self._most = each, most
        self._visits: dict[object, Visit] = {}

    def __len__(self) -> int:
        return len(self._visits)

    def enter(self, key: object, transport: asyncio.Transport, now: float) -> bool:
        """Take in a connection, for which an older one may go; False when there is no place."""
        peer = transport.get_extra_info("peername")
        host = str(peer[0]) if peer else ""
        if not self._room(host):
            self.sweep(now)
            while not self._room(host):
                if not self._push_out(host):
                    return False
        self._visits[key] = Visit(transport, host, now, now)
        return True

    def asks(self, key: object, task: asyncio.Task[object] | None, now: float) -> None:
        """Note that a connection's request is complete and is answered by `task`."""
        visit = self._visits.get(key)
        if visit is not None:
            visit.asked, visit.since, visit.task = True, now, task

    def stays(self, key: object) -> None:
        """Note that a connection is a page that was let in: it may stay, as long as it reads."""
        visit = self._visits.get(key)
        if visit is not None:
            visit.stays, visit.task = True, None

    def sweep(self, now: float) -> None:
        """Forget who has left; hang up on who takes too long, `now` in seconds of monotonic()."""
        for key, visit in list(self._visits.items()):
            if visit.transport.get_extra_info("socket").fileno() < 0:
                del self._visits[key]
                continue
            unread = visit.transport.get_write_buffer_size()
            if unread == 0 or unread < visit.unread:
                visit.read_at = now
            visit.unread = unread
            patience = _ANSWER_S if visit.asked else PATIENCE_S
            if now - visit.read_at > _STUCK_S or (not visit.stays and now - visit.since > patience):
                self._hang_up(key)

    def _room(self, host: str) -> bool:
        theirs = sum(visit.host == host for visit in self._visits.values())
        return theirs < self._each and len(self._visits) < self._most

    def _push_out(self, host: str) -> bool:
        """Hang up on the oldest of a host that has too many, else of the one with the most."""
        passing = {key: visit for key, visit in self._visits.items() if not visit.stays}
        counts = Counter(visit.host for visit in passing.values())
        crowded = sum(visit.host == host for visit in self._visits.values()) >= self._each
        if not counts or (crowded and host not in counts):
            return False
        whose = host if crowded else counts.most_common(1)[0][0]
        theirs = [key for key, visit in passing.items() if visit.host == whose]
        self._hang_up(min(theirs, key=lambda key: (passing[key].asked, passing[key].since)))
        return True

    def _hang_up(self, key: object) -> None:
        """End a connection at once: to close it in order would wait until everything is read."""
        visit = self._visits.pop(key)
        if visit.task is None or visit.task.done():
            visit.transport.abort()
            return
        # Who sends a file has its socket in the loop's hands; he lets go of it first.
        visit.task.cancel()
        asyncio.get_running_loop().call_later(0.02, visit.transport.abort)
