"""Brushwork goes all over the picture, the things in the style picture do not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vj.infer.quilt import PATCH, even_places, quilted, softened

SIZE = (144, 256)


@pytest.fixture
def brushwork() -> NDArray[np.float32]:
    """Fine strokes everywhere, the same amount of them."""
    noise = np.random.default_rng(3).normal(0, 60, (*SIZE, 3)).astype(np.float32)
    return np.asarray(cv2.GaussianBlur(noise, (0, 0), 1.2), np.float32)


def _lay(detail: NDArray[np.float32], size: tuple[int, int] = SIZE) -> NDArray[np.float32]:
    places = even_places(detail, PATCH, PATCH * size[0] / size[1])
    return quilted(softened(detail), size, places)


def _bumps(detail: NDArray[np.float32]) -> float:
    """How much stronger the strongest spot is than the mean."""
    spots = cv2.GaussianBlur(np.abs(detail).mean(2), (0, 0), 3)
    return float(spots.max() / spots.mean())


def test_a_thing_among_the_strokes_does_not_hang_on_the_wall(
    brushwork: NDArray[np.float32],
) -> None:
    sun = cv2.circle(np.zeros(SIZE, np.float32), (90, 60), 30, 200.0, 4)
    detail = brushwork + sun[..., None]
    assert _bumps(detail) > 5, "there is something to lose"
    assert _bumps(_lay(detail)) < 2.5


def test_the_strokes_are_as_strong_as_they_were_and_not_where_they_were(
    brushwork: NDArray[np.float32],
) -> None:
    laid, usual = _lay(brushwork), softened(brushwork)
    assert laid.std() == pytest.approx(usual.std(), rel=0.1)
    assert abs(float(np.corrcoef(laid.ravel(), usual.ravel())[0, 1])) < 0.2
    # also where four patches meet
    rows = laid.std(axis=(1, 2))
    assert rows.min() > 0.6 * rows.max()


def test_a_wider_picture_goes_on_to_the_right(brushwork: NDArray[np.float32]) -> None:
    places = even_places(brushwork, PATCH, PATCH * SIZE[0] / SIZE[1])
    narrow, wide = (quilted(brushwork, (144, width), places) for width in (100, 256))
    assert np.array_equal(wide[:, :100], narrow)


@pytest.mark.parametrize("shape", [(4, 4), (5, 200), (200, 5)])
def test_the_smallest_pictures_will_do(shape: tuple[int, int]) -> None:
    detail = np.random.default_rng(0).normal(0, 9, (*shape, 3)).astype(np.float32)
    assert np.isfinite(quilted(detail, (30, 40), even_places(detail, 1.0, 1.0))).all()
