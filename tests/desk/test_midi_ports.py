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


class Machine:
    """python-rtmidi on a machine whose inputs are a plain list."""

    API_UNIX_JACK = 4

    def __init__(self, *inputs: str) -> None:
        self.inputs = list(inputs)

    def MidiIn(self, api: int, name: str) -> Machine:
        return self

    def get_ports(self) -> list[str]:
        return list(self.inputs)


PAD, TWIN = "pad:pad MIDI 1", "pad:pad MIDI 1 #2"


def test_of_twins_the_one_that_stays_is_opened_anew() -> None:
    """The first was pulled out: its dead port stayed open and the other's was closed."""
    machine = Machine(f"{PAD} 20:0", f"{PAD} 24:0", "keys 28:0")
    midi = midi_ports.RtMidi(machine, api=2)
    assert midi.ports() == midi.ports() == [PAD, TWIN, "keys"]
    del machine.inputs[0]
    assert midi.ports() == ["keys"], "what is open under this name leads nowhere"
    assert midi.ports() == midi.ports() == [PAD, "keys"]
    machine.inputs.append(f"{PAD} 20:0")
    assert set(midi.ports()) == {PAD, TWIN, "keys"}


def test_a_controller_that_comes_back_between_two_looks_is_opened_anew() -> None:
    machine = Machine("keys 28:0")
    midi = midi_ports.RtMidi(machine, api=2)
    assert midi.ports() == ["keys"]
    machine.inputs = ["keys 32:0"]
    assert midi.ports() == []
    assert midi.ports() == ["keys"]
