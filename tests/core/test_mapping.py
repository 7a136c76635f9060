"""Geometry of a mapping: perspective is true, meshes go through their points."""

from __future__ import annotations

import numpy as np
import pytest

from vj.core.mapping import CORNERS, Mapping, convex, grid, homography, surface

KEYSTONE = ((0.2, 0.1), (0.9, 0.0), (1.0, 1.0), (0.0, 0.8))


def _through(matrix: np.ndarray, x: float, y: float) -> tuple[float, float]:
    a, b, w = matrix @ (x, y, 1.0)
    assert w > 0
    return a / w, b / w


def test_a_homography_takes_the_square_to_its_corners() -> None:
    matrix = homography(KEYSTONE)
    for place, corner in zip(CORNERS, KEYSTONE, strict=True):
        assert _through(matrix, *place) == pytest.approx(corner)
    assert np.allclose(homography(CORNERS), np.eye(3))


def test_perspective_puts_the_middle_where_the_diagonals_cross() -> None:
    """Two flat triangles put it on the edge between them instead: lines get a bend."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = KEYSTONE
    left = np.array([[cx - ax, bx - dx], [cy - ay, by - dy]])
    s, _ = np.linalg.solve(left, (bx - ax, by - ay))
    crossing = ax + s * (cx - ax), ay + s * (cy - ay)
    assert _through(homography(KEYSTONE), 0.5, 0.5) == pytest.approx(crossing)


@pytest.mark.parametrize("curved", [True, False])
def test_a_mesh_goes_through_its_points(curved: bool) -> None:
    points = np.array(grid(CORNERS, 4, 3))
    points[5] += (0.1, -0.05)
    found = surface(Mapping(tuple(map(tuple, points)), (4, 3), curved))
    for place, point in zip(grid(CORNERS, 4, 3), points, strict=True):
        nearest = np.abs(found.places - place).sum(axis=1).argmin()
        assert found.at[nearest] == pytest.approx((*point, 1.0), abs=1e-5)
    assert found.triangles.max() == len(found.at) - 1


@pytest.mark.parametrize("curved", [True, False])
def test_an_even_mesh_is_plain_and_so_is_its_margin(curved: bool) -> None:
    mapping = Mapping(grid(CORNERS, 5, 2), (5, 2), curved)
    assert mapping.is_plain
    found = surface(mapping, margin=0.01)
    assert np.allclose(found.places, found.at[:, :2], atol=1e-6)
    assert found.places.min() == pytest.approx(-0.01)


def test_triangles_cover_the_surface_once() -> None:
    found = surface(Mapping(grid(CORNERS, 3, 3), (3, 3)))
    a, b, c = (found.at[found.triangles[:, n], :2] for n in range(3))
    area = np.abs((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2
    assert area.sum() == pytest.approx(1.0)


def test_corners_that_would_cross_do_not_move() -> None:
    plain = Mapping()
    assert plain.is_plain
    assert plain.moved(0, (0.1, 0.1)) == Mapping(((0.1, 0.1), *CORNERS[1:]))
    assert plain.moved(0, (0.9, 0.9)) is None
    assert plain.moved(4, (0.5, 0.5)) is None
    assert plain.moved(0, (float("nan"), 0.5)) is None
    far = plain.moved(0, (-9.0, -9.0))
    assert far is not None and far.points[0] == (-1.0, -1.0)
    assert far.straight().is_plain
    assert not convex(((0, 0), (1, 1), (1, 0), (0, 1)))
    assert not convex(((0, 0), (0, 1), (1, 1), (1, 0))), "counter-clockwise is a mirror image"


def test_neighbours_are_joined() -> None:
    assert len(Mapping().lines()) == 4
    assert len(Mapping(grid(CORNERS, 4, 3), (4, 3)).lines()) == 3 * 3 + 4 * 2
