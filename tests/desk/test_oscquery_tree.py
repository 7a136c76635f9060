"""The address space is described completely, and changes are told by the top of what is new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vj.core.table import CORNERS, TRIGGERS, Table, build_table
from vj.desk.addresses import Book, build_book, interpret
from vj.desk.answers import answers, scene_answers
from vj.desk.osc_gate import Message
from vj.desk.osc_layout import OURS, into
from vj.desk.oscquery_tree import READ, WRITE, answer, changes, describe, plant, value_of
from vj.desk.shown import Line

TABLE = build_table(("ink-wash", "neon-grid", "woodcut"), ())
BOOK = build_book(TABLE, ("01_ink", "02_neon"), {})
TREE = plant(BOOK)


def lines(book: Book) -> dict[str, Line]:
    """What everything shows when every knob stands at its default in the second scene."""
    told = scene_answers(book, "02_neon")
    for param in book.params.values():
        told += answers(book, param.name, param.default)
    return {address: Line((argument,)) for address, argument in told}


LINES = lines(BOOK)


def node(path: str) -> dict[str, Any]:
    found = describe(TREE, path, LINES)
    assert found is not None
    return found


def test_a_whole_number_with_all_it_can_say() -> None:
    assert node("/edges/pre_blur") == {
        "FULL_PATH": "/edges/pre_blur",
        "TYPE": "i",
        "ACCESS": 3,
        "VALUE": [0],
        "RANGE": [{"MIN": 0, "MAX": 20}],
        "CLIPMODE": ["both"],
        "DESCRIPTION": "blur before the lines, kernel 2n+1",
        "TAGS": ["edges"],
        "UNIT": ["distance.pixels"],
    }


def test_the_other_kinds() -> None:
    fade = node("/style/fade")
    assert (fade["TYPE"], fade["VALUE"], fade["UNIT"]) == ("f", [0.6], ["time.second"])
    assert fade["RANGE"] == [{"MIN": 0.0, "MAX": 30.0}]
    canny = node("/edges/canny")
    assert (canny["TYPE"], canny["VALUE"]) == ("T", [True])
    style = node("/style/person")
    assert (style["TYPE"], style["VALUE"]) == ("s", ["ink-wash"])
    assert style["RANGE"] == [{"VALS": ["ink-wash", "neon-grid", "woodcut"]}]
    assert style["OVERLOADS"][0]["TYPE"] == "i"
    trigger = node("/scene/next")
    assert (trigger["TYPE"], trigger["ACCESS"]) == ("I", WRITE)
    assert "VALUE" not in trigger
    assert node("/scene/name")["VALUE"] == ["02_neon"]
    assert node("/scene/index")["VALUE"] == [2]


def test_other_forms_of_a_value_answer_but_are_not_listed() -> None:
    assert node("/style/strength/norm")["VALUE"] == [1.0]
    assert node("/style/person/name")["VALUE"] == ["ink-wash"]
    assert node("/style/person/index")["RANGE"] == [{"MIN": 0, "MAX": 2}]
    assert node("/edges/canny_t1")["VALUE"] == node("/edges/canny_low")["VALUE"]
    for path in ("/style/strength", "/style/person"):
        assert "CONTENTS" not in node(path)
    assert "canny_t1" not in node("/edges")["CONTENTS"]


def test_everything_is_listed_once_and_every_container_is_one() -> None:
    found: dict[str, dict[str, Any]] = {}

    def walk(one: dict[str, Any]) -> None:
        assert one["FULL_PATH"] not in found
        found[one["FULL_PATH"]] = one
        for name, below in one.get("CONTENTS", {}).items():
            assert below["FULL_PATH"] == f"{one['FULL_PATH'].rstrip('/')}/{name}"
            walk(below)
        assert ("TYPE" in one) != ("CONTENTS" in one), "methods are leaves"
        assert "TYPE" in one or one["ACCESS"] == 0

    walk(node("/"))
    for name in (*TABLE.params, *TRIGGERS):
        address = "/" + name.replace(".", "/")
        assert node(address)["DESCRIPTION"]
        above = address.rpartition("/")[0]
        assert (address in found) != ("TYPE" in found.get(above, {})), "what a switch covers"
    assert found["/blackout"]["TYPE"] == "T"
    assert node("/blackout/toggle")["TYPE"] == "I"


def test_what_is_described_as_writable_is_understood() -> None:
    """A client that sends what TYPE, RANGE and VALUE tell it changes something, everywhere."""
    for address, one in TREE.nodes.items():
        about = one.attributes
        if not int(str(about["ACCESS"])) & WRITE:
            continue
        value = value_of(one, LINES)
        menu: Any = about.get("RANGE")
        if about["TYPE"] == "s":
            value = value or (menu[0]["VALS"][0] if menu else "style.strength",)
        given = value or (True,)
        for ours in into(OURS, Message(address, given)):
            assert interpret(BOOK, ours, "x", lambda name: 0.0) is not None, address
        assert value_of(one, LINES) is None or int(str(about["ACCESS"])) & READ


def test_types_are_what_the_values_are() -> None:
    kinds = {"f": float, "i": int, "s": str, "T": bool}
    for address, one in TREE.nodes.items():
        value = value_of(one, LINES)
        if value is not None:
            kind = kinds[str(one.attributes["TYPE"])]
            assert [type(part) for part in value] == [kind], address
            ends: Any = one.attributes.get("RANGE", [{}])
            assert {type(ends[0][end]) for end in ("MIN", "MAX") if end in ends[0]} <= {kind}


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/", "", 200),
        ("/edges/", "", 200),
        ("/edges/canny", "VALUE", 200),
        ("/edges", "CONTENTS", 200),
        ("/edges", "VALUE", 204),
        ("/edges/canny", "CONTENTS", 204),
        ("/edges/canny", "RANGE", 204),
        ("/edges/canny", "EXTENDED_TYPE", 204),
        ("/tap", "VALUE", 204),
        ("/edges/canny", "value", 400),
        ("/edges/canny", "HOST_INFO=1", 400),
        ("/edge", "", 404),
        ("edges", "", 404),
        ("/edges//canny", "", 404),
    ],
)
def test_answers(path: str, query: str, status: int) -> None:
    got, found = answer(TREE, path, query, LINES)
    assert got == status
    assert (found is not None) == (status == 200)
    assert found is None or not query or set(found) == {query}


def test_a_gig_without_styles_and_scenes_is_described_too() -> None:
    book = build_book(build_table((), ()), (), {})
    found = describe(plant(book), "/", lines(book))
    assert found is not None
    style = describe(plant(book), "/style/person", lines(book))
    assert style is not None
    assert "VALUE" not in style
    assert "RANGE" not in style


def test_changes(tmp_path: Path) -> None:
    lava, edges = tmp_path / "lava.frag", tmp_path / "edges.frag"
    lava.write_text("uniform float size; // 0..2 = 0.5: how large\nuniform bool on; // 0..1 = 1: x")
    edges.write_text("uniform float width; // 0..2 = 0.5: how wide\n")
    table = Table(TABLE.params, TABLE.effects)
    table.learn_styles(["late"])
    table.learn_effect(lava)
    table.learn_effect(edges)
    grown = plant(build_book(table, ("01_ink", "02_neon", "03_late"), {}))
    assert sorted(changes(TREE, grown)) == [
        ("PATH_ADDED", "/edges/region"),
        ("PATH_ADDED", "/edges/width"),
        ("PATH_ADDED", "/lava"),
        ("PATH_CHANGED", "/scene/go"),
        ("PATH_CHANGED", "/scene/index"),
        ("PATH_CHANGED", "/scene/name"),
        ("PATH_CHANGED", "/style/background"),
        *(("PATH_CHANGED", f"/style/pad_{corner}") for corner in sorted(CORNERS)),
        ("PATH_CHANGED", "/style/person"),
    ]
    gone = [change for change in changes(grown, TREE) if change[0] == "PATH_REMOVED"]
    removed = ("/edges/region", "/edges/width", "/lava")
    assert sorted(gone) == [("PATH_REMOVED", path) for path in removed]
    assert changes(TREE, plant(BOOK)) == []
