"""Every .frag file keeps the contract: a new effect is tested the day it is added."""

from __future__ import annotations

import itertools
from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, halves, look, plain, upload
from vj.core.effect_knobs import effect_params
from vj.core.table import build_table
from vj.stage.chain import Chain, Moment, Seen
from vj.stage.effect import load_effect

EFFECTS = sorted((Path(__file__).parents[2] / "vj" / "stage" / "effects").glob("*.frag"))
every_effect = pytest.mark.parametrize("path", EFFECTS, ids=lambda path: path.stem)


def test_the_effects_promised_are_there() -> None:
    assert {"mix", "dream", "trails", "grade", "mirror"} <= {path.stem for path in EFFECTS}
    assert len(EFFECTS) >= 24


@every_effect
def test_an_effect_that_may_rest_does_so_unless_it_is_one_of_the_first(
    context: moderngl.Context, path: Path
) -> None:
    """Adding an effect to a chain must not change the picture before a knob is turned."""
    if path.stem in {"mix", "dream", "trails", "mirror", "faces", "tile", "layer", "logo"}:
        pytest.skip("does something by itself")
    defaults = {param.name: param.default for param in build_table((), [path])}
    assert load_effect(context, path).rests(defaults)


@every_effect
def test_a_region_is_a_region(context: moderngl.Context, path: Path) -> None:
    """An effect on people leaves the background as it came, and the other way round."""
    knobs = {param.name: param for param in effect_params(path)}
    region = knobs.get(f"{path.stem}.region")
    if region is None or region.choices != ("all", "person", "background"):
        pytest.skip("has no such knob")
    if load_effect(context, path).placed:
        pytest.skip("leaves it to the chain")
    rng = np.random.default_rng(2)
    pixels = rng.integers(40, 216, (HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 0
    pixels[:, WIDTH // 2 :, 3] = 255
    values = {param.name: param.default for param in knobs.values()}
    first = next(name for name in knobs if name.endswith((".amount", ".delay")))
    values[first] = knobs[first].high
    values["logo.width"] = 1.0
    over = upload(context, rng.integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8) | plain(0, 0, 0, 255))
    over.build_mipmaps()
    for chosen, kept, moved in ((1, slice(0, 24), slice(40, 64)), (2, slice(40, 64), slice(0, 24))):
        values[region.name] = float(chosen)
        chain = Chain(context, (HEIGHT, WIDTH), {path.stem: path})
        for number in range(20):
            now = upload(context, pixels if number == 19 else 255 - pixels)
            moment = Moment(number / 30, 1.4 + number / 60, 1 / 30)
            seen = Seen(now, now, 1.0, layer=over, logo=over)
            drawn = look(chain.draw([(path.stem, 1.0)], values, seen, moment))
        change = np.abs(drawn[..., :3].astype(int) - pixels[..., :3])
        assert change[:, kept].max() <= 1
        assert change[:, moved].mean() > 2


@every_effect
def test_the_chain_gives_an_effect_a_region(context: moderngl.Context, path: Path) -> None:
    """On the background people stay as they came; on people it is where they were or are now."""
    if not load_effect(context, path).placed:
        pytest.skip("has one of its own")
    rng = np.random.default_rng(3)
    pixels = rng.integers(40, 216, (HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 0
    pixels[10:30, WIDTH // 2 :, 3] = 255
    knobs = effect_params(path)
    values = {
        knob.name: knob.default + 0.6 * (knob.high - knob.default)
        if knob.kind == "float"
        else knob.default
        for knob in knobs
    }

    def drawn(region: float) -> np.ndarray:
        values[f"{path.stem}.region"] = region
        chain = Chain(context, (HEIGHT, WIDTH), {path.stem: path})
        for number in range(10):
            now = upload(context, pixels if number == 9 else 255 - pixels)
            moment = Moment(number / 30, 1.4 + number / 60, 1 / 30)
            picture = look(chain.draw([(path.stem, 1.0)], values, Seen(now, now, 1.0), moment))
        return picture.astype(int)

    whole, person, background = (drawn(region) for region in (0.0, 1.0, 2.0))
    here = pixels[..., 3] == 255
    people = here | (whole[..., 3] == 255)
    nobody = ~here & (whole[..., 3] == 0)
    assert np.abs(whole[..., :3] - pixels[..., :3]).mean() > 0.5
    assert np.abs(person - whole)[people].max() <= 1
    assert np.abs(background - whole)[~here].max() <= 1
    assert np.abs(background - pixels)[here].max() <= 1
    if nobody.any():
        assert np.abs(person - pixels)[nobody][:, :3].max() <= 1


@every_effect
def test_it_compiles_and_its_knobs_reach_the_shader(
    context: moderngl.Context, path: Path, tmp_path: Path
) -> None:
    open_one = tmp_path / path.name  # with no knob compiled in, all are seen from outside
    open_one.write_text(path.read_text(encoding="utf-8").replace("// compiled in:", "//"))
    effect = load_effect(context, open_one)
    assert effect.knobs
    elsewhere = {effect.grid.step} if effect.grid else set()
    elsewhere |= {"region"} if effect.placed else set()
    for knob in effect.knobs:
        short = knob.name.removeprefix(f"{path.stem}.")
        assert short in elsewhere or short in effect.variants.find({}).program, "never used"
        assert knob.doc
    assert all(f"{path.stem}.{knob}" in {k.name for k in effect.knobs} for knob in effect.skip)
    effect.release()


@every_effect
def test_extremes_give_a_picture(context: moderngl.Context, path: Path) -> None:
    chain = Chain(context, (HEIGHT, WIDTH), {path.stem: path})
    seen = Seen(upload(context, halves()), upload(context, plain(0, 255, 0, 128)), 1.0)
    knobs = effect_params(path)
    moments = [Moment(at, at, dt) for at, dt in ((0.0, 0.0), (3.2e7, 1 / 240), (1.0, 0.25))]
    for choose, moment in itertools.product(("low", "high", "default"), moments):
        values = {knob.name: getattr(knob, choose) for knob in knobs}
        for _ in range(3):
            picture = look(chain.draw([(path.stem, 1.0)], values, seen, moment))
        assert picture.shape == (HEIGHT, WIDTH, 4)
    assert not chain.errors


@every_effect
def test_where_it_says_it_does_nothing_it_does_nothing(
    context: moderngl.Context, path: Path
) -> None:
    """A pass is left out while its knobs stand so; the picture must not show the difference."""
    effect = load_effect(context, path)
    if not effect.skip:
        pytest.skip("is never left out")
    table = build_table((), [path])
    values = {param.name: param.default for param in table}
    values |= {f"{path.stem}.{knob}": at for knob, at in effect.skip.items()}
    assert effect.rests(values)
    almost = {name: value + 2e-6 if name in values else value for name, value in values.items()}
    assert not effect.rests(almost)
    chain = Chain(context, (HEIGHT, WIDTH), {path.stem: path})
    rng = np.random.default_rng(1)
    noise = upload(context, rng.integers(0, 256, (HEIGHT, WIDTH, 4), np.uint8))
    seen = Seen(noise, noise, 1.0)
    for _ in range(2):
        drawn = look(chain.draw([(path.stem, 1.0)], almost, seen, Moment(1.0, 1.0, 1 / 60)))
    assert np.abs(drawn.astype(int) - look(noise).astype(int)).max() <= 1


@every_effect
def test_what_is_not_a_number_is_gone_when_it_is_over(
    context: moderngl.Context, path: Path
) -> None:
    """A picture of 0 / 0, or knobs that are, must not stay in the feedback for the night."""
    rng = np.random.default_rng(4)
    sane = upload(context, rng.integers(60, 200, (HEIGHT, WIDTH, 4), np.uint8))
    mad = context.texture((WIDTH, HEIGHT), 4, dtype="f4")
    pixels = np.full((HEIGHT, WIDTH, 4), np.nan, np.float32)
    pixels[::2] = np.inf
    mad.write(pixels)
    knobs = [knob for knob in effect_params(path) if knob.kind == "float"]
    good = {knob.name: knob.low + 0.7 * (knob.high - knob.low) for knob in knobs}

    def play(trouble: bool) -> np.ndarray:
        chain = Chain(context, (HEIGHT, WIDTH), {path.stem: path})
        for number in range(150):
            seen = Seen(sane, sane, 1.0)
            values = good
            if trouble and number == 3:
                seen = Seen(mad, mad, 1.0)
            if trouble and number in (6, 7):
                wrong = (np.nan, np.inf)[number - 6]
                values = {knob.name: wrong for knob in knobs}
            moment = Moment(number / 10, number / 10, 1 / 10)
            picture = chain.draw([(path.stem, 1.0)], values, seen, moment)
        assert "switched off" not in chain.errors.get(path.stem, "")
        return look(picture).astype(int)

    assert np.abs(play(True) - play(False)).max() <= 2
