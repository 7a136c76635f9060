"""The README and the pages in docs/ are true: scenes load, commands and files exist."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from vj.cli import _parser
from vj.core.card import read_card
from vj.core.controller import read_controller
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.desk.addresses import build_book
from vj.desk.osc_layout import open_layout
from vj.stage.keys import HELP

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def _blocks(language: str) -> list[tuple[str, str]]:
    pattern = re.compile(rf"^```{language}\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(page.name, text) for page in PAGES for text in pattern.findall(page.read_text())]


@pytest.mark.parametrize(("page", "text"), _blocks("yaml"))
def test_every_yaml_block_loads_as_what_it_is(page: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "styles").mkdir()
    shutil.copy(ROOT / "styles" / "ink-wash.jpg", tmp_path / "styles" / "grandma.jpg")
    if text.startswith("# rig.yaml") or "osc_port" in text:
        (tmp_path / "rig.yaml").write_text(text)
        open_gig(tmp_path)
    elif text.startswith("/"):
        (tmp_path / "layouts").mkdir()
        (tmp_path / "layouts" / "kitchen.yaml").write_text(text)
        (tmp_path / "rig.yaml").write_text("osc_layout: kitchen\n")
        assert open_layout(open_gig(tmp_path))
    elif "controls:" in text:
        (tmp_path / "mine.yaml").write_text(text)
        assert read_controller(tmp_path / "mine.yaml").match
    elif "range_in" in text:
        (tmp_path / "mine.yaml").write_text(text)
        assert read_card(tmp_path / "mine.yaml").model
    else:
        (tmp_path / "scenes" / "10_mine.yaml").write_text(text)
        assert open_gig(tmp_path).scene("10_mine").model_fields_set


def test_the_first_scene_of_ones_own_is_key_one_and_its_mistake_reads_so(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text()
    name = re.findall(r"`my-gig/(scenes/\S+\.yaml)`", text)[0]
    shutil.copytree(ROOT / "scenes", tmp_path / "scenes")
    (tmp_path / "styles").mkdir()
    shutil.copy(ROOT / "styles" / "ink-wash.jpg", tmp_path / "styles" / "grandma.jpg")
    block = next(block for page, block in _blocks("yaml") if "Grandma" in block)
    (tmp_path / name).write_text(block)
    gig = open_gig(tmp_path)
    assert next(iter(gig.scene_files.values())) == tmp_path / name
    (tmp_path / name).write_text(block.replace("dream.background: 0.8", "dream.backgrund: 0.8"))
    with pytest.raises(UserError) as caught:
        gig.scene((tmp_path / name).stem)
    said = str(caught.value).removeprefix(f"{tmp_path}/")
    assert said in " ".join(text.split())


def test_every_command_named_exists() -> None:
    for page, text in _blocks("sh"):
        for line in text.splitlines():
            words = line.split("#")[0].split()
            if words[:1] == ["vj"]:
                _parser().parse_args(words[1:])
            elif words[:1] == ["make"]:
                assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text(), (page, line)


def test_the_readme_names_every_command() -> None:
    text = (ROOT / "README.md").read_text()
    (commands,) = (one.choices for one in _parser()._actions if one.metavar == "COMMAND")
    assert commands
    for command in commands:
        assert f"| `vj {command} " in text or f"| `vj {command}`" in text, command


def test_osc_recipes_name_real_addresses() -> None:
    gig = open_gig(ROOT)
    book = build_book(gig.table, gig.scene_files, {})
    found = re.findall(r"oscsend localhost 7000 (/\S+)", (ROOT / "docs/controllers.md").read_text())
    assert len(found) >= 6
    assert set(found) <= book.routes.keys()


def test_links_and_pictures_are_there() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if not link.startswith("https://"):  # the credit of a photo
                assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_key_table_is_the_programs() -> None:
    text = (ROOT / "README.md").read_text()
    for keys, _ in HELP:
        for key in re.findall(r"[A-Z]\b", keys):
            assert f"`{key}`" in text, key
