"""The lights of one controller: sends what differs, and darkens them when it goes.

Made by the MIDI hand for every controller with a profile, or named under `leds` in the rig.
"""

from __future__ import annotations

from collections.abc import Mapping

from vj.core.controller import Controller, read_controller
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.desk.midi_lights import Lamp
from vj.desk.midi_ports import Out

GENERIC = "generic"


class Leds:
    """What is lit now."""

    def __init__(self, port: Out, controller: Controller) -> None:
        self._port, self.controller = port, controller
        self._lit: dict[Lamp, bytes] = {}
        for text in controller.hello:
            port.send(bytes.fromhex(text))

    def show(self, wanted: Mapping[Lamp, bytes]) -> None:
        """Send what is not lit yet, and darken what nothing is bound to any more."""
        for lamp, message in wanted.items():
            if message and self._lit.get(lamp) != message:
                self._port.send(message)
                self._lit[lamp] = message
        for lamp in [lamp for lamp in self._lit if lamp not in wanted]:
            self._darken(self._lit.pop(lamp))

    def forget(self, kind: str, number: int) -> None:
        """Light it again: many controllers switch a button's light themselves when it is let go."""
        for lamp in [lamp for lamp in self._lit if lamp[0] == kind and lamp[2] == number]:
            del self._lit[lamp]

    def close(self) -> None:
        """Darken everything and say goodbye."""
        for message in self._lit.values():
            self._darken(message)
        self._lit.clear()
        for text in self.controller.goodbye:
            self._port.send(bytes.fromhex(text))
        self._port.close()

    def abandon(self) -> None:
        """Forget the port, whose driver has died."""
        self._port.abandon()

    def _darken(self, message: bytes) -> None:
        self._port.send(bytes((message[0], message[1], 0)))


def read_controllers(gig: Gig) -> tuple[dict[str, Controller], list[str]]:
    """Read every profile of gig and program; return those that are sound, and what is wrong."""
    found, wrong = {}, []
    for name, path in gig.controller_files.items():
        try:
            found[name] = read_controller(path)
        except UserError as error:
            wrong.append(str(error))
    return found, wrong


def profile_of(device: str, controllers: Mapping[str, Controller]) -> Controller | None:
    """Return the profile whose `match` is in the device's name, the longest one wins."""
    known = [
        (len(word), controller)
        for controller in controllers.values()
        for word in controller.match
        if word.lower() in device.lower()
    ]
    return max(known, key=lambda one: one[0])[1] if known else None
