"""The gate every OSC packet passes before anything else looks at it: bytes in, messages out.

Called by the OSC receiver; pure, bounded in time by the packet's size, no library behind it.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass

PACKET_LIMIT = 1472
"""Bytes: what fits one Ethernet frame; larger datagrams come in fragments and are not for us."""

_DEPTH_LIMIT = 2
_TEXT_LIMIT = 64
_PRINTABLE = bytes(range(32, 127))
_LITERAL = bytes(c for c in _PRINTABLE if c not in b" #*,?[]{}")
_NUMBERS = {"i": struct.Struct(">i"), "f": struct.Struct(">f")} | {
    "d": struct.Struct(">d"),
    "h": struct.Struct(">q"),
}
_WORDS: dict[str, bool | None] = {"T": True, "F": False, "I": True, "N": None}
_SIZE = struct.Struct(">i")

Argument = float | int | bool | str | None


class Refused(ValueError):
    """A packet the gate does not let in; its text says why."""


@dataclass(frozen=True, slots=True)
class Message:
    """One OSC message: a literal address and finite arguments ("I" is True, "N" is None)."""

    address: str
    arguments: tuple[Argument, ...]


def open_packet(packet: bytes) -> list[Message]:
    """Return the messages of one datagram in order; time tags are ignored.

    Let in: at most 1472 bytes, bundles two deep, literal ASCII addresses, types i h f d s T F N I,
    finite numbers, strings of at most 64 printable characters.
    Raises: Refused for anything else; no other exception whatever the bytes.
    """
    if not packet or len(packet) > PACKET_LIMIT:
        raise Refused(f"packet of {len(packet)} bytes")
    messages: list[Message] = []
    _element(packet, 0, messages)
    return messages


def _element(data: bytes, depth: int, messages: list[Message]) -> None:
    if len(data) % 4:
        raise Refused("size is no multiple of 4")
    if data.startswith(b"#bundle\0"):
        _bundle(data, depth + 1, messages)
    else:
        messages.append(_message(data))


def _bundle(data: bytes, depth: int, messages: list[Message]) -> None:
    if depth > _DEPTH_LIMIT:
        raise Refused("bundle inside a bundle inside a bundle")
    if len(data) < 16:
        raise Refused("bundle without a time tag")
    at = 16
    while at < len(data):
        (size,) = _SIZE.unpack_from(data, at)
        at += 4
        # A size of zero or less would never get further: the packet that hangs other receivers.
        if not 0 < size <= len(data) - at:
            raise Refused("bundle element of impossible size")
        _element(data[at : at + size], depth, messages)
        at += size


def _message(data: bytes) -> Message:
    raw, at = _text(data, 0)
    if not raw.startswith(b"/") or raw.translate(None, _LITERAL):
        raise Refused("address is not literal")
    address = raw.decode("ascii")
    if at == len(data):  # senders older than OSC 1.0 leave the type tags out
        return Message(address, ())
    tags, at = _text(data, at)
    if not tags.startswith(b",") or tags.translate(None, _PRINTABLE):
        raise Refused("no type tags")
    arguments: list[Argument] = []
    for tag in tags[1:].decode("ascii"):
        if tag in _WORDS:
            arguments.append(_WORDS[tag])
        elif tag in _NUMBERS:
            number, at = _number(data, at, _NUMBERS[tag])
            arguments.append(number)
        elif tag == "s":
            word, at = _text(data, at)
            if len(word) > _TEXT_LIMIT or word.translate(None, _PRINTABLE):
                raise Refused("string too long or not printable")
            arguments.append(word.decode("ascii"))
        else:
            raise Refused("argument type not taken")
    if at != len(data):
        raise Refused("bytes after the last argument")
    return Message(address, tuple(arguments))


def _text(data: bytes, start: int) -> tuple[bytes, int]:
    """Return a zero-terminated string and where the next multiple of 4 begins."""
    end = data.find(b"\0", start)
    if end < 0:
        raise Refused("string without an end")
    return data[start:end], (end + 4) & ~3


def _number(data: bytes, at: int, form: struct.Struct) -> tuple[float | int, int]:
    if at + form.size > len(data):
        raise Refused("argument beyond the packet's end")
    (value,) = form.unpack_from(data, at)
    if not math.isfinite(value):
        raise Refused("number is not finite")
    return value, at + form.size
