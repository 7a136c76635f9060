"""Finds the faces in camera pictures and follows them from picture to picture.
Used by the infer process while an effect of the playing chain wants to know where faces are.

Source: YuNet (Wu et al. 2023) through OpenCV's FaceDetectorYN.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.core.gig import STARTER, Gig
from vj.core.types import FACES, Faces, Frame, no_faces
from vj.infer.heads import Boxes, heads

log = logging.getLogger(__name__)

WORD = "faces"  # what the card's model line says: it is no painter
LONGEST = 480  # longer side of what is searched: faces of 3 % of a picture's width are found
SURE = 0.7
EVERY = 3  # pictures; in between a face goes on as it went
LOOK_AGAIN = 5.0  # seconds between two looks for a detector that is missing
ABSENT = "no face detector here, heads of outlines do for faces; get it with: vj models pull yunet"

# Seconds: how soon a face counts, how long it is believed in when unseen, and how it goes.
COMES, STAYS, GOES = 0.15, 0.5, 0.4
# Shares of what is newly seen per detection: place, size, speed; a place far off is believed more.
PLACE, SIZE, SPEED = 0.55, 0.3, 0.25
SLOWS = 0.2  # seconds in which an unseen face comes to rest


class Detector:
    """YuNet ready to search pictures of any size."""

    def __init__(self, weights: bytes) -> None:
        """Take the ONNX file's bytes. Raises: UserError when OpenCV cannot use them."""
        model, config = np.frombuffer(weights, np.uint8), np.empty(0, np.uint8)
        self._size = (0, 0)
        # It warns of a choice of device that nobody made: errors only, meanwhile.
        level = cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        try:
            self._net = cv2.FaceDetectorYN.create("onnx", model, config, (320, 320), SURE)
            self._net.detect(np.zeros((320, 320, 3), np.uint8))
        except cv2.error as error:
            reason = " ".join(str(error).split())[:200]
            raise UserError(f"this is no YuNet face detector: {reason}") from error
        finally:
            cv2.utils.logging.setLogLevel(level)

    def detect(self, pixels: NDArray[np.uint8]) -> Boxes:
        """Find faces in (h, w, 4) uint8 RGBA, the surest first."""
        height, width = pixels.shape[:2]
        scale = min(1.0, LONGEST / max(height, width))
        size = (max(round(width * scale), 16), max(round(height * scale), 16))
        if size != self._size:
            self._net.setInputSize(size)
            self._size = size
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        rows = self._net.detect(cv2.cvtColor(small, cv2.COLOR_RGBA2BGR))[1]
        if rows is None:
            return np.zeros((0, 4), np.float32)
        rows = rows[np.argsort(-rows[:, 14])]
        half = rows[:, 2:4] / 2
        boxes = np.concatenate([rows[:, :2] + half, half], axis=1) / (*size, *size)
        return np.asarray(boxes[np.isfinite(boxes).all(1)], np.float32)


@dataclass
class _Track:
    """One face through time: its box, its speed per second, and how present it is."""

    box: NDArray[np.float32]
    speed: NDArray[np.float32]
    seen_at: float
    presence: float = 0.0


class Followed:
    """Up to eight faces that keep their place in the list as long as they are followed."""

    def __init__(self) -> None:
        self._slots: list[_Track | None] = [None] * FACES
        self._now = -math.inf

    def step(self, now: float, boxes: Boxes | None) -> Faces:
        """Go on to the moment `now` (seconds) and return where the faces are.

        boxes: what was found in the picture, None when nobody looked.
        """
        dt = now - self._now
        if not 0.0 <= dt < STAYS + GOES:
            self._slots, dt = [None] * FACES, 0.0
        self._now = now
        for track in self._slots:
            if track:
                track.box[:2] += track.speed * dt
        if boxes is not None:
            self._meet(boxes, now)
        for n, track in enumerate(self._slots):
            if track is None:
                continue
            unseen = now - track.seen_at
            if unseen > 0.0 and boxes is not None:
                track.speed *= np.float32(math.exp(-dt * EVERY / SLOWS))
            step = dt / COMES if unseen < STAYS else -dt / GOES
            track.presence = min(max(track.presence + step, 0.0), 1.0)
            if track.presence == 0.0 and unseen >= STAYS:
                self._slots[n] = None
        return self._list()

    def _meet(self, boxes: Boxes, now: float) -> None:
        """Give every box to the nearest face that has none yet, or begin to follow a new one."""
        near = [
            (_apart(track.box, box), slot, n)
            for slot, track in enumerate(self._slots)
            if track
            for n, box in enumerate(boxes)
        ]
        met: dict[int, int] = {}
        taken: set[int] = set()
        for apart, slot, n in sorted(near):
            if apart < 1.5 and slot not in met and n not in taken:
                met[slot] = n
                taken.add(n)
        for slot, n in met.items():
            track = self._slots[slot]
            assert track is not None
            _correct(track, boxes[n], now)
        for n, box in enumerate(boxes):
            free = next((slot for slot, track in enumerate(self._slots) if track is None), None)
            if n not in taken and free is not None:
                self._slots[free] = _Track(box.copy(), np.zeros(2, np.float32), now)

    def _list(self) -> Faces:
        faces = no_faces()
        for row, track in zip(faces, self._slots, strict=True):
            if track:
                row[:4], row[4] = track.box, track.presence
        return faces


def _apart(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """How far two boxes are from each other, in their own half sizes, unlike sizes included."""
    middle = np.hypot(*((a[:2] - b[:2]) / np.maximum(a[2:], b[2:])))
    return float(middle + 0.7 * np.abs(np.log(b[2:] / np.maximum(a[2:], 1e-4))).max())


def _correct(track: _Track, box: NDArray[np.float32], now: float) -> None:
    """Move a face towards where it was found: calm when it is near, at once when it is far."""
    off = box - track.box
    far = float(np.hypot(*(off[:2] / track.box[2:])))
    share = np.float32(min(PLACE + far, 1.0))
    span = max(now - track.seen_at, 1e-3)
    track.box[:2] += share * off[:2]
    track.box[2:] += np.float32(SIZE) * off[2:]
    track.speed += np.float32(SPEED / span) * off[:2]
    track.seen_at = now


class FaceFinder:
    """The detector of a gig and the faces it follows; `problem` says what is wrong with it.

    Where there is none, heads in the person's outline do.
    """

    def __init__(self, gig: Gig) -> None:
        self._folders = (gig.folder, STARTER)
        self._detector: Detector | None = None
        self._followed = Followed()
        self._source = ""
        self._count = 0
        self._look_at = -math.inf
        self.problem = ""
        self._told = False

    def find(self, frame: Frame, matte: NDArray[np.uint8], source: str = "") -> Faces:
        """Find the faces in a camera picture with its matte (h', w'), 255 = person.

        source: tells that the picture comes from somewhere else than the one before.
        """
        now = frame.captured_at / 1e9
        if source != self._source:
            self._source, self._followed, self._count = source, Followed(), 0
        if self._detector is None and not 0 <= now - self._look_at < LOOK_AGAIN:
            self._look_at = now
            self._detector = self._load()
        looks = self._count % EVERY == 0
        self._count += 1
        boxes = self._look(frame, matte) if looks else None
        return self._followed.step(now, boxes)

    def _look(self, frame: Frame, matte: NDArray[np.uint8]) -> Boxes:
        if self._detector is None:
            return heads(matte)
        try:
            return self._detector.detect(frame.pixels)
        except cv2.error as error:
            reason = " ".join(str(error).split())[:200]
            self._detector, self._look_at = None, frame.captured_at / 1e9
            self._complain(f"the face detector failed: {reason}")
            return heads(matte)

    def rest(self) -> None:
        """Forget the faces: nobody wants to know about them now."""
        self._followed, self._count, self.problem = Followed(), 0, ""
        self._look_at = -math.inf

    def _load(self) -> Detector | None:
        try:
            card = face_card(self._folders)
            detector = Detector(card.weights_bytes()) if card else None
        except UserError as error:
            self._complain(str(error))
            return None
        self.problem = ""
        if detector is None and not self._told:
            log.info("%s", ABSENT)
            self._told = True
        return detector

    def _complain(self, problem: str) -> None:
        if problem != self.problem:
            log.warning("%s", problem)
        self.problem = problem


def face_card(folders: Sequence[Path]) -> Card | None:
    """Read the first card of a face detector there is in some gigs' checkpoints."""
    for folder in folders:
        for path in sorted((folder / "checkpoints").glob("*.yaml")):
            try:
                card = read_card(path)
            except UserError:
                continue  # whoever wants to paint with it is told
            if card.model == WORD:
                return card
    return None
