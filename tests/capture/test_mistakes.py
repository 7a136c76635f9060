"""What a gig's sources, layers and logos get told, and on which line of which file."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.capture.mistakes import source_mistakes
from vj.core.gig import Gig, open_gig


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "here.png").write_bytes(b"")
    return open_gig(tmp_path)


def _said(gig: Gig, text: str) -> list[str]:
    (gig.folder / "scenes" / "01_x.yaml").write_text(text)
    return [str(error) for error in source_mistakes(gig, [gig.scene("01_x")])]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("source:\n  kind: video\n  path: no.mp4\n", "3: source video: path: "),
        ("layer: {kind: vidio}\n", "1: layer: kind: unknown source 'vidio'"),
        ("fade: 1\nlayer: {kin: video}\n", "2: layer: a kind is needed"),
        ("layer:\n  kind: image\n  pth: here.png\n", "3: layer image: unknown key 'pth'"),
        ("layer:\n  kind: image\n  fps: 9999\n  path: here.png\n", "3: layer image: fps: 9999"),
        ("layer:\n  kind: video\n", "1: layer video: path is needed"),
        ("fade: 1\nlogo: no.png\n", "2: logo: "),
    ],
)
def test_a_mistake_has_its_line_and_key(gig: Gig, text: str, said: str) -> None:
    """Mistakes in `layer` and `logo` named the file only, and every one spoke of a source."""
    mistakes = _said(gig, text)
    place = str(gig.folder / "scenes" / "01_x.yaml")
    assert [one.startswith(f"{place}:{said}") for one in mistakes] == [True], mistakes


def test_every_mistake_in_one_source_is_said_at_its_own_line(gig: Gig) -> None:
    """Only the first was, so that a soundcheck had to be repeated for each."""
    text = "source:\n  kind: camera\n  rotate: 45\n  mirror: maybe\n  fps: 9999\n  sise: 640x360\n"
    said = _said(gig, text)
    places = sorted(int(one.removeprefix(str(gig.scene_files["01_x"]) + ":")[0]) for one in said)
    assert places == [3, 4, 5, 6], said


@pytest.mark.parametrize("file", ["film.mp4", "pictures"])
def test_a_logo_is_one_picture(gig: Gig, file: str) -> None:
    (gig.folder / "film.mp4").write_bytes(b"")
    (gig.folder / "pictures").mkdir()
    (said,) = _said(gig, f"fade: 1\nlogo: {file}\n")
    assert f"01_x.yaml:2: logo: {gig.folder / file} is no picture; allowed: .jpg" in said


def test_what_is_right_and_the_rig(gig: Gig) -> None:
    assert _said(gig, "layer: {kind: image, path: here.png}\nlogo: here.png\n") == []
    (gig.folder / "rig.yaml").write_text("fps: 30\nsource: {kind: imge}\n")
    said = [str(one) for one in source_mistakes(open_gig(gig.folder), [])]
    assert len(said) == 1 and "rig.yaml:2: source: kind: unknown source 'imge'" in said[0]
