"""Weights out of a .tflite file, without TensorFlow: names, shapes, numbers, made whole again.
Called by vj.infer.tensor_files and for the matte `selfie`; nothing of the program is run.

Source: the flatbuffer layout and TensorFlow Lite's schema.fbs; field numbers are its order there.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MARK = b"TFL3"
DTYPES = {0: "<f4", 1: "<f2", 2: "<i4", 3: "u1", 4: "<i8", 9: "i1"}
# fields by their place in the schema
SUBGRAPHS, BUFFERS = 2, 4
TENSORS, INPUTS, OUTPUTS, DATA = 0, 1, 2, 0
SHAPE, TYPE, BUFFER, NAME, QUANTIZATION = range(5)
SCALE, ZERO_POINT, AXIS = 2, 3, 6


@dataclass(frozen=True)
class _Table:
    """One table of a flatbuffer: where it begins, and where its fields are."""

    data: bytes
    start: int

    def _field(self, number: int) -> int:
        (back,) = struct.unpack_from("<i", self.data, self.start)
        places = self.start - back
        (size,) = struct.unpack_from("<H", self.data, places)
        if 4 + 2 * number >= size:
            return 0
        (offset,) = struct.unpack_from("<H", self.data, places + 4 + 2 * number)
        return self.start + int(offset) if offset else 0

    def number(self, number: int, form: str) -> int:
        """Read a whole number, 0 when it is not there."""
        place = self._field(number)
        return int(struct.unpack_from(form, self.data, place)[0]) if place else 0

    def table(self, number: int) -> _Table | None:
        """Follow a field to another table."""
        place = self._field(number)
        return _Table(self.data, _follow(self.data, place)) if place else None

    def raw(self, number: int, width: int = 1) -> bytes:
        """Read a vector of numbers `width` bytes wide."""
        place = self._field(number)
        if not place:
            return b""
        start = _follow(self.data, place)
        (count,) = struct.unpack_from("<I", self.data, start)
        found = self.data[start + 4 : start + 4 + count * width]
        if len(found) != count * width:
            raise ValueError("cut off")
        return found

    def tables(self, number: int) -> list[_Table]:
        """Follow a vector of tables."""
        place = self._field(number)
        if not place:
            return []
        start = _follow(self.data, place)
        (count,) = struct.unpack_from("<I", self.data, start)
        if count > len(self.data) // 4:
            raise ValueError("cut off")
        places = range(start + 4, start + 4 + 4 * count, 4)
        return [_Table(self.data, _follow(self.data, place)) for place in places]


def _follow(data: bytes, place: int) -> int:
    return place + int(struct.unpack_from("<I", data, place)[0])


def read_tflite(path: Path) -> dict[str, NDArray[Any]]:
    """Read every constant of the first graph under its name; quantised ones become float32.

    Raises: ValueError for what is no .tflite file; OSError when it cannot be read.
    """
    data = path.read_bytes()
    if data[4:8] != MARK:
        raise ValueError("no .tflite file")
    try:
        model = _Table(data, _follow(data, 0))
        buffers = model.tables(BUFFERS)
        out: dict[str, NDArray[Any]] = {}
        for tensor in model.tables(SUBGRAPHS)[0].tables(TENSORS):
            place = tensor.number(BUFFER, "<I")
            raw = buffers[place].raw(DATA) if place < len(buffers) else b""
            kind = DTYPES.get(tensor.number(TYPE, "<b"))
            if raw and kind:
                out[tensor.raw(NAME).decode()] = _array(tensor, raw, kind)
    except (struct.error, IndexError) as error:
        raise ValueError("cut off or garbled") from error
    return out


def shapes(data: bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Read the shapes of what a .tflite file takes and gives, mostly (1, height, width, channels).

    Raises: ValueError for what is no .tflite file.
    """
    if data[4:8] != MARK:
        raise ValueError("no .tflite file")
    try:
        graph = _Table(data, _follow(data, 0)).tables(SUBGRAPHS)[0]
        tensors = graph.tables(TENSORS)
        places = [np.frombuffer(graph.raw(field, 4), "<i4")[0] for field in (INPUTS, OUTPUTS)]
        taken, given = (
            tuple(np.frombuffer(tensors[place].raw(SHAPE, 4), "<i4").tolist()) for place in places
        )
    except (struct.error, IndexError, ValueError) as error:
        raise ValueError("cut off or garbled") from error
    return taken, given


def _array(tensor: _Table, raw: bytes, kind: str) -> NDArray[Any]:
    shape = np.frombuffer(tensor.raw(SHAPE, 4), "<i4")
    values = np.frombuffer(raw, kind)
    if math.prod(shape.tolist()) != values.size:
        raise ValueError(f"{tensor.raw(NAME).decode()!r} is not as long as its shape")
    values = values.reshape(shape)
    rule = tensor.table(QUANTIZATION)
    scale = np.frombuffer(rule.raw(SCALE, 4), "<f4") if rule else np.zeros(0, "<f4")
    if rule is None or not scale.size or kind[-2] == "f":
        return values
    zero = np.frombuffer(rule.raw(ZERO_POINT, 8), "<i8").astype(np.float32)
    along = [1] * values.ndim
    if scale.size > 1:
        along[rule.number(AXIS, "<i")] = scale.size
    whole = values.astype(np.float32) - zero.reshape(along if zero.size > 1 else [1])
    return np.asarray(whole * scale.reshape(along), np.float32)
