"""Pictures, films and cameras that are turned, mirrored and fitted on their way into a result."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import av
import numpy as np
import pytest

from tests.conftest import ROOT
from tests.studio.stylizing import negative_look, picture, pictures_of, write_film, write_picture
from vj.cli import main
from vj.core.gig import open_gig
from vj.studio import films, live, stylize
from vj.studio.framed import FITS, Framed
from vj.studio.inputs import Job
from vj.studio.look import Order, make_look
from vj.studio.stylize import paint_film, paint_picture, read_picture

WORDS = ("--model", "passthrough")


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("mirror", [False, True])
def test_a_picture_is_rotated_clockwise_and_then_mirrored(
    tmp_path: Path, rotate: int, mirror: bool
) -> None:
    source = write_picture(tmp_path / "in.png")
    words = ["stylize", str(source), str(tmp_path / "out.png"), *WORDS]
    assert main([*words, "--rotate", str(rotate), *["--mirror"] * mirror]) == 0
    wanted = np.rot90(picture(), -rotate // 90)
    wanted = wanted[:, ::-1] if mirror else wanted
    assert np.array_equal(read_picture(tmp_path / "out.png")[0][..., :3], wanted)


def test_transparency_turns_along_and_a_frame_around_it_is_transparent(tmp_path: Path) -> None:
    rgba = np.dstack([picture(), np.full((64, 96), 255, np.uint8)])
    rgba[:, :48, 3] = 0
    source = write_picture(tmp_path / "in.png", rgba)
    look = negative_look(source, size=(96, 128), framed=Framed(90, fit="whole"))
    paint_picture(Job(source, tmp_path / "out.png"), look)
    alpha = read_picture(tmp_path / "out.png")[0][..., 3]
    assert alpha.shape == (96, 128)
    assert not alpha[:48].any() and (alpha[49:, 32:96] == 255).all()
    assert not alpha[:, :32].any() and not alpha[:, 96:].any()


def test_the_frame_is_filled_shown_whole_or_bent() -> None:
    wide = np.zeros((50, 100, 4), np.uint8)
    wide[:, :10] = wide[:, -10:] = 255
    found = {word: Framed(fit=word).pixels(wide, (100, 100)) for word in FITS}
    assert all(pixels.shape == (100, 100, 4) for pixels in found.values())
    assert not found["cut"].any()  # the edges are lost
    assert found["stretch"][:, :9].min() == 255 and not found["stretch"][:, 12:88].any()
    assert found["whole"][30:70, :9, :3].min() == 255 and found["whole"][5, :5, :3].max() < 160
    assert Framed(270).pixels(wide, 20).shape == (40, 20, 4)


@pytest.mark.parametrize(("rotate", "aspect"), [(0, "4/3"), (90, "3/4"), (180, "4/3")])
def test_a_film_lies_as_it_is_told_and_its_pixels_keep_their_shape(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rotate: int, aspect: str
) -> None:
    film = write_film(tmp_path / "in.mp4", count=3)
    wide = replace(films.facts_of(film), aspect=Fraction(4, 3))
    monkeypatch.setattr(stylize.films, "facts_of", lambda path: wide)
    look = negative_look(write_picture(tmp_path / "s.png"), framed=Framed(rotate), strength=0.0)
    paint_film(Job(film, tmp_path / "out.mkv"), look, lambda line: None)
    _, (first, *_) = pictures_of(tmp_path / "out.mkv")
    assert np.abs(first.astype(int) - np.rot90(picture(), -rotate // 90)).mean() < 6
    with av.open(str(tmp_path / "out.mkv")) as made:
        assert made.streams.video[0].sample_aspect_ratio == Fraction(aspect)


def test_a_film_turned_another_way_is_not_gone_on_with() -> None:
    order = Order(model="passthrough", styles=["ink-wash"])
    gig = open_gig(ROOT)
    facts = [
        make_look(gig, replace(order, framed=framed)).facts["framed"]
        for framed in (Framed(), Framed(180), Framed(mirror=True), Framed(fit="whole"))
    ]
    assert all(facts.count(one) == 1 for one in facts)


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ([], {}),
        (["--rotate", "90", "--no-mirror"], {"rotate": 90, "mirror": False}),
        (["--mirror", "--fit", "whole"], {"mirror": True, "fit": "whole"}),
    ],
)
def test_a_camera_turns_its_pictures_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], keys: dict[str, object]
) -> None:
    asked: list[dict[str, Any]] = []
    shown = np.full((48, 64, 4), 40, np.uint8)
    shown[:, :32] = 200

    def frames(spec: dict[str, Any]) -> Iterator[np.ndarray]:
        asked.append(spec)
        yield from [shown] * 3

    module = ModuleType("camera")
    module.frames, module.read = frames, dict  # type: ignore[attr-defined]
    monkeypatch.setattr(live, "_source", lambda word: module)
    out = tmp_path / "out.mkv"
    line = ["stylize", "camera", str(out), "--seconds", "5", "--size", "64x48", *WORDS]
    assert main([*line, *words]) == 0
    asked[0].pop("rig")
    assert asked == [{"kind": "camera", **keys}]
    first = pictures_of(out)[1][0]
    assert first[:, 4:28].mean() > 150 > first[:, 36:60].mean()  # and nothing turns them again


@pytest.mark.parametrize(
    ("source", "words", "says"),
    [
        ("in.png", ["--rotate", "45"], "--rotate: unknown word '45'; allowed: 0, 180, 270, 90"),
        ("in.png", ["--fit", "hole", "--size", "64x64"], "Did you mean 'whole'?"),
        ("in.png", ["--fit", "whole"], "--fit whole: only with --size WxH"),
        ("in.png", ["--fit", "whole", "--size", "64"], "--fit whole: only with --size WxH"),
        ("dancer", ["--rotate", "90", "--mirror"], "dancer: takes no --rotate, --mirror;"),
    ],
)
def test_mistakes_are_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    source: str,
    words: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    write_picture(tmp_path / "in.png")
    more = ["--seconds", "1"] if source == "dancer" else []
    assert main(["stylize", source, "out.mp4" if more else "out.png", *more, *words]) == 2
    err = capsys.readouterr().err
    assert says in err and len(err.splitlines()) == 1
