"""A take's files: what a change is, what is read back after a power cut, what of a gig is kept."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.take import (
    SCORE,
    change,
    changed,
    empty_folder,
    event_words,
    keep_gig,
    kept_gig,
    read_head,
    read_score,
    source_films,
)
from vj.core.types import Set, Trigger


def test_a_change_holds_only_what_is_new_and_can_be_made_again() -> None:
    before = {"values": {"a": 1.0, "b": 2.0}, "scene": "one", "beat": 1.0, "scenes": ["one"]}
    after = {"values": {"a": 1.0, "b": 3.0}, "scene": "one", "beat": 1.5, "scenes": ["two"]}
    news = change(before, after)
    assert news == {"values": {"b": 3.0}, "beat": 1.5}
    assert changed(before, news) == {**after, "scenes": ["one"]}
    assert change(after, after) == {}


def test_hands_are_written_down_in_words() -> None:
    assert event_words(Set("dream.person", 0.5, "osc")) == {
        "set": "dream.person", "value": 0.5, "hand": "osc",
    }  # fmt: skip
    assert event_words(Trigger("scene.go", 3, "key"))["argument"] == 3


def test_a_half_written_line_costs_only_itself(tmp_path: Path) -> None:
    head = {"take": 1, "began": 5, "size": [36, 64], "fps": 30}
    lines = [json.dumps(head), '{"at":0.1,"state":{"beat":1}}', '{"at":0.2,"sta', "", "[]"]
    (tmp_path / SCORE).write_text("\n".join([*lines, '{"at":0.3,"event":{"trigger":"tap"}}']))
    assert read_head(tmp_path).size == (36, 64)
    assert [line.at for line in read_score(tmp_path)] == [0.1, 0.3]
    with (tmp_path / SCORE).open("ab") as file:
        file.write(b"\n\xff\xfe\0\0")
    assert [line.at for line in read_score(tmp_path)] == [0.1, 0.3]


@pytest.mark.parametrize("text", ["", "[]", '{"take": 1}', '{"take": 99, "began": 0}', "\0\0"])
def test_a_folder_without_a_take_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / SCORE).write_text(text)
    with pytest.raises(UserError, match=str(tmp_path)):
        read_head(tmp_path)
    with pytest.raises(UserError, match="vj show --take"):
        read_head(tmp_path / "nowhere")


def test_a_take_never_lands_on_something_else(tmp_path: Path) -> None:
    assert empty_folder(tmp_path / "new" / "take").is_dir()
    (tmp_path / "file").write_text("precious")
    with pytest.raises(UserError, match="is not empty"):
        empty_folder(tmp_path)
    with pytest.raises(UserError, match="cannot be made"):
        empty_folder(tmp_path / "file")


def test_the_gig_is_kept_and_what_it_learns_later_too(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "gig"
    for name in ("scenes", "styles", "effects"):
        (folder / name).mkdir(parents=True)
    (folder / "scenes" / "01.yaml").write_text("title: one\n")
    (folder / "rig.yaml").write_text("fps: 30\n")
    gig = replace(open_gig(root), folder=folder)
    told: list[str] = []
    keep_gig(gig, tmp_path / "take", told.append)
    (folder / "styles" / "late.jpg").write_bytes(b"picture")
    keep_gig(gig, tmp_path / "take", told.append)
    assert not told, "what comes is no other than it was"
    (folder / "styles" / "late.jpg").write_bytes(b"another")
    os.utime(folder / "styles" / "late.jpg", (5, 5))  # an old photo is another one, too
    (folder / "scenes" / "01.yaml").write_text("title: two\n")
    (folder / "rig.yaml").write_text("fps: 25\n")
    keep_gig(gig, tmp_path / "take", told.append)
    assert told == ["styles/late.jpg"], "scenes make no picture: what they did is in the score"
    kept = tmp_path / "take" / "gig"
    assert (kept / "styles" / "late.jpg").read_bytes() == b"another"
    assert (kept / "scenes" / "01.yaml").read_text() == "title: two\n"
    assert (kept / "rig.yaml").read_text() == "fps: 30\n", "the rig that was played"


def test_one_file_that_cannot_be_kept_costs_no_other(root: Path, tmp_path: Path) -> None:
    """Whatever came after it in the order of names was missing in the take."""
    (tmp_path / "gig" / "styles").mkdir(parents=True)
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / "gig" / "styles" / name).write_bytes(b"picture")
    (tmp_path / "take" / "gig" / "styles").mkdir(parents=True)
    (tmp_path / "take" / "gig" / "styles" / "a.jpg").symlink_to("a.jpg")
    with pytest.raises(OSError, match=r"a\.jpg"):
        keep_gig(replace(open_gig(root), folder=tmp_path / "gig"), tmp_path / "take")
    assert (tmp_path / "take" / "gig" / "styles" / "b.jpg").is_file()


def test_a_mask_and_a_profile_of_the_gig_keep_no_take_from_being_rendered(
    root: Path, tmp_path: Path
) -> None:
    """Neither is copied, since neither makes the picture; `vj take` missed them."""
    (tmp_path / "gig").mkdir()
    rig = "size: 128x72\noutputs:\n  - mask: mask.png\nknobs:\n  tempo.bpm: {midi: fader1}\n"
    (tmp_path / "gig" / "rig.yaml").write_text(rig)
    keep_gig(replace(open_gig(root), folder=tmp_path / "gig"), tmp_path / "take")
    assert kept_gig(tmp_path / "take").rig.size == (72, 128)
    (tmp_path / "take" / "gig" / "rig.yaml").write_text("size: 128x72\nseize: 1x1\n")
    with pytest.raises(UserError, match=r"rig\.yaml:2: .*'size'"):
        kept_gig(tmp_path / "take")


def test_films_of_a_source_come_in_the_order_they_were_written(tmp_path: Path) -> None:
    for name in ("source-10.mkv", "source.mkv", "source-2.mkv", "source-x.mkv"):
        (tmp_path / name).touch()
    assert [p.name for p in source_films(tmp_path)] == [
        "source.mkv",
        "source-2.mkv",
        "source-10.mkv",
    ]
