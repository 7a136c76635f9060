"""Magenta's .tflite files give the very numbers that LiteRT itself holds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights, read_source
from vj.infer.load import load_model, read_weights
from vj.infer.tflite import read_tflite

PREDICT, TRANSFER = "style_predict_int8_256.tflite", "style_transfer_f16_384.tflite"


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "weights" / "magenta_int8"


@pytest.mark.parametrize("name", [PREDICT, TRANSFER])
def test_the_numbers_are_those_litert_holds(folder: Path, name: str) -> None:
    litert = pytest.importorskip("ai_edge_litert.interpreter")
    interpreter = litert.Interpreter(str(folder / name), num_threads=1)
    held = {detail["name"]: detail for detail in interpreter.get_tensor_details()}
    arrays = read_tflite(folder / name)
    assert len(arrays) > 100
    for key, values in arrays.items():
        rule = held[key]["quantization_parameters"]
        raw = interpreter.get_tensor(held[key]["index"])
        if len(rule["scales"]):
            along = [1] * raw.ndim
            along[rule["quantized_dimension"]] = -1
            raw = (raw - rule["zero_points"].reshape(along)) * rule["scales"].reshape(along)
        assert np.allclose(values, raw, rtol=1e-6, atol=0), key


def test_the_two_files_are_magenta_and_equal_the_npz(folder: Path, tmp_path: Path) -> None:
    files = [folder / PREDICT, folder / TRANSFER]
    card = read_card(import_weights(files, "lite", None, tmp_path))
    assert card.model == "magenta" and "padding" not in card.options
    npz = ("style_predict_mobilenetv2_int8w.npz", "style_transfer_quarter_f16.npz")
    other = read_card(import_weights([folder / name for name in npz], "npz", None, tmp_path))
    ours, theirs = read_weights(card), read_weights(other)
    assert set(ours) == set(theirs)
    assert all(torch.equal(ours[key], theirs[key]) for key in ours)
    assert load_model(card, "cpu").multiple == 4


def test_a_tflite_of_another_network_is_said(shared_data: Path, tmp_path: Path) -> None:
    (path,) = (shared_data / "weights" / "whitebox_cartoon").glob("*.tflite")
    with pytest.raises(UserError, match="no known network"):
        import_weights([path], "x", None, tmp_path)


def test_what_is_cut_or_garbled_is_said(folder: Path, tmp_path: Path) -> None:
    data = (folder / TRANSFER).read_bytes()
    path = tmp_path / "w.tflite"
    for broken in (b"", b"not one", data[:400], data[: len(data) // 2]):
        path.write_bytes(broken)
        with pytest.raises(UserError, match=r"w\.tflite"):
            read_source(path)
    random = np.random.default_rng(0)
    for place in random.integers(0, len(data), 40):
        path.write_bytes(data[:place] + b"\xff\xff\xff\x7f" + data[place + 4 :])
        try:
            read_tflite(path)
        except ValueError:
            continue
