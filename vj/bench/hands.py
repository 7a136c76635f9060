"""From a hand to the changed picture in a running show: OSC, MIDI and the page; and their troubles.

Called by `vj bench hands`. The output picture is read back for every frame, as for a recording but
without one: that costs a little of what it measures.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vj.bench.attack import Attack
from vj.bench.hostile import message
from vj.bench.pad import NAME, Pad, midi_system
from vj.bench.page import Page
from vj.bench.stand import Stand
from vj.bench.whole_show import quiet
from vj.core.binding import Knob
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.show import Show

_EVERY_S = 0.21  # not a multiple of any frame time, so that every phase is hit
_TIMES = 5
_RATE, _TICK_S, _FLOOD_S, _FLOODS = 2000, 0.005, 5.0, 2
_NOTE, _ON, _OFF = 1, 0x9F, 0x8F
_RENEW_S = 0.3
_REST_S = 1.0

Press = Callable[[bool], int]
"""Turns blackout on or off and returns when (perf_counter_ns)."""


def bench_hands(gig: Gig, seconds: float, scene: str) -> dict[str, Any]:
    """Return all figures of the hands; `seconds` are spent on each way into the picture.

    Raises: UserError when the show does not come up or no hand reaches the picture.
    """
    knob = Knob(midi=f"note/16/{_NOTE}", press="momentary")
    knobs = {**gig.rig.knobs, "blackout": knob}
    with midi_system() as (api, system):
        options = Options(scene, {"kind": "dancer"}, headless=True, record="hands.mp4")
        changed = quiet(gig, knobs=knobs, midi=[NAME], announce=False)
        show = Show(build_house(changed, options), lambda line: None)
        del show.keepers["record"]  # so that nothing is written, and no film encoded beside it
        figures: dict[str, Any] = {}
        trouble: list[BaseException] = []

        def measure() -> None:
            try:
                figures.update(_measure(Stand(show), seconds, api, system))
            except BaseException as error:
                trouble.append(error)
            finally:
                show.ended = "measured"

        hand = threading.Thread(target=measure, name="bench", daemon=True)
        hand.start()
        code = show.run()
        hand.join(5.0)
    if trouble:
        raise UserError(f"bench hands: {trouble[0]}") from trouble[0]
    if code != 0 or not figures:
        raise UserError("bench hands: the show ended before it was measured")
    kept = ("stage_fps", "styled_fps", "model", "size", "gl", "restarts")
    return {**figures, "show": {key: show.figures[key] for key in kept}}


def _measure(stand: Stand, seconds: float, api: int, system: str) -> dict[str, Any]:
    stand.ready()
    desk = stand.status("desk")
    page, port = Page(desk["remote"]["url"]), int(desk["osc"]["port"])
    pad = Pad(api) if api else None
    if pad is not None:
        stand.wait(lambda: stand.status("desk")["midi"]["devices"], "the MIDI controller", 10.0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        hands: dict[str, Press] = {
            "osc": lambda black: _throw(out, port, black),
            "page": lambda black: page.say(set="blackout", value=float(black)),
        }
        if pad is not None:
            hands["midi"] = lambda black: pad.send(_ON if black else _OFF, _NOTE, 100 * black)
        before, begun = int(stand.status("stage")["frames_shown"]), time.monotonic()
        delays = _delays(stand, hands, seconds)
        shown = int(stand.status("stage")["frames_shown"]) - before
        fps = shown / (time.monotonic() - begun)
        found: dict[str, Any] = {
            f"{name}_to_picture": _summary(ms, fps) for name, ms in delays.items()
        }
        found["midi_system"] = system
        found["flood"] = _flood(stand, out, port)
    found["momentary_after_socket"] = _released_by_socket(stand, page)
    found["momentary_after_silence"] = _released_by_silence(stand, page)
    if pad is not None:
        found |= _unplugged(stand, pad, api)
    found["hostile"] = Attack(stand, port, page).run()
    return found


def _throw(out: socket.socket, port: int, black: bool) -> int:
    at = time.perf_counter_ns()
    out.sendto(message("/blackout", float(black)), ("127.0.0.1", port))
    return at


def _delays(stand: Stand, hands: dict[str, Press], seconds: float) -> dict[str, list[float]]:
    """Press in turn with every hand, so that all meet the same show; delays in ms."""
    delays: dict[str, list[float]] = {name: [] for name in hands}
    end = time.monotonic() + seconds * len(hands)
    while time.monotonic() < end:
        for name, press in hands.items():
            for black in (True, False):
                time.sleep(_EVERY_S)
                sent = press(black)
                shown = stand.turned(black)
                if shown is not None:
                    delays[name].append((shown - sent) / 1e6)
    for name, ms in delays.items():
        if not ms:
            raise UserError(f"no press by {name} reached the picture")
    return delays


def _summary(ms: Sequence[float], fps: float) -> dict[str, float]:
    p50, p95 = (float(value) for value in np.percentile(ms, (50, 95)))
    frames = p95 * fps / 1e3
    return {
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
        "p95_frames": round(frames, 2),
        "presses": len(ms),
    }


def _flood(stand: Stand, out: socket.socket, port: int) -> dict[str, Any]:
    """Count late frames with two thousand messages a second and without, in turns."""
    addresses = [
        "/" + param.name.replace(".", "/") + "/norm"
        for param in stand.house.gig.table
        if param.name.startswith("edges.") and param.kind in ("int", "float")
    ]
    late, frames, sent = {True: 0, False: 0}, {True: 0, False: 0}, 0
    received = int(stand.status("desk")["osc"]["received"])
    for turn in range(2 * _FLOODS):
        flooding = turn % 2 == 1
        before = stand.status("stage")
        end = time.monotonic() + _FLOOD_S
        due = time.monotonic()
        while time.monotonic() < end:
            if flooding:
                for number in range(round(_RATE * _TICK_S)):
                    place = (sent + number) % 97 / 97
                    packet = message(addresses[(sent + number) % len(addresses)], place)
                    out.sendto(packet, ("127.0.0.1", port))
                sent += round(_RATE * _TICK_S)
            due += _TICK_S
            time.sleep(max(due - time.monotonic(), 0.0))
        time.sleep(0.6)  # the stage's status comes twice a second
        after = stand.status("stage")
        late[flooding] += int(after["late_frames"]) - int(before["late_frames"])
        frames[flooding] += int(after["frames_shown"]) - int(before["frames_shown"])
    return {
        "seconds_each": _FLOOD_S * _FLOODS,
        "sent": sent,
        "received": int(stand.status("desk")["osc"]["received"]) - received,
        "late_frames_quiet": late[False],
        "late_frames_flooded": late[True],
        "frames_quiet": frames[False],
        "frames_flooded": frames[True],
    }


def _released_by_socket(stand: Stand, page: Page) -> dict[str, Any]:
    """Hold blackout on the page, lose its socket, and time the light's return."""
    times = []
    for _ in range(_TIMES):
        time.sleep(_REST_S)
        _hold(stand, page)
        lost = page.drop()
        shown = stand.turned(False, 5.0)
        times.append((shown - lost) / 1e6 if shown else float("inf"))
        page.open()
        page.say(set="blackout", value=0.0)
    return _times(times)


def _released_by_silence(stand: Stand, page: Page) -> dict[str, Any]:
    """Hold blackout on the page, say nothing more, as when the network is gone."""
    times = []
    for _ in range(_TIMES):
        time.sleep(_REST_S)
        last = _hold(stand, page)
        shown = stand.turned(False, 5.0)
        times.append((shown - last) / 1e6 if shown else float("inf"))
    return _times(times)


def _hold(stand: Stand, page: Page) -> int:
    """Hold blackout as a finger does, until the picture is black; return when it was last said."""
    end = time.monotonic() + 10.0
    while time.monotonic() < end:
        said = page.say(set="blackout", value=1.0, hold=True)
        if stand.turned(True, _RENEW_S) is not None:
            return said
    raise UserError("holding on the page did not reach the picture")


def _unplugged(stand: Stand, pad: Pad, api: int) -> dict[str, Any]:
    """Pull the controller out while it holds blackout, plug it in again, and time both."""
    released, back = [], []
    for _ in range(_TIMES):
        time.sleep(_REST_S)
        pad.send(_ON, _NOTE, 100)
        if stand.turned(True, 5.0) is None:
            raise UserError("a held key did not reach the picture")
        lost = time.perf_counter_ns()
        pad.pull()
        shown = stand.turned(False, 5.0)
        released.append((shown - lost) / 1e6 if shown else float("inf"))
        stand.wait(lambda: stand.status("desk")["midi"]["missing"], "the loss", 10.0)
        pad = Pad(api)
        back.append(_back(stand, pad))
        pad.send(_OFF, _NOTE, 0)
        stand.turned(False)
        time.sleep(_EVERY_S)
    pad.pull()
    return {"momentary_after_port": _times(released), "replug": _times(back)}


def _back(stand: Stand, pad: Pad) -> float:
    """Press until the picture answers; ms since the port was there."""
    end = time.monotonic() + 10.0
    while time.monotonic() < end:
        pad.send(_ON, _NOTE, 100)
        shown = stand.turned(True, 0.02)
        if shown is not None:
            return (shown - pad.here) / 1e6
    return float("inf")


def _times(ms: Sequence[float]) -> dict[str, Any]:
    return {
        "median_ms": round(float(np.median(ms)), 1),
        "max_ms": round(max(ms), 1),
        "times": len(ms),
    }
