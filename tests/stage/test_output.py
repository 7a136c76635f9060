"""The last pass: blackout, freeze, the way out to recorder and window."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, halves, look, plain, upload
from vj.core.house import House
from vj.stage.output import Output, fit


@pytest.fixture
def output(context: moderngl.Context, house: House) -> Output:
    return Output(context, (HEIGHT, WIDTH), house.screen)


def test_the_audience_gets_the_picture_opaque(context: moderngl.Context, output: Output) -> None:
    output.draw(upload(context, halves(matte=10)), False, False, 0.0)
    picture = look(output.texture)
    assert np.array_equal(picture[..., :3], halves()[..., :3])
    assert picture[..., 3].min() == 255


def test_blackout_is_black_at_once_and_gone_at_once(
    context: moderngl.Context, output: Output
) -> None:
    picture = upload(context, halves())
    output.draw(picture, True, False, 0.0)
    assert look(output.texture)[..., :3].max() == 0
    output.draw(picture, False, False, 0.0)
    assert np.array_equal(look(output.texture)[..., :3], halves()[..., :3])


def test_freeze_holds_and_blackout_wins(context: moderngl.Context, output: Output) -> None:
    first, second = upload(context, plain(9, 9, 9)), upload(context, plain(80, 0, 0))
    output.draw(first, False, True, 0.0)
    output.draw(second, False, True, 0.0)
    assert look(output.texture)[0, 0, 0] == 9
    output.draw(second, True, True, 0.0)
    assert look(output.texture)[..., :3].max() == 0
    output.draw(second, False, True, 0.0)
    assert look(output.texture)[0, 0, 0] == 9
    output.draw(second, False, False, 0.0)
    assert look(output.texture)[0, 0, 0] == 80


def test_the_screen_mailbox_gets_the_picture_upright(
    context: moderngl.Context, output: Output, house: House
) -> None:
    output.draw(upload(context, halves()), False, False, 0.0)
    output.start_reading(123)
    assert house.screen.latest() is None
    output.draw(upload(context, plain(0, 0, 0)), False, False, 0.0)
    output.publish()
    frame = house.screen.latest()
    assert frame is not None
    assert frame.captured_at == 123
    assert np.array_equal(frame.pixels[..., :3], halves()[..., :3])
    output.publish()
    assert house.screen.newest == 1


def test_black_is_noticed_unless_asked_for(context: moderngl.Context, output: Output) -> None:
    dark, bright = upload(context, plain(0, 0, 0)), upload(context, plain(0, 0, 40))
    assert output.is_black(asked=False) is None
    answers = []
    for picture, asked in ((dark, False), (bright, False), (dark, True), (bright, False)):
        output.draw(picture, asked, False, 0.0)
        output.context.finish()
        output.is_black(asked)
        answers.append(output.is_black(asked))
    assert answers == [True, False, None, False]


@pytest.mark.parametrize("cover", [True, False])
@pytest.mark.parametrize("window", [(48, 64), (96, 200), (200, 96)])
def test_a_window_gets_it_upright_and_undistorted(
    context: moderngl.Context, output: Output, window: tuple[int, int], cover: bool
) -> None:
    picture = plain(0, 90, 0)
    picture[: HEIGHT // 2, : WIDTH // 2] = (90, 0, 0, 255)
    output.draw(upload(context, picture), False, False, 0.0)
    height, width = window
    target = context.framebuffer([context.texture((width, height), 4)])
    target.clear(1.0, 1.0, 1.0, 1.0)
    output.show(target, width, height, cover)
    seen = np.frombuffer(target.read(components=3), np.uint8).reshape(height, width, 3)[::-1]
    assert tuple(seen[height // 2 - 4, width // 2 - 4]) == (90, 0, 0)
    assert tuple(seen[height // 2 - 4, width // 2 + 4]) == (0, 90, 0)
    assert tuple(seen[height // 2 + 4, width // 2 - 4]) == (0, 90, 0)
    bars = (seen.max(axis=2) == 0).mean()
    fills = height * WIDTH == width * HEIGHT
    assert (bars == 0) == (cover or fills)
    assert seen.max() <= 90
    x, y = fit((HEIGHT, WIDTH), window, cover)
    assert (x * width) / (-y * height) == pytest.approx(WIDTH / HEIGHT)
    output.draw(upload(context, picture), False, False, 0.0)
    assert np.array_equal(look(output.texture)[..., :3], picture[..., :3])


def test_the_edges_of_an_enlarged_picture_do_not_run_over(
    context: moderngl.Context, output: Output
) -> None:
    """Wrapped textures once put a blue line on the red edge of every full-screen picture."""
    output.draw(upload(context, halves()), False, False, 0.0)
    target = context.framebuffer([context.texture((640, 480), 4)])
    output.show(target, 640, 480, cover=True)
    seen = np.frombuffer(target.read(components=3), np.uint8).reshape(480, 640, 3)[::-1]
    assert tuple(seen[240, 0]) == (200, 0, 0)
    assert tuple(seen[240, -1]) == (0, 0, 200)
    assert tuple(seen[0, 100]) == (255, 255, 255)
    assert tuple(seen[-1, 100]) == (200, 0, 0)
