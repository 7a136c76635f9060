"""Exported programs of all three kinds run as their cards say, and only the ones the cards name."""

from __future__ import annotations

import hashlib
import io
import json
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from vj.core.card import Card, read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import load_model
from vj.infer.models.exported import kind_of
from vj.infer.models.pix2pix import UNet

ONE = torch.ones(1, 1, 1)


class Negative(nn.Module):
    """Turns light into dark in a range of its own, written -1..1, and swaps red and blue."""

    def forward(self, x: Tensor) -> Tensor:
        return -x.flip(1)


class Half(nn.Module):
    """Halves the picture, NHWC, gives the third channel only, in a tuple."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        y = x[:, ::2, ::2, 2:]
        return y, x


def scripted(module: nn.Module) -> bytes:
    file = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(module), file)
    return file.getvalue()


def exported(module: nn.Module, free: bool) -> bytes:
    file = io.BytesIO()
    sides = {n: torch.export.Dim(f"side{n}", min=8, max=4096) for n in (2, 3)} if free else None
    example = (torch.zeros(1, 3, 32, 48),)
    torch.export.save(
        torch.export.export(module, example, dynamic_shapes=(sides,) if sides else None), file
    )
    return file.getvalue()


def field(number: int, value: int | bytes) -> bytes:
    """A protobuf field: a varint below 128, or bytes below 128 long."""
    if isinstance(value, int):
        return bytes([number << 3, value])
    size = len(value)
    prefix = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([number << 3 | 2]) + prefix + value


def onnx_negative(side: int) -> bytes:
    """An ONNX file that computes 1 - x; a side of 0 is a free size."""

    def picture(name: bytes) -> bytes:
        sides = [field(1, side) if side else field(2, word) for word in (b"h", b"w")]
        dims = b"".join(field(1, d) for d in (field(1, 1), field(1, 3), *sides))
        tensor = field(1, 1) + field(2, dims)
        return field(1, name) + field(2, field(1, tensor))

    one = field(2, 1) + field(8, b"one") + field(9, np.ones(1, "<f4").tobytes())
    node = field(1, b"one") + field(1, b"x") + field(2, b"y") + field(4, b"Sub")
    graph = field(1, node) + field(2, b"g") + field(5, one)
    graph += field(11, picture(b"x")) + field(12, picture(b"y"))
    return field(1, 8) + field(7, graph) + field(8, field(2, 13))


def card_of(folder: Path, data: bytes, **facts: object) -> Card:
    (folder / "net.bin").write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    given = {"sha256": sha256, **facts}
    return Card(name="net", folder=str(folder), model="exported", weights="net.bin", **given)


@pytest.fixture(scope="module")
def content() -> Tensor:
    return torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(1))


MAKERS: dict[str, Callable[[], bytes]] = {
    "torchscript": lambda: scripted(Negative()),
    "export": lambda: exported(Negative(), free=True),
}


@pytest.mark.parametrize("kind", MAKERS)
def test_a_program_runs_as_its_card_says(tmp_path: Path, content: Tensor, kind: str) -> None:
    data = MAKERS[kind]()
    assert kind_of(data) == kind
    card = card_of(tmp_path, data, range_in=(-1.0, 1.0), range_out=(-1.0, 1.0), multiple=8)
    model = load_model(card, "cpu")
    assert model.multiple == 8
    style = model.prepare(content)
    painted = model.paint(content, [style], ONE)
    assert torch.allclose(painted, 1 - content.flip(1), atol=1e-6)
    assert torch.equal(model.paint(content, [style], torch.zeros(1, 4, 4)), content)
    half = model.paint(content, [style, style], 0.25 * torch.ones(2, 1, 1))
    assert torch.allclose(half, (content + painted) / 2, atol=1e-6)


def test_bgr_and_levels_to_255(tmp_path: Path, content: Tensor) -> None:
    card = card_of(
        tmp_path, scripted(Negative()), channels="bgr", range_in=(0.0, 255.0), range_out=(-255, 0)
    )
    model = load_model(card, "cpu")
    painted = model.paint(content, [model.prepare(content)], ONE)
    assert torch.allclose(painted, 1 - content.flip(1), atol=1e-5)


def test_a_size_that_is_fixed_in_the_file_is_used(tmp_path: Path, content: Tensor) -> None:
    model = load_model(card_of(tmp_path, exported(Negative(), free=False)), "cpu")
    big = torch.zeros(1, 3, 40, 100)
    assert model.paint(big, [model.prepare(big)], ONE).shape == big.shape
    same = model.paint(content, [model.prepare(content)], ONE)
    assert torch.equal(same, (-content.flip(1)).clamp(0, 1))


def test_other_layouts_sizes_and_outputs(tmp_path: Path, content: Tensor) -> None:
    options = {"layout": "nhwc", "height": 64, "width": 64}
    model = load_model(card_of(tmp_path, scripted(Half()), options=options), "cpu")
    painted = model.paint(torch.ones_like(content) * 0.25, [model.prepare(content)], ONE)
    assert painted.shape == content.shape and torch.allclose(painted, torch.tensor(0.25))


def test_only_the_file_the_card_names_is_opened(tmp_path: Path) -> None:
    data = scripted(Negative())
    with pytest.raises(UserError, match="sha256: "):
        load_model(card_of(tmp_path, data, sha256=""), "cpu")
    with pytest.raises(UserError, match="damaged or another file"):
        load_model(card_of(tmp_path, data, sha256="0" * 64), "cpu")


def test_what_does_not_run_as_described_is_said(tmp_path: Path) -> None:
    class Sum(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.sum()

    with pytest.raises(UserError, match="no picture but a tensor"):
        load_model(card_of(tmp_path, scripted(Sum())), "cpu")
    with pytest.raises(UserError, match="does not run as its card describes"):
        load_model(card_of(tmp_path, scripted(nn.Conv2d(1, 3, 3))), "cpu")
    gray = load_model(card_of(tmp_path, scripted(nn.Conv2d(1, 3, 3)), channels="gray"), "cpu")
    assert gray.multiple == 1
    with pytest.raises(UserError, match="nchw, nhwc"):
        load_model(card_of(tmp_path, scripted(Negative()), options={"layout": "hwc"}), "cpu")


def test_weights_without_a_network_are_no_program(tmp_path: Path) -> None:
    torch.save({"a": torch.ones(2)}, tmp_path / "models")
    plain = (tmp_path / "models").read_bytes()
    padded = safetensors.torch.save({"x" * 200: torch.ones(300)})
    for data in (plain, padded, b"PK\x03\x04", b"", b"\x08\x05\x00\x00"):
        assert kind_of(data) == ""
    with pytest.raises(UserError, match="none of torchscript, export, onnx"):
        load_model(card_of(tmp_path, plain), "cpu")


@pytest.mark.parametrize("side", [0, 64])
def test_an_onnx_file_runs(tmp_path: Path, content: Tensor, side: int) -> None:
    pytest.importorskip("onnxruntime")
    data = onnx_negative(side)
    model = load_model(card_of(tmp_path, data), "cpu")
    painted = model.paint(content, [model.prepare(content)], ONE)
    assert painted.shape == content.shape
    if not side:
        assert torch.allclose(painted, 1 - content, atol=1e-6)


def test_without_onnxruntime_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    assert kind_of(onnx_negative(0)) == "onnx"
    with pytest.raises(UserError, match="pip install onnxruntime"):
        load_model(card_of(tmp_path, onnx_negative(0)), "cpu")


GART = {
    "name": "gart_canny_256",
    "ckpt_path": "./models/gart_canny_256",
    "input": {"shape": [64, 64, 3], "range": [-1, 1], "opname": "generator/generator_inputs"},
    "output": {"shape": [64, 64, 3], "range": [-1, 1], "opname": "generator/generator_outputs"},
}


def test_a_webcam_pix2pix_description_becomes_a_card(tmp_path: Path, content: Tensor) -> None:
    text, net = tmp_path / "gart.json", tmp_path / "generator.pt"
    text.write_text(json.dumps(GART))
    net.write_bytes(scripted(Negative()))
    path = import_weights([text, net], "gart", None, tmp_path / "out")
    card = read_card(path)
    assert card.model == "exported" and card.weights == "gart.pt" and len(card.sha256) == 64
    assert card.range_in == (-1, 1) and card.options == {"height": 64, "width": 64}
    model = load_model(card, "cpu")
    flat = torch.full_like(content, 0.25)
    assert torch.allclose(model.paint(flat, [model.prepare(flat)], ONE), torch.tensor(0.75))


def test_a_description_goes_with_a_generator_s_weights_too(tmp_path: Path) -> None:
    text, net = tmp_path / "gart.json", tmp_path / "g.safetensors"
    text.write_text(json.dumps(GART))
    safetensors.torch.save_file(UNet(4, 4).state_dict(), net)
    card = read_card(import_weights([net, text], "gart", None, tmp_path / "out"))
    assert card.model == "pix2pix" and card.options == {"side": 64}
    assert card.title == "gart_canny_256"


def test_descriptions_that_do_not_suffice_are_said(tmp_path: Path) -> None:
    text = tmp_path / "gart.json"
    text.write_text(json.dumps(GART))
    with pytest.raises(UserError, match="give its files as well"):
        import_weights([text], "gart", None, tmp_path / "out")
    for wrong in ({"shape": [64, 64], "range": [0, 1]}, {"shape": [64, 64, 3], "range": [0]}, {}):
        text.write_text(json.dumps({**GART, "input": wrong}))
        with pytest.raises(UserError, match=r"gart\.json: input and output need"):
            import_weights([text], "gart", None, tmp_path / "out")


def test_a_program_is_imported_as_it_is(tmp_path: Path) -> None:
    net = tmp_path / "neg.pt2"
    net.write_bytes(exported(Negative(), free=True))
    card = read_card(import_weights([net], "neg", None, tmp_path / "out"))
    assert (tmp_path / "out" / "neg.pt2").read_bytes() == net.read_bytes()
    assert card.model == "exported" and load_model(card, "cpu").multiple == 1
    with pytest.raises(UserError, match="one file"):
        import_weights([net, net], "two", None, tmp_path / "out")
    torch.save({"a": torch.ones(1)}, tmp_path / "a.pth")
    with pytest.raises(UserError, match="no TorchScript"):
        import_weights([tmp_path / "a.pth"], "two", "exported", tmp_path / "out")


class Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return open, (str(self.canary), "w")  # type: ignore[return-value]


@pytest.mark.parametrize("place", ["weights", "sample_inputs"])
def test_an_archive_with_a_trap_in_it_does_not_spring_it(tmp_path: Path, place: str) -> None:
    canary, trap = tmp_path / "canary", io.BytesIO()
    torch.save({"w": Trap(canary)}, trap)
    honest = zipfile.ZipFile(io.BytesIO(exported(nn.Conv2d(3, 3, 1), True)))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in honest.namelist():
            data = honest.read(name)
            if place == "weights" and name.endswith("weights_config.json"):
                config = json.loads(data)
                for weight in config["config"].values():
                    weight["use_pickle"] = True
                data = json.dumps(config).encode()
            elif f"/{place}/" in name:
                data = trap.getvalue()
            archive.writestr(name, data)
    (tmp_path / "m.pt2").write_bytes(packed.getvalue())
    sha = hashlib.sha256(packed.getvalue()).hexdigest()
    (tmp_path / "m.yaml").write_text(
        f"model: exported\nweights: m.pt2\nsha256: {sha}\nrange_in: [0, 1]\nrange_out: [0, 1]\n"
        "licence: MIT\n"
    )
    with pytest.raises(UserError, match=r"does not run as .*: it holds more than tensors$"):
        load_model(read_card(tmp_path / "m.yaml"), "cpu")
    assert not canary.exists()
