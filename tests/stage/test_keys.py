"""The keyboard as data: every key does something real, and the help tells of it."""

from __future__ import annotations

from vj.core.table import TRIGGERS
from vj.stage.keys import HELP, KEYS, trigger


def test_every_key_asks_for_an_action_that_exists() -> None:
    assert {found.action for found in KEYS.values()} <= set(TRIGGERS)
    assert {found.action for found in KEYS.values()} >= {
        "scene.next", "scene.previous", "scene.go", "blackout.toggle", "freeze.toggle", "panic",
        "tap", "fullscreen.toggle", "help.toggle", "display.next",
    }  # fmt: skip


def test_keys_carry_who_and_when() -> None:
    found = trigger("_3", 77)
    assert found is not None
    assert (found.action, found.argument, found.hand, found.at) == ("scene.go", 3, "key", 77)
    assert trigger("BRACELEFT", 77) is None


def test_escape_only_ever_leaves_full_screen() -> None:
    assert KEYS["ESCAPE"].argument == "off"


def test_the_help_names_keys_that_work() -> None:
    for keys, _ in HELP:
        for key in keys.replace("-", " ").split():
            assert key in KEYS or f"_{key}" in KEYS
