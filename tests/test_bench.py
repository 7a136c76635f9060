"""The benchmarks measure what they say: bytes, pictures and torn ones."""

from __future__ import annotations

from pythonosc.osc_message import OscMessage

from vj.bench.hostile import message, packets
from vj.bench.mailbox import bench_mailbox
from vj.desk.osc_gate import Refused, open_packet


def test_the_packet_is_what_another_implementation_reads() -> None:
    for address in ("/blackout", "/a/b", "/abc", "/edges/canny_low"):
        found = OscMessage(message(address, 0.25))
        assert (found.address, found.params) == (address, [0.25])


def test_the_mailbox_figures_are_whole() -> None:
    figures = bench_mailbox(pictures=200)
    assert figures["torn"] == 0 and figures["reads"] >= 200
    assert figures["publish_ms_median"] > 0 and figures["read_ms_median"] > 0


def test_no_hostile_packet_is_a_good_one_and_they_are_the_same_every_time() -> None:
    again = packets()
    for kind, datagrams in packets().items():
        assert datagrams == again[kind]
        for datagram in datagrams:
            try:
                messages = open_packet(datagram)
            except Refused:
                continue
            for found in messages:  # whole, but for an address or with a name that is none
                word = found.arguments and isinstance(found.arguments[0], str)
                assert word or found.address != "/style/strength", kind
