"""The map on one page: every knob with its control and an address that works, pads with colours."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.desk.hall import Hall
from vj.cli import main
from vj.core.controller import Controller
from vj.desk.addresses import build_book
from vj.desk.key_map import Map, as_html, as_text, build_map

PROFILE = Controller(title="Box", controls={"fader1": "cc/1/21", "pad1": "note/10/36"})


def _map(hall: Hall) -> Map:
    scene = hall.gig.scene("01_ink")
    return build_map(
        scene, "Ink <b>", hall.gig.table, scene.knobs, [PROFILE], [("B", "blackout")],
        ["Ink", "Neon"], {"aa-ink": (1, 2, 3)},
    )  # fmt: skip


def test_every_address_on_the_page_is_known(hall: Hall) -> None:
    scene, found = hall.gig.scene("01_ink"), _map(hall)
    hall.mirror.poll(time.monotonic())
    book = build_book(hall.gig.table, ("01_ink",), scene.knobs)
    assert all(row.osc in book.routes for row in (*found.knobs, *found.pads))


def test_controls_have_the_names_their_maker_gave_them(hall: Hall) -> None:
    found = _map(hall)
    rows = {row.title: row for row in found.knobs}
    assert rows["style strength"].control == "cc/1/21 (Box: fader1)"
    assert rows["style strength"].osc == "/1/fader1"
    said = [row.title for row in found.pads][:3]
    assert said == ["person: aa-ink", "person: bb-neon", "person: cc-wood"]
    assert found.pads[0].control == "note/10/36 (Box: pad1)"
    assert (found.pads[0].colour, found.pads[1].colour) == ((1, 2, 3), None)


def test_both_forms_say_everything_and_paper_loads_nothing(hall: Hall) -> None:
    found = _map(hall)
    text, page = as_text(found), as_html(found)
    for word in ("cc/1/21", "/style/person/2", "blackout", "Neon"):
        assert word in text and word in page
    assert "Ink &lt;b&gt;" in page and "rgb(1, 2, 3)" in page
    assert "http" not in page and "src=" not in page
    HTMLParser().feed(page)


def test_the_command_prints_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layout", "keys", "--scene", "01_ink"]) == 0
    assert "cc/1/21" in capsys.readouterr().out
    out = tmp_path / "keys.html"
    assert main(["layout", "keys", str(out)]) == 0
    assert "rgb(" in out.read_text(), "the styles' colours"
    assert main(["layout", "keys", str(tmp_path / "keys.pdf")]) == 2
