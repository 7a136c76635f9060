"""What is played can be written down, with every comment in its place, and taken back."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from vj.core.gig import Gig
from vj.core.house import Options
from vj.core.types import Set, Trigger
from vj.stage import keep
from vj.stage.play import Play

INK = """\
# The opening.
model: passthrough
styles: {person: ink-wash, background: marbling}   # her and the sea
chain: [mix, dream, grade]
fade: 2 s
params:
  mix.person: 0.8      # not more
  grade.exposure: 1.0
"""


@pytest.fixture
def play(gig: Gig) -> Play:
    (gig.folder / "scenes" / "01_ink.yaml").write_text(INK)
    play = Play(gig, Options())
    play.advance(0.0, 0.0)
    return play


def _settle(play: Play, now: float = 1.0) -> None:
    """Let the writing thread and the watch do their work; no time passes on stage."""
    play.prompter.keep.settle()
    play.advance(now, 0.0)
    for _ in range(2):
        play.cues.watch.look()
    play.advance(now, 0.0)


def _text(gig: Gig, name: str = "01_ink") -> str:
    return (gig.folder / "scenes" / f"{name}.yaml").read_text()


def test_save_writes_what_was_changed_and_nothing_else(play: Play, gig: Gig) -> None:
    styles = gig.table.params["style.person"].choices
    play.handle(Set("mix.person", 0.62992), 0.0)
    play.handle(Set("dream.person", 0.25), 0.0)
    play.handle(Set("edges.canny", 0.0), 0.0)
    play.handle(Set("style.person", float(styles.index("neon-grid"))), 0.0)
    play.handle(Set("tempo.bpm", 99.0), 0.0)
    play.handle(Set("blackout", 1.0), 0.0)
    play.handle(Trigger("scene.save"), 0.0)
    _settle(play)
    expected = INK.replace("0.8  ", "0.63  ").replace("person: ink-wash", "person: neon-grid")
    expected += "  edges.canny: off\n  dream.person: 0.25\n"
    assert _text(gig) == expected
    assert play.complaint == ""
    assert play.document()["kept"] == "01_ink"


def test_saving_moves_nothing_on_stage_even_if_hands_went_on(play: Play, gig: Gig) -> None:
    play.handle(Set("mix.person", 0.5), 0.0)
    play.handle(Trigger("scene.save"), 0.0)
    play.handle(Set("mix.person", 0.1), 0.0)
    _settle(play)
    play.advance(2.0, 1.0)
    assert play.params.goal("mix.person") == 0.1
    assert play.cues.scenes["01_ink"].values()["mix.person"] == 0.5


def test_nothing_changed_writes_nothing(play: Play, gig: Gig) -> None:
    path = gig.folder / "scenes" / "01_ink.yaml"
    before = path.stat().st_mtime_ns
    play.handle(Trigger("scene.save"), 0.0)
    _settle(play)
    assert path.stat().st_mtime_ns == before
    assert not keep.former(path).exists()


def test_undo_takes_the_save_back_and_brings_it_again(play: Play, gig: Gig) -> None:
    play.handle(Set("mix.person", 0.3), 0.0)
    play.handle(Trigger("scene.save"), 0.0)
    _settle(play)
    saved = _text(gig)
    assert saved != INK
    play.handle(Trigger("scene.undo"), 1.0)
    _settle(play)
    assert _text(gig) == INK
    play.advance(3.0, 2.0)
    assert play.params.goal("mix.person") == 0.8
    play.handle(Trigger("scene.undo"), 3.0)
    _settle(play)
    assert _text(gig) == saved


def test_undo_without_a_save_says_so(play: Play) -> None:
    play.handle(Trigger("scene.undo"), 0.0)
    _settle(play)
    assert "nothing was saved over it" in play.complaint


def test_duplicate_stands_right_after_and_goes_there_unseen(play: Play, gig: Gig) -> None:
    play.handle(Set("dream.person", 0.7), 0.0)
    shown = dict(play.advance(0.5, 0.5))
    edition = play.cues.edition
    play.handle(Trigger("scene.duplicate"), 0.5)
    _settle(play)
    assert list(play.cues.scenes) == ["01_ink", "01_ink_2", "02_loop", "03_plain"]
    assert play.cues.scene.name == "01_ink_2"
    assert play.cues.edition > edition
    assert dict(play.advance(1.0, 0.0)) == shown
    assert _text(gig) == INK
    copy = _text(gig, "01_ink_2")
    assert copy.startswith("# The opening.\n")
    assert 'title: "01_ink (2)"' in copy
    assert play.cues.scene.values()["dream.person"] == 0.7


def test_a_duplicate_can_be_given_a_name(play: Play, gig: Gig) -> None:
    play.handle(Trigger("scene.duplicate", "Rainy night"), 0.0)
    _settle(play)
    assert play.cues.scene.name == "01_rainy_night"
    assert play.cues.scene.title == "Rainy night"


def test_a_duplicate_does_not_pull_back_who_went_on(play: Play) -> None:
    play.handle(Trigger("scene.duplicate"), 0.0)
    play.prompter.keep.settle()
    play.handle(Trigger("scene.go", "03_plain"), 0.0)
    _settle(play)
    assert "01_ink_2" in play.cues.scenes
    assert play.cues.scene.name == "03_plain"


def test_a_moment_of_a_while_ago_becomes_a_scene(play: Play, gig: Gig) -> None:
    play.handle(Set("dream.person", 0.55), 0.0)
    for frame in range(100):
        play.advance(frame * 0.1, 0.1)
    play.handle(Trigger("scene.go", "03_plain"), 10.0)
    for frame in range(100, 150):
        play.advance(frame * 0.1, 0.1)
    play.handle(Trigger("rewind.save", 8.0), 15.0)
    _settle(play, 15.0)
    assert play.cues.scene.name == "03_plain"
    found = play.cues.scenes["01_ink_2"]
    assert found.values()["dream.person"] == 0.55
    assert found.styles.person == "ink-wash"


def test_a_named_moment_of_now(play: Play) -> None:
    play.handle(Set("dream.person", 0.33), 0.0)
    play.handle(Trigger("rewind.save", "Keeper"), 0.0)
    _settle(play)
    assert play.cues.scenes["01_keeper"].values()["dream.person"] == 0.33


def test_an_alias_is_written_where_it_stands(play: Play, gig: Gig) -> None:
    path = gig.folder / "scenes" / "01_ink.yaml"
    path.write_text("model: passthrough\nparams:\n  edges.canny_t1: 20\n")
    _settle(play)
    play.advance(5.0, 1.0)
    play.handle(Set("edges.canny_low", 33.0), 5.0)
    play.handle(Trigger("scene.save"), 5.0)
    _settle(play, 5.0)
    assert "edges.canny_t1: 33" in path.read_text()
    assert "canny_low" not in path.read_text()


def test_a_disk_that_refuses_is_one_line(
    play: Play, gig: Gig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    play.handle(Set("mix.person", 0.3), 0.0)
    play.handle(Trigger("scene.save"), 0.0)
    _settle(play)
    assert "01_ink.yaml" in play.complaint
    assert "No space left on device" in play.complaint
    assert "\n" not in play.complaint
    assert _text(gig) == INK
    assert sorted(path.name for path in (gig.folder / "scenes").iterdir()) == [
        "01_ink.yaml",
        "02_loop.yaml",
        "03_plain.yaml",
    ]


def test_a_file_that_is_gone_or_broken_is_one_line(play: Play, gig: Gig) -> None:
    path = gig.folder / "scenes" / "01_ink.yaml"
    for ruin in (lambda: path.write_bytes(b"\xff\xfe"), path.unlink):
        ruin()
        play.complaint = ""
        play.handle(Trigger("scene.duplicate"), 0.0)
        play.prompter.keep.settle()
        play.advance(1.0, 0.0)
        assert "01_ink.yaml" in play.complaint


def test_the_frame_never_waits_for_the_disk(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(path: Path) -> str:
        begun.set()
        go_on.wait(10)
        return INK

    monkeypatch.setattr(keep, "_read", slow)
    for _ in range(30):
        play.handle(Trigger("scene.save"), 0.0)
    assert begun.wait(10)
    assert not go_on.is_set()
    assert "busy" in play.complaint
    go_on.set()
    play.prompter.keep.settle()


def test_a_scene_that_ends_in_yml_is_saved_where_it_is(gig: Gig) -> None:
    scenes = gig.folder / "scenes"
    (scenes / "00_first.yml").write_text(INK)
    play = Play(gig, Options(scene="00_first"))
    play.advance(0.0, 0.0)
    play.handle(Set("mix.person", 0.25), 0.0)
    play.handle(Trigger("scene.save"), 0.0)
    _settle(play)
    assert "mix.person: 0.25      # not more" in (scenes / "00_first.yml").read_text()
    assert not (scenes / "00_first.yaml").exists()
    assert play.complaint == ""
