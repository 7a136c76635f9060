"""The table grows while the show runs, and what was in it keeps its place."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.table import Table, build_table


@pytest.fixture
def table() -> Table:
    return build_table(["ink", "wood"], [])


def _effect(folder: Path, text: str) -> Path:
    path = folder / "glow.frag"
    path.write_text(text)
    return path


def test_a_new_style_comes_last_whatever_its_name(table: Table) -> None:
    before = table.edition
    table.learn_styles(["aaa", "ink", "bbb", "aaa"])
    for name in ("style.person", "style.background"):
        param = table.params[name]
        assert param.choices == ("ink", "wood", "aaa", "bbb")
        assert (param.low, param.high, param.clamp(9)) == (0, 3, 3)
    assert table.edition > before
    learned = table.edition
    table.learn_styles(["bbb", "wood"])
    assert table.edition == learned


def test_the_first_style_of_a_gig_without_any_is_found() -> None:
    table = build_table([], [])
    table.learn_styles(["ink"])
    assert table.params["style.person"].choices == ("ink",)
    assert table.params["style.person"].high == 0


def test_an_effect_brings_its_knobs_and_may_change_them(table: Table, tmp_path: Path) -> None:
    path = _effect(tmp_path, "uniform float size; // 0..1 = 0.5: how large\n")
    table.learn_effect(path)
    assert table.find("glow.size").high == 1
    assert table.effects["glow"] == path
    _effect(tmp_path, "uniform float size; // 0..4 = 0.5: how large\n")
    table.learn_effect(path)
    assert table.find("glow.size").high == 4
    assert table.late.effects == (str(path),)
    _effect(tmp_path, "uniform float heat; // 0..1 = 3: nonsense\n")
    with pytest.raises(UserError, match=r"glow\.frag:1"):
        table.learn_effect(path)
    assert table.find("glow.size").high == 4


def test_another_process_learns_the_same_numbers(table: Table, tmp_path: Path) -> None:
    other = build_table(["ink", "wood"], [])
    table.learn_styles(["zebra"])
    table.learn_effect(_effect(tmp_path, "uniform float size; // 0..1 = 0.5: how large\n"))
    table.learn_styles(["ape"])
    other.follow(json.loads(json.dumps(table.news())))
    assert other.params == table.params
    assert other.news() == table.news()


def test_an_effect_that_is_gone_again_does_not_stop_the_rest(table: Table, tmp_path: Path) -> None:
    table.follow({"styles": ["ape"], "effects": [str(tmp_path / "none.frag")], "edition": 7})
    assert table.params["style.person"].choices[-1] == "ape"
    assert table.edition == 7


def test_a_flood_of_pictures_does_not_burst_the_state_document(
    table: Table, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        table.learn_styles([f"holiday picture {number:04}" for number in range(2000)])
        table.learn_styles(["one more"])
    assert 100 < len(table.late.styles) < 1000
    assert len(json.dumps(table.news())) < 20_000
    assert "restart" in caplog.text


def test_a_file_that_is_no_text_does_not_stop_who_learns_it(tmp_path: Path) -> None:
    table = build_table((), ())
    (tmp_path / "odd.frag").write_bytes(b"uniform float a; // 0..1 = 0: caf\xe9\n")
    (tmp_path / "dir.frag").mkdir()
    table.follow({"effects": [str(tmp_path / "odd.frag"), str(tmp_path / "dir.frag"), "\0"]})
    assert "odd.a" in table.params
