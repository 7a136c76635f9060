"""Knobs written back: the file keeps every character that is not the knob's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.rewrite import set_entry, set_knob, write_text

FILE = Path("scenes/01_x.yaml")
SCENE = """\
# The opening.
fade: 4 s          # slow
knobs:             # my little box
  dream.person:     {midi: cc/1/21}   # left
  edges.canny_low:  {midi: cc/1/22, range: [0, 200]}

# What moves by itself.
modulate:
  trails.zoom: {shape: sine, beats: 8}
"""


def test_a_new_knob_stands_below_the_others() -> None:
    found = set_knob(SCENE, "style.strength", {"midi": "cc/1/5"}, FILE)
    new = "  style.strength: {midi: cc/1/5}\n"
    assert new in found
    assert found.replace(new, "") == SCENE
    assert found.index(new) < found.index("# What moves")


def test_an_old_knob_changes_in_its_place() -> None:
    found = set_knob(SCENE, "dream.person", {"midi": "note/1/5", "press": "set"}, FILE)
    assert found == SCENE.replace("{midi: cc/1/21}", "{midi: note/1/5, press: set}")


def test_a_knob_on_lines_of_its_own_is_replaced_whole() -> None:
    text = "knobs:\n  panic:\n    midi: note/1/1\n    device: Pads\n\n# end\nfade: 1 s\n"
    found = set_knob(text, "panic", {"midi": "note/1/2"}, FILE)
    assert found == "knobs:\n  panic:\n    {midi: note/1/2}\n\n# end\nfade: 1 s\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "knobs:\n  tap: {midi: cc/1/5}\n"),
        ("fade: 1 s", "fade: 1 s\nknobs:\n  tap: {midi: cc/1/5}\n"),
        ("# nothing yet\n", "# nothing yet\nknobs:\n  tap: {midi: cc/1/5}\n"),
        ("knobs: {}\n", "knobs: {tap: {midi: cc/1/5}}\n"),
        ("knobs: {panic: {osc: /p}}\n", "knobs: {panic: {osc: /p}, tap: {midi: cc/1/5}}\n"),
        ("knobs:  # soon\nfade: 1 s\n", "knobs:  # soon\n  tap: {midi: cc/1/5}\nfade: 1 s\n"),
        ("knobs:\r\n  a: {}\r\n", "knobs:\r\n  a: {}\r\n  tap: {midi: cc/1/5}\r\n"),
    ],
)
def test_files_of_all_kinds(text: str, expected: str) -> None:
    assert set_knob(text, "tap", {"midi": "cc/1/5"}, FILE) == expected


def test_names_of_devices_are_quoted_where_they_must_be() -> None:
    found = set_knob("", "tap", {"midi": "cc/1/5", "device": 'The "Box": 2, {x} #1'}, FILE)
    again = set_knob(found, "tap", {"midi": "cc/1/6", "range": [0.0, 2.5]}, FILE)
    assert again == "knobs:\n  tap: {midi: cc/1/6, range: [0.0, 2.5]}\n"


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(UserError, match="one key on each line"):
        set_knob("{fade: 1 s}\n", "tap", {"midi": "cc/1/5"}, FILE)


def test_a_file_is_never_half_there(tmp_path: Path) -> None:
    path = tmp_path / "rig.yaml"
    write_text(path, "fps: 30\r\n")
    assert path.read_bytes() == b"fps: 30\r\n"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(UserError, match="cannot be written"):
        write_text(tmp_path / "away" / "rig.yaml", "")


def test_a_file_is_on_the_disk_before_it_takes_the_old_ones_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that loses power must not find an empty scene."""
    path, done = tmp_path / "rig.yaml", list[str]()
    sync, replace = os.fsync, os.replace

    def synced(file: int) -> None:
        assert (tmp_path / ".rig.yaml.new").read_text() == "fps: 30\n", "all of it is written"
        done.append("synced")
        sync(file)

    def replaced(source: Path, target: Path) -> None:
        done.append("replaced")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    write_text(path, "fps: 30\n")
    assert done == ["synced", "replaced"]


@pytest.mark.skipif(os.name == "nt", reason="links and modes are another thing there")
def test_a_link_stays_one_and_the_file_keeps_its_mode(tmp_path: Path) -> None:
    """Scenes of a library, linked into the gig and writable by the band, were each cut loose."""
    library, link = tmp_path / "library", tmp_path / "01_x.yaml"
    library.mkdir()
    scene = library / "x.yaml"
    scene.write_text("fade: 1 s\n")
    scene.chmod(0o664)
    link.symlink_to(scene)
    write_text(link, "fade: 2 s\n")
    assert link.is_symlink() and scene.read_text() == "fade: 2 s\n"
    assert scene.stat().st_mode & 0o777 == 0o664
    assert list(library.iterdir()) == [scene]


@pytest.mark.parametrize(
    ("key", "value", "old", "new"),
    [
        (("fade",), 2.5, "fade: 4 s          # slow", "fade: 2.5          # slow"),
        (("params", "dream.person"), 0.5, "", "params:\n  dream.person: 0.5\n"),
        (("title",), "Night: two", "", 'title: "Night: two"\n'),
        (("chain",), ["mix", "dream"], "", "chain: [mix, dream]\n"),
        (
            ("styles",),
            {"person": "ink-wash", "background": "7th"},
            "",
            'styles: {person: ink-wash, background: "7th"}\n',
        ),
    ],
)
def test_any_value_can_be_set(
    key: tuple[str] | tuple[str, str], value: object, old: str, new: str
) -> None:
    found = set_entry(SCENE, key, value, FILE)
    assert found == (SCENE.replace(old, new) if old else SCENE + new)


def test_a_list_of_lines_becomes_one_line_and_the_rest_stays() -> None:
    text = "chain:            # in order\n  - mix\n  - dream   # soft\nfade: 1 s\n"
    found = set_entry(text, ("chain",), ["mix", "trails"], FILE)
    assert found == "chain:            # in order\n  [mix, trails]   # soft\nfade: 1 s\n"


def test_a_value_in_a_layout_nobody_expects_is_refused_rather_than_broken() -> None:
    with pytest.raises(UserError, match="cannot be written into"):
        set_entry("title: |\n  two\n  lines\nfade: 1 s\n", ("title",), "one", FILE)
