"""The show: starts the processes and watches them; should it die, the next one goes on with them.

A process of its own under `vj show` (see `vj.guard`), called directly by benchmarks and rehearsals;
knows no GL, no torch and no network.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from vj.core.blocks import blocks
from vj.core.bookmark import Bookmark
from vj.core.child import Keeper
from vj.core.crew import alive, birth
from vj.core.gig import Gig
from vj.core.growth import Growths
from vj.core.house import House, Options
from vj.core.report import Report

log = logging.getLogger(__name__)

_LOOK = 0.1
_HANG_LIMITS = {
    "capture": 3.0,
    "layers": 3.0,
    "infer": 4.0,
    "stage": 2.0,
    "desk": 5.0,
    "record": 10.0,
    "share": 10.0,
    "curtain": 4.0,
}
_HOMES = {
    "layers": "vj.capture.layers:main",
    "share": "vj.record.share:main",
    "curtain": "vj.stage.curtain:main",
}
_SAFE_AFTER = 3
_PARTING = {"record": 5.0, "stage": 3.0}  # seconds to end: a film is closed, the light goes down
_PARTINGS = 30.0  # seconds for all of them
_OUTLIVES = os.name == "posix"  # where one process may look after another's children


def main(house: House) -> None:
    """Run the show of a house to its end.

    Raises: SystemExit with the exit code of `Show.run`.
    """
    bookmark = Bookmark(house.gig.folder) if house.options.lasting else None
    sys.exit(Show(house, _write, bookmark).run())


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class Show:
    """One running show: its house, its keepers and its report."""

    def __init__(
        self, house: House, say: Callable[[str], None], bookmark: Bookmark | None = None
    ) -> None:
        """`bookmark`: where to go on if the last show was cut off, and where this one stands."""
        self.started_at = time.perf_counter_ns()
        self.house, self._say = house, say
        self._bookmark = bookmark
        self.keepers = {name: self._keeper(name) for name in self._wanted(house.gig, house.options)}
        self.report = Report()
        self._growths = Growths()
        self.ended = self._trouble = ""
        self._announced = ""
        self._guard: tuple[int, str] | None = None
        self._unguarded = False
        self._deaths = 0  # of this show's forerunners
        self.figures: dict[str, Any] = {}

    @staticmethod
    def _wanted(gig: Gig, options: Options) -> list[str]:
        names = ["stage", "capture", "infer", "desk", "record"]
        names += ["share"] if gig.rig.share else []
        return names if options.headless else [*names, "curtain"]

    def _keeper(self, name: str) -> Keeper:
        target = _HOMES.get(name, f"vj.{name}.process:main")
        return Keeper(name, target, self.house, self.house.status[name], _HANG_LIMITS[name])

    def run(self) -> int:
        """Run until the stage ends, a signal comes or the seconds are over; return the exit code.

        The exit code is 0 only if pictures were shown.
        """
        signal.signal(signal.SIGTERM, lambda *_: self._end("terminated"))
        signal.signal(signal.SIGINT, lambda *_: self._end("interrupted"))
        found = self.house.crew.read()
        crew = found[1] if found else {}
        if crew:
            self._guard = (crew["guard"][0], crew["guard"][1])
        if crew.get("people"):
            self._take_over(crew)
        elif self._bookmark is not None:
            self._go_on(self._bookmark)
        for keeper in self.keepers.values():
            if keeper.process is None and not self.ended:
                keeper.start(time.monotonic())
                self._tell()
        if self._bookmark is not None:
            self._bookmark.follow(self.house.state)
        while not self.ended:
            time.sleep(_LOOK)
            self._look_once()
        self._tell(lease=_PARTINGS, ended=self.ended)
        self._close()
        shown = sum(int(life["frames_shown"]) for life in self.report.lives)
        code = 0 if shown else 1
        self._tell(over=code)
        return code

    def _take_over(self, crew: Mapping[str, Any]) -> None:
        """Go on with the processes of a show that died; who is gone is started anew."""
        self.started_at, self._announced = crew["started_at"], crew["announced"]
        self.report.firsts = crew["firsts"]
        self._deaths, self.ended = crew["deaths"] + 1, crew.get("ended", "")
        for name, (pid, born) in crew["people"].items():
            if name in _HOMES:
                self.keepers.setdefault(name, self._keeper(name))
            if name in self.keepers:
                keeper, beating = self.keepers[name], name in crew["beating"]
                there = keeper.adopt(pid, born, time.monotonic(), beating)
                keeper.restarts = crew["restarts"].get(name, 0) + (not there)
        log.warning("the show itself was gone; it goes on with all that still runs")

    def _tell(self, **more: object) -> None:
        """Tell the guard and the processes who belongs to the show; nobody once it is `over`."""
        if self._guard is None:
            return
        people = {}
        if _OUTLIVES and "over" not in more:
            pids = {name: keeper.pid for name, keeper in self.keepers.items()}
            if not self.house.options.headless:  # where somebody looks at it, no guard is needed
                pids["show"] = os.getpid()
            people = {name: [pid, birth(pid)] for name, pid in pids.items() if pid}
        document = {
            "guard": self._guard,
            "people": people,
            "beating": [name for name, keeper in self.keepers.items() if keeper.beating],
            "restarts": {name: keeper.restarts for name, keeper in self.keepers.items()},
            "deaths": self._deaths,
            "started_at": self.started_at,
            "firsts": self.report.firsts,
            "announced": self._announced,
            "growing": self._growths.growing,
        }
        self.house.crew.post(document | more)

    def say(self, line: str) -> None:
        """Tell the operator; nobody listening, or a full disk behind it, is no trouble."""
        with contextlib.suppress(OSError, ValueError):
            self._say(line)

    def _go_on(self, bookmark: Bookmark) -> None:
        """Stand where a show was cut off, if one was; who names a scene means it."""
        place = None if self.house.options.scene else bookmark.found()
        scene = str(place.document.get("scene", "")) if place else ""
        if place and scene in self.house.gig.scene_files:
            # A gig that has fewer knobs now may have too small a board; then it begins anew.
            with contextlib.suppress(ValueError):
                self.house.state.post(place.document)
                clock = time.strftime("%H:%M", time.localtime(place.at))
                self.say(f"the last show was cut off at {clock} in {scene}: it goes on there")
                self.say("another beginning: vj show SCENE")

    def _end(self, why: str) -> None:
        self.ended = self.ended or why

    def _look_once(self) -> None:
        """Look after everything; what goes wrong in that is tried again, it never ends the show."""
        try:
            self._look(time.monotonic())
        except Exception as error:
            if str(error) != self._trouble:
                log.exception("looking after the processes failed; it is tried again")
            self._trouble = str(error)

    def _look(self, now: float) -> None:
        stage = self.keepers["stage"]
        if stage.exit_code is not None and (
            stage.exit_code == 0 or self._status("stage").get("closed")
        ):
            self._end("the window was closed")
            return
        for keeper in self.keepers.values():
            if keeper is stage and keeper.process is None:
                self._choose_safety(keeper)
            keeper.watch(now)
        if "layers" not in self.keepers and self._wants_layers():
            self.keepers["layers"] = self._keeper("layers")
            self.keepers["layers"].start(now)
        document = self._status("stage")
        self.report.stage_said(document)
        self._announce()
        pids = {name: keeper.pid for name, keeper in self.keepers.items()}
        for text in self._growths.look(now, pids | {"show": os.getpid()}):
            log.warning("%s", text)
        self._tell()
        self._miss_guard()
        first = self.report.lives[0]["first_frame_at"] if self.report.lives else 0
        shown_for = (time.perf_counter_ns() - first) / 1e9 if first else 0.0
        seconds = self.house.options.seconds
        if seconds and shown_for >= seconds:
            self._end("the time is over")

    def _miss_guard(self) -> None:
        """Say once that nobody would bring the show back; without a window it is gone at once."""
        if self._guard and not self._unguarded and not alive(*self._guard):
            if self.house.options.headless:
                os._exit(1)  # cut off like its guard: who starts it anew shall not find it here
            self._unguarded = True
            log.warning("vj show is gone, the show goes on; it ends with: kill %d", os.getpid())

    def _choose_safety(self, stage: Keeper) -> None:
        """After repeated crashes of the stage drop what was loaded last, then play it safe."""
        level = 2 if stage.recent_crashes >= _SAFE_AFTER else 1 if stage.recent_crashes == 2 else 0
        if level != stage.house.options.safety:
            stage.house = replace(stage.house, options=replace(stage.house.options, safety=level))

    def _wants_layers(self) -> bool:
        """Most shows never do, and are spared a process."""
        found = self.house.state.read()
        return bool(found and (found[1].get("layer") or found[1].get("logo")))

    def _status(self, name: str) -> dict[str, Any]:
        found = self.house.status[name].read()
        return found[1] if found else {}

    def _announce(self) -> None:
        remote = self._status("desk").get("remote", {})
        url = str(remote.get("url", ""))
        if not url or url == self._announced:
            return
        self._announced = url
        page, _, token = url.partition("#")
        mark = f"#{token}" if token else ""
        self.say(f"remote and preview: {url}")
        self.say(f"operator's view: {page}operator{mark}")
        if remote.get("look_url"):
            self.say(f"for those who only look: {remote['look_url']}")
        if remote.get("fingerprint"):
            self.say(f"its certificate (SHA-256): {remote['fingerprint']}")
        if remote.get("qr"):
            self.say(blocks(remote["qr"]))

    def _close(self) -> None:
        if self._bookmark is not None:
            self._bookmark.tear_out()
        self.say(f"end of show: {self.ended}")
        document = self._status("stage")
        self.report.stage_said(document)
        status: Mapping[str, Mapping[str, Any]] = {n: self._status(n) for n in self.house.status}
        restarts = {name: keeper.restarts for name, keeper in self.keepers.items()}
        restarts["show"] = self._deaths
        for name in ("curtain", "share", "record", "stage", "desk", "capture", "layers", "infer"):
            if name in self.keepers:
                self.keepers[name].stop(_PARTING.get(name, 1.5))
        report = self.report.write(restarts, status, self.started_at)
        report["memory_mib"] = self._growths.most
        if self.house.options.report:
            try:
                Path(self.house.options.report).write_text(json.dumps(report, indent=2) + "\n")
            except OSError as error:
                log.error("the report is not written: %s", error)
        self.figures = report
