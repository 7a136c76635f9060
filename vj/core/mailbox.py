"""Latest-wins pictures in anonymous shared memory: one writer, many readers, no lock.

Created by the show and handed to the processes at birth; survives kill -9 of either side.
"""

from __future__ import annotations

import multiprocessing
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vj.core.types import FACES, Faces, Frame, Pixels, no_faces

# Per slot: number before the copy, number after it, height, width, captured_at, take.
_BEFORE, _AFTER, _HEIGHT, _WIDTH, _CAPTURED, _TAKE = range(6)
_FIELDS = 6


class Mailbox:
    """A few picture slots and a counter in memory without a name.

    The writer fills the slot after the newest one, brackets the copy with the picture's number and
    publishes the counter last; a reader copies the newest slot and keeps it only when both numbers
    still agree. Nobody ever waits, and a killed process leaves nothing behind.
    """

    def __init__(
        self, memory: Any, heads: Any, faces: Any, shape: tuple[int, int], slots: int
    ) -> None:
        self._memory, self._heads, self._faces = memory, heads, faces
        self.shape, self.slots = shape, slots
        self._map()

    @classmethod
    def create(cls, height: int, width: int, slots: int = 4) -> Mailbox:
        """Make a mailbox for pictures up to `height` x `width` pixels, any shape within that area.

        Raises: ValueError when a size is not positive or there are fewer than 3 slots.
        """
        if height < 1 or width < 1 or slots < 3:
            raise ValueError("a mailbox needs a positive size and at least 3 slots")
        spawn = multiprocessing.get_context("spawn")
        memory = spawn.RawArray("B", slots * height * width * 4)
        heads = spawn.RawArray("q", 1 + slots * _FIELDS)
        faces = spawn.RawArray("f", slots * FACES * 5)
        return cls(memory, heads, faces, (height, width), slots)

    def _map(self) -> None:
        head = np.frombuffer(self._heads, np.int64)
        self._newest: NDArray[np.int64] = head[:1]
        self._slot_heads = head[1:].reshape(self.slots, _FIELDS)
        self._slot_bytes = np.frombuffer(self._memory, np.uint8).reshape(self.slots, -1)
        faces = np.frombuffer(self._faces, np.float32)
        self._slot_faces: Faces = faces.reshape(self.slots, FACES, 5)

    def __getstate__(self) -> dict[str, Any]:
        return {"parts": (self._memory, self._heads, self._faces, self.shape, self.slots)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._memory, self._heads, self._faces, self.shape, self.slots = state["parts"]
        self._map()

    def publish(
        self, pixels: Pixels, captured_at: int, take: int = 0, faces: Faces | None = None
    ) -> int:
        """Copy a picture in and return its number.

        `pixels`: (H, W, 4) uint8 with H*W within the capacity; `captured_at`: perf_counter_ns;
        `take`, `faces`: see `Frame`.
        Raises: ValueError when the picture has another shape or type, or does not fit.
        """
        if pixels.ndim != 3 or pixels.shape[2] != 4 or pixels.dtype != np.uint8:
            raise ValueError(f"a picture is (H, W, 4) uint8, not {pixels.shape} {pixels.dtype}")
        size = pixels.size
        if size == 0 or size > self._slot_bytes.shape[1]:
            raise ValueError(f"picture {pixels.shape} does not fit a mailbox of {self.shape}")
        seq = int(self._newest[0]) + 1
        head = self._slot_heads[seq % self.slots]
        head[_BEFORE] = seq
        head[_HEIGHT:] = (*pixels.shape[:2], captured_at, take)
        np.copyto(self._slot_bytes[seq % self.slots, :size].reshape(pixels.shape), pixels)
        self._slot_faces[seq % self.slots] = 0.0 if faces is None else faces
        head[_AFTER] = seq
        self._newest[0] = seq
        return seq

    @property
    def newest(self) -> int:
        """The number of the newest picture, 0 before the first; costs no copy."""
        return int(self._newest[0])

    @property
    def newest_captured_at(self) -> int:
        """When the camera took the newest picture, 0 before the first; costs no copy."""
        seq = int(self._newest[0])
        return int(self._slot_heads[seq % self.slots][_CAPTURED]) if seq else 0

    def latest(self, after_seq: int = 0, out: Pixels | None = None) -> Frame | None:
        """Copy the newest picture out, or return None when none is newer than `after_seq`.

        `out`: an optional (H, W, 4) uint8 array used again when its shape fits.
        """
        for _ in range(8):
            seq = int(self._newest[0])
            if seq == 0 or seq == after_seq:
                return None
            head = self._slot_heads[seq % self.slots]
            if int(head[_AFTER]) != seq:
                continue
            height, width, captured_at, take = (int(v) for v in head[_HEIGHT:])
            size = height * width * 4
            if not 0 < size <= self._slot_bytes.shape[1]:
                continue
            shape = (height, width, 4)
            pixels = out if out is not None and out.shape == shape else np.empty(shape, np.uint8)
            np.copyto(pixels, self._slot_bytes[seq % self.slots, :size].reshape(shape))
            faces = no_faces()
            np.copyto(faces, self._slot_faces[seq % self.slots])
            if int(head[_BEFORE]) == seq:
                return Frame(pixels, seq, captured_at, take, faces)
        return None
