"""The desk process: starts the hands, keeps them told, and reports how they are.

`main` is what the show starts; it runs until the process is ended.
"""

from __future__ import annotations

import logging
import sys
import threading
import time

from vj.core.house import House
from vj.desk.announce import OSC, OSCQUERY, Announcer, network_addresses
from vj.desk.audio import AudioHand
from vj.desk.complaints import Complaints
from vj.desk.link import LinkHand
from vj.desk.midi import MidiHand
from vj.desk.mirror import Mirror
from vj.desk.osc import OscHand
from vj.desk.oscquery import OscQuery
from vj.desk.remote import Remote
from vj.desk.seldom import hush
from vj.desk.sender import Sender

log = logging.getLogger(__name__)

_TICK_S = 1 / 60
_STATUS_S = 0.1
_GOODBYE_S = 1.2


def main(house: House) -> None:
    """Run the desk until the process is ended."""
    hush()
    serve(house, threading.Event())


def serve(house: House, stop: threading.Event) -> None:
    """Run the desk until `stop` is set; each hand has its own thread and may fail alone.

    Raises: SystemExit when only a new process helps, because MIDI hangs inside its driver.
    """
    mirror = Mirror(house.gig, house.state, house.options.scene)
    sender = Sender(house.events)
    osc = OscHand(house, mirror, sender)
    midi = MidiHand(house.gig, mirror, sender)
    remote = Remote(house, mirror, sender, midi)
    sender.desk = lambda trigger: midi.learner.asks(trigger) or remote.asks(trigger)
    query = OscQuery(house, osc, sender)
    voice = Announcer(lambda: {OSC: osc.port, OSCQUERY: query.port}, network_addresses)
    audio = AudioHand(house.gig.rig.audio, house.audio, sound=house.sound)
    link = LinkHand(mirror, sender)
    left = house.status["desk"].read()  # by the desk before this one
    osc.take_over(left[1].get("held") if left else None, time.monotonic())
    running = {"osc": osc.run, "midi": midi.run, "remote": remote.run}
    if house.gig.rig.audio:
        running["audio"] = audio.run
    if house.gig.rig.link:
        running["link"] = link.run
    if house.gig.rig.oscquery:
        running["oscquery"] = query.run
    if house.gig.rig.announce and house.options.lan:
        running["announce"] = voice.run
    threads = [
        threading.Thread(target=run, args=(stop,), name=name, daemon=True)
        for name, run in running.items()
    ]
    for thread in threads:
        thread.start()

    def status() -> dict[str, object]:
        dead = [f"{thread.name} has stopped" for thread in threads if not thread.is_alive()]
        hands = (osc, query, midi, remote, audio, link)
        errors = [text for text in (*(hand.error for hand in hands), *dead) if text]
        return {
            "osc": osc.status(),
            "oscquery": query.status(),
            "announced": voice.announced,
            "midi": midi.status(),
            "remote": remote.status(),
            "audio": audio.status() if "audio" in running else None,
            "link": link.status() if "link" in running else None,
            "dropped": sender.dropped,
            "held": sender.held.document(),
            "error": "; ".join(errors) or None,
        }

    board, complaints = house.status["desk"], Complaints(log)
    posted_at, beat = float("-inf"), 0
    try:
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
                try:
                    board.post({"beat": beat, **status()})
                except Exception as error:  # too long, say: who is silent is started anew
                    complaints.tell("status", error)
                    board.post({"beat": beat, "error": f"status: {error}"[:200]})
            if midi.stuck(now):
                log.error("MIDI hangs inside its driver; the desk is started anew")
                sys.exit(1)
            stop.wait(_TICK_S)
    finally:  # also when the show ends this process: hands say goodbye and close their doors
        stop.set()
        end = time.monotonic() + _GOODBYE_S
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0.0))
