"""What controllers send, handed from the driver's thread to one of our own.

Used by the MIDI hand. JACK calls back in the thread that carries the messages: what is not done
there within a period of the server costs the messages of the next.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Device = TypeVar("Device")

_MOST = 4096  # messages waiting; the oldest is let go


class Inbox(Generic[Device]):
    """Messages in the order they came; `handle` gets them one by one and must not raise."""

    def __init__(self, handle: Callable[[Device, bytes], None]) -> None:
        self._handle = handle
        self._waiting: deque[tuple[Device, bytes]] = deque(maxlen=_MOST)
        self._came = threading.Event()
        self._open = False

    def put(self, device: Device, data: bytes) -> None:
        """Take a message in any thread; while nobody runs the inbox it is handled at once."""
        if not self._open:
            self._handle(device, data)
            return
        self._waiting.append((device, data))
        self._came.set()

    def run(self, stop: threading.Event) -> None:
        """Handle what comes until `stop`."""
        self._open = True
        while not stop.is_set():
            self._came.wait(0.1)
            self._came.clear()
            self._empty()
        self._open = False
        self._empty()

    def _empty(self) -> None:
        while self._waiting:
            self._handle(*self._waiting.popleft())
