"""What the brush sees at one step of its training: photos, plates and the dice's other choices.
Made ahead by worker processes for `vj.studio.train_brush`; a step's batch depends on its number
and the seed alone, so a resumed training sees what an uninterrupted one would have seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from vj.studio.pictures import Picture, chance, cut, photo, picked, smooth_flow, varied_style

REACH = 8  # pixels: the largest shift or bend the picture has to survive
TURNED = 0.5  # how much a turned-over picture counts against one that is only shifted


@dataclass(frozen=True)
class Recipe:
    """What one batch looks like and how strongly each wish counts."""

    batch: int = 4
    sizes: tuple[int, ...] = (160, 192, 224)  # pixels: sides of the photo cuts
    plate: int = 192  # pixels: side of a style cut
    style: float = 6.0
    content: float = 1.0
    coarse: float = 0.5  # weight of the look at half size beside the look at full size
    identity: float = 8.0
    shift: float = 5000.0
    bend: float = 200.0
    smooth: float = 0.3
    flat: float = 120.0  # calm where the photo is: no waves of the network's own on a wall
    even: float = 0.0  # against colours that turn over at once while one style becomes another
    adain: bool = False  # judged by means, deviations and conv4_1 alone, as Huang and Belongie do
    one_style: bool = False  # styles stay as they are: no new colours, no turns
    low_precision: bool = False  # bfloat16 where a graphics card or a recent CPU is quick with it


@dataclass(frozen=True)
class Drift:
    """A small motion: a whole-pixel shift, perhaps turned over, or a smooth bend with noise."""

    down: int = 0
    right: int = 0
    turn: int = 0  # 0 as it is, 1 left and right swapped, 2 rows and columns swapped
    flow: Tensor | None = None  # (1, size, size, 2)
    grain: int = 0  # seed of the noise that goes with a bend

    @staticmethod
    def shift(dice: torch.Generator) -> Drift:
        """Roll a shift of up to 7 pixels, turned over as often as not."""
        down, right = (int(n) for n in torch.randint(-7, 8, (2,), generator=dice))
        # turned over, a hatching that always leans one way is as wrong as a lattice
        return Drift(down, right, int(torch.randint(3, (), generator=dice)))

    @staticmethod
    def bend(dice: torch.Generator, size: int) -> Drift:
        """Roll a smooth flow."""
        flow = smooth_flow(size, dice, float(REACH))
        return Drift(flow=flow, grain=int(torch.randint(2**31, (), generator=dice)))

    def moved(self, wide: Tensor, size: int) -> Tensor:
        """The middle of wide pictures after the motion, (B, 3, size, size)."""
        top, left = REACH + self.down, REACH + self.right
        middle = wide[:, :, top : top + size, left : left + size]
        if self.flow is None:
            return _turned(middle, self.turn)
        bent = _warped(middle, self.flow)
        dice = torch.Generator(bent.device).manual_seed(self.grain)
        noise = torch.randn(bent.shape, generator=dice, device=bent.device) * 0.02
        return (bent + noise).clamp(0, 1)

    def apart(self, still: Tensor, moved: Tensor) -> Tensor:
        """How much painting and moving fail to commute, as a mean square."""
        size = still.shape[2]
        if self.flow is not None:
            # the warp blurs, so only what survives a small average is compared
            gap = F.avg_pool2d(moved - _warped(still, self.flow), 2)
            return gap[:, :, REACH:-REACH, REACH:-REACH].square().mean()
        here = [slice(max(0, d), size + min(0, d)) for d in (self.down, self.right)]
        there = [slice(max(0, -d), size + min(0, -d)) for d in (self.down, self.right)]
        back = _turned(moved, self.turn)
        gap = still[:, :, here[0], here[1]] - back[:, :, there[0], there[1]]
        return gap.square().mean() * (TURNED if self.turn else 1.0)


@dataclass(frozen=True)
class Batch:
    """One step's pictures and choices."""

    wide: Tensor  # (B, 3, size + 2 REACH, size + 2 REACH), uint8, on a device float 0..1
    plates: Tensor  # (B, 3, plate, plate), likewise
    drift: Drift
    share: Tensor  # (B,) how much of the partner style each picture is painted with, mostly 0
    to_self: bool  # the partner is the picture's own look, else the next picture's style
    itself: bool  # some pictures are also painted in their own look

    @property
    def size(self) -> int:
        """Side of the pictures without their margin, in pixels."""
        return self.wide.shape[2] - 2 * REACH

    def to(self, device: str) -> Batch:
        """Move to a device, the pictures as float 0..1 in channels_last."""

        def moved(value: Any) -> Any:
            if isinstance(value, Drift) and value.flow is not None:
                return replace(value, flow=value.flow.to(device))
            if not isinstance(value, Tensor):
                return value
            if value.dtype != torch.uint8:
                return value.to(device)
            return value.to(device).contiguous(memory_format=torch.channels_last).float() / 255

        return Batch(*(moved(getattr(self, part.name)) for part in fields(self)))


def make_batch(
    recipe: Recipe, photos: Sequence[Picture], styles: Sequence[Picture], dice: torch.Generator
) -> Batch:
    """Roll one batch."""
    count = recipe.batch
    size = recipe.sizes[int(torch.randint(len(recipe.sizes), (), generator=dice))]
    wide = [photo(picked(photos, dice), size + 2 * REACH, dice) for _ in range(count)]
    plates = [_plate(recipe, picked(styles, dice), dice) for _ in range(count)]
    share = torch.zeros(count)
    mixed = max(1, count // 4)
    share[-mixed:] = torch.rand(mixed, generator=dice)
    shifted = chance(dice, 0, 1) < 0.5
    return Batch(
        _bytes(wide),
        _bytes(plates),
        Drift.shift(dice) if shifted else Drift.bend(dice, size),
        share,
        to_self=chance(dice, 0, 1) < 0.5,
        itself=chance(dice, 0, 1) < 0.5,
    )


def _plate(recipe: Recipe, style: Picture, dice: torch.Generator) -> Tensor:
    if recipe.one_style:  # about as large as the show makes it
        return cut(style, recipe.plate, dice, (1.0, 1.7))
    return varied_style(style, recipe.plate, dice)


class Steps(Dataset[Batch]):
    """The batch of every step, by its number."""

    def __init__(
        self, recipe: Recipe, photos: Sequence[Picture], styles: Sequence[Picture], seed: int
    ) -> None:
        self._recipe, self._photos, self._styles, self._seed = recipe, photos, styles, seed

    def __getitem__(self, step: int) -> Batch:
        dice = torch.Generator().manual_seed(self._seed * 1_000_003 + step)
        return make_batch(self._recipe, self._photos, self._styles, dice)


def batches(steps: Steps, first: int, workers: int) -> Iterator[Batch]:
    """Yield the batches from step `first` on, for ever; 0 workers makes them in this process."""
    endless = range(first, 2**40)
    return iter(DataLoader(steps, batch_size=None, sampler=endless, num_workers=workers))


def _bytes(pictures: Sequence[Tensor]) -> Tensor:
    return (torch.cat(list(pictures)) * 255).round().to(torch.uint8)


def _turned(x: Tensor, turn: int) -> Tensor:
    if turn == 0:
        return x
    return x.flip(3) if turn == 1 else x.transpose(2, 3)


def _warped(x: Tensor, flow: Tensor) -> Tensor:
    grid = flow.expand(x.shape[0], -1, -1, -1)
    return F.grid_sample(x.float(), grid, padding_mode="reflection", align_corners=False)
