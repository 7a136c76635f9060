"""The OSC hand: a UDP socket, the gate, and events for the stage; feedback leaves by it too.

Made by the desk process; `run` is its receiving thread, `tick` belongs to the desk's main loop.
"""

from __future__ import annotations

import errno
import ipaddress
import logging
import select
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from vj.core.house import House
from vj.core.types import Event, Set, Trigger
from vj.desk.addresses import Ask, Hold
from vj.desk.budget import Budget
from vj.desk.complaints import Complaints
from vj.desk.held import read as read_held
from vj.desk.mirror import Mirror
from vj.desk.osc_ear import Ear
from vj.desk.osc_feedback import Feedback, Target, bundle
from vj.desk.osc_gate import PACKET_LIMIT, Message, Refused, open_packet
from vj.desk.osc_holds import OscHolds
from vj.desk.sender import Sender
from vj.desk.shown import Line, Shown

log = logging.getLogger(__name__)

_BUFFER_BYTES = 4 << 20
_BATCH = 64
_RETRY_S = 2.0
# After each batch. Of a flood many messages are then read as one: each value costs the stage time.
_REST_S, _FLOOD_REST_S, _FLOOD = 0.004, 0.016, 5
_EACH_PER_S, _TOTAL_PER_S, _LOOPBACK_PER_S = 500.0, 2000.0, 5000.0
KEPT = frozenset(
    {"scene.save", "scene.duplicate", "scene.undo", "rewind.save", "record.toggle", "snapshot"}
    | {"map.edit", "map.move", "map.reset", "map.save", "learn", "learn.rig", "learn.undo"}
    | {"remote.lock"}
)
"""What outlives the show, in files, or puts others out: over the network only hosts the rig knows
may ask for it."""
_TOO_MUCH = "not from hosts that rig.yaml does not name"


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


def _why(meanings: Sequence[Event | Ask], known: bool) -> str:
    """Say why a message asks the stage for nothing."""
    if not known:
        return "no such address"
    return "a question" if meanings else "a release, a hold going on, or not for here"


def _taken(port: int, error: OSError) -> str:
    why = f"cannot be opened ({error.strerror})"
    if error.errno == errno.EADDRINUSE:
        why = "is in use by another program, perhaps another show"
    return f"OSC port {port} {why}; trying again every {_RETRY_S:.0f} s"


@lru_cache(maxsize=256)
def is_loopback(host: str) -> bool:
    """Say whether a host is this machine; asked for every packet, so its answers are kept."""
    return ipaddress.ip_address(host).is_loopback


def _rest(packets: int) -> float:
    """How long (s) to let more of them gather after a batch of so many."""
    if packets >= _BATCH:
        return 0.0
    return _FLOOD_REST_S if packets >= _FLOOD else _REST_S


class OscHand:
    """Listens on the rig's OSC port (loopback only unless the show was started with `--lan`)."""

    def __init__(self, house: House, mirror: Mirror, sender: Sender) -> None:
        self._rig, self._lan, self._sender = house.gig.rig, house.options.lan, sender
        self.ear, self._shown = Ear(house.gig, mirror), Shown(mirror)
        self._holds = OscHolds(self.ear, sender, lambda: mirror.wanted.scene)
        self._socket: socket.socket | None = None
        self._feedback: Feedback | None = None
        self._budget = Budget(_EACH_PER_S, _TOTAL_PER_S)
        self._own = Budget(_LOOPBACK_PER_S, _LOOPBACK_PER_S)
        self.port, self.received, self.refused, self.unknown = 0, 0, 0, 0
        self.last, self.last_unknown, self.error = "", "", ""
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
        self.ear.refresh(now)
        self._holds.tick(now)
        if self._feedback is not None:
            self._feedback.tick(self.lines, now)

    def take_over(self, document: object, now: float) -> None:
        """Let go of what the desk before this one held; `document`: of its `Held`."""
        self._holds.take_over(read_held(document), now)

    def lines(self) -> Mapping[str, Line]:
        """Return what every address shows now."""
        return self._shown.lines(self.ear.book, self.ear.layout)

    def heard(self, messages: Iterable[Message], hand: str, host: str) -> Iterator[Event | Ask]:
        """Say what messages ask for, one after the other; what they do to each other counts.

        What this host may not ask for is left out, whichever way it came.
        """
        self.received += 1
        for message in messages:
            known = self.ear.knows(message.address)
            if not known:
                self.unknown += 1
                self.last_unknown = message.address
            meanings = self._lasting(self.ear.meanings(message, hand))
            allowed = [meaning for meaning in meanings if not self._asks_too_much(meaning, host)]
            self.refused += len(meanings) - len(allowed)
            refused = len(allowed) < len(meanings)
            self._note(message, allowed, hand, _TOO_MUCH if refused else _why(meanings, known))
            for meaning in allowed:
                self.last = message.address
                yield meaning

    def _lasting(self, meanings: Iterable[Event | Ask | Hold]) -> list[Event | Ask]:
        """Turn holds into what they do now."""
        found = [one if isinstance(one, Ask) else self._holds.hear(one) for one in meanings]
        return [meaning for meaning in found if meaning is not None]

    def _asks_too_much(self, meaning: Event | Ask, host: str) -> bool:
        return isinstance(meaning, Trigger) and meaning.action in KEPT and not self._may(host)

    def _note(self, message: Message, meanings: list[Event | Ask], hand: str, why: str) -> None:
        events = [meaning for meaning in meanings if not isinstance(meaning, Ask)]
        self._sender.journal.note(
            hand, message.address, message.arguments, events, "" if events else why
        )

    def status(self) -> dict[str, object]:
        """What the show and the remote are told about this hand."""
        return {
            "port": self.port,
            "received": self.received,
            "refused": self.refused,
            "unknown": self.unknown,
            "last": self.last,
            "last_unknown": self.last_unknown,
        }

    def _listen(self) -> socket.socket | None:
        host, port = "0.0.0.0" if self._lan else "127.0.0.1", self._rig.osc_port
        try:
            found = open_socket(host, port)
        except OSError as error:
            text = _taken(port, error)
            if text != self.error:
                log.warning("%s", text)
            self.error = text
            return None
        self.error, self._socket, self.port = "", found, found.getsockname()[1]
        self._feedback = Feedback(
            self._sender,
            self._send,
            self._rig.feedback_port,
            self.port,
            [target for target in self._rig.feedback_to if self._may(target[0])],
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
                time.sleep(_rest(self._batch(found)))
            except Exception as error:  # a loop top: one bad message must not end the hand
                self._complaints.tell("OSC message dropped", error)

    def _batch(self, found: socket.socket) -> int:
        """Read what waits; of many values for one parameter only the last one is sent.

        Returns how many packets there were; `_BATCH`: there may be more.
        """
        waiting: dict[str, Set] = {}
        for number in range(_BATCH):
            try:
                packet, source = found.recvfrom(PACKET_LIMIT + 1)
            except BlockingIOError:
                self._flush(waiting)
                return number
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
        return _BATCH

    def _flush(self, waiting: dict[str, Set]) -> None:
        for event in waiting.values():
            self._sender.send(event)
        waiting.clear()

    def _read(self, packet: bytes, source: Target) -> Iterator[Event]:
        host, now = source[0], time.monotonic()
        try:
            messages = open_packet(packet)
        except Refused as reason:
            self.refused += 1
            log.debug("OSC from %s refused: %s", host, reason)
            self._sender.journal.note(f"osc:{host}", "packet", (packet[:64],), (), str(reason))
            return
        # Junk costs less to refuse than to count, and must not use up what a good hand needs.
        budget = self._own if is_loopback(host) else self._budget
        if not budget.allows(host, now):
            self.refused += 1
            self._sender.journal.note(f"osc:{host}", "packet", (), (), "too many messages a second")
            return
        feedback = self._feedback if self._may(host) else None
        if feedback is not None:
            feedback.heard(source, now)
        for meaning in self.heard(messages, f"osc:{host}", host):
            if not isinstance(meaning, Ask):
                yield meaning
            elif feedback is not None:
                if meaning.address:
                    self._answer(meaning.address, source)
                else:
                    feedback.tell_again(host)

    def _may(self, host: str) -> bool:
        """Say whether a host may be told anything, or write: a sender's address can be forged."""
        known = host in self._rig.hosts or any(host == to for to, _ in self._rig.feedback_to)
        return is_loopback(host) or (self._lan and known)

    def _answer(self, address: str, target: Target) -> None:
        """Answer a "?" at once, to the port it came from."""
        line = self.lines().get(address)
        if line is not None:
            for packet in bundle([(address, line.arguments)]):
                self._send(packet, target)
