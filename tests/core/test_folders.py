"""Which files of a gig count: what systems and editors leave on a stick does not stop a show."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.folders import check_writable, make_folder
from vj.core.gig import Gig, open_gig


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    for name in ("scenes", "styles"):
        (tmp_path / name).mkdir()
    (tmp_path / "scenes" / "10_mine.yaml").write_text("model: passthrough\n")
    return open_gig(tmp_path)


def own_styles(gig: Gig) -> dict[str, str]:
    here = gig.folder / "styles"
    return {name: path.name for name, path in gig.style_files.items() if path.parent == here}


def test_what_a_stick_brings_along_is_no_scene(gig: Gig) -> None:
    scenes = gig.folder / "scenes"
    (scenes / "._10_mine.yaml").write_bytes(b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X")
    (scenes / ".#10_mine.yaml").symlink_to("me@laptop.123")
    (scenes / "05_gone.yaml").symlink_to("nowhere.yaml")
    (scenes / "06_folder.yaml").mkdir()
    assert list(gig.scene_files) == ["10_mine"]
    assert gig.check()[0].name == "10_mine"


def test_what_a_stick_brings_along_is_no_style(gig: Gig) -> None:
    styles = gig.folder / "styles"
    (styles / "._photo.jpg").write_bytes(b"\x00\x05\x16\x07")
    (styles / ".hidden.jpg").write_bytes(b"x")
    (styles / "folder.jpg").mkdir()
    (styles / "photo.jpg").write_bytes(b"x")
    assert own_styles(gig) == {"photo": "photo.jpg"}


def test_every_ending_that_can_be_read_counts(gig: Gig) -> None:
    for name in ("45_mine.yml", "46_mine.YAML", "47_mine.txt"):
        (gig.folder / "scenes" / name).write_text("model: passthrough\n")
    assert list(gig.scene_files) == ["10_mine", "45_mine", "46_mine"]
    for number, ending in enumerate(("gif", "tif", "TIFF", "bmp", "webp", "avif", "JPG", "heic")):
        (gig.folder / "styles" / f"s{number}.{ending}").write_bytes(b"x")
    assert list(own_styles(gig)) == [f"s{number}" for number in range(7)]


def test_of_two_files_of_one_name_the_first_counts(gig: Gig) -> None:
    for name in ("grandma.png", "grandma.jpg", "ink-wash.png"):
        (gig.folder / "styles" / name).write_bytes(b"x")
    assert own_styles(gig) == {"grandma": "grandma.jpg", "ink-wash": "ink-wash.png"}
    (gig.folder / "scenes" / "10_mine.yml").write_text("model: brush\n")
    assert gig.scene("10_mine").model == "passthrough"


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(UserError, match=r"file: a file; a folder is needed"):
        make_folder(file)
    with pytest.raises(UserError, match=r"below: this folder cannot be made \(Not a directory\)"):
        make_folder(file / "below")


def test_a_folder_nobody_may_write_into_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty pictures were painted, and each said by itself that it could not be written."""
    check_writable(tmp_path / "new" / "below")
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and real(path, mode))
    for folder in (tmp_path, tmp_path / "new" / "below"):
        with pytest.raises(UserError, match=f"{tmp_path.name}: nothing may be written into this"):
            check_writable(folder)
    with pytest.raises(UserError, match="nothing may be written"):
        make_folder(tmp_path)
