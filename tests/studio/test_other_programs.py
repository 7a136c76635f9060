"""docs/files.md says how what other programs did is done here: every command there is run."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.conftest import ROOT
from tests.infer.test_tf_checkpoint import lengstrom, write_bundle
from tests.studio.stylizing import picture, write_film, write_picture
from vj.cli import main
from vj.infer.import_weights import import_weights
from vj.infer.models.fast_style import TransformerNet

TABLE = (ROOT / "docs" / "files.md").read_text().partition("## If you come from another program")[2]
ROWS = [line.split(" | ") for line in TABLE.splitlines() if line.startswith("| ") and "vj " in line]
COMMANDS = [
    command for row in ROWS for command in re.findall(r"`(vj (?:stylize|models) [^`]+)`", row[1])
]
SMALL = {
    "adain": ("adain", ("e4", "d4")),
    "avatar-net": ("avatar_net", ("e4", "d4")),
    "sanet": ("sanet", ("e4", "d4")),
    "gatys": ("gatys", ("e4",)),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    """Cards under the names of the table, of networks as small as there are."""
    folder = tmp_path_factory.mktemp("models")
    weights = shared_data / "weights"
    for name, (word, parts) in SMALL.items():
        files = [weights / "collab_distill_vgg19_16x" / f"wct_se_16x_{p}.pth" for p in parts]
        more = {"options": {"iterations": 2}} if word == "gatys" else None
        import_weights(files, name, word, folder, more)
    tflite = ("style_predict_int8_256.tflite", "style_transfer_f16_384.tflite")
    import_weights([weights / "magenta_int8" / name for name in tflite], "magenta", None, folder)
    torch.save(TransformerNet((2, 4, 4)).state_dict(), folder / "candy.pth")
    import_weights([folder / "candy.pth"], "candy", None, folder)
    write_bundle(folder / "wave.ckpt", lengstrom())
    import_weights([folder / "wave.ckpt"], "wave", None, folder)
    return folder


@pytest.fixture
def desk(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every file the commands name, as the folder of the gig."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(models, tmp_path / "checkpoints")
    for name in ("photo.jpg", "a.jpg", "b.jpg", "photos/1.jpg", "photos/2.png", "paintings/c.jpg"):
        Path(name).parent.mkdir(exist_ok=True)
        write_picture(Path(name), picture((72, 104)))
    write_picture(Path("cutout.png"), np.dstack([picture(), np.full((64, 96), 200, np.uint8)]))
    for name in ("film.mp4", "other.mp4"):
        write_film(Path(name), count=3)
    return tmp_path


def test_the_table_is_there() -> None:
    assert len(COMMANDS) >= 18 and all(len(row) == 2 for row in ROWS)


@pytest.mark.parametrize("command", COMMANDS)
def test_it_runs(command: str, desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = shlex.split(command)[1:]
    if words[0] == "models":
        for path in (desk / "checkpoints").glob("wave*"):
            path.rename(desk / path.name) if ".ckpt" in path.name else path.unlink()
    if "camera" in words:  # there is none where tests run
        words = ["dancer" if word == "camera" else word for word in words]
        words[words.index("--seconds") + 1] = "0.1"
        words += ["--size", "96x64"]
    assert main(words) == 0, capsys.readouterr().err
    if words[0] == "stylize":
        assert Path(next(word for word in words if word.startswith("out"))).exists()
