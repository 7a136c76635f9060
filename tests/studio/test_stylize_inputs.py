"""Which files are stylised and where results go; every mistake is found before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.studio.inputs import plan


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.PNG", "film.avi", "notes.txt", "deeper/c.jpg"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return tmp_path


def _names(place: Path, *inputs: str, out: str, existing: str = "refuse") -> dict[str, str]:
    jobs = plan([str(place / word) for word in inputs], place / out, existing)
    return {str(job.source.relative_to(place)): str(job.target.relative_to(place)) for job in jobs}


def test_one_input_becomes_a_file_or_goes_into_a_folder(place: Path) -> None:
    assert _names(place, "in/a.jpg", out="out.png") == {"in/a.jpg": "out.png"}
    assert _names(place, "in/a.jpg", out="new") == {"in/a.jpg": "new/a.jpg"}
    (place / "there.d").mkdir()
    assert _names(place, "in/film.avi", out="there.d") == {"in/film.avi": "there.d/film.mp4"}


def test_folders_and_patterns_give_what_can_be_stylised(place: Path) -> None:
    whole = {"in/a.jpg": "out/a.jpg", "in/b.PNG": "out/b.PNG", "in/film.avi": "out/film.mp4"}
    assert _names(place, "in", out="out") == whole
    assert _names(place, "in/*", "in/a.jpg", out="out") == whole
    assert _names(place, "in/**/*.jpg", out="out") == {
        "in/a.jpg": "out/a.jpg",
        "in/deeper/c.jpg": "out/c.jpg",
    }


@pytest.mark.parametrize(
    ("inputs", "out", "says"),
    [
        (["in/gone.jpg"], "out", "no such file or folder"),
        (["in/*.webm"], "out", "no picture and no film matches"),
        (["in/notes.txt"], "out", "unknown kind of file '.txt'"),
        (["in/a.jpg"], "out.mp4", "unknown kind of file for a picture '.mp4'"),
        (["in/film.avi"], "out.wmv", "unknown kind of file for a film '.wmv'"),
        (["in/a.jpg"], "nowhere/out.jpg", "its folder does not exist"),
        (["in/a.jpg"], "in/a.jpg", "would overwrite an input"),
        (["in"], "in", "would overwrite an input"),
        (["in/a.jpg", "in/b.PNG"], "in/notes.txt", "several results need a folder"),
    ],
)
def test_mistakes(place: Path, inputs: list[str], out: str, says: str) -> None:
    with pytest.raises(UserError, match=says.replace(".", r"\.")):
        _names(place, *inputs, out=out, existing="overwrite")


def test_two_results_of_one_name_are_refused(place: Path) -> None:
    (place / "film.mp4").write_bytes(b"x")
    with pytest.raises(UserError, match="would both become"):
        _names(place, "in/film.avi", "film.mp4", out="out")


def test_results_that_are_there_are_refused_skipped_or_overwritten(place: Path) -> None:
    (place / "out").mkdir()
    (place / "out" / "a.jpg").write_bytes(b"x")
    (place / "out" / "film.mp4").write_bytes(b"x")
    with pytest.raises(UserError, match=r"a\.jpg \(and 1 more\): exists already; --force"):
        _names(place, "in", out="out")
    assert _names(place, "in", out="out", existing="skip") == {"in/b.PNG": "out/b.PNG"}
    assert len(_names(place, "in", out="out", existing="overwrite")) == 3


def test_what_macos_leaves_beside_a_picture_is_no_input(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("photo.jpg", "._photo.jpg", ".hidden.png"):
        (folder / name).write_bytes(b"x")
    for word in (str(folder), str(folder / "*"), str(folder / ".*")):
        if word.endswith(".*"):
            with pytest.raises(UserError, match="no picture"):
                plan([word], tmp_path / "out")
        else:
            assert [job.source.name for job in plan([word], tmp_path / "out")] == ["photo.jpg"]
