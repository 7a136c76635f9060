"""The flash limiter: strobes come out as three flashes a second at most, pictures as they are."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain, upload
from vj.capture.dancer.picture import Dancer
from vj.core.house import House
from vj.core.types import Pixels
from vj.stage.output import Output

BLACK, WHITE = plain(0, 0, 0), plain(255, 255, 255)
SOME = plain(0, 0, 0)
SOME[8:16, 10:20] = 255  # less than a quarter of any ten degrees


@pytest.fixture
def output(context: moderngl.Context, house: House) -> Output:
    return Output(context, (HEIGHT, WIDTH), house.screen)


def _luminance(picture: Pixels) -> float:
    """Mean relative luminance of a picture, 0..1, by the exact curve of sRGB."""
    c = picture[..., :3].astype(float) / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float((linear @ (0.2126, 0.7152, 0.0722)).mean())


def _most_flashes(light: list[float], fps: float) -> int:
    """The most pairs of opposing changes >= 0.1 (darker < 0.8) in any second."""
    turns, extreme, way = [], light[0], 0
    for number, value in enumerate(light):
        if way >= 0 and value < 0.8 and extreme - value >= 0.1:
            way, extreme = -1, value
            turns.append((number / fps, way))
        elif way <= 0 and extreme < 0.8 and value - extreme >= 0.1:
            way, extreme = 1, value
            turns.append((number / fps, way))
        extreme = max(extreme, value) if way > 0 else min(extreme, value)
        if way == 0:
            extreme = light[0]
    seconds = [[way for at, way in turns if start <= at < start + 1.0] for start, _ in turns]
    return max((min(one.count(1), one.count(-1)) for one in seconds), default=0)


def _shown(
    output: Output, picture: Callable[[float], Pixels], fps: float, seconds: float
) -> list[float]:
    textures: dict[bytes, moderngl.Texture] = {}
    light = []
    for number in range(int(seconds * fps)):
        pixels = picture(number / fps)
        texture = textures.setdefault(pixels.tobytes(), upload(output.context, pixels))
        output.draw(texture, False, False, 100.0 + number / fps)
        light.append(_luminance(look(output.texture)))
    return light


@pytest.mark.parametrize("fps", [30.0, 60.0])
@pytest.mark.parametrize("rate", [3.0, 3.4, 5.0, 8.0, 12.0])
@pytest.mark.parametrize("duty", [0.2, 0.5, 0.8])
def test_a_strobe_flashes_three_times_a_second_at_most(
    output: Output, fps: float, rate: float, duty: float
) -> None:
    def strobe(at: float) -> Pixels:
        return WHITE if (at * rate) % 1.0 < duty else BLACK

    wanted = [_luminance(strobe(number / fps)) for number in range(int(4 * fps))]
    assert _most_flashes(wanted, fps) >= 3
    light = _shown(output, strobe, fps, 4.0)
    assert _most_flashes(light, fps) <= 3
    assert _most_flashes(light[-int(2 * fps) :], fps) == 0


def test_bursts_and_pauses_and_hands_on_the_blackout_key_are_held_too(output: Output) -> None:
    rng = np.random.default_rng(5)
    until, shown, light = 0.0, WHITE, []
    for number in range(60 * 20):
        now = number / 60
        if now >= until:
            until = now + float(rng.choice([0.05, 0.1, 0.1, 0.15, 0.2, 0.7]))
            shown = BLACK if shown is WHITE else WHITE
        picture = upload(output.context, WHITE if number % 1200 < 600 else shown)
        output.draw(picture, number < 600 and shown is BLACK, False, now)
        light.append(_luminance(look(output.texture)))
        if number < 600 and shown is BLACK:
            assert light[-1] == 0.0
        picture.release()
    assert _most_flashes(light, 60) <= 3


def test_a_lamp_in_a_corner_is_held_though_most_of_the_picture_is_still(output: Output) -> None:
    """A projector's picture is wider than ten degrees: a quarter of those is not much of it."""
    lamp = plain(0, 0, 0)
    lamp[: HEIGHT // 4, : WIDTH // 4] = 255
    light = _shown(output, lambda at: lamp if (at * 8) % 1 < 0.5 else BLACK, 60, 4.0)
    steps = np.abs(np.diff(np.array(light)[120:])).max() * 16  # of the lamp itself
    assert steps < 0.1


def _most_red(shown: list[Pixels], fps: float) -> int:
    """The most pairs of opposing changes of a saturated red in any second, by WCAG's measure."""
    reds = []
    for picture in shown:
        c = picture[24, 32, :3].astype(float) / 255
        r, g, b = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
        reds.append(max(r - g - b, 0.0) * 320 if r >= 0.8 * (r + g + b) else 0.0)
    jumps = [(n / fps, np.sign(b - a)) for n, (a, b) in enumerate(itertools.pairwise(reds))
             if abs(b - a) > 20]  # fmt: skip
    seconds = [[way for at, way in jumps if start <= at < start + 1.0] for start, _ in jumps]
    return max((min(one.count(1), one.count(-1)) for one in seconds), default=0)


@pytest.mark.parametrize("other", [(0, 0, 0), (0, 79, 0), (60, 60, 60)])
def test_red_flashes_are_held_even_where_the_light_stays(
    context: moderngl.Context, house: House, other: tuple[int, int, int]
) -> None:
    """Deep red against green of the same light: no general flash, and worse than one."""
    red, off = plain(150, 0, 0), plain(*other)
    for limit in (False, True):
        output = Output(context, (HEIGHT, WIDTH), house.screen, flash_limit=limit)
        textures = {True: upload(context, red), False: upload(context, off)}
        shown = []
        for number in range(240):
            output.draw(textures[(number / 60 * 8) % 1 < 0.5], False, False, 10 + number / 60)
            shown.append(look(output.texture).copy())
        assert (_most_red(shown, 60) <= 3) == limit
        if limit:
            assert _most_red(shown[120:], 60) == 0


def test_blue_on_black_is_below_the_threshold_and_passes(output: Output) -> None:
    """Full blue has 7 % of the light of white: by the definition this is no flash."""
    blue = plain(0, 0, 255)
    light = _shown(output, lambda at: blue if (at * 9) % 1 < 0.5 else BLACK, 60, 2.0)
    assert {round(value, 3) for value in light} == {0.0, 0.072}


def test_slow_pulses_and_small_lights_pass_untouched(
    context: moderngl.Context, house: House
) -> None:
    for on, off, rate in (
        (WHITE, BLACK, 2.0),
        (SOME, BLACK, 9.0),
        (WHITE, plain(240, 240, 240), 9.0),
    ):
        output = Output(context, (HEIGHT, WIDTH), house.screen)
        wanted = [on if (n / 60 * rate) % 1.0 < 0.5 else off for n in range(180)]
        light = _shown(output, lambda at, w=wanted: w[round(at * 60)], 60, 3.0)
        assert light == [_luminance(pixels) for pixels in wanted]


def test_it_lets_go_when_the_flashing_is_over(output: Output) -> None:
    light = _shown(output, lambda at: WHITE if at > 2 or (at * 8) % 1 < 0.5 else BLACK, 60, 4.5)
    assert 0.1 < light[60] < 0.9
    assert light[-1] == 1.0


def test_it_says_whether_the_last_second_flashed_while_it_still_holds(output: Output) -> None:
    """The soundcheck took what was still held from the scene before for flashing of the next."""
    told = []

    def picture(at: float) -> Pixels:
        assert output.limiter
        told.append((output.limiter.flashing, output.limiter.holding))
        return WHITE if at > 2 or (at * 8) % 1 < 0.5 else BLACK

    _shown(output, picture, 60, 3.4)
    assert told[10] == (False, False)
    assert told[110] == (True, True)
    assert told[190] == (False, True)


def test_a_pulse_on_every_beat_is_seen_again_after_a_burst(output: Output) -> None:
    """Two flashes a second are allowed; softened once, they stayed so all night."""
    wanted = [
        _luminance(WHITE if (at * (8 if at < 1.5 else 2)) % 1 < 0.5 else BLACK)
        for at in (number / 60 for number in range(360))
    ]
    light = _shown(output, lambda at: WHITE if wanted[round(at * 60)] > 0.5 else BLACK, 60, 6.0)
    assert 0.1 < light[80] < 0.9
    assert light[-120:] == wanted[-120:]
    assert _most_flashes(light, 60) <= 3


def test_dancing_is_no_flashing(context: moderngl.Context, house: House) -> None:
    output = Output(context, (180, 320), house.screen)
    dancer = Dancer(180, 320, seed=3)
    for number in range(120):
        pixels = dancer.draw(number / 30)
        texture = upload(context, pixels)
        output.draw(texture, False, False, number / 30)
        assert np.array_equal(look(output.texture)[..., :3], pixels[..., :3])
        texture.release()


def test_off_is_off(context: moderngl.Context, house: House) -> None:
    output = Output(context, (HEIGHT, WIDTH), house.screen, flash_limit=False)
    light = _shown(output, lambda at: WHITE if (at * 10) % 1 < 0.5 else BLACK, 60, 2.0)
    assert _most_flashes(light, 60) >= 9
    assert set(light) == {0.0, 1.0}
