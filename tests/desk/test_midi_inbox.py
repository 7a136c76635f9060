"""A burst from a controller must not hold up the thread that carries it.

The journal had made a message so slow to handle that JACK lost half of 128 that came at once.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from vj.desk.midi_inbox import Inbox


def test_messages_are_handled_in_order_in_a_thread_of_our_own(running: Any, until: Any) -> None:
    handled: list[tuple[str, bytes, int]] = []

    def handle(device: str, data: bytes) -> None:
        time.sleep(0.001)
        handled.append((device, data, threading.get_ident()))

    inbox: Inbox[str] = Inbox(handle)
    running(inbox.run)
    until(lambda: inbox._open, "the inbox")
    for number in range(200):
        inbox.put("pad", bytes([number]))
    until(lambda: len(handled) == 200, "everything")
    assert [data[0] for _, data, _ in handled] == list(range(200))
    assert threading.get_ident() not in {thread for _, _, thread in handled}


def test_without_a_thread_a_message_is_handled_at_once() -> None:
    handled: list[bytes] = []
    Inbox[str](lambda device, data: handled.append(data)).put("pad", b"x")
    assert handled == [b"x"]
