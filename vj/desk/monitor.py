"""Shows what arrives from hands, with or without a show: the first tool of every set-up.

Called by `vj monitor`. Without a show it opens the ports itself; with one it asks the show, which
has them already.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.desk.journal import told
from vj.desk.midi import MidiHand
from vj.desk.midi_ports import Backend, open_backend
from vj.desk.mirror import Mirror
from vj.desk.osc import OscHand, open_socket
from vj.desk.sender import Sender

Words = Mapping[str, Any]
"""A journal entry in plain words: n, at, hand, what, value, became, taken, count."""

_EVERY_S = 0.1
_MOST_LINES = 40
_ASK_S = 2.0
_PORTS_ABOVE = 20


def watch(
    gig: Gig,
    scene: str,
    lan: bool,
    say: Callable[[str], None],
    stop: threading.Event,
    backend: Callable[[], Backend] = open_backend,
) -> Iterator[list[Words]]:
    """Yield what came in, ten times a second; `say` gets a line on where it listens.

    Raises: UserError when the OSC port is taken by something that is no show of ours.
    """
    port = gig.rig.osc_port
    if port and not _free(port, lan):
        show = _find_show(port)
        if not show:
            raise UserError(
                f"OSC port {port} is taken, and not by a show that tells what it hears (a show "
                "with oscquery: false does not). End that program, or try --osc-port 7002"
            )
        say(f"a show is running: this is what it hears ({show})")
        yield from _ask_show(show, stop)
        return
    yield from _listen(gig, scene, lan, say, stop, backend)


def _listen(
    gig: Gig,
    scene: str,
    lan: bool,
    say: Callable[[str], None],
    stop: threading.Event,
    backend: Callable[[], Backend],
) -> Iterator[list[Words]]:
    """Open the ports as a show's desk does, with nobody on stage who would act on it."""
    house = build_house(gig, Options(scene=scene, lan=lan), (1, 1))
    mirror, sender = Mirror(gig, house.state, scene), Sender(house.events)
    mirror.poll(time.monotonic())
    osc, midi = OscHand(house, mirror, sender), MidiHand(gig, mirror, sender, backend)
    osc.ear.refresh(time.monotonic())
    threads = [
        threading.Thread(target=run, args=(stop,), daemon=True) for run in (osc.run, midi.run)
    ]
    for thread in threads:
        thread.start()
    say(f"no show is running; by the knobs of scene {mirror.wanted.scene}, nothing is moved")
    newest, known = 0, ""
    try:
        while not stop.is_set():
            here = f"OSC on UDP port {osc.port}" if osc.port else osc.error
            devices = midi.status()["devices"]
            names = ", ".join(devices) if isinstance(devices, list) else ""
            here += f"; MIDI: {names or midi.error or 'none'}"
            if here != known and (osc.port or osc.error):
                known = here
                say(here)
            house.events.drain()
            entries = sender.journal.since(newest)
            newest = entries[-1].number if entries else newest
            yield [told(entry, gig.table) for entry in entries]
            stop.wait(_EVERY_S)
    finally:
        stop.set()
        for thread in threads:
            thread.join(2.0)


def _free(port: int, lan: bool) -> bool:
    try:
        open_socket("0.0.0.0" if lan else "127.0.0.1", port).close()
    except OSError:
        return False
    return True


def _find_show(port: int) -> str:
    """Return where the show that has this OSC port tells what it hears, "" when none does."""
    for number in range(port, min(port + _PORTS_ABOVE, 65536)):
        address = f"http://127.0.0.1:{number}/"
        try:
            found = _get(f"{address}?HOST_INFO")
        except (OSError, ValueError):
            continue
        if isinstance(found, dict) and found.get("OSC_PORT") == port:
            return address
    return ""


def _ask_show(address: str, stop: threading.Event) -> Iterator[list[Words]]:
    newest = -1
    while not stop.is_set():
        try:
            found = _get(f"{address}?JOURNAL={newest}")
            entries, newest = found["ENTRIES"], int(found["NEWEST"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UserError(f"the show has ended, or tells nothing any more ({error})") from error
        yield entries
        stop.wait(_EVERY_S)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=_ASK_S) as answer:
        return json.loads(answer.read(4 << 20))


def lines(entries: Iterable[Words]) -> Iterator[str]:
    """Return a line for each entry, the newest forty; what is left out is counted."""
    every = list(entries)
    for entry in every[-_MOST_LINES:]:
        moment = time.strftime("%H:%M:%S", time.localtime(float(entry["at"])))
        said = f"{entry['what']} {entry['value']}".rstrip()
        times = f"  x{entry['count']}" if entry["count"] > 1 else ""
        arrow = "->" if entry["taken"] else "--"
        yield f"{moment}  {entry['hand']:20}  {said:36}  {arrow} {entry['became']}{times}"
    if len(every) > _MOST_LINES:
        yield f"          ... and {len(every) - _MOST_LINES} more"
