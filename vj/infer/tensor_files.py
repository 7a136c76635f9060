"""Files of named tensors that torch cannot read itself: .npz, .pict, .tflite, tfjs model.json.
Called by vj.infer.import_weights; plain numbers only, nothing in these files is ever executed."""

from __future__ import annotations

import json
import math
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vj.infer.tflite import read_tflite


def _npz(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: file[key] for key in file.files}
    except (zipfile.BadZipFile, EOFError, AttributeError) as error:
        raise ValueError(str(error) or "no .npz file") from error


def _pict(path: Path) -> dict[str, NDArray[Any]]:
    """Read chunks of a big-endian length and bytes: shapes, 256 float32, one byte per weight.

    Source: the exporter of affinelayer/pix2pix-tensorflow, also used by ml5.
    """
    data = path.read_bytes()
    chunks: list[bytes] = []
    start = 0
    while start < len(data):
        length = int.from_bytes(data[start : start + 4], "big")
        chunks.append(data[start + 4 : start + 4 + length])
        start += 4 + length
    if len(chunks) != 3 or start != len(data):
        raise ValueError("cut off or no .pict file")
    table = np.frombuffer(chunks[1], "<f4")
    codes = np.frombuffer(chunks[2], np.uint8)
    if codes.size and int(codes.max()) >= table.size:
        raise ValueError("a weight's code lies outside the table")
    return _cut(table[codes], json.loads(chunks[0]))


def _cut(values: NDArray[Any], entries: list[dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Cut a row of float32 into the named shapes that lie in it one after the other."""
    out: dict[str, NDArray[Any]] = {}
    start = 0
    for entry in entries:
        count = math.prod(entry["shape"])
        if start + count > values.size:
            raise ValueError(f"the data ends within {entry['name']!r}")
        out[str(entry["name"])] = values[start : start + count].reshape(entry["shape"])
        start += count
    return out


def _tfjs(path: Path) -> dict[str, NDArray[Any]]:
    """Read a tfjs model.json, or an older manifest, and the files of numbers beside it."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if isinstance(document, dict) and "weightsManifest" not in document:
        return _one_file_each(path, document)
    groups = document["weightsManifest"] if isinstance(document, dict) else document
    out: dict[str, NDArray[Any]] = {}
    for group in groups:
        shards = [path.parent / Path(name).name for name in group["paths"]]
        data, start = b"".join(shard.read_bytes() for shard in shards), 0
        for entry in group["weights"]:
            if "quantization" in entry:
                raise ValueError(f"{entry['name']!r} is quantised, which is not supported")
            dtype = np.dtype({"float32": "<f4", "int32": "<i4"}[entry["dtype"]])
            count = math.prod(entry["shape"])
            values = np.frombuffer(data, dtype, count, start)
            out[str(entry["name"])] = values.reshape(entry["shape"])
            start += values.nbytes
    return out


def _one_file_each(path: Path, document: dict[str, dict[str, Any]]) -> dict[str, NDArray[Any]]:
    """Read the manifest of deeplearn.js, as ml5 has it: every tensor a file of float32."""
    out: dict[str, NDArray[Any]] = {}
    for name, entry in document.items():
        data = (path.parent / Path(entry["filename"]).name).read_bytes()
        out[name] = np.frombuffer(data, "<f4").reshape(entry["shape"])
    return out


READERS: Mapping[str, Callable[[Path], dict[str, NDArray[Any]]]] = {
    ".npz": _npz,
    ".pict": _pict,
    ".json": _tfjs,
    ".tflite": read_tflite,
}


def read_tensor_file(path: Path) -> dict[str, Tensor]:
    """Read a file by its ending (one of `READERS`): tensor name -> tensor on the CPU.

    Raises: ValueError for what is no such file; OSError when it or a shard cannot be read.
    """
    try:
        arrays = READERS[path.suffix](path)
    except (KeyError, TypeError) as error:
        raise ValueError(f"{error} is missing or unknown in it") from error
    return {key: torch.from_numpy(np.array(value)) for key, value in arrays.items()}
