"""`detail` gives a coarse painting the camera's edges back, and nothing that was not there."""

from __future__ import annotations

import moderngl
import numpy as np
import pytest

from tests.stage.pictures import look, upload
from vj.core.gig import Gig
from vj.core.types import Pixels
from vj.stage.chain import Chain
from vj.stage.seen import Moment, Seen

FINE, COARSE = (96, 192), (24, 48)


@pytest.fixture
def chain(context: moderngl.Context, gig: Gig) -> Chain:
    files = gig.table.effects
    return Chain(context, FINE, {name: files[name] for name in ("mix", "detail")})


def _edge(dark: int, bright: int, size: tuple[int, int], at: float = 0.47) -> Pixels:
    """Dark to the left, bright to the right; the pixel of the edge has a share of both."""
    height, width = size
    share = np.clip(np.arange(width) + 1 - at * width, 0, 1)
    row = np.round(dark + (bright - dark) * share).astype(np.uint8)
    return np.ascontiguousarray(np.tile(row[None, :, None], (height, 1, 4)))


def _drawn(chain: Chain, dry: Pixels, styled: Pixels, amount: float) -> np.ndarray:
    seen = Seen(upload(chain.context, dry), upload(chain.context, styled), 1.0)
    values = {"mix.person": 1.0, "mix.background": 1.0, "detail.amount": amount}
    picture = chain.draw([("mix", 1.0), ("detail", 1.0)], values, seen, Moment(0, 0, 0.03))
    assert not chain.errors
    return look(picture)[FINE[0] // 2, :, 1].astype(int)


@pytest.mark.parametrize(("left", "right"), [(60, 190), (190, 60)])
def test_a_soft_edge_gets_the_cameras_steepness_and_no_halo(
    chain: Chain, left: int, right: int
) -> None:
    """Also where the style turns light and dark around."""
    dry, styled = _edge(40, 220, FINE), _edge(left, right, COARSE)
    plain, sharp = _drawn(chain, dry, styled, 0.0), _drawn(chain, dry, styled, 1.0)
    assert np.abs(np.diff(sharp)).max() > 1.5 * np.abs(np.diff(plain)).max()
    assert np.argmax(np.abs(np.diff(sharp))) == np.argmax(np.abs(np.diff(dry[0, :, 1].astype(int))))
    halo = 0.15 * abs(right - left)
    assert sharp.min() > min(left, right) - halo and sharp.max() < max(left, right) + halo
    assert np.array_equal(sharp[:70], plain[:70]) and np.array_equal(sharp[-70:], plain[-70:])


def test_where_the_painting_is_flat_the_camera_does_not_shine_through(chain: Chain) -> None:
    flat = np.full((*COARSE, 4), 120, np.uint8)
    assert np.abs(_drawn(chain, _edge(40, 220, FINE), flat, 1.0) - 120).max() <= 1
