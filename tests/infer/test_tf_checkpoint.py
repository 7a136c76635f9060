"""TensorFlow's checkpoints read without it: two that TensorFlow 2.21 wrote lie beside this file."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights, read_source
from vj.infer.load import read_weights
from vj.infer.tf_checkpoint import find_checkpoint, read_checkpoint

HERE = Path(__file__).parent / "tf_checkpoints"
SHAPES = {
    "conv/weights": (3, 3, 2, 4),
    "conv/biases": (4,),
    "scalar": (),
    "names/that/share/a/long/prefix/a": (5,),
    "names/that/share/a/long/prefix/b": (2, 3),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(HERE, tmp_path / "checkpoint")


@pytest.mark.parametrize("name", ["old.ckpt", "new.ckpt"])
def test_both_forms_hold_what_tensorflow_put_in(folder: Path, name: str) -> None:
    found = find_checkpoint(folder / name)
    assert found is not None
    arrays = read_checkpoint(found)
    random = np.random.default_rng(1)
    for key, shape in SHAPES.items():
        wanted = random.random(shape).astype(np.float32)
        assert arrays[key].shape == shape and np.array_equal(arrays[key], wanted), key
    assert arrays["beta1_power"] == 0.5


def test_any_of_its_files_or_its_folder_leads_to_it(folder: Path) -> None:
    index = folder / "new.ckpt.index"
    for name in ("new.ckpt", "new.ckpt.index", "new.ckpt.meta", "new.ckpt.data-00000-of-00001"):
        assert find_checkpoint(folder / name) == index
    assert find_checkpoint(folder) is None
    (folder / "checkpoint").write_text('model_checkpoint_path: "/theirs/new.ckpt"\n')
    assert find_checkpoint(folder) == index
    (folder / "other.ckpt").write_bytes(b"a Lightning checkpoint")
    assert find_checkpoint(folder / "other.ckpt") is None


@pytest.mark.parametrize("name", ["old.ckpt", "new.ckpt.index"])
def test_whatever_is_cut_or_changed_is_said_and_nothing_else_happens(
    folder: Path, name: str
) -> None:
    path = folder / name
    data = path.read_bytes()
    for place in range(0, len(data), 7):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            read_checkpoint(path)
        except (ValueError, OSError):
            continue
    path.write_bytes(data[: len(data) // 2] + data[-48:])
    with pytest.raises(UserError, match=name):
        read_source(path)
    (folder / "new.ckpt.data-00000-of-00001").write_bytes(b"")
    with pytest.raises(UserError, match=name):
        read_source(path)


def test_a_network_of_lengstrom_comes_out_of_its_checkpoint(tmp_path: Path) -> None:
    """Variables as fast-style-transfer saves them, written here in the new form's own bytes."""
    write_bundle(tmp_path / "fns.ckpt", lengstrom())
    card = read_card(import_weights([tmp_path / "fns.ckpt"], "wave", None, tmp_path))
    assert card.model == "fast_style" and "lengstrom" in card.origin
    weights = read_weights(card)
    assert len(weights) == 48 and weights["conv1.weight"].shape == (4, 3, 9, 9)
    assert torch.equal(weights["conv_t3.scale"], torch.full((3,), 0.47))


def lengstrom() -> dict[str, np.ndarray]:
    """A narrow network's variables under their names; each holds its own number / 100."""
    widths = [(9, 3, 4), (3, 4, 8), *[(3, 8, 8)] * 12, (3, 4, 8), (9, 4, 3)]
    arrays: dict[str, np.ndarray] = {}
    for layer, (size, inputs, outputs) in enumerate(widths):
        channels = inputs if layer in (13, 14) else outputs
        for part, shape in enumerate(((size, size, inputs, outputs), (channels,), (channels,))):
            number = 3 * layer + part
            name = f"Variable_{number}" if number else "Variable"
            arrays[name] = np.full(shape, number / 100, np.float32)
            arrays[f"{name}/Adam"] = np.zeros(shape, np.float32)
    return arrays


def write_bundle(prefix: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write a checkpoint of the new form: one block, no compression, no checksums."""
    data, rows = b"", {b"": field(1, 1)}
    for name, values in sorted(arrays.items()):
        shape = b"".join(field(2, field(1, size)) for size in values.shape)
        place = field(4, len(data)) + field(5, values.nbytes)
        rows[name.encode()] = field(1, 1) + field(2, shape) + place
        data += values.astype("<f4").tobytes()
    prefix.with_name(f"{prefix.name}.data-00000-of-00001").write_bytes(data)
    entries = b"".join(
        number(0) + number(len(key)) + number(len(value)) + key + value
        for key, value in rows.items()
    )
    tail = bytes(4) + (1).to_bytes(4, "little")
    block = entries + tail
    handle = number(0) + number(len(block))
    top = number(0) + number(1) + number(len(handle)) + b"z" + handle + tail
    place = number(len(block) + 5) + number(len(top))
    footer = (bytes(2) + place).ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")
    prefix.with_name(f"{prefix.name}.index").write_bytes(block + bytes(5) + top + bytes(5) + footer)


def number(value: int) -> bytes:
    out = b""
    while value > 127:
        out, value = out + bytes([value & 127 | 128]), value >> 7
    return out + bytes([value])


def field(place: int, value: int | bytes) -> bytes:
    if isinstance(value, int):
        return number(place << 3) + number(value)
    return number(place << 3 | 2) + number(len(value)) + value
