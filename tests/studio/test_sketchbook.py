"""Batches of drawings: the same for their number, fair to every look, true to the pictures."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.studio.stylizing import picture, write_picture
from vj.core.errors import UserError
from vj.studio.drawings import Picture
from vj.studio.sketchbook import (
    AGAIN,
    MARGIN,
    Batch,
    Recipe,
    Sketchbook,
    Source,
    batches,
    read_pairs,
)

RECIPE = Recipe(batch=8, sizes=(48, 64))


def coloured(red: int, green: int, blue: int) -> Picture:
    return np.full((90, 120, 3), (red, green, blue), np.uint8)


def same(a: Batch, b: Batch) -> bool:
    names = ("pictures", "drawings", "again", "looks", "repaint")
    return all(torch.equal(getattr(a, name), getattr(b, name)) for name in names)


def test_a_batch_is_known_by_its_number() -> None:
    book = Sketchbook([Source(0, photos=[picture((90, 120))])], RECIPE)
    assert same(book[5], book[5])
    assert not same(book[5], book[6])
    other = Sketchbook([Source(0, photos=[picture((90, 120))])], Recipe(8, (48, 64), seed=2))
    assert not same(book[5], other[5])


def test_going_on_gives_the_batches_that_were_missing() -> None:
    sources = [Source(0, photos=[picture((90, 120))])]
    whole = list(islice(batches(sources, RECIPE, 0, 0), 4))
    rest = list(islice(batches(sources, RECIPE, 2, 0), 2))
    assert all(same(a, b) for a, b in zip(whole[2:], rest, strict=True))


def test_shapes_leave_room_for_motion() -> None:
    book = Sketchbook([Source(0, photos=[picture((90, 120))])], RECIPE)
    sizes = set()
    for step in range(8):
        batch = book[step]
        wide = batch.size + 2 * MARGIN
        sizes.add(batch.size)
        assert batch.pictures.shape == batch.drawings.shape == (8, 3, wide, wide)
        assert batch.again.shape == (8 // AGAIN, 3, wide, wide)
        assert batch.pictures.dtype == batch.drawings.dtype == torch.uint8
    assert sizes == {48, 64}


def test_every_look_gets_its_own_pictures_as_often() -> None:
    sources = [
        Source(n, photos=[coloured(*((200 if n == c else 20) for c in range(3)))]) for n in range(3)
    ]
    book = Sketchbook(sources, Recipe(batch=4, sizes=(32,)))
    seen = torch.zeros(3)
    for step in range(6):
        batch = book[step]
        strongest = batch.pictures.float().mean((2, 3)).argmax(1)
        assert torch.equal(strongest, batch.looks)
        seen += torch.bincount(batch.looks, minlength=3)
    assert torch.equal(seen, torch.full((3,), 8.0))


def test_photos_are_repainted_and_paintings_are_not() -> None:
    photo, painting = coloured(20, 20, 200), coloured(200, 20, 20)
    mixed = Sketchbook([Source(0, photos=[photo], targets=[painting], share=0.4)], RECIPE)
    red, repaint = [], []
    for step in range(20):
        batch = mixed[step]
        red.append(batch.pictures[:, 0].float().mean((1, 2)) > 100)
        repaint.append(batch.repaint)
    assert torch.equal(torch.cat(red), ~torch.cat(repaint))
    assert 0.25 < torch.cat(red).float().mean() < 0.55
    only = Sketchbook([Source(0, targets=[painting])], RECIPE)[0]
    assert not only.repaint.any()


def test_pairs_stay_together() -> None:
    """Cuts, zooms and mirrors must hit both halves alike."""
    wanted = picture((90, 90))
    drawing = np.ascontiguousarray(wanted[..., ::-1])
    batch = Sketchbook([Source(0, pairs=[(drawing, wanted)])], RECIPE)[0]
    assert torch.equal(batch.drawings, batch.pictures.flip(1))
    assert not torch.equal(batch.pictures[0], batch.pictures[1])
    gap = (batch.again.float() - batch.drawings[: len(batch.again)].float()).abs().mean()
    assert 0 < gap < 5, "drawn again is the same drawing with a camera's noise"


def test_lines_lie_where_the_picture_has_them() -> None:
    """A vertical border: its drawing has light near it and mostly nothing elsewhere."""
    halves = coloured(20, 20, 20)
    halves[:, 60:] = 230
    book = Sketchbook([Source(0, targets=[halves])], Recipe(batch=16, sizes=(64,), zoom=(1, 1)))
    near = far = 0.0
    for step in range(4):
        batch = book[step]
        step_across = batch.pictures.float().mean(1).diff(dim=2).abs().mean(1)  # (B, w - 1)
        for drawing, across in zip(batch.drawings.float(), step_across, strict=True):
            border = int(across.argmax())
            columns = (drawing - drawing.median()).abs().mean((0, 1))
            near += float(columns[max(0, border - 8) : border + 9].mean())
            far += float(columns[: max(1, border - 16)].mean())
    assert near > 2 * far


@pytest.mark.parametrize(("direction", "first"), [("AtoB", 20), ("BtoA", 200)])
def test_halves_go_where_the_direction_says(tmp_path: Path, direction: str, first: int) -> None:
    whole = np.concatenate((coloured(20, 20, 20), coloured(200, 200, 200)), 1)
    write_picture(tmp_path / "pair.png", whole)
    ((drawing, wanted),) = read_pairs(tmp_path, direction)
    assert drawing.shape == wanted.shape == (90, 120, 3)
    assert int(drawing[0, 0, 0]) == first != int(wanted[0, 0, 0])


@pytest.mark.parametrize(("height", "width"), [(40, 81), (16, 30), (90, 120)])
def test_what_is_not_two_halves_is_refused(tmp_path: Path, height: int, width: int) -> None:
    """Of odd width, too thin, or an ordinary photo; it is the file that is named."""
    write_picture(tmp_path / "holiday.png", np.zeros((height, width, 3), np.uint8))
    with pytest.raises(UserError, match=rf"holiday\.png: {width}x{height} pixels are not two"):
        read_pairs(tmp_path, "BtoA")
