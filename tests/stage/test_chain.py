"""The chain draws in order, feeds back, and leaves out what fails."""

from __future__ import annotations

from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, halves, look, plain, upload
from vj.core.gig import Gig
from vj.stage.chain import Chain, Moment, Seen

ALL_WET = {"mix.person": 1.0, "mix.background": 1.0}


@pytest.fixture
def chain(context: moderngl.Context, gig: Gig) -> Chain:
    chain = Chain(context, (HEIGHT, WIDTH), gig.table.effects)
    assert not chain.errors
    return chain


def _seen(context: moderngl.Context, matte: int = 255, alive: float = 1.0) -> Seen:
    return Seen(upload(context, halves()), upload(context, plain(0, 240, 0, matte)), alive)


def _close(pixels: object, rgb: tuple[int, int, int], within: int = 1) -> bool:
    return bool(np.abs(np.asarray(pixels)[..., :3].astype(int) - rgb).max() <= within)


def test_an_empty_chain_shows_the_camera_top_row_first(
    context: moderngl.Context, chain: Chain
) -> None:
    picture = look(chain.draw([], {}, _seen(context), Moment(0, 0, 0.03)))
    assert np.array_equal(picture, halves())


def test_mix_treats_people_and_the_rest_apart(context: moderngl.Context, chain: Chain) -> None:
    painted = plain(0, 240, 0)
    painted[:, WIDTH // 2 :, 3] = 255
    seen = Seen(upload(context, halves()), upload(context, painted), 1.0)
    values = {"mix.person": 1.0, "mix.background": 0.0}
    picture = look(chain.draw([("mix", 1.0)], values, seen, Moment(0, 0, 0.03)))
    assert _close(picture[1:, : WIDTH // 2], (200, 0, 0))
    assert _close(picture[1:, WIDTH // 2 :], (0, 240, 0))
    assert np.array_equal(picture[..., 3], painted[..., 3])
    values = {"mix.person": 0.0, "mix.background": 0.5}
    picture = look(chain.draw([("mix", 1.0)], values, seen, Moment(0, 0, 0.03)))
    assert _close(picture[1:, : WIDTH // 2], (100, 120, 0))
    assert _close(picture[1:, WIDTH // 2 :], (0, 0, 200))


def test_without_a_living_painting_the_camera_is_seen(
    context: moderngl.Context, chain: Chain
) -> None:
    picture = look(chain.draw([("mix", 1.0)], ALL_WET, _seen(context, alive=0.0), Moment(0, 0, 1)))
    assert np.array_equal(picture, halves())


def _dreamt(context: moderngl.Context, chain: Chain, fps: int, keep: float) -> np.ndarray:
    chain.reset()
    values = {"dream.person": keep, "dream.background": keep}
    black, white = (upload(context, plain(*[level] * 3)) for level in (0, 255))
    for texture, frames in ((black, 2), (white, fps)):
        for step in range(frames):
            seen = Seen(texture, texture, 0.0)
            picture = chain.draw([("dream", 1.0)], values, seen, Moment(step / fps, 0, 1 / fps))
    return look(picture)


@pytest.mark.parametrize("keep", [0.5, 0.9, 0.97])
def test_dream_does_not_depend_on_the_frame_rate(
    context: moderngl.Context, chain: Chain, keep: float
) -> None:
    expected = round(255 * (1 - keep**30))
    for fps in (30, 60, 120):
        assert _close(_dreamt(context, chain, fps, keep), (expected,) * 3, within=2)


def test_dream_leaves_no_ghost(context: moderngl.Context, chain: Chain) -> None:
    """Kept in 8 bits a slow dream stops some levels short of the new picture, for ever."""
    values = {"dream.person": 0.99, "dream.background": 0.99}
    for level, frames in ((255, 2), (0, 120 * 30)):
        texture = upload(context, plain(level, level, level))
        for _ in range(frames):
            seen = Seen(texture, texture, 0.0)
            picture = chain.draw([("dream", 1.0)], values, seen, Moment(0, 0, 1 / 120))
    assert look(picture)[..., :3].max() <= 1


def test_dream_treats_people_and_the_rest_apart(context: moderngl.Context, chain: Chain) -> None:
    values = {"dream.person": 0.0, "dream.background": 0.9}
    for level in (0, 255):
        pixels = plain(level, level, level)
        pixels[:, WIDTH // 2 :, 3] = 255
        texture = upload(context, pixels)
        seen = Seen(texture, texture, 0.0)
        picture = look(chain.draw([("dream", 1.0)], values, seen, Moment(0, 0, 1 / 30)))
    assert _close(picture[:, : WIDTH // 2], (26, 26, 26))
    assert _close(picture[:, WIDTH // 2 :], (255, 255, 255))


def test_feedback_that_paused_starts_afresh(context: moderngl.Context, chain: Chain) -> None:
    values = {"dream.person": 0.9, "dream.background": 0.9}
    white, black = upload(context, plain(255, 255, 255)), upload(context, plain(0, 0, 0))
    for texture, lineup in ((white, [("dream", 1.0)]), (white, []), (black, [("dream", 1.0)])):
        picture = chain.draw(lineup, values, Seen(texture, texture, 0.0), Moment(0, 0, 1 / 30))
    assert look(picture)[..., :3].max() == 0


def test_an_effect_half_in_is_half_seen(context: moderngl.Context, chain: Chain) -> None:
    seen = _seen(context, alive=0.0)
    values = {"grade.exposure": -3.0}
    whole = look(chain.draw([("grade", 1.0)], values, seen, Moment(0, 0, 1)))
    half = look(chain.draw([("grade", 0.5)], values, seen, Moment(0, 0, 1)))
    between = (halves().astype(int) + whole) / 2
    assert np.abs(half[..., :3] - between[..., :3]).max() <= 1


def test_mirror_folds_left_onto_right(context: moderngl.Context, chain: Chain) -> None:
    values = {"mirror.amount": 1.0, "mirror.segments": 1.0}
    picture = look(chain.draw([("mirror", 1.0)], values, _seen(context), Moment(0, 0, 1)))
    assert _close(picture[2:-1, 2:-2], (200, 0, 0), 3)


def test_trails_of_people_stay_where_they_were(context: moderngl.Context, chain: Chain) -> None:
    values = {"trails.decay": 0.9, "trails.person": 1.0, "trails.lighten": 0.0}
    values |= {"trails.zoom": 0.0, "trails.hue": 0.0}
    person, nobody = upload(context, halves()), upload(context, plain(200, 0, 0))
    for texture in (person, nobody):
        seen = Seen(texture, texture, 0.0)
        picture = look(chain.draw([("trails", 1.0)], values, seen, Moment(0, 0, 1 / 30)))
    assert _close(picture[2:, : WIDTH // 2 - 1], (200, 0, 0))
    assert _close(picture[2:, WIDTH // 2 + 1 :], (20, 0, 180), 2)


def _broken(folder: Path, text: str) -> Path:
    path = folder / "grade.frag"
    path.write_text(text)
    return path


def test_a_broken_edit_of_an_effect_leaves_the_former_in_place(
    context: moderngl.Context, chain: Chain, tmp_path: Path
) -> None:
    seen, values = _seen(context), {"grade.exposure": -1.0}
    before = look(chain.draw([("grade", 1.0)], values, seen, Moment(0, 0, 1)))
    assert not chain.load("grade", _broken(tmp_path, "void main() { nonsense }\n"))
    assert "grade.frag:1" in chain.errors["grade"]
    after = look(chain.draw([("grade", 1.0)], values, seen, Moment(0, 0, 1)))
    assert np.array_equal(before, after)
    assert chain.load("grade", _broken(tmp_path, "void main() { color = vec4(1.0); }\n"))
    assert not chain.errors
    assert look(chain.draw([("grade", 1.0)], values, seen, Moment(0, 0, 1))).min() == 255


def test_an_effect_that_fails_is_left_out_and_after_three_times_switched_off(
    context: moderngl.Context, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def fails(*arguments: object) -> moderngl.Texture:
        calls.append(arguments)
        raise RuntimeError("lost")

    seen = _seen(context)
    with monkeypatch.context() as patch:
        patch.setattr(chain.effects["mix"], "draw", fails)
        for step in range(6):
            picture = chain.draw([("mix", 1.0)], ALL_WET, seen, Moment(step / 30, 0, 1 / 30))
            assert np.array_equal(look(picture), halves())
    assert len(calls) == 3
    assert "switched off" in chain.errors["mix"]
    chain.reset()
    picture = look(chain.draw([("mix", 1.0)], ALL_WET, seen, Moment(1.0, 0, 1 / 30)))
    assert _close(picture, (0, 240, 0))
    assert not chain.errors


def test_pictures_of_another_size_fill_the_chain(context: moderngl.Context, chain: Chain) -> None:
    small = upload(context, np.full((20, 30, 4), 90, np.uint8))
    seen = Seen(small, upload(context, plain(0, 240, 0)), 0.5)
    picture = look(chain.draw([("mix", 1.0)], ALL_WET, seen, Moment(0, 0, 1)))
    assert picture.shape == (HEIGHT, WIDTH, 4)
    assert _close(picture, (45, 165, 45), 2)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("latin.frag", b"// caf\xe9\nvoid main() { color = vec4(0.0, 1.0, 0.0, 1.0); }\n", ""),
        ("skip.frag", b"// skip when: a = b\nvoid main() { color = vec4(0.0); }\n", "skip.frag"),
        ("mips.frag", b"// mipmaps: pictre\nvoid main() { color = here(picture); }\n", "'picture'"),
        ("big.fs", b'/*{"INPUTS": [{"NAME": "n", "TYPE": "long", "VALUES": [3e9]}]}*/', "3000000"),
        ("kept.fs", b'/*{"PERSISTENT_BUFFERS": 5}*/ void main() {}', "PERSISTENT_BUFFERS"),
        ("nothing.frag", b"\x00\xff\xfe", "nothing.frag"),
    ],
)  # fmt: skip
def test_whatever_is_in_an_effect_file_the_others_play(
    context: moderngl.Context, chain: Chain, tmp_path: Path, name: str, text: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(text)
    assert chain.load(path.stem, path) is not bool(says)
    assert says in chain.errors.get(path.stem, "") or not says
    picture = look(chain.draw([("mix", 1.0)], ALL_WET, _seen(context), Moment(0, 0, 0.03)))
    assert _close(picture, (0, 240, 0))
