"""Walks through a set list as a real show without a window, and says how every scene went.

Called by `vj check` and `vj bench cues`; scenes are chosen over OSC, as a hand would.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from vj.core.gig import Gig
from vj.core.house import House, Options, build_house
from vj.core.types import Pixels
from vj.show import Show

_LOOK = 0.05
_COMES = 30.0  # seconds a scene may take to be the one that plays, a stage's restart included
_AGAIN = 2.0  # seconds after which it is asked for again: a packet can be lost
_STARTS = 120.0  # seconds the show may take until its first picture
_LOADS = 90.0  # seconds its network may take
_LONGEST_FADE = 4.0  # seconds; what fades longer is measured on its way
_CHANGE = 2.0  # seconds after a change in which a late frame belongs to it
_GLANCE = 1.7  # seconds in which the flash limiter has seen enough, a second of it whole
_SETTLED = 1.25  # seconds after which its last second is of this scene alone, and that is told
_ENOUGH = 8  # pictures painted from which a rate is one; a show makes them smaller after six
_SHRINKS = 20.0  # seconds more for a slow network, until the show has found its size


@dataclass
class Played:
    """One scene as it went.

    `painted`, `drawn`: pictures a second by the network and by the stage; `share`: of the width
    that is painted, at the end; `ready_s`: from the cue to the first picture painted by its
    network; `worst_ms`: the longest time between two pictures
    of the stage during the change; `period_ms`: what it wanted between two; `flashes`: the limiter
    had to soften it; `picture`: (h, w, 4) RGBA as the audience sees it.
    """

    scene: str
    painted: float = 0.0
    share: float = 1.0
    drawn: float = 0.0
    ready_s: float = 0.0
    worst_ms: float = 0.0
    period_ms: float = 0.0
    flashes: bool = False
    device: str = ""
    problems: list[str] = field(default_factory=list)
    picture: Pixels | None = None


def rehearse(
    gig: Gig,
    scenes: Sequence[str],
    seconds: float,
    source: dict[str, object] | None = None,
    said: Callable[[str], None] = lambda line: None,
    brief: bool = False,
) -> list[Played]:
    """Play every scene for `seconds` once it is there, on free ports, and return how it went.

    `source`: instead of the scenes' own; `said` hears the name of each scene when it begins. The
    flash limiter is on, whatever the rig says. `brief`: scenes are cut to, not faded to, and those
    whose network was timed already are only glanced at. An empty list means that the stage showed
    nothing.
    """
    changes = {"osc_port": 0, "remote_port": 0, "feedback_port": 0, "feedback_to": []}
    quiet = replace(gig, rig=gig.rig.model_copy(update={**changes, "flash_limit": True}))
    options = Options(scene=scenes[0], source=source or {}, headless=True)
    show = Show(build_house(quiet, options), lambda line: None)
    played: list[Played] = []
    walk = threading.Thread(
        target=_walk,
        args=(show, scenes, seconds, played, said, brief),
        name="rehearsal",
        daemon=True,
    )
    walk.start()
    show.run()
    walk.join(1.0)
    return played


def _walk(
    show: Show,
    scenes: Sequence[str],
    seconds: float,
    played: list[Played],
    said: Callable[[str], None],
    brief: bool,
) -> None:
    house, timed = show.house, dict[tuple[str, str], float]()
    try:
        port = _first(lambda: _status(house, "desk").get("osc", {}).get("port"), _STARTS)
        if port and _first(lambda: _status(house, "stage").get("frames_shown"), _STARTS):
            for name in scenes:
                if show.ended:
                    return
                said(name)
                scene = house.gig.scene(name)
                network = scene.model, scene.matte
                known = timed.get(network) if brief else None
                watched = seconds if known is None else _GLANCE
                fade = 0.0 if brief else min(scene.fade, _LONGEST_FADE)
                played.append(_play(house, int(port), fade, name, watched, brief, known))
                timed.setdefault(network, played[-1].painted)
    finally:
        show.ended = show.ended or "the rehearsal is over"


def _play(
    house: House,
    port: int,
    fade: float,
    name: str,
    seconds: float,
    cut: bool,
    known: float | None,
) -> Played:
    """Go to a scene and watch it; `known`: what its network paints a second, if that was timed."""
    found = Played(name)
    before = set(_status(house, "stage").get("errors", []))
    began = time.perf_counter()
    complained = str(_status(house, "infer").get("error", ""))
    watch = _Watch(house, time.perf_counter_ns())
    life = _status(house, "stage").get("started_at")
    if not _came(house, port, name, watch):
        found.problems.append("it never came")
        return found
    if cut:
        _send(port, b"/panic\0\0,\0\0\0")  # all of the scene at once
    found.problems += _until_painted(house, watch, began, found, complained)
    if not cut:
        _pass(fade + _CHANGE - (time.perf_counter() - began), watch.look)
    found.worst_ms = watch.worst_ms
    _time(house, watch, seconds, known, found)
    stage, infer = _status(house, "stage"), _status(house, "infer")
    found.period_ms = float(stage.get("period_ms", 0.0))
    found.device = str(infer.get("device", ""))
    found.problems += [text for text in stage.get("errors", []) if text not in before]
    said = str(infer.get("error", ""))  # some is found out while it plays
    found.problems += [said] * (said not in ("", complained, *found.problems))
    if stage.get("started_at") != life:
        found.problems.append("the stage fell over and was started anew while it played")
    frame = house.screen.latest()
    found.picture = frame.pixels if frame else None
    return found


def _time(house: House, watch: _Watch, seconds: float, known: float | None, found: Played) -> None:
    """Count what is painted and drawn, and see whether it flashes.

    What is slow is watched for longer: the show makes its picture smaller after a while, and the
    rate counts from then on.
    """

    def share() -> float:
        return float(_status(house, "infer").get("share", 1.0))

    began = start = time.perf_counter()
    shown, painted = _status(house, "stage").get("frames_shown", 0), house.styled.newest
    found.share = share()
    seconds = max(seconds, _GLANCE)
    last = began + seconds + (_SHRINKS if known is None and not found.problems else 0.0)
    while (now := time.perf_counter()) < last:
        enough = house.styled.newest - painted >= _ENOUGH and now - start >= _GLANCE
        if now - began >= seconds and (enough or known is not None):
            break
        if share() != found.share:
            found.share, start = share(), now
            shown, painted = _status(house, "stage").get("frames_shown", 0), house.styled.newest
        if now - began > _SETTLED:
            found.flashes |= watch.look()
        else:
            watch.look()
        time.sleep(_LOOK)
    passed = time.perf_counter() - start
    found.drawn = round((_status(house, "stage").get("frames_shown", 0) - shown) / passed, 1)
    count = house.styled.newest - painted
    found.painted = round(count / passed if known is None or count >= _ENOUGH else known, 1)


def _came(house: House, port: int, name: str, watch: _Watch) -> bool:
    for _ in range(round(_COMES / _AGAIN)):
        _press(port, name)
        if _first(lambda: _state(house).get("scene") == name, _AGAIN, watch.look):
            return True
    return False


def _until_painted(
    house: House,
    watch: _Watch,
    began: float,
    found: Played,
    complained: str,
) -> list[str]:
    """Wait for the first picture that was taken and painted in this scene; say what went wrong.

    `complained`: what was wrong before it, which says nothing of this scene.
    """

    came = time.perf_counter_ns()

    def new_error() -> str:
        error = str(_status(house, "infer").get("error", ""))
        return error if error != complained else ""

    def painted() -> bool:
        infer = _status(house, "infer")
        right = infer.get("model") == _state(house).get("model") and not infer.get("loading")
        frame = house.styled.latest() if right else None
        return bool(new_error()) or (frame is not None and frame.captured_at > came)

    if not _first(painted, _LOADS, watch.look):
        return ["its network did not paint in time"]
    found.ready_s = round(time.perf_counter() - began, 2)
    error = new_error()
    return [error] if error else []


class _Watch:
    """Looks at the stage again and again: its longest pause since `since` (ns)."""

    def __init__(self, house: House, since: int) -> None:
        self._house, self._since = house, since
        self.worst_ms = 0.0

    def look(self) -> bool:
        """Look once; return whether the last second flashed."""
        stage = _status(self._house, "stage")
        at, ms = stage.get("longest_gap", (0, 0.0))
        if at > self._since:
            self.worst_ms = max(self.worst_ms, float(ms))
        return bool(stage.get("flashing"))


def _first(
    ready: Callable[[], Any], seconds: float, look: Callable[[], object] | None = None
) -> Any:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        found = ready()
        if found:
            return found
        if look:
            look()
        time.sleep(_LOOK)
    return None


def _pass(seconds: float, look: Callable[[], object]) -> None:
    _first(lambda: None, seconds, look)


def _press(port: int, scene: str) -> None:
    name = scene.encode()
    _send(port, b"/scene/go\0\0\0,s\0\0" + name + b"\0" * (4 - len(name) % 4))


def _send(port: int, message: bytes) -> None:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(message, ("127.0.0.1", port))


def _status(house: House, name: str) -> dict[str, Any]:
    found = house.status[name].read()
    return found[1] if found else {}


def _state(house: House) -> dict[str, Any]:
    found = house.state.read()
    return found[1] if found else {}
