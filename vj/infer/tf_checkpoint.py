"""Variables out of a TensorFlow checkpoint, old form (one file) or new (.index and .data), read
without TensorFlow. Called by vj.infer.import_weights; numbers only, graphs are not looked at.

Source: the table format of LevelDB, and TensorFlow's tensor_bundle.proto, saved_tensor_slice.proto
and tensor.proto, whose field numbers are used here. TensorFlow writes its tables uncompressed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = bytes.fromhex("57fb808b247547db")  # the last eight bytes of a table
FOOTER, TRAILER = 48, 5
DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}
FLOAT32, FLOAT_VALUES = 1, 5

Arrays = dict[str, NDArray[Any]]
Message = dict[int, list[int | bytes]]  # field number -> its values


def find_checkpoint(path: Path) -> Path | None:
    """Find the file to read, given a checkpoint's folder, prefix or any of its files.

    Returns the one file of the old form, the .index of the new one, None for what is none.
    """
    if path.is_dir():
        listed = path / "checkpoint"
        text = listed.read_text(encoding="utf-8", errors="replace") if listed.is_file() else ""
        name = re.search(r'^model_checkpoint_path: *"(.+)"', text, re.MULTILINE)
        return find_checkpoint(path / Path(name[1]).name) if name else None
    prefix = re.sub(r"\.(index|meta|data-\d{5}-of-\d{5})$", "", path.name)
    index = path.with_name(f"{prefix}.index")
    if index.is_file():
        return index
    return path if path.is_file() and _is_table(path) else None


def _is_table(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(file.tell() - len(MAGIC), 0))
        return file.read() == MAGIC


def read_checkpoint(path: Path) -> Arrays:
    """Read every variable, from the file that `find_checkpoint` found.

    Raises: ValueError for what is damaged or of a kind that is not supported; OSError when a file
    cannot be read.
    """
    try:
        rows = list(_rows(path.read_bytes()))
        return _new(path, rows) if path.suffix == ".index" else _old(rows)
    except (IndexError, KeyError, AssertionError) as error:
        raise ValueError("cut off or garbled") from error


def _rows(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the keys and values of a table in their order."""
    if len(data) < FOOTER or data[-len(MAGIC) :] != MAGIC:
        raise ValueError("no TensorFlow checkpoint")
    footer, at = data[-FOOTER:], 0
    for _ in range(2):  # where the table's own notes are does not matter here
        _, at = _varint(footer, at)
    for _, handle in _block(data, footer[at:]):
        yield from _block(data, handle)


def _block(data: bytes, handle: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give the entries of the block a handle tells of; keys lack what they share with the last."""
    start, at = _varint(handle, 0)
    size, _ = _varint(handle, at)
    block = data[start : start + size]
    if len(data) < start + size + TRAILER:
        raise ValueError("cut off")
    if data[start + size] != 0:
        raise ValueError("compressed, which is not supported")
    end = size - 4 - 4 * int.from_bytes(block[-4:], "little")
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _new(index: Path, rows: Sequence[tuple[bytes, bytes]]) -> Arrays:
    """Read the tensors an index tells of out of the .data files beside it."""
    (header,) = (value for key, value in rows if not key)
    shards = _int(_fields(header), 1)
    files: dict[int, bytes] = {}
    out: Arrays = {}
    for key, value in rows:
        entry = _fields(value)
        kind = DTYPES.get(_int(entry, 1))
        if not key or kind is None:
            continue
        name = key.decode()
        if 7 in entry:
            raise ValueError(f"{name!r} is cut into slices, which is not supported")
        number = _int(entry, 3)
        if number not in files:
            shard = f"{index.stem}.data-{number:05d}-of-{shards:05d}"
            files[number] = index.with_name(shard).read_bytes()
        start, size = _int(entry, 4), _int(entry, 5)
        values = np.frombuffer(files[number][start : start + size], kind)
        out[name.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE")] = _shaped(name, values, entry, 2)
    return out


def _old(rows: Sequence[tuple[bytes, bytes]]) -> Arrays:
    """Read the tensors that lie in the table itself."""
    out: Arrays = {}
    shapes: dict[str, Message] = {}
    for key, value in rows:
        message = _fields(value)
        if not key:
            for raw in _fields(_bytes(message, 1)).get(1, []):
                fields = _fields(raw)
                shapes[_bytes(fields, 1).decode()] = fields
            continue
        saved = _fields(_bytes(message, 2))
        name, tensor = _bytes(saved, 1).decode(), _fields(_bytes(saved, 3))
        if name in out:
            raise ValueError(f"{name!r} is cut into slices, which is not supported")
        if _int(shapes[name], 3) != FLOAT32:
            continue  # counters
        values = np.frombuffer(_bytes(tensor, FLOAT_VALUES), "<f4")
        out[name] = _shaped(name, values, shapes[name], 2)
    return out


def _shaped(name: str, values: NDArray[Any], entry: Message, field: int) -> NDArray[Any]:
    sizes = _fields(_bytes(entry, field)).get(2, [])
    shape = [_int(_fields(size), 1) for size in sizes]
    if math.prod(shape) != values.size:
        raise ValueError(f"{name!r} is not as long as its shape")
    return values.reshape(shape)


def _fields(data: int | bytes) -> Message:
    """Take a protocol buffer apart."""
    assert isinstance(data, bytes)
    out: Message = {}
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        value: int | bytes
        if tag & 7 == 0:
            value, at = _varint(data, at)
        else:
            size = {1: 8, 5: 4}.get(tag & 7)
            if tag & 7 == 2:
                size, at = _varint(data, at)
            if size is None or at + size > len(data):
                raise ValueError("cut off or garbled")
            value, at = data[at : at + size], at + size
        out.setdefault(tag >> 3, []).append(value)
    return out


def _int(fields: Message, number: int) -> int:
    value = fields.get(number, [0])[-1]
    return value if isinstance(value, int) else 0


def _bytes(fields: Message, number: int) -> bytes:
    value = fields.get(number, [b""])[-1]
    return value if isinstance(value, bytes) else b""


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Read a number of seven bits a byte; returns it and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
