"""The OSC hand: a UDP socket, the gate, and events for the stage; feedback leaves by it too.

Made by the desk process; `run` is its receiving thread, `tick` belongs to the desk's main loop.
"""

from __future__ import annotations

import ipaddress
import logging
import select
import socket
import threading
import time

from vj.core.house import House
from vj.core.types import Event, Set
from vj.desk.addresses import Ask, Book, build_book, interpret
from vj.desk.budget import Budget
from vj.desk.complaints import Complaints
from vj.desk.mirror import Mirror
from vj.desk.osc_feedback import Feedback, Target
from vj.desk.osc_gate import PACKET_LIMIT, Refused, open_packet
from vj.desk.sender import Sender

log = logging.getLogger(__name__)

_BUFFER_BYTES = 4 << 20
_BATCH = 64
_RETRY_S = 2.0
_EACH_PER_S, _TOTAL_PER_S, _LOOPBACK_PER_S = 500.0, 2000.0, 5000.0


def open_socket(host: str, port: int) -> socket.socket:
    """Bind a UDP socket that never blocks and holds a burst of packets.

    Raises: OSError when the port is taken.
    """
    found = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        found.bind((host, port))
        found.setblocking(False)
    except OSError:
        found.close()
        raise
    return found


class OscHand:
    """Listens on the rig's OSC port (loopback only unless the show was started with `--lan`)."""

    def __init__(self, house: House, mirror: Mirror, sender: Sender) -> None:
        self._gig, self._lan = house.gig, house.options.lan
        self._mirror, self._sender = mirror, sender
        self._socket: socket.socket | None = None
        self._budget = Budget(_EACH_PER_S, _TOTAL_PER_S)
        self._own = Budget(_LOOPBACK_PER_S, _LOOPBACK_PER_S)
        self._written = self._edition()
        self._book = self._write_book()
        self._feedback: Feedback | None = None
        self.port, self.received, self.refused, self.unknown = 0, 0, 0, 0
        self.last, self.error = "", ""
        self._complaints = Complaints(log)

    def run(self, stop: threading.Event) -> None:
        """Receive until `stop`; a taken port is tried again every two seconds."""
        while not stop.is_set():
            found = self._listen()
            if found is None:
                stop.wait(_RETRY_S)
                continue
            with found:
                self._receive(found, stop)
            self._socket = None

    def tick(self, now: float) -> None:
        """Take over the scene's addresses and send feedback; `now` is time.monotonic()."""
        written = self._edition()
        if written != self._written:
            self._written = written
            self._book = self._write_book()
        if self._feedback is not None:
            self._feedback.tick(self._book, now)

    def status(self) -> dict[str, object]:
        """What the show and the remote are told about this hand."""
        return {
            "port": self.port,
            "received": self.received,
            "refused": self.refused,
            "unknown": self.unknown,
            "last": self.last,
        }

    def _edition(self) -> tuple[int, int, tuple[str, ...]]:
        """What the book depends on."""
        mirror = self._mirror
        return mirror.bound.generation, self._gig.table.edition, mirror.wanted.scenes

    def _write_book(self) -> Book:
        return build_book(self._gig.table, self._mirror.wanted.scenes, self._mirror.bound.knobs)

    def _listen(self) -> socket.socket | None:
        host, port = "0.0.0.0" if self._lan else "127.0.0.1", self._gig.rig.osc_port
        try:
            found = open_socket(host, port)
        except OSError as error:
            text = f"OSC port {port} cannot be opened ({error.strerror}); is it in use?"
            if text != self.error:
                log.warning("%s", text)
            self.error = text
            return None
        self.error, self._socket, self.port = "", found, found.getsockname()[1]
        self._feedback = Feedback(
            self._gig.table,
            self._mirror,
            self._sender,
            self._send,
            self._gig.rig.feedback_port,
            self.port,
        )
        log.info("OSC in on %s:%s", host, self.port)
        return found

    def _send(self, packet: bytes, target: Target) -> None:
        if self._socket is not None:
            try:
                self._socket.sendto(packet, target)
            except OSError as error:
                log.debug("feedback to %s:%s: %s", *target, error)

    def _receive(self, found: socket.socket, stop: threading.Event) -> None:
        while not stop.is_set():
            ready, _, _ = select.select([found], [], [], 0.2)
            if not ready:
                continue
            try:
                self._batch(found)
            except Exception as error:  # a loop top: one bad message must not end the hand
                self._complaints.tell("OSC message dropped", error)

    def _batch(self, found: socket.socket) -> None:
        """Empty the socket; of many values for one parameter only the last one is sent."""
        waiting: dict[str, Set] = {}
        for _ in range(_BATCH):
            try:
                packet, source = found.recvfrom(PACKET_LIMIT + 1)
            except BlockingIOError:
                break
            except OSError:  # Windows reports an unreachable listener, or too long a packet, here
                self.refused += 1
                continue
            for event in self._read(packet, source):
                if isinstance(event, Set):
                    waiting[event.param] = event
                    continue
                self._flush(waiting)
                self._sender.send(event)
        self._flush(waiting)

    def _flush(self, waiting: dict[str, Set]) -> None:
        for event in waiting.values():
            self._sender.send(event)
        waiting.clear()

    def _read(self, packet: bytes, source: Target) -> list[Event]:
        host, now = source[0], time.monotonic()
        loopback = ipaddress.ip_address(host).is_loopback
        try:
            messages = open_packet(packet)
        except Refused as reason:
            self.refused += 1
            log.debug("OSC from %s refused: %s", host, reason)
            return []
        # Junk costs less to refuse than to count, and must not use up what a good hand needs.
        if not (self._own if loopback else self._budget).allows(host, now):
            self.refused += 1
            return []
        self.received += 1
        feedback = self._feedback
        may_answer = loopback or (self._lan and host in self._gig.rig.hosts)
        if may_answer and feedback is not None:
            feedback.heard(source, now)
        events: list[Event] = []
        for message in messages:
            meaning = interpret(self._book, message, f"osc:{host}")
            if isinstance(meaning, Ask):
                if may_answer and feedback is not None:
                    if meaning.param:
                        feedback.answer(self._book, meaning.param, source)
                    else:
                        feedback.tell_again(host)
            elif meaning is not None:
                events.append(meaning)
                self.last = message.address
            elif message.address not in self._book.routes:
                self.unknown += 1
        return events
