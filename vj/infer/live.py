"""The infer process at work: newest camera picture in, stylised picture with its matte out.
Run by vj.infer.process; never in the way of the stage, which goes on without it."""

from __future__ import annotations

import logging
import math
import sys
import time
from collections import deque
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vj.core.house import House
from vj.core.types import Faces, Frame, Pixels, no_faces
from vj.infer.body import Body
from vj.infer.edits import Edits
from vj.infer.engine import Engine, Loader
from vj.infer.faces import FaceFinder
from vj.infer.green_room import GreenRoom
from vj.infer.heartbeat import Heartbeat
from vj.infer.lanes import Lanes, shares
from vj.infer.mattes_ready import Mattes
from vj.infer.pace import Pace
from vj.infer.painter import Painter, finish
from vj.infer.want import first_want, want_of

log = logging.getLogger(__name__)

POLL = 0.002
STRIKES = 3
RETRY = 5.0
SICK = 75  # exit code: this process cannot recover (a broken CUDA context), start another
LEAST_LEASE = 2.0
_RECENT = 2.0  # seconds over which paintings are counted
LEAST_PATIENCE, UNKNOWN = 10.0, 5.0  # seconds a painting may take; of one never painted before


@dataclass(frozen=True)
class Order:
    """What a picture that is being painted belongs to; `started` in monotonic seconds.

    `take` counts the models that have played; the stage fades when it changes. `faces`: where they
    are in the camera's picture. `share`: of each side that is painted.
    """

    engine: Engine
    take: int
    captured_at: int
    started: float
    faces: Faces
    share: float


class Infer:
    """The loop and what it remembers between pictures."""

    def __init__(self, house: House) -> None:
        rig = house.gig.rig
        self._house = house
        self._size = rig.size
        self._loader = Loader(house.gig, rig.device)
        self._room = GreenRoom(house.gig, rig.device)
        self._edits = Edits(house.gig)
        self._painter = self._new_painter()
        self._pace = Pace(rig.paintings)
        self._faces = FaceFinder(house.gig)
        self._body = Body()
        self._engine: Engine | None = None
        self._take = 0
        self._want = first_want(house.gig, house.options.scene)
        self._state_seq = self._frame_seq = 0
        self._frame: Frame | None = None
        self._strikes = 0
        self._retry_at = self._reloaded_at = -math.inf
        self._said: set[str] = set()
        self._error = ""
        self._done: deque[float] = deque(maxlen=240)
        self._frames = 0
        self._ms: dict[str, float] = {}
        self._slowest = 0.0
        lanes, threads = shares(rig.threads)
        self._lanes: Lanes[Order, tuple[Pixels, dict[str, float]]] = Lanes(lanes, threads)
        self.heartbeat = Heartbeat(house.status["infer"], self.status)

    def status(self) -> dict[str, object]:
        """What the process is doing, for its board."""
        engine, now = self._engine, time.monotonic()
        # Not by the time between them: lanes end together, and then they seem to be without end.
        recent = sum(now - moment < _RECENT for moment in list(self._done))
        failure = self._loader.failure
        problems = [str(failure)[:300]] if failure else []
        problems += [self._error] if self._error else []
        problems += [self._painter.mattes.problem] if self._painter.mattes.problem else []
        problems += [self._faces.problem] if self._faces.problem else []
        problems += engine.shelf.problems.copy().values() if engine else ()
        return {
            "ready": engine is not None and self._frames > 0,
            "model": engine.name if engine else "",
            "loading": self._loader.wanted if self._loader.busy else "",
            "waiting": self._room.waiting,
            "device": engine.device if engine else "",
            "fps": round(recent / _RECENT, 2),
            "frames": self._frames,
            "share": self._pace.share,
            "ms": {name: round(value, 2) for name, value in self._ms.items()},
            "error": " | ".join(problems)[:2000],
        }

    def step(self) -> bool:
        """Do what there is to do; False when there was nothing and the caller may sleep."""
        if not self._hangs(time.monotonic()):
            self.heartbeat.renew(max(LEAST_LEASE, 3 * self._slowest))
        self._read_state()
        self._choose_engine(time.monotonic())
        self._room.look_after(
            self._engine.name if self._engine else "",
            self._size,
            self._frames > 0 and not self._loader.busy and self._engine is not None,
        )
        published = self._collect()
        engine = self._engine
        beside = engine.beside if engine else None
        if self._house.camera.newest == self._frame_seq or not self._lanes.free(beside):
            return published
        buffer = self._frame.pixels if self._frame else None
        frame = self._house.camera.latest(self._frame_seq, buffer)
        if frame is None:
            return published
        self._frame, self._frame_seq = frame, frame.seq
        frame = smaller(frame, self._house.gig.rig.size)
        self._size = (frame.pixels.shape[0], frame.pixels.shape[1])
        if engine is None:
            return published
        self._begin(engine, frame)
        return True

    def _hangs(self, now: float) -> bool:
        """Whether a picture takes so long that it will never be ready; the process starts anew."""
        order = self._lanes.oldest
        if order is None:
            return False
        expected = order.engine.seconds or UNKNOWN
        return now - order.started > max(LEAST_PATIENCE, 6 * expected, 3 * self._slowest)

    def _new_painter(self) -> Painter:
        gig = self._house.gig
        return Painter(Mattes(lambda: gig.card_files, gig.rig.device))

    def _read_state(self) -> None:
        found = self._house.state.read(self._state_seq)
        if found is not None:
            self._state_seq, document = found
            self._want = want_of(document)

    def _choose_engine(self, now: float) -> None:
        """Take over a finished model, and order another when the wanted one is not playing."""
        wanted, loader = self._want.model, self._loader
        engine = loader.take()
        playing = self._engine.name if self._engine else ""
        if wanted != playing and engine is None:
            engine = self._room.call(wanted)
        if engine is not None and engine.name == wanted:
            self._take_over(engine)
        elif engine is not None:
            self._room.bring(engine)  # it came too late for its scene; the scene may come again
        if loader.failure is not None:
            end_if_sick(loader.failure)
        if not wanted:
            return
        if self._engine is not None and self._engine.name == wanted:
            if loader.wanted != wanted:
                loader.forget(wanted)
            if not self._edits.found(self._engine.origin, now):
                return
            log.info("model %s was saved and is loaded again", wanted)
        elif loader.wanted == wanted and (loader.busy or now < self._retry_at):
            return
        self._retry_at = now + RETRY
        styles = dict.fromkeys(name for name, _ in (*self._want.person, *self._want.background))
        loader.start(wanted, list(styles), self._size)

    def _take_over(self, engine: Engine) -> None:
        log.info("model %s plays on %s", engine.name, engine.device)
        before, self._engine = self._engine, engine
        self._error, self._strikes = "", 0
        self._take += 1
        if before is not None and before.name != engine.name:
            self._room.bring(before)

    def _begin(self, engine: Engine, frame: Frame) -> None:
        """Do what needs the pictures in order, and have the rest painted beside the loop."""
        started = time.monotonic()
        try:
            sketch = self._painter.prepare(frame.pixels, self._want, engine.shelf)
            seen = self._body.look(frame.pixels, sketch.pixels[..., 3], frame.captured_at)
            self._house.body.publish(seen, frame.captured_at)
            faces = self._find_faces(frame, sketch.pixels[..., 3])
        except Exception as error:  # the loop's top: whatever a matte does, the show goes on
            failure = error
        else:
            self._show(sketch.pixels, frame.captured_at)
            share = self._pace.next(engine.name, engine.least_share(self._size))
            sketch = replace(sketch, share=share)
            order = Order(engine, self._take, frame.captured_at, started, faces, share)
            work = partial(finish, sketch, engine.model, engine.shelf, engine.device)
            self._lanes.order(order, work)
            return
        self._fail(engine, failure)

    def _show(self, pixels: Pixels, captured_at: int) -> None:
        """Let the operator see what the drawing chain makes of the camera's picture."""
        if self._want.values.get("edges.enabled", 0.0) >= 0.5:
            box = self._house.sketch
            small = cv2.resize(pixels, box.shape[::-1], interpolation=cv2.INTER_AREA)
            box.publish(np.asarray(small, np.uint8), captured_at)

    def _find_faces(self, frame: Frame, matte: NDArray[np.uint8]) -> Faces:
        if self._want.faces:
            return self._faces.find(frame, matte, self._want.source)
        self._faces.rest()
        return no_faces()

    def _collect(self) -> bool:
        """Publish the pictures that are finished, oldest first; False when there were none."""
        found = self._lanes.take()
        if found is None:
            return False
        order, future = found
        failure = future.exception()
        if failure is None:
            pixels, self._ms = future.result()
            self._house.styled.publish(pixels, order.captured_at, order.take, order.faces)
            ended = time.monotonic()
            spent = ended - order.started
            self._slowest = max(self._slowest * 0.99, spent)
            beside = order.engine.beside or self._lanes.count
            self._pace.painted(order.engine.name, order.share, spent, beside, ended)
            self._done.append(ended)
            self._frames += 1
            self._strikes, self._error = 0, ""
            return True
        del future, found  # an exception that is kept keeps the network's memory, too
        self._fail(order.engine, failure)
        return True

    def _fail(self, engine: Engine, failure: BaseException) -> None:
        self._error = f"model {engine.name!r}: {type(failure).__name__}: {failure}"[:300]
        if self._error not in self._said:
            self._said.add(self._error)
            log.error("%s", self._error, exc_info=failure)
        end_if_sick(failure)
        self._strikes += 1
        if self._strikes < STRIKES:
            return
        # The first reload is at once; a model that fails again waits for its turn to retry.
        self._strikes, self._engine, self._painter = 0, None, self._new_painter()
        now = time.monotonic()
        if now - self._reloaded_at > 2 * RETRY:
            self._retry_at = now
        self._reloaded_at = now
        if engine.device.startswith("cuda"):
            torch.cuda.empty_cache()


def smaller(frame: Frame, size: tuple[int, int]) -> Frame:
    """The frame in the size (height, width) that is painted; one that is no larger as it is."""
    height, width = size
    if frame.pixels.shape[0] * frame.pixels.shape[1] <= height * width:
        return frame
    pixels = cv2.resize(frame.pixels, (width, height), interpolation=cv2.INTER_AREA)
    return replace(frame, pixels=np.asarray(pixels, np.uint8))


def end_if_sick(error: BaseException) -> None:
    """End the process on a CUDA error other than lack of memory: only a fresh one gets well.

    Raises: SystemExit with code 75.
    """
    if "CUDA error" in str(error):
        log.error("the CUDA device is lost to this process; a fresh one must start: %s", error)
        sys.exit(SICK)


def run(house: House) -> None:
    """Run until killed; posts to `house.status["infer"]` all the time."""
    lanes, threads = shares(house.gig.rig.threads)
    torch.set_num_threads(threads)
    cv2.setNumThreads(1)
    log.info("%d pictures at a time, %d threads each on the CPU", lanes, threads)
    infer = Infer(house)
    infer.heartbeat.start()
    while True:
        if not infer.step():
            time.sleep(POLL)
