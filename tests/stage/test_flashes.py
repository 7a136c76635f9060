"""Flashes are counted where light comes and goes, not where something moves."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from vj.stage.flashes import FIELD, Flashes

_FIELDS = (18, 32)
_HIGH, _WIDE = (round(side * FIELD) for side in _FIELDS)
_FPS = 30


def _count(light: list[NDArray[np.float32]]) -> int:
    """The most changes of any second, the last picture standing for a moment."""
    flashes, most = Flashes(), 0
    for number, picture in enumerate([*light, *light[-1:] * 3]):
        flashes.look(picture, number / _FPS)
        most = max(most, flashes.changes(number / _FPS))
    return most


def test_what_moves_through_a_place_changes_it_once_each_way() -> None:
    """A kick at ten paintings a second, as the painting's size moved by eighths, was softened.

    A leg comes into a place while another part of it gets dark; then every single field that
    brightened or darkened, in turn, counted all that had done so before as one more change.
    """
    picture = np.full(_FIELDS, 0.4, np.float32)
    light = [picture.copy()]
    picture[:_HIGH, : _WIDE // 2] = 0.6
    light.append(picture.copy())
    picture[:_HIGH, _WIDE // 2 : _WIDE - 1] = 0.2
    light.append(picture.copy())
    for row, level in enumerate((0.6, 0.2, 0.6, 0.2)):
        picture[row, _WIDE - 1] = level
        light.append(picture.copy())
    assert _count(light) == 2


@pytest.mark.parametrize("half_period", [1, 2, 3, 4])
@pytest.mark.parametrize("spread", [0, 1])
def test_what_flashes_is_counted_every_time(half_period: int, spread: int) -> None:
    """`spread`: every other column follows a picture later, so no change is one of a moment."""
    bright = [n // half_period % 2 for n in range(_FPS)]
    light = []
    for number in range(_FPS):
        picture = np.full(_FIELDS, 0.2, np.float32)
        picture[:, ::2] += 0.3 * bright[number]
        picture[:, 1::2] += 0.3 * bright[max(number - spread, 0)]
        light.append(picture)
    changes = sum(a != b for a, b in itertools.pairwise(bright))
    assert _count(light) >= min(changes, 8)
