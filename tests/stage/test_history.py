"""What an effect looks back on: seconds, not frames, whatever the display's rate."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain, upload
from vj.stage.chain import Chain, Moment, Seen
from vj.stage.drawing import Drawing
from vj.stage.memory import texture_of

ECHO = """
// history: 2 s, 1/2 size
uniform float seconds; // 0..2 = 1: how long ago
void main() { color = ago(seconds, uv); }
"""


@pytest.fixture
def chain(context: moderngl.Context, tmp_path: Path) -> Chain:
    path = tmp_path / "echo.frag"
    path.write_text(ECHO)
    chain = Chain(context, (HEIGHT, WIDTH), {"echo": path})
    assert not chain.errors
    return chain


def _level(chain: Chain, seconds: float, fps: float, begin: float, length: float) -> float:
    """The level seen at the end of a film that gets brighter by 60 levels a second."""
    frames = round(length * fps)
    for n in range(frames + 1):
        at = begin + n / fps
        texture = upload(chain.context, plain(*[round(60 * (at - begin))] * 3))
        values = {"echo.seconds": seconds}
        drawn = chain.draw([("echo", 1.0)], values, Seen(texture, texture, 1.0), Moment(at, 0, 0.1))
    return float(look(drawn)[..., :3].mean())


@pytest.mark.parametrize("fps", [12, 30, 50, 144])
@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.5, 1.9])
def test_a_delay_is_in_seconds_at_every_rate(chain: Chain, fps: float, seconds: float) -> None:
    """A cell holds the newest picture of its 30th of a second; slow frames leave no gaps."""
    expected = 60 * (3.0 - seconds)
    off = _level(chain, seconds, fps, 100.0, 3.0) - expected
    assert abs(off) <= 60 * max(1 / fps, 1 / 30) + 1


def test_neighbouring_cells_do_not_bleed_into_each_other(
    context: moderngl.Context, chain: Chain
) -> None:
    white, black = (upload(context, plain(level, level, level, level)) for level in (255, 0))
    for n in range(40):
        texture = white if n == 20 else black
        drawn = chain.draw(
            [("echo", 1.0)], {"echo.seconds": 19 / 30}, Seen(texture, texture, 1.0),
            Moment((n + 0.5) / 30, 0, 1 / 30),
        )  # fmt: skip
        if n == 39:
            picture = look(drawn)
    assert np.ptp(picture[..., 0].astype(int)) <= 1


def test_as_far_back_as_it_goes_and_not_beyond_a_pause(
    context: moderngl.Context, chain: Chain
) -> None:
    assert _level(chain, 2.0, 30, 50.0, 0.5) == pytest.approx(0.0, abs=1)
    white = upload(context, plain(255, 255, 255))
    for at in (60.0, 60.1):
        values = {"echo.seconds": 2.0}
        drawn = chain.draw([("echo", 1.0)], values, Seen(white, white, 1.0), Moment(at, 0, 0.1))
        assert look(drawn).min(axis=(0, 1))[:3].min() == 255
    chain.draw([], {}, Seen(white, white, 1.0), Moment(60.2, 0, 0.1))
    black = upload(context, plain(0, 0, 0))
    seen = Seen(black, black, 1.0)
    drawn = chain.draw([("echo", 1.0)], {"echo.seconds": 0.2}, seen, Moment(60.3, 0, 0.1))
    assert look(drawn)[..., :3].max() == 0


def _kept(drawing: object) -> list[moderngl.Texture]:
    """The pictures an effect keeps on the graphics card: its history and its last two."""
    assert isinstance(drawing, Drawing) and drawing.memory.history
    return [drawing.memory.history.texture, *map(texture_of, drawing.memory.targets)]


def _free(textures: list[moderngl.Texture]) -> list[bool]:
    return [isinstance(texture.mglo, moderngl.InvalidObject) for texture in textures]


def test_a_bad_edition_with_another_history_leaves_the_good_one_drawing(
    chain: Chain, tmp_path: Path
) -> None:
    """The old history was freed before the new edition had been drawn once.

    One that failed then, saved in the middle of a show, took the good one in its place with it.
    """
    path = tmp_path / "echo.frag"
    path.write_text("// parts: columns x rows\n" + ECHO.replace("2 s", "1 s"))
    assert not chain.load("echo", path)
    chain.errors.clear()
    assert _level(chain, 0.5, 30, 0.0, 1.0) == pytest.approx(30.0, abs=3)
    assert not chain.errors


@pytest.mark.parametrize("edition", ["good", "bad"])
def test_of_two_editions_with_other_memories_one_is_freed(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edition: str
) -> None:
    """Pictures of an edition that was replaced, or never used, stayed on the card until the end."""
    path = tmp_path / "echo.frag"
    feeding = ECHO.replace("ago(seconds, uv)", "ago(seconds, uv) + texture(previous, uv)")
    tried: list[moderngl.Texture] = []

    def fails(drawing: Drawing, *arguments: object) -> None:
        tried.extend(_kept(drawing))
        raise RuntimeError("lost")

    path.write_text(feeding)
    assert chain.load("echo", path)
    first = _kept(chain.effects["echo"])
    path.write_text(ECHO)
    if edition == "bad":
        monkeypatch.setattr(Drawing, "draw", fails)
    assert chain.load("echo", path) is (edition == "good")
    goes, stays = (first, _kept(chain.effects["echo"])) if edition == "good" else (tried, first)
    assert all(_free(goes))
    assert not any(_free(stays))
