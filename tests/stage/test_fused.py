"""Effects in one program draw what they draw one by one, and nobody waits for it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, upload
from vj.core.board import Board
from vj.core.gig import Gig
from vj.core.types import Pixels
from vj.stage import fused
from vj.stage.chain import Chain, Moment, Seen
from vj.stage.drawing import Drawing
from vj.stage.memory import with_levels
from vj.stage.shun import Shun, together

ODD = """
#define TAU 6.2831853
uniform float x;       // 0..1 = 0.3: knobs like the parts of a vector
uniform float y;       // 0..1 = 0.6: and like words of the chain
uniform float amount;  // 0..1 = 0.7: how much
uniform int region;    // all|person|background = person: where
uniform int mask;      // none|some = some: whether
const float soft = 0.2, colour[2] = float[](0.1, 0.9);
float last;
vec3 tinted(vec3 rgb, float x) { last = x; return rgb.yzx * x + colour[mask]; }
float luma(vec4 c) { return c.x; }
void main() {
    vec4 now = here(picture);
    if (now.x > 0.95) { color = now.wxyz; return; }
    vec3 rgb = tinted(now.xyz, fract(y * TAU)) * smoothstep(x, x + soft, now.y) * last;
    color = vec4(mix(now.rgb, rgb, amount * within(region, now.a)), now.a) * 1.3;
}
"""


@pytest.fixture
def chain(context: moderngl.Context, gig: Gig) -> Chain:
    return Chain(context, (HEIGHT, WIDTH), gig.table.effects)


def _noise(seed: int, height: int = HEIGHT, width: int = WIDTH) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 4)).astype(np.uint8)


def _seen(context: moderngl.Context) -> Seen:
    whole, half = (HEIGHT, WIDTH), (HEIGHT // 2, WIDTH // 2)
    pictures = [
        with_levels(upload(context, _noise(seed, *size)))
        for seed, size in enumerate((whole, half, whole, half))
    ]
    dry, styled, layer, logo = pictures
    return Seen(dry, styled, 0.7, layer=layer, logo=logo)


def _turned(chain: Chain, names: Sequence[str], seed: int) -> dict[str, float]:
    chance, values = random.Random(seed), {}
    for name in names:
        drawing = chain.effects[name]
        for knob in drawing.effect.knobs if isinstance(drawing, Drawing) else ():
            value = chance.uniform(knob.low, knob.high)
            values[knob.name] = value if knob.kind == "float" else float(round(value))
    return values


def _drawn(
    chain: Chain, names: Sequence[str], values: Mapping[str, float], amount: float = 1.0
) -> Pixels:
    lineup = [(name, amount) for name in names]
    return look(chain.draw(lineup, values, _seen(chain.context), Moment(3.3, 2.2, 1 / 60)))


def _both(chain: Chain, names: Sequence[str], values: Mapping[str, float]) -> tuple[Pixels, Pixels]:
    before = _drawn(chain, names, values)
    chain.fuse(names, values)
    assert _ready(chain, names, values) == len(names)
    return before, _drawn(chain, names, values)


def _ready(chain: Chain, names: Sequence[str], values: Mapping[str, float]) -> int:
    """How many of these one program draws."""
    ready = chain.fused.ready([chain.effects[name] for name in names], values, chain.frame)
    return ready[1] if ready else 0


def _pointwise(chain: Chain) -> list[str]:
    drawings = chain.effects.items()
    return [name for name, one in drawings if isinstance(one, Drawing) and one.effect.pointwise]


def test_all_that_look_at_their_own_place_draw_the_same_together(chain: Chain) -> None:
    names = _pointwise(chain)
    assert {"mix", "grade", "palette", "posterise", "grain", "vignette", "strobe"} <= set(names)
    assert not {"blur", "dream", "trails", "tile", "faces", "mirror", "key"} & set(names)
    for seed, order in enumerate((names, names[::-1])):
        before, after = _both(chain, order, _turned(chain, order, seed))
        assert np.array_equal(before, after)


@pytest.mark.parametrize("first", ["ripple", "sharpen", "mirror", "halftone"])
def test_who_looks_around_may_be_the_first(chain: Chain, first: str) -> None:
    names = [first, "grade", "vignette"]
    before, after = _both(chain, names, _turned(chain, names, 5))
    assert np.array_equal(before, after)
    assert _ready(chain, ["grade", first], {}) == 0


def _odd(chain: Chain, folder: Path) -> list[str]:
    for name in ("one", "two"):
        (folder / f"{name}.frag").write_text(ODD)
        assert chain.load(name, folder / f"{name}.frag"), chain.errors
    return ["one", "two"]


def test_odd_names_do_not_meet(chain: Chain, tmp_path: Path) -> None:
    """The overload of a word of the header cannot be told apart and plays alone."""
    (tmp_path / "plain.frag").write_text(ODD.replace("float luma(vec4 c) { return c.x; }\n", ""))
    assert chain.load("plain", tmp_path / "plain.frag")
    names = ["mix", "vignette", *_odd(chain, tmp_path)[:1], "plain", "grain"]
    values = _turned(chain, names, 7)
    before, after = _both(chain, names, values)
    assert np.array_equal(before, after)


def test_what_does_not_compile_together_is_drawn_one_by_one(
    chain: Chain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = _odd(chain, tmp_path)
    before = _drawn(chain, names, {})
    chain.fuse(names, {})
    assert _ready(chain, names, {}) == 0
    assert np.array_equal(before, _drawn(chain, names, {}))
    monkeypatch.setattr(fused, "compile_fill", lambda *_: pytest.fail("it is not tried again"))
    chain.fuse(names, {})
    assert not chain.errors


def test_what_fails_together_is_drawn_one_by_one(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["mix", "grade"]
    before, _ = _both(chain, names, {"grade.exposure": 1.0})

    def fails(*arguments: object) -> None:
        raise RuntimeError("lost")

    monkeypatch.setattr(fused.Program, "draw", fails)
    assert np.array_equal(before, _drawn(chain, names, {"grade.exposure": 1.0}))
    assert _ready(chain, names, {"grade.exposure": 1.0}) == 0
    assert not chain.errors


def test_order_constants_and_regions_are_in_the_program(chain: Chain) -> None:
    names = ["mix", "palette", "grade"]
    values = {"palette.amount": 0.5, "grade.exposure": 1.0}
    chain.fuse(names, values)
    assert _ready(chain, names, values) == 3
    assert _ready(chain, names, {**values, "palette.colours": 2.0}) == 0
    assert _ready(chain, names, {**values, "grade.region": 1.0}) == 0
    assert _ready(chain, ["mix", "grade", "palette"], values) == 0
    assert _ready(chain, [*names, "vignette"], values) == 3, "the rest has a pass of its own"
    for region in (1.0, 2.0):
        for order in (names, ["mix", "grade", "palette"]):
            before, after = _both(chain, order, {**values, "grade.region": region})
            assert np.array_equal(before, after)


def test_who_fades_is_drawn_alone(chain: Chain) -> None:
    names, values = ["mix", "grade"], {"grade.exposure": 1.0}
    before = _drawn(chain, names, values, 0.4)
    chain.fuse(names, values)
    assert np.array_equal(before, _drawn(chain, names, values, 0.4))
    assert not np.array_equal(before, _drawn(chain, names, values))


def test_a_saved_effect_drops_its_programs(chain: Chain, tmp_path: Path) -> None:
    chain.fuse(["mix", "grade"], {})
    chain.fuse(["mix", "vignette"], {})
    (tmp_path / "grade.frag").write_text("void main() { color = vec4(1.0); }\n")
    assert chain.load("grade", tmp_path / "grade.frag")
    assert _ready(chain, ["mix", "grade"], {}) == 0
    assert _ready(chain, ["mix", "vignette"], {}) == 2
    assert _drawn(chain, ["mix", "grade"], {}).min() == 255


def test_only_so_many_are_kept(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fused, "_MOST", 2)
    pairs = [["mix", name] for name in ("grade", "vignette", "grain")]
    for pair in pairs[:2]:
        chain.fuse(pair, {})
    assert chain.fused.full
    assert _ready(chain, pairs[0], {}) == 2  # and is the newest now
    chain.fuse(pairs[2], {})
    assert [_ready(chain, pair, {}) for pair in pairs] == [2, 0, 2]


def test_effects_that_stand_for_a_while_get_a_program(chain: Chain) -> None:
    chain.fused.live = True
    names, values = ["mix", "grade"], {"grade.exposure": 1.0}
    for _ in range(fused._STANDS):
        _drawn(chain, names, values)
        chain.fuse_standing()
        assert _ready(chain, names, values) == 0
    for _ in range(2):
        _drawn(chain, names, values)
        chain.fuse_standing()
    assert _ready(chain, names, values) == 2


def test_effects_that_stood_and_are_gone_get_none(chain: Chain) -> None:
    chain.fused.live = True
    for _ in range(fused._STANDS + 2):
        _drawn(chain, ["mix", "grade"], {"grade.exposure": 1.0})
    for _ in range(2):
        _drawn(chain, ["mix"], {})
    chain.fuse_standing()
    assert _ready(chain, ["mix", "grade"], {"grade.exposure": 1.0}) == 0


def test_a_hang_of_several_together_leaves_each_of_them(
    context: moderngl.Context, tmp_path: Path
) -> None:
    files = {name: tmp_path / f"{name}.frag" for name in ("good", "better")}
    for path in files.values():
        path.write_text("void main() { color = here(picture); }\n")
    board = Board.create(4096)
    board.post({"loading": str(together(files.values()))})
    chain = Chain(context, (HEIGHT, WIDTH), files, Shun(board))
    assert set(chain.effects) == set(files)
    chain.fuse(list(files), {})
    assert _ready(chain, list(files), {}) == 0
    chain.fuse(list(files)[::-1], {})
    assert _ready(chain, list(files)[::-1], {}) == 2
