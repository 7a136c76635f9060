"""The desk process: starts the hands, keeps them told, and reports how they are.

`main` is what the show starts; it runs until the process is ended.
"""

from __future__ import annotations

import logging
import threading
import time

from vj.core.house import House
from vj.desk.complaints import Complaints
from vj.desk.midi import MidiHand
from vj.desk.mirror import Mirror
from vj.desk.osc import OscHand
from vj.desk.remote import Remote
from vj.desk.sender import Sender

log = logging.getLogger(__name__)

_TICK_S = 1 / 60
_STATUS_S = 0.1


def main(house: House) -> None:
    """Run the desk until the process is ended."""
    serve(house, threading.Event())


def serve(house: House, stop: threading.Event) -> None:
    """Run the desk until `stop` is set; each hand has its own thread and may fail alone."""
    mirror = Mirror(house.gig, house.state, house.options.scene)
    sender = Sender(house.events)
    osc = OscHand(house, mirror, sender)
    midi = MidiHand(house.gig, mirror, sender)
    remote = Remote(house, mirror, sender)
    threads = [
        threading.Thread(target=hand.run, args=(stop,), name=name, daemon=True)
        for name, hand in (("osc", osc), ("midi", midi), ("remote", remote))
    ]
    for thread in threads:
        thread.start()
    board, complaints = house.status["desk"], Complaints(log)
    posted_at, beat = float("-inf"), 0
    while not stop.is_set():
        now = time.monotonic()
        try:
            mirror.poll(now)
            osc.tick(now)
        except Exception as error:  # a loop top: the desk lives on and says why it stumbled
            complaints.tell("desk", error)
            stop.wait(0.2)
        if now - posted_at >= _STATUS_S:
            posted_at, beat = now, beat + 1
            dead = [f"{thread.name} has stopped" for thread in threads if not thread.is_alive()]
            errors = [text for text in (osc.error, midi.error, remote.error, *dead) if text]
            board.post(
                {
                    "beat": beat,
                    "osc": osc.status(),
                    "midi": midi.status(),
                    "remote": remote.status(),
                    "dropped": sender.dropped,
                    "error": "; ".join(errors) or None,
                }
            )
        stop.wait(_TICK_S)
    for thread in threads:
        thread.join(2.0)
