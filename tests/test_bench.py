"""The benchmarks measure what they say: bytes, pictures and torn ones."""

from __future__ import annotations

from pythonosc.osc_message import OscMessage

from vj.bench import bench_mailbox, osc_message


def test_the_packet_is_what_another_implementation_reads() -> None:
    for address in ("/blackout", "/a/b", "/abc", "/edges/canny_low"):
        message = OscMessage(osc_message(address, 0.25))
        assert (message.address, message.params) == (address, [0.25])


def test_the_mailbox_figures_are_whole() -> None:
    figures = bench_mailbox(pictures=200)
    assert figures["torn"] == 0 and figures["reads"] >= 200
    assert figures["publish_ms_median"] > 0 and figures["read_ms_median"] > 0
