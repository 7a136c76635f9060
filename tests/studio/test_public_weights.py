"""Downloaded checkpoints in a folder become cards: by their sha256, or because they are known."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.models.fast_style import TransformerNet
from vj.studio.public_weights import bring


def test_files_of_the_catalogue_are_known_whatever_their_names(
    shared_data: Path, tmp_path: Path
) -> None:
    source, out = tmp_path / "downloads", tmp_path / "checkpoints"
    (source / "deep").mkdir(parents=True)
    out.mkdir()
    small = shared_data / "weights" / "collab_distill_vgg19_16x"
    for number, part in enumerate(("e4", "d4")):
        shutil.copy(small / f"wct_se_16x_{part}.pth", source / "deep" / f"{number}.bin")
    torch.save(TransformerNet((4, 4, 4)).state_dict(), source / "mine.pth")
    torch.save({"fc.weight": torch.ones(1)}, source / "other.pth")
    (source / "notes.txt").write_text("not weights")
    names = bring(source, out)
    assert names == ["adain-small", "sanet-small", "avatar-net-small", "mine"]
    card = read_card(out / "adain-small.yaml")
    assert card.model == "adain" and card.licence == "MIT"
    assert read_card(out / "mine.yaml").model == "fast_style"
    assert sorted({path.suffix for path in out.iterdir()}) == [".safetensors", ".yaml"]


def test_half_an_entry_is_none(shared_data: Path, tmp_path: Path) -> None:
    source, out = tmp_path / "downloads", tmp_path / "checkpoints"
    source.mkdir()
    out.mkdir()
    shutil.copy(shared_data / "weights" / "microast" / "decoder_iter_160000.pth.tar", source)
    assert bring(source, out) == []
    with pytest.raises(UserError, match="no such folder"):
        bring(tmp_path / "nowhere", out)
