"""The OSC gate lets in what it should, refuses the rest, and never takes long over either."""

from __future__ import annotations

import math
import random
import struct
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from vj.desk.osc_gate import PACKET_LIMIT, Message, Refused, open_packet


def packet(address: str, *arguments: tuple[str, object]) -> bytes:
    """Build a message with python-osc, an independent implementation."""
    builder = OscMessageBuilder(address)
    for kind, value in arguments:
        builder.add_arg(value, kind)  # type: ignore[arg-type]
    return builder.build().dgram


def bundle(*elements: bytes) -> bytes:
    body = b"".join(struct.pack(">i", len(one)) + one for one in elements)
    return b"#bundle\0" + bytes(7) + b"\1" + body


FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
DOUBLES = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=64)
ARGUMENTS = st.one_of(
    st.tuples(st.just("f"), FLOATS),
    st.tuples(st.just("d"), DOUBLES),
    st.tuples(st.just("i"), st.integers(-(2**31), 2**31 - 1)),
    st.tuples(st.just("h"), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just("s"), WORDS),
    st.sampled_from([("T", True), ("F", False), ("N", None)]),
)
ADDRESSES = st.from_regex(r"(/[A-Za-z0-9_.:+-]{1,12}){1,5}", fullmatch=True)


@settings(max_examples=400, deadline=None)
@given(ADDRESSES, st.lists(ARGUMENTS, max_size=8))
def test_agrees_with_another_implementation(
    address: str, arguments: list[tuple[str, object]]
) -> None:
    data = packet(address, *arguments)
    theirs = OscMessage(data)
    assert open_packet(data) == [Message(theirs.address, tuple(theirs.params))]


def test_bundle_keeps_the_order_and_ignores_time_tags() -> None:
    builder = OscBundleBuilder(IMMEDIATELY)
    for number in range(3):
        message = OscMessageBuilder(f"/a/{number}")
        message.add_arg(number)
        builder.add_content(message.build())  # type: ignore[arg-type]
    assert [m.address for m in open_packet(builder.build().dgram)] == ["/a/0", "/a/1", "/a/2"]
    in_an_hour = bytearray(bundle(packet("/panic")))
    in_an_hour[8:16] = struct.pack(">II", 0xFFFFFFF0, 0)
    assert open_packet(bytes(in_an_hour)) == [Message("/panic", ())]


def test_message_without_type_tags_has_no_arguments() -> None:
    assert open_packet(b"/scene/next\0") == [Message("/scene/next", ())]


def test_impulse_is_true() -> None:
    assert open_packet(b"/tap\0\0\0\0,I\0\0") == [Message("/tap", (True,))]


HOSTILE = {
    "empty": b"",
    "too long": b"/a\0\0,s\0\0" + b"x" * PACKET_LIMIT,
    "element size -4 (a server hung for ever)": b"#bundle\0" + bytes(8) + b"\xff\xff\xff\xfc",
    "element size 0": b"#bundle\0" + bytes(8) + bytes(4),
    "element beyond the end": bundle(packet("/a"))[:-4],
    "bundle cut in its time tag": b"#bundle\0" + bytes(4),
    "pattern of stars (16 s inside a regex)": packet("/" + "*" * 12 + "z"),
    "query pattern": packet("/edges/?anny"),
    "set pattern": packet("/edges/{canny,invert}"),
    "no slash": b"edges\0\0\0,\0\0\0",
    "unaligned": b"/a\0,\0",
    "address without an end": b"/abc",
    "not ascii": "/é\0".encode() + b",\0\0\0",
    "not a number": packet("/blackout", ("f", math.nan)),
    "infinite": packet("/blackout", ("f", math.inf)),
    "infinite double": packet("/blackout", ("d", -math.inf)),
    "blob": packet("/a", ("b", b"1234")),
    "array": b"/a\0\0,[i]\0\0\0\0\0\0\0\1",
    "argument missing": b"/a\0\0,f\0\0",
    "bytes left over": packet("/a", ("i", 1)) + bytes(4),
    "long string": packet("/a", ("s", "x" * 65)),
    "control characters": packet("/a", ("s", "\x1b[2J")),
    "three bundles deep": bundle(bundle(bundle(packet("/a")))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refuses(name: str) -> None:
    with pytest.raises(Refused):
        open_packet(HOSTILE[name])


def test_lets_two_bundles_deep_in() -> None:
    assert open_packet(bundle(bundle(packet("/a")), packet("/b"))) == [
        Message("/a", ()),
        Message("/b", ()),
    ]


def test_four_hundred_nested_bundles_are_refused_without_recursion() -> None:
    """python-osc raised RecursionError here."""
    data = packet("/a")
    while len(data) < PACKET_LIMIT - 20:
        data = bundle(data)
    with pytest.raises(Refused):
        open_packet(data)


def test_mutated_packets_only_ever_give_messages_or_a_refusal_and_fast() -> None:
    """A mutation fuzzer found python-osc's endless loop after 280 packets."""
    chance = random.Random(7)
    seeds = [data for data in HOSTILE.values() if data and len(data) < 400]
    seeds += [
        packet("/edges/canny_low", ("f", 0.5)),
        bundle(packet("/a", ("s", "x")), packet("/b")),
    ]
    slowest, opened = 0.0, 0
    for _ in range(60_000):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            where = chance.randrange(len(data)) if data else 0
            kind = chance.randrange(4)
            if kind == 0 and data:
                data[where] = chance.randrange(256)
            elif kind == 1:
                data[where:where] = chance.randbytes(4)
            elif kind == 2:
                del data[where : where + 4]
            else:
                data[where : where + 4] = struct.pack(
                    ">i", chance.choice((-4, 0, 4, 16, 2**31 - 1))
                )
        started = time.thread_time()
        try:
            messages = open_packet(bytes(data))
        except Refused:
            messages = []
        slowest = max(slowest, time.thread_time() - started)
        opened += bool(messages)
        for message in messages:
            assert all(math.isfinite(a) for a in message.arguments if isinstance(a, float))
    assert slowest < 0.005
    assert opened > 100  # the fuzzer must reach beyond the first check
