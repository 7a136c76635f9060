"""Public checkpoint files become a card and a safetensors file, or one clear sentence."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights, read_source
from vj.infer.load import load_model
from vj.infer.models.microast import Network

PARTS = ("content_encoder", "style_encoder", "modulator", "decoder")


@pytest.fixture
def official(tmp_path: Path) -> list[Path]:
    """Four files of random weights in the layout of the public ones."""
    network = Network()
    paths = []
    for part in PARTS:
        path = tmp_path / f"{part}_iter_1.pth.tar"
        torch.save(getattr(network, part).state_dict(), path)
        paths.append(path)
    return paths


@pytest.mark.parametrize("word", ["microast", None])
def test_four_official_files_become_one_model(
    official: list[Path], tmp_path: Path, word: str | None
) -> None:
    path = import_weights(official[::-1], "tiny", word, tmp_path / "checkpoints")
    card = read_card(path)
    assert card.model == "microast" and card.multiple == 4 and len(card.sha256) == 64
    imported = card.training["imported_from"]
    assert isinstance(imported, dict) and set(imported) == {p.name for p in official}
    weights = safetensors.torch.load_file(path.with_suffix(".safetensors"))
    content = torch.load(official[0], weights_only=True)
    for key, tensor in content.items():
        assert torch.equal(weights[f"content_encoder.{key}"], tensor)
    assert load_model(card, "cpu").multiple == 4
    assert sorted(p.name for p in path.parent.iterdir()) == ["tiny.safetensors", "tiny.yaml"]


def test_our_own_file_can_be_imported_again(official: list[Path], tmp_path: Path) -> None:
    first = import_weights(official, "one", "microast", tmp_path)
    second = import_weights([first.with_suffix(".safetensors")], "two", None, tmp_path)
    assert read_card(second).sha256 == read_card(first).sha256


def test_a_missing_part_is_named(official: list[Path], tmp_path: Path) -> None:
    with pytest.raises(UserError, match="missing: modulator"):
        import_weights(
            [p for p in official if "modulator" not in p.name], "x", "microast", tmp_path
        )
    assert not (tmp_path / "x.yaml").exists()


def test_an_encoder_that_does_not_say_which_is_refused(
    official: list[Path], tmp_path: Path
) -> None:
    renamed = official[0].rename(tmp_path / "first.pth")
    with pytest.raises(UserError, match=r"first\.pth: cannot tell"):
        import_weights([renamed, *official[1:]], "x", "microast", tmp_path)


def test_foreign_names_and_words_are_said(official: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "other.safetensors"
    safetensors.torch.save_file({"fc.weight": torch.ones(1)}, other)
    with pytest.raises(UserError, match=r"no known network.*fc\.weight.*microast"):
        import_weights([other], "x", None, tmp_path)
    with pytest.raises(UserError, match="'microast'"):
        import_weights(official, "x", "micro", tmp_path)
    with pytest.raises(UserError, match="letters"):
        import_weights(official, "../x", None, tmp_path)
    import_weights(official, "x", "microast", tmp_path)
    with pytest.raises(UserError, match="already"):
        import_weights(official, "x", "microast", tmp_path)


def test_wrong_shapes_leave_nothing_behind(official: list[Path], tmp_path: Path) -> None:
    torch.save({"dec1.conv1.conv_layer.weight": torch.ones(3)}, official[3])
    with pytest.raises(UserError, match="does not fit"):
        import_weights(official, "x", "microast", tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


class Lists(nn.Module):
    """Gives a list of odds for every 8th pixel, as face detectors do."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return x[:, :1, ::8, ::8].flatten(2).permute(0, 2, 1), x


def test_a_program_that_does_not_paint_is_not_imported(tmp_path: Path) -> None:
    """A face detector was "ready": its list was a picture one pixel wide, drawn as stripes."""
    net = tmp_path / "detector.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(Lists()), net)
    said = r"does not run as .*: it gives no picture but a tensor of \(1, 1, 64, 1\)$"
    with pytest.raises(UserError, match=said):
        import_weights([net], "lists", None, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


class Trap:
    """Unpickling it would create a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str, str]]:
        return open, (str(self.path), "w")


def test_code_in_a_pickle_is_never_run(tmp_path: Path) -> None:
    canary, trap, raw = tmp_path / "canary", tmp_path / "t.pth", tmp_path / "raw.pth"
    torch.save({"a": Trap(canary)}, trap)
    raw.write_bytes(pickle.dumps(Trap(canary), protocol=2))
    for path in (trap, raw):
        with pytest.raises(UserError, match="safe to read"):
            read_source(path)
    assert not canary.exists()


@pytest.mark.parametrize(
    "data", [b"a letter", b"\xff\xd8\xff\xe0 JFIF", b"0", b"(", b"", b"PK\x03\x04"]
)
def test_a_wrong_file_gets_no_advice_to_run_it(tmp_path: Path, data: bytes) -> None:
    """Torch says that reading it otherwise "will likely succeed", and that is to run its code."""
    wrong = tmp_path / "wrong.pth"
    wrong.write_bytes(data)
    with pytest.raises(UserError) as said:
        import_weights([wrong], "x", None, tmp_path)
    reason = "no file of weights that is safe to read (no tensors that PyTorch wrote)"
    assert str(said.value) == f"{wrong}: {reason}"


def test_wrapped_and_parallel_state_dicts_are_unwrapped(tmp_path: Path) -> None:
    path = tmp_path / "w.pth"
    torch.save({"state_dict": {"module.a": torch.ones(1)}, "epoch": 3}, path)
    assert list(read_source(path).tensors) == ["a"]
    torch.save({"a": [1, 2]}, path)
    with pytest.raises(UserError, match="named tensors"):
        read_source(path)


def test_the_public_checkpoint_imports(shared_data: Path, tmp_path: Path) -> None:
    files = sorted((shared_data / "weights" / "microast").glob("*.tar"))
    card = read_card(import_weights(files, "microast", None, tmp_path))
    assert (
        sum(t.numel() for t in safetensors.torch.load_file(card.weights_path() or "").values())
        == 471_987
    )
