"""The soundcheck looks at every picture a hand can reach, and says which files are not used."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.core.gig import Gig, open_gig
from vj.studio.soundcheck import Finding
from vj.studio.soundcheck_files import read_scenes
from vj.studio.soundcheck_styles import check_styles, check_unstyled
from vj.studio.soundcheck_unused import check_unused


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("scenes", "styles", "checkpoints"):
        (tmp_path / name).mkdir()
    return tmp_path


def picture(path: Path, height: int = 64, width: int = 64) -> bytes:
    noise = np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)
    data = cv2.imencode(path.suffix, noise)[1].tobytes()
    path.write_bytes(data)
    return data


def check(folder: Path, scene: str = "model: passthrough\n") -> tuple[Gig, list[Finding]]:
    (folder / "scenes" / "01.yaml").write_text(scene)
    gig = open_gig(folder)
    _, scenes, _ = read_scenes(gig)
    return gig, [*check_styles(gig, scenes), *check_unstyled(gig, scenes)]


def test_every_picture_of_the_gig_is_opened_not_only_what_scenes_name(folder: Path) -> None:
    styles = folder / "styles"
    for ending in ("jpg", "png", "webp", "bmp", "gif", "tif", "avif", "jp2"):
        picture(styles / f"fine.{ending}")
        assert not check(folder)[1], ending
        (styles / f"fine.{ending}").unlink()
    (styles / "empty.png").touch()
    (styles / "text.jpg").write_text("no picture")
    half = picture(styles / "half.jpg")
    (styles / "half.jpg").write_bytes(half[: len(half) // 2])
    found = check(folder)[1]
    assert [one.level for one in found] == ["warning"] * 3
    for one, name in zip(found, ("empty.png", "half.jpg", "text.jpg"), strict=True):
        assert name in one.text and "pads and the remote reach it" in one.text


def test_what_a_scene_or_its_pad_names_is_broken_with_its_line(folder: Path) -> None:
    (folder / "styles" / "torn.jpg").write_bytes(b"no picture")
    _, found = check(folder, "model: passthrough\ncorners:\n  top_left: torn\n")
    assert [one.level for one in found] == ["broken"]
    assert "01.yaml:3: corners.top_left: style" in found[0].text


@pytest.mark.parametrize(
    ("height", "width", "words"),
    [(20, 300, "20 pixels"), (400, 40, "40x400 is a strip"), (32, 256, ""), (33, 33, "")],
)
def test_pictures_of_no_use_are_to_look_at(
    folder: Path, height: int, width: int, words: str
) -> None:
    picture(folder / "styles" / "odd.png", height, width)
    found = check(folder)[1]
    assert [one.level for one in found] == ["warning"] * bool(words)
    assert not found or (words.split()[0] in found[0].text and "odd.png" in found[0].text)


@pytest.mark.parametrize(
    ("scene", "complaints"),
    [
        ("model: brush\n", 1),
        ("model: any\n", 1),
        ("model: mine\n", 0),
        ("model: brush\nstyles: ink-wash\n", 0),
        ("model: brush\nstyles: {background: ink-wash}\n", 0),
        ("model: passthrough\n", 0),
        ("title: effects only\n", 0),
        ("model: brush\nignore: [styles]\n", 0),
        ("model: brush\nparams: {style.person: ink-wash}\n", 0),
        ("model: brush\nparams: {style.pad_background: on}\n", 0),
        ("model: brush\nknobs: {style.person: {midi: note/1/1..9}}\n", 0),
    ],
)
def test_a_network_without_a_style_paints_nothing(
    folder: Path, scene: str, complaints: int
) -> None:
    (folder / "checkpoints" / "mine.yaml").write_text("model: edges\n")
    (folder / "checkpoints" / "any.yaml").write_text("model: adain\n")
    found = check(folder, scene)[1]
    assert len(found) == complaints
    assert not found or (
        "01.yaml:1: model: " in found[0].text and "add styles: NAME" in found[0].text
    )


def test_files_that_are_not_used_are_named(folder: Path) -> None:
    for name in (
        "02.yml",
        "03.yaml.txt",
        "04.json",
        "notes.txt",
        "README.md",
        ".#01.yaml",
        "01.yaml.bak",
    ):
        (folder / "scenes" / name).write_text("model: passthrough\n")
    for name in ("a.jpg", "a.png", "holiday.HEIC", "Thumbs.db", "._a.jpg"):
        (folder / "styles" / name).write_bytes(b"x")
    (folder / "styles" / "portraits").mkdir()
    (folder / "styles" / "folder.jpg").mkdir()
    (folder / "styles" / "ink-wash.jpg").write_bytes(b"x")  # the program has one of that name
    gig, _ = check(folder)
    said = [one.text.removeprefix(f"{folder}/") for one in check_unused(gig)]
    assert [text.partition(":")[0] for text in said] == [
        "scenes/03.yaml.txt",
        "scenes/04.json",
        "styles/a.png",
        "styles/folder.jpg",
        "styles/holiday.HEIC",
        "styles/portraits",
    ]
    assert "a.jpg is the style 'a'" in said[2]
    assert "save it as jpg" in said[4]
