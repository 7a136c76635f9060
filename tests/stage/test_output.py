"""The last pass: blackout, freeze, the way out to recorder and window."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, halves, look, plain, upload
from vj.core.house import House
from vj.stage.output import Output


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
