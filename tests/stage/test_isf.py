"""Shaders in the Interactive Shader Format work as effects, or say by name why they do not."""

from __future__ import annotations

import random
from pathlib import Path

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain, upload
from vj.core.effect_knobs import effect_name, effect_params
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.isf import read_isf
from vj.core.isf_size import names_in, work_out
from vj.core.table import build_table
from vj.core.types import Pixels
from vj.stage.chain import Chain, Moment, Seen

SHADERS = sorted((Path(__file__).parent / "isf").glob("*.fs"))
ALL = {effect_name(path): path for path in SHADERS}


def _chain(context: moderngl.Context, *paths: Path) -> Chain:
    return Chain(context, (HEIGHT, WIDTH), {effect_name(path): path for path in paths or SHADERS})


def _drawn(
    chain: Chain,
    name: str,
    before: Pixels,
    number: int = 1,
    **knobs: float,
) -> Pixels:
    picture = upload(chain.context, before)
    values = {f"{name}.{knob}": value for knob, value in knobs.items()}
    seen = Seen(picture, picture, 1.0)
    lineup = [("grade", 1.0), (name, 1.0)]
    return look(chain.draw(lineup, values, seen, Moment(5.0 + number / 30, 0.0, 1 / 30)))


def _wave() -> Pixels:
    pixels = plain(0, 0, 0, 77)
    pixels[..., 0] = np.arange(HEIGHT)[:, None] * 5
    pixels[..., 2] = np.arange(WIDTH) * 3
    return pixels


@pytest.mark.parametrize("path", SHADERS, ids=lambda path: path.stem)
def test_every_shader_here_draws_and_keeps_the_matte(context: moderngl.Context, path: Path) -> None:
    chain = _chain(context, path)
    assert not chain.errors
    name = effect_name(path)
    for number in range(3):
        drawn = _drawn(chain, name, _wave(), number)
    assert (drawn[..., 3] == 77).all()
    assert not chain.errors
    for choose in ("low", "high", "default"):
        knobs = {p.name.partition(".")[2]: getattr(p, choose) for p in effect_params(path)}
        _drawn(chain, name, _wave(), 4, **knobs)
    assert not chain.errors


def test_inputs_become_parameters_with_their_ranges_and_words() -> None:
    table = build_table((), SHADERS)
    assert not table.refused
    assert {"tint", "Old_Words"} <= set(table.effects)
    params = table.params
    assert [params[f"tint.tint_{part}"].default for part in "rgba"] == [1.0, 0.0, 0.0, 1.0]
    assert params["tint.tint_r"].doc == "Tint: r"
    assert (params["tint.size"].low, params["tint.size"].high) == (0.0, 2.0)
    assert params["tint.middle_x"].default == 0.5
    assert params["tint.invert"].kind == "switch"
    assert params["ways.way"].choices == ("low", "middle", "high")
    assert params["ways.way"].default == 1.0
    assert params["ways.bare"].choices == ("0", "5")
    assert (params["ways.count"].kind, params["ways.count"].high) == ("int", 8)
    assert params["two.other"].choices == ("picture", "camera", "painting", "layer")
    assert "two.inputImage" not in params
    assert {"tint.opacity", "tint.blend", "tint.region"} <= set(params)


def test_colours_points_numbers_and_switches_reach_the_shader(context: moderngl.Context) -> None:
    chain, gray = _chain(context, ALL["tint"]), plain(100, 100, 100, 30)
    assert tuple(_drawn(chain, "tint", gray)[5, 5]) == (255, 0, 0, 30)
    assert tuple(_drawn(chain, "tint", gray, tint_g=0.5)[5, 5]) == (255, 128, 0, 30)
    assert tuple(_drawn(chain, "tint", gray, invert=1.0)[5, 5]) == (100, 100, 100, 30)
    upper = _drawn(chain, "tint", gray, size=0.2, middle_x=0.25, middle_y=0.75)
    assert upper[HEIGHT // 4, WIDTH // 4, 1] == 0, "points count from below, as in the format"
    assert upper[3 * HEIGHT // 4, WIDTH // 4, 1] == 100


def test_rows_count_from_the_bottom(context: moderngl.Context) -> None:
    drawn = _drawn(_chain(context, ALL["corners"]), "corners", _wave()).astype(int)
    assert drawn[0, 0, 1] > 250 > 5 > drawn[-1, 0, 1]
    assert drawn[0, -1, 0] > 250 > 5 > drawn[0, 0, 0]
    assert np.abs(drawn[:, 10, 2] - 11 * 3).max() <= 1


def test_lists_give_their_values(context: moderngl.Context) -> None:
    chain = _chain(context, ALL["ways"])
    assert tuple(_drawn(chain, "ways", plain(0, 0, 0))[3, 3, :3]) == (20, 5, 3)
    assert tuple(_drawn(chain, "ways", plain(0, 0, 0), way=2, bare=0, count=7)[3, 3, :3]) == (
        *(40, 0, 7),
    )


def test_an_event_is_true_in_one_frame_and_frames_are_counted(context: moderngl.Context) -> None:
    chain = _chain(context, ALL["flash"])
    hits = [_drawn(chain, "flash", plain(0, 0, 0), n, hit=float(n in (2, 3, 5))) for n in range(7)]
    assert [int(drawn[0, 0, 0]) for drawn in hits] == [0, 0, 255, 0, 0, 255, 0]
    assert [int(drawn[0, 0, 1]) for drawn in hits] == list(range(7))
    assert [round(int(drawn[0, 0, 2]) / 8.5) for drawn in hits] == list(range(7)), "since it began"


def test_a_persistent_buffer_remembers_until_it_is_not_drawn(context: moderngl.Context) -> None:
    chain = _chain(context, ALL["slow"])
    for number in range(3):
        drawn = _drawn(chain, "slow", plain(200, 0, 0), number)
    assert abs(int(drawn[4, 4, 0]) - 175) <= 1
    chain.draw([], {}, Seen(upload(context, plain(0, 0, 0)), upload(context, plain(0, 0, 0)), 1.0),
               Moment(6.0, 0.0, 0.1))  # fmt: skip
    assert abs(int(_drawn(chain, "slow", plain(200, 0, 0), 9)[4, 4, 0]) - 100) <= 1


def test_buffers_have_the_sizes_they_ask_for(context: moderngl.Context) -> None:
    chain = _chain(context, ALL["small"])
    assert tuple(_drawn(chain, "small", _wave())[9, 9, :3]) == (WIDTH // 16, HEIGHT // 16, WIDTH)
    assert _drawn(chain, "small", _wave(), 2, part=4.0)[9, 9, 0] == WIDTH // 4
    assert _drawn(chain, "small", _wave(), 3, part=0.0)[9, 9, 0] == WIDTH, "no size: the picture's"


def test_a_second_picture_is_the_one_chosen(context: moderngl.Context) -> None:
    chain = _chain(context, ALL["two"])
    camera = upload(context, np.full((20, 30, 4), 200, np.uint8))
    painting = upload(context, plain(0, 90, 0))
    for choice, green in ((0, 200), (1, 200), (2, 90), (3, 0)):
        values = {"two.progress": 1.0, "two.other": float(choice)}
        drawn = look(
            chain.draw([("two", 1.0)], values, Seen(camera, painting, 1.0), Moment(1, 0, 1))
        )
        assert abs(int(drawn[5, 5, 1]) - green) <= 1


def test_opacity_blend_and_region(context: moderngl.Context) -> None:
    chain, picture = _chain(context, ALL["ways"]), plain(100, 100, 100)
    picture[:, WIDTH // 2 :, 3] = 255
    half = _drawn(chain, "ways", picture, opacity=0.5)
    assert np.abs(half[4, 4, :3].astype(int) - (60, 52, 52)).max() <= 1
    added = _drawn(chain, "ways", picture, blend=1.0)
    assert tuple(added[4, 4, :3]) == (120, 105, 103)
    person = _drawn(chain, "ways", picture, region=1.0)
    assert tuple(person[4, 4, :3]) == (100, 100, 100) and person[4, -4, 0] == 20
    background = _drawn(chain, "ways", picture, region=2.0)
    assert background[4, 4, 0] == 20 and tuple(background[4, -4, :3]) == (100, 100, 100)
    assert np.array_equal(_drawn(chain, "ways", picture, opacity=0.0), picture)


HEAD = '/*{{ "INPUTS": [{inputs}], "PASSES": [{passes}] {more} }}*/\n'


@pytest.mark.parametrize(
    ("inputs", "passes", "more", "code", "words"),
    [
        ('{"NAME": "sound", "TYPE": "audio"}', "", "", "", "audio"),
        ('{"NAME": "sound", "TYPE": "audioFFT"}', "", "", "", "audioFFT"),
        ('{"NAME": "box", "TYPE": "cube"}', "", "", "", "cube"),
        ("", "", ', "IMPORTED": {"noise": {"PATH": "n.png"}}', "", "IMPORTED"),
        ("", "", "", "varying vec2 left;", "vertex shader"),
        ("", "", "", "void main() { for (;;) {} }", "endless loop"),
        ('{"NAME": "a b", "TYPE": "float"}', "", "", "", "plain word"),
        ('{"NAME": "a", "TYPE": "float", "MIN": 5, "MAX": 1}', "", "", "", "MIN 5 is above MAX 1"),
        ('{"NAME": "a", "TYPE": "float", "MAX": NaN}', "", "", "", "not a number"),
        ('{"NAME": "a", "TYPE": "float"}, {"NAME": "a", "TYPE": "bool"}', "", "", "", "same name"),
        ("", '{"TARGET": "b", "WIDTH": "__import__(\'os\')"}', "", "", "only sums"),
        ("", '{"TARGET": "b", "WIDTH": "$DEPTH * 2"}', "", "", "DEPTH"),
    ],
)
def test_what_does_not_work_is_said_by_name(
    tmp_path: Path, inputs: str, passes: str, more: str, code: str, words: str
) -> None:
    path = tmp_path / "strange.fs"
    path.write_text(HEAD.format(inputs=inputs, passes=passes, more=more) + code)
    with pytest.raises(UserError, match=r"strange\.fs") as error:
        read_isf(path, "strange")
    assert words in str(error.value)


def test_a_vertex_shader_beside_it_is_said_by_name(tmp_path: Path) -> None:
    for ending in ("fs", "vs"):
        (tmp_path / f"bent.{ending}").write_text("/*{}*/ void main() {}")
    with pytest.raises(UserError, match=r"bent\.vs"):
        read_isf(tmp_path / "bent.fs", "bent")


def test_code_that_does_not_compile_is_told_with_its_line(
    context: moderngl.Context, tmp_path: Path
) -> None:
    path = tmp_path / "broken.fs"
    path.write_text('/*{\n"INPUTS": []\n}*/\nvoid main() {\n    gl_FragColor = nonsense;\n}\n')
    chain = _chain(context, ALL["tint"])
    assert not chain.load("broken", path)
    assert "broken.fs:5:" in chain.errors["broken"]
    assert _drawn(chain, "tint", plain(9, 9, 9))[0, 0, 0] == 255, "the show goes on"
    path.write_text("/*{}*/\nvoid main() { gl_FragColor = vec4(1.0); }\n")
    assert chain.load("broken", path) and "broken" not in chain.errors


def test_a_buffer_that_went_mad_recovers(context: moderngl.Context, tmp_path: Path) -> None:
    """0 / 0 in a persistent float buffer would stay for the rest of the night."""
    path = tmp_path / "mad.fs"
    path.write_text(
        '/*{"INPUTS": [{"NAME": "mad", "TYPE": "float"}, {"NAME": "inputImage", "TYPE": "image"}],'
        '"PASSES": [{"TARGET": "b", "PERSISTENT": true, "FLOAT": true}]}*/\n'
        "void main() { gl_FragColor = mix(IMG_THIS_PIXEL(inputImage), IMG_THIS_PIXEL(b), 0.5)"
        " + log(-mad) * (0.0 * mad); }\n"
    )
    chain = _chain(context, path)
    for number in range(40):
        drawn = _drawn(chain, "mad", plain(80, 80, 80), number, mad=1.0 if number == 3 else -1.0)
    assert abs(int(drawn[3, 3, 0]) - 80) <= 1


def test_hostile_headers_are_refused_in_no_time(tmp_path: Path) -> None:
    path = tmp_path / "hostile.fs"
    bombs = [
        "/*" + "[" * 100_000 + "*/",
        "/*{" + '"a":{' * 50_000 + "*/",
        '/*{"INPUTS": [' + ",".join(['{"NAME": "a", "TYPE": "float"}'] * 100) + "]}*/",
        '/*{"PASSES": [' + ",".join(["{}"] * 100) + "]}*/",
        '/*{"INPUTS": [{"NAME": "a", "TYPE": "long", "VALUES": ' + str([1] * 9999) + "}]}*/",
        '/*{"PASSES": [{"TARGET": "b", "WIDTH": "' + "(" * 150 + '"}]}*/',
        "/*" + "x" * 600_000 + "*/",
        "void main() {}",
        "",
    ]
    for bomb in bombs:
        path.write_text(bomb)
        with pytest.raises(UserError):
            read_isf(path, "hostile")


def test_mutated_shaders_only_ever_raise_user_errors(tmp_path: Path) -> None:
    rng, path = random.Random(4), tmp_path / "mutant.fs"
    for number in range(3000):
        text = bytearray(SHADERS[number % len(SHADERS)].read_bytes()[:900])
        for _ in range(rng.randint(1, 6)):
            place = rng.randrange(len(text))
            text[place : place + rng.randint(0, 3)] = bytes(
                [rng.choice(b'{}[]",:0123-eE\x00\xff$')]
            )
        path.write_bytes(text)
        try:
            params = read_isf(path, "mutant").params
        except UserError:
            continue
        assert all(param.low <= param.default <= param.high for param in params)


def test_sizes_are_sums_and_nothing_else() -> None:
    assert work_out("floor($WIDTH / 3.0) + -1", {"WIDTH": 100.0}, 7.0) == 32.0
    assert work_out("", {}, 7.0) == 7.0
    assert work_out("1 / 0", {}, 7.0) == 7.0
    assert work_out("$WIDTH * 1e308 * 10", {"WIDTH": 10.0}, 7.0) == 7.0
    assert names_in("min($WIDTH, $part)") == {"WIDTH", "part"}
    for text in ("a.b", "x[0]", "lambda: 1", "9**9**9", "'a' * 9", "f(1)", "[1]", "1 if 2 else 3"):
        with pytest.raises(ValueError):
            names_in(text)


def test_a_gig_plays_them_and_says_which_it_cannot(tmp_path: Path) -> None:
    for folder in ("scenes", "effects"):
        (tmp_path / folder).mkdir()
    (tmp_path / "effects" / "tint.fs").write_bytes(ALL["tint"].read_bytes())
    (tmp_path / "effects" / "loud.fs").write_text('/*{"INPUTS":[{"NAME":"s","TYPE":"audio"}]}*/')
    scene = tmp_path / "scenes" / "01_a.yaml"
    scene.write_text("chain: [mix, tint]\nparams: {tint.tint_g: 0.5}\n")
    gig = open_gig(tmp_path)
    assert gig.scene("01_a").chain == ["mix", "tint"]
    scene.write_text("chain: [mix, loud]\n")
    with pytest.raises(UserError, match=r"loud\.fs.*audio"):
        gig.scene("01_a")
