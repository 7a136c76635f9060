"""What the brush is asked for while it learns: style, shapes, steadiness, and itself.
One call of `losses` makes one batch; used by `vj.studio.train_brush`.

Source: Ghiasi et al. 2017 (style predictor trained end to end), Wang et al. 2020 CompoundVST
(steadiness from still pictures by made-up motion). The shift term is ours: a picture that may not
change when the photo moves by a pixel cannot hold a pattern tied to the pixel grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.infer.models.brush import Brush, Mixture
from vj.studio.perceptual import (
    Look,
    Perceptual,
    content_distance,
    look,
    mixed_look,
    style_distance,
)
from vj.studio.pictures import Picture, chance, photo, picked, smooth_flow, varied_style

REACH = 8  # pixels: the largest shift or bend the picture has to survive
TURNED = 0.5  # how much a turned-over picture counts against one that is only shifted
OWN_SIDE = 128  # pixels: a photo is this small when its own vector is read, as in the show


@dataclass(frozen=True)
class Recipe:
    """What one batch looks like and how strongly each wish counts."""

    batch: int = 4
    sizes: tuple[int, ...] = (160, 192, 224)  # pixels: sides of the photo cuts
    plate: int = 192  # pixels: side of a style cut
    style: float = 6.0
    identity: float = 8.0
    shift: float = 5000.0
    bend: float = 200.0
    smooth: float = 0.3
    low_precision: bool = False  # bfloat16 where no gradient flows


@dataclass(frozen=True)
class Material:
    """What there is to learn from."""

    perceptual: Perceptual
    photos: Sequence[Picture]
    styles: Sequence[Picture]


@dataclass(frozen=True)
class Drift:
    """A small motion: a whole-pixel shift, perhaps turned over, or a smooth bend with noise."""

    down: int = 0
    right: int = 0
    turn: int = 0  # 0 as it is, 1 left and right swapped, 2 rows and columns swapped
    flow: Tensor | None = None  # (1, size, size, 2)
    noise: Tensor | None = None

    @staticmethod
    def shift(dice: torch.Generator) -> Drift:
        down, right = (int(n) for n in torch.randint(-7, 8, (2,), generator=dice))
        # turned over, a hatching that always leans one way is as wrong as a lattice
        return Drift(down, right, int(torch.randint(3, (), generator=dice)))

    @staticmethod
    def bend(dice: torch.Generator, size: int) -> Drift:
        flow = smooth_flow(size, dice, float(REACH))
        return Drift(0, 0, 0, flow, torch.randn((1, 3, size, size), generator=dice) * 0.02)

    def moved(self, wide: Tensor, size: int) -> Tensor:
        """The middle of the wide picture after the motion, (1, 3, size, size)."""
        top, left = REACH + self.down, REACH + self.right
        middle = wide[:, :, top : top + size, left : left + size]
        if self.flow is None or self.noise is None:
            return _turned(middle, self.turn)
        return (_warped(middle, self.flow) + self.noise).clamp(0, 1)

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


def losses(
    recipe: Recipe, model: Brush, material: Material, dice: torch.Generator
) -> dict[str, Tensor]:
    """Make one batch and return its weighted loss terms, each a scalar; not all at every step."""
    batch = recipe.batch
    size = recipe.sizes[int(torch.randint(len(recipe.sizes), (), generator=dice))]
    full = size + 2 * REACH
    wide = [photo(picked(material.photos, dice), full, dice) for _ in range(batch)]
    cuts = [varied_style(picked(material.styles, dice), recipe.plate, dice) for _ in range(batch)]
    scene, plates = _lasting(torch.cat(wide)), _lasting(torch.cat(cuts))
    contents = scene[:, :, REACH : REACH + size, REACH : REACH + size]
    small = F.interpolate(contents, (OWN_SIDE, OWN_SIDE), mode="bilinear", antialias=True)
    quick = torch.autocast("cpu", torch.bfloat16, enabled=recipe.low_precision)
    with quick, torch.no_grad():
        wanted, aim = material.perceptual(contents), material.perceptual(plates)
    target = look(aim)
    vectors = model.style(plates)  # (B, VECTOR)
    own = model.style(small)  # the photos' own vectors
    # the last one is painted between two styles, or between a style and itself
    share = torch.zeros(batch)
    share[-1] = chance(dice, 0, 1)
    to_self = chance(dice, 0, 1) < 0.5
    partner = own if to_self else vectors.roll(1, 0)
    target = mixed_look(target, look(wanted) if to_self else _rolled(target), share)
    vectors = torch.lerp(vectors, partner, share[:, None])

    # one more picture a step: the first photo moved a little, and now and then a photo as itself
    drift = Drift.shift(dice) if chance(dice, 0, 1) < 0.5 else Drift.bend(dice, size)
    inputs, codes = [contents, drift.moved(scene[:1], size)], [vectors, vectors[:1]]
    itself = batch - 2 if chance(dice, 0, 1) < 0.5 else None
    if itself is not None:
        inputs.append(contents[itself][None])
        codes.append(own[itself][None])
    painted = model.painter(_lasting(torch.cat(inputs)), Mixture(torch.cat(codes)))
    main = painted[:batch]
    got = material.perceptual(main)
    rough = (main.diff(dim=2).abs().mean() + main.diff(dim=3).abs().mean()) / 2
    terms = {
        "content": content_distance(got, wanted).mean(),
        "style": recipe.style * style_distance(look(got), target).mean(),
        "smooth": recipe.smooth * rough,
    }
    apart = drift.apart(main[:1], painted[batch][None])
    weight = recipe.shift if drift.flow is None else recipe.bend
    terms["shift" if drift.flow is None else "bend"] = weight * apart
    if itself is not None:
        away = (painted[-1] - contents[itself]).abs().mean()
        terms["identity"] = recipe.identity * away
    return terms


def _turned(x: Tensor, turn: int) -> Tensor:
    if turn == 0:
        return x
    return x.flip(3) if turn == 1 else x.transpose(2, 3)


def _lasting(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _rolled(target: Look) -> Look:
    means, deviations, covariances = (
        tuple(part.roll(1, 0) for part in parts)
        for parts in (target.means, target.deviations, target.covariances)
    )
    return Look(means, deviations, covariances)


def _warped(x: Tensor, flow: Tensor) -> Tensor:
    return F.grid_sample(x.float(), flow, padding_mode="reflection", align_corners=False)
