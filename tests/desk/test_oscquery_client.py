"""OSCQuery read by a client that others wrote."""

from __future__ import annotations

import socket

import pytest
from zeroconf import ServiceInfo

from tests.desk.hall import Hall
from vj.desk.osc import OscHand
from vj.desk.oscquery import OscQuery


def test_an_independent_client_reads_us(hall: Hall, hand: OscHand, query: OscQuery) -> None:
    """One that asks what a service it found by Bonjour is, and reads node after node."""
    library = pytest.importorskip("pythonoscquery.osc_query_client", reason="no python-oscquery")
    hall.play(edges__canny_low=33.0, style__strength=0.5)
    found = ServiceInfo("_oscjson._tcp.local.", "vj._oscjson._tcp.local.", query.port, addresses=[
        socket.inet_aton("127.0.0.1")])  # fmt: skip
    client = library.OSCQueryClient(found)
    host = client.get_host_info()
    assert (host.osc_ip, host.osc_port, host.osc_transport) == ("127.0.0.1", hand.port, "UDP")
    for address, value in {
        "/edges/canny_low": [33],
        "/style/strength": [0.5],
        "/edges/canny": [True],
        "/blackout": [False],
        "/scene/name": ["01_ink"],
    }.items():
        one = client.query_node(address)
        assert (one.full_path, one.value, not one.contents) == (address, value, True)
        assert one.access.value == 3 and one.description
    assert client.query_node("/nothing") is None
