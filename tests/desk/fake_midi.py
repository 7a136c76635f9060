"""A MIDI system in memory: ports come, go and speak when the test says so."""

from __future__ import annotations

from collections.abc import Callable

from vj.desk.midi_ports import NoMidi


class FakePort:
    """An open input; `speak` is the driver calling back with raw bytes."""

    def __init__(self, heard: Callable[[bytes], None]) -> None:
        self.heard, self.closed, self.abandoned = heard, False, False

    def speak(self, *data: int) -> None:
        self.heard(bytes(data))

    def close(self) -> None:
        self.closed = True

    def abandon(self) -> None:
        self.abandoned = True


class FakeOut:
    """An open output that keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.closed, self.abandoned = False, False

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        self.closed = True

    def abandon(self) -> None:
        self.abandoned = True

    def taken(self) -> list[str]:
        """Return what was sent since the last call, in hex."""
        found, self.sent = [data.hex(" ") for data in self.sent], []
        return found


class FakeMidi:
    """A backend whose port names are a plain list."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.opened: dict[str, FakePort] = {}
        self.dead = False
        self.openings = 0
        self.outs: dict[str, FakeOut] = {}
        self.deaf = False

    def ports(self) -> list[str]:
        if self.dead:
            raise NoMidi("the server has ended")
        return list(self.names)

    def open(self, name: str, heard: Callable[[bytes], None]) -> FakePort | None:
        if name not in self.names:
            return None
        self.openings += 1
        self.opened[name] = FakePort(heard)
        return self.opened[name]

    def open_out(self, name: str) -> FakeOut | None:
        if self.deaf:
            return None
        self.outs[name] = FakeOut()
        return self.outs[name]

    def answers(self, name: str) -> bool:
        return not self.deaf

    def close(self) -> None:
        for port in self.opened.values():
            port.close()
