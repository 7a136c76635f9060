"""A tablet: one UDP socket that sends OSC to the hand and collects what comes back."""

from __future__ import annotations

import socket
from typing import Any

from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message_builder import OscMessageBuilder

from vj.desk.osc_gate import open_packet


def packet(address: str, *arguments: Any) -> bytes:
    builder = OscMessageBuilder(address)
    for value in arguments:
        builder.add_arg(value)
    return builder.build().dgram


class Player:
    """Somebody at a tablet; `told` is what it has heard: address -> newest argument or all."""

    def __init__(self, port: int) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.01)
        self.port = port
        self.told: dict[str, Any] = {}

    def send(self, *data: Any) -> None:
        self.raw(packet(*data))

    def raw(self, data: bytes) -> None:
        self.socket.sendto(data, ("127.0.0.1", self.port))

    def listen(self) -> dict[str, Any]:
        """Take in what has arrived: address -> newest argument."""
        while True:
            try:
                data = self.socket.recv(65536)
            except TimeoutError:
                return self.told
            assert len(data) <= 1472
            assert OscBundle(data).num_contents > 0
            for message in open_packet(data):
                several = len(message.arguments) > 1
                self.told[message.address] = message.arguments if several else message.arguments[0]
