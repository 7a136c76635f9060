"""The beat and the dancer go out to tablets, can be asked for, and cannot be set."""

from __future__ import annotations

from vj.core.table import build_table
from vj.desk.addresses import Ask, build_book, interpret
from vj.desk.osc_gate import Message
from vj.desk.oscquery_tree import describe, plant
from vj.desk.shown import Line
from vj.desk.told import TOLD, told

BOOK = build_book(build_table([], []), [], {})


def test_the_stages_document_is_told() -> None:
    found = told({"bar": 2.97, "body": {"values": {"area": 0.5, "x": 0.25, "odd": 1}}})
    assert found == {"/tempo/beat": 3, "/body/area": 0.5, "/body/x": 0.25}
    assert told({}) == {}


def test_nobody_sets_what_is_only_told() -> None:
    for address in TOLD:
        assert interpret(BOOK, Message(address, (1.0,)), "osc", lambda _: 0.0) is None
        assert interpret(BOOK, Message(address, ("?",)), "osc", lambda _: 0.0) == Ask(address)


def test_oscquery_describes_them_read_only() -> None:
    found = describe(plant(BOOK), "/body/area", {"/body/area": Line((0.5,))})
    assert found is not None
    assert (found["TYPE"], found["ACCESS"], found["VALUE"]) == ("f", 1, [0.5])
    assert found["RANGE"] == [{"MIN": 0.0, "MAX": 1.0}]
