"""A bucket of tokens per sender: how many packets or messages somebody may send per second.

Used by the OSC receiver (per address and in all), the remote (per client) and OSCQuery, whose
answers also cost by their size.
"""

from __future__ import annotations

from dataclasses import dataclass

_SENDERS = 256


@dataclass(slots=True)
class Bucket:
    """`rate` tokens per second, at most one second's worth saved up; it may be in debt."""

    rate: float
    tokens: float
    at: float

    def take(self, now: float) -> bool:
        """Take one token; False when the bucket is empty."""
        self.tokens = min(self.rate, self.tokens + (now - self.at) * self.rate)
        self.at = now
        if self.tokens < 1.0:
            return False
        self.tokens -= 1.0
        return True


class Budget:
    """A bucket for all senders together and one for each; knows at most 256 senders at a time."""

    def __init__(self, each: float, total: float) -> None:
        self._each = each
        self._total = Bucket(total, total, 0.0)
        self._senders: dict[str, Bucket] = {}

    def allows(self, sender: str, now: float) -> bool:
        """Take a token from the sender's own bucket, then from everybody's; `now` in seconds."""
        bucket = self._senders.pop(sender, None) or Bucket(self._each, self._each, now)
        self._senders[sender] = bucket  # last heard is last in the dict, the oldest goes first
        if len(self._senders) > _SENDERS:
            del self._senders[next(iter(self._senders))]
        return bucket.take(now) and self._total.take(now)

    def charge(self, sender: str, tokens: float) -> None:
        """Take more tokens for what a sender was allowed, as soon as one knows what it has cost."""
        if sender in self._senders:
            self._senders[sender].tokens -= tokens
        self._total.tokens -= tokens
