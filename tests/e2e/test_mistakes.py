"""A user's mistake: one sentence, exit code 2, before anything opens; never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.showing import make_gig, vj

GOOD = "model: passthrough\nchain: [mix]\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "01_inc"], "Did you mean '01_ink'"),
        (["show", "--source", "dancr"], "Did you mean 'dancer'"),
        (["show", "--source", "camera:No Such Cam"], "unknown camera 'No Such Cam'; allowed:"),
        (["show", "--display", "HDMI-99"], "unknown display 'HDMI-99'; allowed:"),
        (["show", "--record", "/nowhere/x.mp4"], "its folder does not exist"),
        (["show", "--record", "x.txt"], "x.txt: no film; allowed endings: .mp4, .mkv"),
        (["show", "--seconds", "-3"], "allowed: 0"),
        (["show", "/nowhere.yaml"], "/nowhere.yaml: no such scene file (.yaml) and no gig folder"),
        (["show", "tuor/scenes"], "tuor/scenes: no such scene file (.yaml) and no gig folder"),
        (["models", "info", "brsh"], "Did you mean 'brush'"),
        (["models", "import", "/nowhere.pth", "--name", "x"], "no such file"),
        (["check", "/nowhere"], "nowhere"),
    ],
)
def test_wrong_words_on_the_command_line(arguments: list[str], says: str) -> None:
    done = vj(*arguments)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modell: brush\n", "Did you mean 'model'"),
        (GOOD + "styles: ink-wush\n", "Did you mean 'ink-wash'"),
        (GOOD + "source: {kind: camra}\n", "Did you mean 'camera'"),
        (GOOD + "source: {kind: video, path: gone.mp4}\n", "gone.mp4"),
        (GOOD + "params: {style.strength: 7}\n", "allowed: 0 to 1"),
        ("a: [1\n", "01_bad.yaml"),
    ],
)
def test_wrong_words_in_a_scene(tmp_path: Path, text: str, says: str) -> None:
    gig = make_gig(tmp_path / "gig")
    (gig / "scenes" / "01_bad.yaml").write_text(text)
    done = vj("check", "--quick", str(gig))
    assert done.returncode == 2, done.stdout + done.stderr
    assert says in done.stdout and "01_bad.yaml" in done.stdout
    assert "Traceback" not in done.stderr


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    gig = make_gig(tmp_path / "gig")
    cards = gig / "checkpoints"
    cards.mkdir()
    (cards / "mine.yaml").write_text("model: brush\nweights: mine.safetensors\n")
    for scene in (gig / "scenes").glob("*.yaml"):
        scene.write_text("model: mine\nchain: [mix]\n")
    done = vj("check", "--quick", str(gig))
    assert done.returncode == 2 and "mine.safetensors is missing" in done.stdout
    (cards / "mine.safetensors").write_bytes(b"x" * 100)
    (cards / "mine.yaml").write_text(
        f"model: brush\nweights: mine.safetensors\nsha256: {'ab' * 32}\n"
    )
    done = vj("check", "--quick", str(gig))
    assert done.returncode == 2 and "damaged or another file" in done.stdout


def test_a_new_gig_is_whole(tmp_path: Path) -> None:
    assert vj("new", str(tmp_path / "tour")).returncode == 0
    done = vj("check", "--quick", str(tmp_path / "tour"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all fine" in done.stdout
    again = vj("new", str(tmp_path / "tour"))
    assert again.returncode == 2 and "exists already" in again.stderr


def test_a_new_gig_says_a_command_that_a_shell_takes(tmp_path: Path) -> None:
    folder = str(tmp_path / "Große Nacht")
    assert f"vj show '{folder}'" in vj("new", folder).stdout
