"""Fades, ignored names and the time of the next scene are read strictly."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.cue import Advance, leaves
from vj.core.errors import UserError
from vj.core.gig import STARTER, open_gig
from vj.core.scene import Scene, parse_scene

FILE = Path("scenes/01_x.yaml")


def _scene(text: str) -> Scene:
    gig = open_gig(STARTER)
    return parse_scene(text.encode(), FILE, gig.table, gig.choices)


def test_fades_of_every_form() -> None:
    scene = _scene(
        "fade: 4 s\nfade_curve: ease\nfades:\n"
        "  grade.hue: {seconds: 8, curve: exp}\n  dream: 500 ms\n  strobe.amount: cut\n"
        "  styles: {curve: linear}\n"
    )
    found = {name: (fading.seconds, fading.curve) for name, fading in scene.fades.items()}
    assert (scene.fade, scene.fade_curve) == (4.0, "ease")
    assert found == {
        "grade.hue": (8.0, "exp"),
        "dream": (0.5, None),
        "strobe.amount": (None, "cut"),
        "styles": (None, "linear"),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90 s", Advance(90.0, "seconds")),
        ("2 min", Advance(120.0, "seconds")),
        ("45", Advance(45.0, "seconds")),
        ("16 bars", Advance(16.0, "bars")),
        ("1 bar", Advance(1.0, "bars")),
        ("8 beats", Advance(8.0, "beats")),
    ],
)
def test_the_next_scene_follows_by_time_or_beats(text: str, expected: Advance) -> None:
    assert _scene(f"advance: {text}\n").advance == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fades: {grade.hu: 4 s}", r"01_x.yaml:1: fades.grade.hu: .*grade.hue"),
        ("fades: {graed: 4 s}", r"unknown parameter or group 'graed'.*'grade'"),
        ("fades: {grade: fast}", r"'fast' is no fade; allowed: linear, ease, exp, cut, 8 s"),
        ("fades: {grade: easy}", r"'easy' is no fade; allowed: linear, .*Did you mean 'ease'"),
        (
            "fades: {grade: {curve: bouncy}}",
            r"fades.grade.curve: unknown curve 'bouncy'; allowed: cut, ease, exp, linear",
        ),
        ("ignore: [dreem]", r"01_x.yaml:1: ignore.0: .*'dream'"),
        ("ignore: [source]\nsource: {kind: dancer}", r"01_x.yaml:1: ignore.0: .*has 'source'"),
        ("ignore: [dream]\nparams:\n  dream.person: 1", r"01_x.yaml:3: params.dream.person: "),
        ("advance: soon", r"'soon' is no time; allowed: 90 s, 2 min, 16 bars, 8 beats"),
        ("advance: 0", "too short"),
        ("fade_curve: cute", "fade_curve: unknown fade_curve 'cute'.*Did you mean 'cut'"),
    ],
)
def test_mistakes_are_named(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        _scene(text + "\n")


def test_a_group_stands_for_all_of_its_parameters() -> None:
    ignore = _scene("ignore: [dream, source, edges.canny_t1]\n").ignore
    assert leaves(ignore, "dream.person")
    assert leaves(ignore, "source")
    assert leaves(ignore, "edges.canny_low")
    assert not leaves(ignore, "grade.hue")
    assert not leaves([], "dream.person")
