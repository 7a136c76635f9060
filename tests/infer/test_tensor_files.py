"""Tensor files of other programs: what they hold comes out, what is broken is said."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from vj.core.errors import UserError
from vj.infer.import_weights import read_source
from vj.infer.tensor_files import read_tensor_file


def write_pict(path: Path, shapes: list[dict[str, object]], table: bytes, codes: bytes) -> Path:
    chunks = [json.dumps(shapes).encode(), table, codes]
    path.write_bytes(b"".join(len(c).to_bytes(4, "big") + c for c in chunks))
    return path


def test_an_npz_comes_out_as_tensors(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **{"a/b": np.arange(6, dtype=np.float16).reshape(2, 3)})
    tensor = read_tensor_file(path)["a/b"]
    assert tensor.shape == (2, 3) and tensor.dtype == torch.float16 and float(tensor[1, 2]) == 5


def test_a_pict_is_a_table_and_one_byte_per_weight(tmp_path: Path) -> None:
    table = np.linspace(-1, 1, 256, dtype="<f4")
    shapes = [{"name": "a", "shape": [2, 2]}, {"name": "b", "shape": [1]}]
    path = write_pict(tmp_path / "w.pict", shapes, table.tobytes(), bytes([0, 255, 1, 2, 255]))
    tensors = read_tensor_file(path)
    assert tensors["a"].tolist() == [[-1, 1], [float(table[1]), float(table[2])]]
    assert tensors["b"].tolist() == [1]


@pytest.mark.parametrize(
    "shapes, codes, reason",
    [
        ([{"name": "a", "shape": [9]}], b"\0", "ends within 'a'"),
        ([{"name": "a", "shape": [1]}], b"\x09", "outside the table"),
        ([{"shape": [1]}], b"\0", "name"),
    ],
)
def test_a_wrong_pict_is_said(
    tmp_path: Path, shapes: list[dict[str, object]], codes: bytes, reason: str
) -> None:
    path = write_pict(tmp_path / "w.pict", shapes, np.zeros(4, "<f4").tobytes(), codes)
    with pytest.raises(ValueError, match=reason):
        read_tensor_file(path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(UserError, match=r"w\.pict"):
        read_source(path)


def test_tfjs_shards_are_read_beside_their_manifest(tmp_path: Path) -> None:
    weights = [
        {"name": "k", "shape": [2], "dtype": "float32"},
        {"name": "n", "shape": [], "dtype": "int32"},
    ]
    document = {"weightsManifest": [{"paths": ["s1", "../s2"], "weights": weights}]}
    path = tmp_path / "model.json"
    path.write_text(json.dumps(document))
    data = np.array([1.5, -2], "<f4").tobytes() + np.array(7, "<i4").tobytes()
    (tmp_path / "s1").write_bytes(data[:5])
    with pytest.raises(UserError, match=r"model\.json"):
        read_source(path)
    (tmp_path / "s2").write_bytes(data[5:])
    tensors = read_tensor_file(path)
    assert tensors["k"].tolist() == [1.5, -2] and int(tensors["n"]) == 7


def test_the_public_tfjs_net_is_read(shared_data: Path) -> None:
    tensors = read_tensor_file(shared_data / "weights" / "magenta_separable_tfjs" / "model.json")
    first = tensors["transformer/contract/conv1/weights"]
    assert first.shape == (9, 9, 3, 32) and 0.001 < float(first.abs().mean()) < 1


@pytest.mark.parametrize("name", ["w.npz", "w.pict", "w.json"])
def test_garbage_is_a_user_error(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"PK\x03\x04 certainly not")
    with pytest.raises(UserError, match="safe to read"):
        read_source(path)


def test_a_manifest_of_single_files_is_read(tmp_path: Path) -> None:
    """As ml5 keeps the variables of fast-style-transfer."""
    (tmp_path / "Variable_3").write_bytes(np.arange(6, dtype="<f4").tobytes())
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"Variable_3": {"filename": "Variable_3", "shape": [2, 3]}}))
    assert read_tensor_file(path)["Variable_3"].tolist() == [[0, 1, 2], [3, 4, 5]]
