"""What pages are told: the rung the show stands on, and what is wrong, for a performer."""

from __future__ import annotations

from typing import Any

import pytest

from vj.desk.mirror import Wanted
from vj.desk.remote_words import health, rung

ALL = ("stage", "capture", "infer")
WELL: dict[str, dict[str, object]] = {
    "stage": {},
    "capture": {"lost": False, "source": "camera", "wanted": "camera"},
    "infer": {"ready": True},
}


@pytest.mark.parametrize(
    ("changed", "alive", "words"),
    [
        ({}, ALL, ""),
        ({}, ("capture", "infer"), "until the stage is back"),
        ({}, ("stage", "infer"), "until the camera is back"),
        ({}, ("stage", "capture"), "the plain picture"),
        ({"infer": {"ready": False, "loading": "brush"}}, ALL, "brush is loading"),
        ({"capture": {"lost": True, "wanted": "phone"}}, ALL, "the last picture of the phone"),
        (
            {"capture": {"lost": True, "source": "dancer", "wanted": "phone"}},
            ALL,
            "the dancer, until the phone is back",
        ),
    ],
)
def test_the_rung(
    changed: dict[str, dict[str, object]], alive: tuple[str, ...], words: str
) -> None:
    found = rung({**WELL, **changed}, alive)
    assert (words in found) if words else not found


def _health(**documents: dict[str, object]) -> Any:
    return health(documents, tuple(documents), Wanted({}, "", (), {}))


def test_a_mistake_in_a_scene_is_named_until_it_is_mended() -> None:
    mistake = "scenes/00_mine.yaml:7: unknown parameter. Did you mean 'dream.background'?"
    found = _health(stage={"errors": ["web:1: no such action x", mistake]})
    assert found["processes"]["stage"]["error"] == mistake
    assert found["trouble"][-1] == mistake
    found = _health(stage={"errors": []})
    assert found["processes"]["stage"]["error"] == ""
    assert found["trouble"] == []


def test_a_long_mistake_keeps_its_line_and_its_hint() -> None:
    mistake = "scenes/00_mine.yaml:7: " + "allowed, " * 100 + "Did you mean 'dream.background'?"
    (found,) = _health(stage={"errors": [mistake]})["trouble"]
    assert len(found) == 300
    assert found.startswith("scenes/00_mine.yaml:7: ")
    assert found.endswith("Did you mean 'dream.background'?")


def test_what_the_recorder_says_stands_beside_it() -> None:
    found = _health(stage={"errors": ["a"]}, record={"error": "No space left on device"})
    assert found["trouble"] == ["a", "Recorder: No space left on device"]
    assert _health(record={"error": ""})["trouble"] == []
