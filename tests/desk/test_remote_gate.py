"""Who gets in: hosts, origins and messages, also as a hostile page would word them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vj.core.binding import Knob
from vj.core.table import build_table
from vj.core.types import Set, Trigger
from vj.desk.bindings import Bound
from vj.desk.remote_gate import Monitor, Preview, host_allowed, origin_allowed, read_message

TABLE = build_table(("ink", "neon"), ())
BOUND = Bound("a", {"edges.canny_low": Knob(midi="cc/1/1", range=(20.0, 200.0))}, 1)
OURS = frozenset({"192.168.1.7"})


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.0.0.1:8080", "localhost", "LOCALHOST:8080", "[::1]:8080", "192.168.1.7:80"],
)
def test_own_names_are_let_in(host: str) -> None:
    assert host_allowed(host, OURS)


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "evil.example:8080",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "localhost.evil.example",
        "evil.example#localhost",
        "evil.example/127.0.0.1",
        "localhost/../evil",
        "192.168.1.8",
        "0x7f000001",
        "2130706433",
        "127.1",
        "[::ffff:8.8.8.8]",
        "::1",
        "[::1",
        "[::1].evil.example",
        "[::1]evil:80",
        "localhost:http",
        "localhost:99999",
        "127.0.0.1:8080@evil.example",
        "user@localhost",
        "loc\x00alhost",
        "\u0131ocalhost",
    ],
)
def test_other_names_are_not(host: str) -> None:
    assert not host_allowed(host, OURS)


def test_origin_is_our_page_or_nothing() -> None:
    assert origin_allowed("http://127.0.0.1:8080", "127.0.0.1:8080")
    assert origin_allowed("http://LocalHost:8080", "localhost:8080")
    for origin in ("", "null", "https://evil.example", "http://127.0.0.1:9999", "file://", "://x"):
        assert not origin_allowed(origin, "127.0.0.1:8080")


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ({"set": "style.strength", "value": 0.25}, Set("style.strength", 0.25, "web:1")),
        ({"set": "style.strength", "value": 9}, Set("style.strength", 1.0, "web:1")),
        ({"set": "edges.canny_low", "norm": 0}, Set("edges.canny_low", 20.0, "web:1")),
        ({"set": "edges.canny_low", "norm": 1}, Set("edges.canny_low", 200.0, "web:1")),
        ({"set": "edges.canny_high", "norm": 1}, Set("edges.canny_high", 255.0, "web:1")),
        ({"trigger": "panic"}, Trigger("panic", None, "web:1")),
        ({"trigger": "scene.go", "argument": 2}, Trigger("scene.go", 2.0, "web:1")),
        ({"trigger": "scene.go", "argument": "x"}, Trigger("scene.go", "x", "web:1")),
        (
            {"trigger": "scene.go", "argument": "\U0001f3b9"},
            Trigger("scene.go", "\U0001f3b9", "web:1"),
        ),
        ({"preview": ["matte", "output", "x"]}, Preview(("output", "matte"))),
        ({"preview": []}, Preview(())),
        ({"monitor": True}, Monitor(True)),
    ],
)
def test_messages(message: dict[str, object], meaning: object) -> None:
    assert read_message(json.dumps(message), TABLE, BOUND, "web:1") == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 4000,
        '"x"',
        "{",
        '{"set": "no.such", "value": 1}',
        '{"set": "style.strength"}',
        '{"set": "style.strength", "value": NaN}',
        '{"set": "style.strength", "value": 1e999}',
        '{"set": "style.strength", "value": true}',
        '{"set": "style.strength", "value": "1"}',
        '{"set": ["style.strength"], "value": 1}',
        f'{{"set": "style.strength", "value": {"9" * 4000}}}',
        '{"trigger": "os.system", "argument": "x"}',
        '{"trigger": "scene.go", "argument": [1]}',
        '{"preview": 1}',
        '{"trigger": "scene.duplicate", "argument": "a\\ud800"}',
    ],
)
def test_anything_else_means_nothing(text: str) -> None:
    assert read_message(text, TABLE, BOUND, "web:1") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(["style.strength", "style.person", "blackout", "x"])


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(),
        st.fixed_dictionaries(
            {},
            optional={
                "set": NAMES | JSON,
                "value": JSON,
                "norm": JSON,
                "trigger": st.sampled_from(["panic", "scene.go"]) | JSON,
                "argument": JSON,
                "preview": JSON,
            },
        ).map(json.dumps),
    )
)
def test_whatever_a_page_sends_a_set_is_within_its_range(text: str) -> None:
    found = read_message(text, TABLE, BOUND, "web:1")
    if isinstance(found, Set):
        param = TABLE.params[found.param]
        assert param.low <= found.value <= param.high
