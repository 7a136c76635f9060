"""Addresses mean what they say, in natural units, as positions, by name, and back again."""

from __future__ import annotations

import pytest

from vj.core.binding import Knob
from vj.core.table import TRIGGERS, build_table
from vj.core.types import Set, Trigger
from vj.desk.addresses import Ask, Book, Hold, build_book, interpret
from vj.desk.answers import answers, scene_answers, slot_answers
from vj.desk.osc_gate import Argument, Message

TABLE = build_table(("ink-wash", "neon-grid", "woodcut"), ())
KNOBS = {
    "edges.canny_low": Knob(osc="/1/fader1", range=(200.0, 20.0)),
    "style.background": Knob(osc="/1/multi"),
    "scene.next": Knob(osc="/1/push1"),
}


@pytest.fixture(scope="module")
def book() -> Book:
    return build_book(TABLE, ("01_ink", "02_neon"), KNOBS)


def said(book: Book, address: str, *arguments: Argument, base: float = 0.0) -> object:
    return interpret(book, Message(address, arguments), "osc:x", lambda name: base)


def test_every_parameter_and_trigger_has_its_address(book: Book) -> None:
    for param in TABLE:
        assert "/" + param.name.replace(".", "/") in book.routes
        assert "/" + param.name.replace(".", "/") + "/norm" in book.routes
    for action in TRIGGERS:
        assert "/" + action.replace(".", "/") in book.routes


@pytest.mark.parametrize(
    ("address", "arguments", "param", "value"),
    [
        ("/edges/canny_low", (40,), "edges.canny_low", 40.0),
        ("/edges/canny_low", (40.4,), "edges.canny_low", 40.0),
        ("/edges/canny_low", (1e30,), "edges.canny_low", 255.0),
        ("/edges/canny_low/norm", (1.0,), "edges.canny_low", 255.0),
        ("/edges/canny_low/norm", (7.0,), "edges.canny_low", 255.0),
        ("/edges/canny_t1", (12,), "edges.canny_low", 12.0),
        ("/edges/canny", (False,), "edges.canny", 0.0),
        ("/edges/canny", (0.5,), "edges.canny", 1.0),
        ("/edges/canny", (), "edges.canny", 1.0),
        ("/blackout", (1,), "blackout", 1.0),
        ("/style/person", ("neon-grid",), "style.person", 1.0),
        ("/style/person", (2.0,), "style.person", 2.0),
        ("/style/person/index", (1,), "style.person", 1.0),
        ("/style/person/name", ("woodcut",), "style.person", 2.0),
        ("/style/person/2", (1.0,), "style.person", 2.0),
        ("/style/fade/norm", (0.5,), "style.fade", 7.5),
        ("/1/fader1", (0.0,), "edges.canny_low", 200.0),
        ("/1/fader1", (1.0,), "edges.canny_low", 20.0),
        ("/1/multi", (1,), "style.background", 1.0),
    ],
)
def test_sets(
    book: Book, address: str, arguments: tuple[Argument, ...], param: str, value: float
) -> None:
    assert said(book, address, *arguments) == Set(param, value, "osc:x")


@pytest.mark.parametrize(
    ("address", "arguments", "event"),
    [
        ("/scene/next", (), Trigger("scene.next", None, "osc:x")),
        ("/scene/next", (1.0,), Trigger("scene.next", None, "osc:x")),
        ("/scene/next", (True,), Trigger("scene.next", None, "osc:x")),
        ("/scene/next", (None,), Trigger("scene.next", None, "osc:x")),
        ("/1/push1", (127,), Trigger("scene.next", None, "osc:x")),
        ("/scene/2", (1,), Trigger("scene.go", 2.0, "osc:x")),
        ("/scene/index", (2,), Trigger("scene.go", 2.0, "osc:x")),
        ("/scene/name", ("02_neon",), Trigger("scene.go", "02_neon", "osc:x")),
        ("/scene/go", ("01_ink",), Trigger("scene.go", "01_ink", "osc:x")),
        ("/blackout/toggle", (1,), Trigger("blackout.toggle", None, "osc:x")),
    ],
)
def test_triggers(
    book: Book, address: str, arguments: tuple[Argument, ...], event: Trigger
) -> None:
    assert said(book, address, *arguments) == event


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/scene/next", (0.0,)),
        ("/scene/next", (False,)),
        ("/scene/2", (0,)),
        ("/scene/3", (1,)),
        ("/scene/index", ()),
        ("/scene/index", (0,)),
        ("/scene/go", (None,)),
        ("/style/person/2", (0.0,)),
        ("/style/person", ("no such style",)),
        ("/style/person/name", (1,)),
        ("/edges/canny_low", ("40",)),
        ("/edges/canny_low", ()),
        ("/edges/canny_low", (None,)),
        ("/nothing/here", (1,)),
        ("/1", ()),
    ],
)
def test_releases_wrong_types_and_unknown_addresses_do_nothing(
    book: Book, address: str, arguments: tuple[Argument, ...]
) -> None:
    assert said(book, address, *arguments) is None


@pytest.mark.parametrize(
    ("address", "arguments", "value", "down"),
    [
        ("/blackout/hold", (1.0,), 1.0, True),
        ("/blackout/hold", (), 1.0, True),
        ("/blackout/hold", (False,), 0.0, False),
        ("/style/strength/hold", (0.5,), 0.5, True),
        ("/edges/canny_low/hold", (1.0,), 20.0, True),
        ("/edges/canny_low/hold", (0,), 200.0, False),
    ],
)
def test_holds_go_the_way_of_the_scenes_knob(
    book: Book, address: str, arguments: tuple[Argument, ...], value: float, down: bool
) -> None:
    found = said(book, address, *arguments)
    assert isinstance(found, Hold)
    assert (found.event.value, found.down) == (value, down)
    assert said(book, address, "up") is None
    assert said(book, "/style/person/hold", 1.0) is None


def test_questions(book: Book) -> None:
    assert said(book, "/edges/canny_low", "?") == Ask("/edges/canny_low")
    assert said(book, "/edges/canny_low/norm", "?") == Ask("/edges/canny_low/norm")
    assert said(book, "/scene/name", "?") == Ask("/scene/name")
    assert said(book, "/sync") == said(book, "/sync", 1.0) == Ask()
    assert said(book, "/sync", 0.0) is None
    assert said(book, "/nothing/here", "?") is None


@pytest.mark.parametrize(
    ("address", "arguments", "base", "value"),
    [
        ("/style/strength", ("+", 0.1), 0.5, 0.6),
        ("/style/strength", ("-", 0.1), 0.5, 0.4),
        ("/style/strength", ("*", 0.5), 0.5, 0.25),
        ("/style/strength", ("+", 10), 0.5, 1.0),
        ("/edges/canny_low", ("+", 0.25), 40.0, 40.25),
        ("/edges/canny_low/norm", ("+", 0.1), 51.0, 76.5),
        ("/style/fade/norm", ("+", 0.5), 0.0, 7.5),
        ("/1/fader1", ("+", 0.5), 200.0, 110.0),
        ("/style/person", ("+", 1), 1.0, 2.0),
        ("/edges/canny", ("+", True), 0.0, 1.0),
    ],
)
def test_steps_start_from_what_is_there(
    book: Book, address: str, arguments: tuple[Argument, ...], base: float, value: float
) -> None:
    found = said(book, address, *arguments, base=base)
    assert isinstance(found, Set)
    assert found.value == pytest.approx(value)


@pytest.mark.parametrize(
    ("address", "arguments"),
    [
        ("/style/strength", ("+",)),
        ("/style/strength", ("+", "0.1")),
        ("/style/strength", ("+", None)),
        ("/style/strength", ("/", 2)),
        ("/style/person/name", ("+", 1)),
    ],
)
def test_steps_that_make_no_sense(
    book: Book, address: str, arguments: tuple[Argument, ...]
) -> None:
    assert said(book, address, *arguments) is None


def test_answers_go_out_on_every_address_that_shows_the_value(book: Book) -> None:
    told = dict(answers(book, "edges.canny_low", 20.0))
    assert told["/edges/canny_low"] == 20
    assert told["/edges/canny_t1"] == 20
    assert told["/edges/canny_low/norm"] == pytest.approx(20 / 255, abs=1e-6)
    assert told["/1/fader1"] == 1.0
    told = dict(answers(book, "style.person", 1.0))
    assert told["/style/person"] == told["/style/person/index"] == 1
    assert told["/style/person/name"] == "neon-grid"
    assert [told[f"/style/person/{n}"] for n in range(3)] == [0, 1, 0]


def test_the_scene_is_told_by_number_by_name_and_on_its_button(book: Book) -> None:
    assert dict(scene_answers(book, "02_neon")) == {
        "/scene/index": 2,
        "/scene/name": "02_neon",
        "/scene/1": 0,
        "/scene/2": 1,
    }
    assert scene_answers(book, "not in the list") == []


def test_what_is_told_sets_the_same_value_when_it_comes_back(book: Book) -> None:
    for param in TABLE:
        for value in (param.low, param.default, param.high):
            for address, argument in answers(book, param.name, value):
                event = said(book, address, argument)
                if address in ("/1/fader1", "/knob/1") or (event is None and argument == 0):
                    continue  # a narrower travel; a button that is not lit
                if address.endswith("/text"):
                    assert event is None, "words are only told"
                    continue
                assert isinstance(event, Set)
                assert event.value == pytest.approx(value, abs=1e-4 * (param.high - param.low))


def test_the_scene_s_knobs_have_numbers_with_their_own_travel(book: Book) -> None:
    assert [param.name for param in book.slots] == ["edges.canny_low", "style.background"]
    assert said(book, "/knob/1", 0.0) == Set("edges.canny_low", 200.0, "osc:x")
    assert said(book, "/knob/2", 1.0) == Set("style.background", 2.0, "osc:x")
    assert said(book, "/knob/3", 1.0) is None
    told = dict(slot_answers(book))
    assert (told["/knob/1/name"], told["/knob/2/name"]) == ("edges canny low", "style background")
    assert (told["/knob/3/name"], told["/knob/3"], told["/knob/3/text"]) == ("", 0.0, "")
    assert dict(answers(book, "style.background", 1.0))["/knob/2/text"] == "neon-grid"


def test_of_two_knobs_on_one_address_the_last_one_counts() -> None:
    knobs = {"style.strength": Knob(osc="/x"), "matte.feather": Knob(osc="/x")}
    book = build_book(TABLE, (), knobs)
    assert said(book, "/x", 1.0) == Set("matte.feather", 1.0, "osc:x")
    assert "/x" not in dict(answers(book, "style.strength", 0.3))


@pytest.mark.parametrize(
    ("address", "arguments", "expected"),
    [
        ("/rewind/recall", (20.0,), Trigger("rewind.recall", 20.0, "osc:x")),
        ("/rewind/recall", (), Trigger("rewind.recall", None, "osc:x")),
        ("/rewind/recall", (0,), None),
        ("/rewind/5", (1.0,), Trigger("rewind.5", None, "osc:x")),
        ("/scene/duplicate", ("Rain",), Trigger("scene.duplicate", "Rain", "osc:x")),
        ("/scene/duplicate", (True,), Trigger("scene.duplicate", None, "osc:x")),
        ("/scene/save", (1,), Trigger("scene.save", None, "osc:x")),
    ],
)
def test_a_rewind_takes_its_seconds_along_and_a_copy_its_name(
    book: Book, address: str, arguments: tuple[Argument, ...], expected: Trigger | None
) -> None:
    assert said(book, address, *arguments) == expected
