"""Ports of RtMidi: closed while their system is there, left alone when it is gone."""

from __future__ import annotations

from typing import Any

import pytest

from vj.desk import midi_ports


class Driver:
    """A port of the driver that writes down what is asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *_: self.asked.append(name)


@pytest.mark.parametrize("kind", [midi_ports._Input, midi_ports._Output])
@pytest.mark.parametrize("there", [True, False])
def test_a_port_of_a_system_that_has_ended_is_not_closed(kind: Any, there: bool) -> None:
    """A JACK server was killed as a pad was pulled out: closing the pad's port crashed the desk."""
    driver = Driver()
    port = kind(driver, lambda: there)
    port.close()
    port.close()
    closed = [name for name in driver.asked if name in ("close_port", "delete")]
    assert closed == (["close_port", "delete"] if there else [])
