"""What pages are told: the rung the show stands on, in words for a performer."""

from __future__ import annotations

import pytest

from vj.desk.remote_words import rung

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
