"""What the brush is asked for while it learns: style, shapes, steadiness, and itself.
One call of `losses` judges one batch; used by `vj.studio.train_brush`.

Source: Ghiasi et al. 2017 (style predictor trained end to end), Wang et al. 2020 CompoundVST
(steadiness from still pictures by made-up motion). The shift term is ours: a picture that may not
change when the photo moves by a pixel cannot hold a pattern tied to the pixel grid.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.infer.brush_network import Brush, Mixture
from vj.studio.brush_batches import REACH, Batch, Recipe
from vj.studio.perceptual import (
    Look,
    Perceptual,
    content_distance,
    look,
    mixed_look,
    style_distance,
)

PLAIN = 0.02  # deviation of brightness below which a place of a photo counts as plain
FURTHER = 1 / 16  # of a mixture: how far apart two of one picture are that are compared
STEEPEST = 1.0  # change of a colour, 0..1, over a whole mixture; what is steeper is punished
OWN_SIDE = 128  # pixels: a photo is this small when its own vector is read, as in the show


def losses(
    recipe: Recipe, model: Brush, perceptual: Perceptual, batch: Batch, calm: float = 1.0
) -> dict[str, Tensor]:
    """Judge one batch: weighted loss terms, each a scalar; not all at every step.

    calm: 0..1, how much of the weight of steadiness counts already.
    """
    count, size = len(batch.wide), batch.size
    contents = batch.wide[:, :, REACH : REACH + size, REACH : REACH + size]
    small = F.interpolate(contents, (OWN_SIDE, OWN_SIDE), mode="bilinear", antialias=True)
    with torch.no_grad():
        wanted, target = perceptual(contents), look(perceptual(batch.plates))
        coarse = look(perceptual(_halved(batch.plates))) if recipe.coarse else None
    vectors = model.style(batch.plates)  # (B, V)
    own = model.style(small)  # the photos' own vectors
    partner = own if batch.to_self else vectors.roll(1, 0)
    further = torch.lerp(vectors[-1:], partner[-1:], batch.share[-1] + FURTHER)
    vectors = torch.lerp(vectors, partner, batch.share[:, None])

    # beside the batch: a few photos moved a little, and now and then some in their own look
    few = max(1, count // 4)
    inputs = [contents, batch.drift.moved(batch.wide[:few], size)]
    codes = [vectors, vectors[:few]]
    selves = slice(few, few + max(1, count // 8)) if batch.itself else slice(0, 0)
    inputs.append(contents[selves])
    codes.append(own[selves])
    if recipe.even:  # the last picture is always a mixture
        inputs.append(contents[-1:])
        codes.append(further)
    painted = model.painter(torch.cat(inputs), Mixture(torch.cat(codes)))
    main = painted[:count]
    got = perceptual(main)
    away = style_distance(look(got), _aim(target, look(wanted), batch), recipe.adain)
    if coarse is not None:
        with torch.no_grad():
            aim = _aim(coarse, look(perceptual(_halved(contents))), batch)
        small_look = look(perceptual(_halved(main)))
        away = away + recipe.coarse * style_distance(small_look, aim, recipe.adain)
    rough = _rough(main)
    plain = torch.exp(-_busy(contents).div(PLAIN).square())
    terms = {
        "content": recipe.content * content_distance(got, wanted, recipe.adain).mean(),
        "style": recipe.style / (1 + recipe.coarse) * away.mean(),
        "smooth": recipe.smooth * rough.mean(),
        "flat": calm * recipe.flat * (plain * rough).mean(),
    }
    shifted = batch.drift.flow is None
    apart = batch.drift.apart(main[:few], painted[count : count + few])
    terms["shift" if shifted else "bend"] = (
        calm * (recipe.shift if shifted else recipe.bend) * apart
    )
    if batch.itself:
        itself = painted[count + few :][: selves.stop - selves.start]
        terms["identity"] = recipe.identity * F.l1_loss(itself, contents[selves])
    if recipe.even:
        change = F.avg_pool2d(painted[-1:] - main[-1:], 3, 1).abs()
        terms["even"] = recipe.even * F.relu(change - STEEPEST * FURTHER).square().mean()
    return terms


def _rough(x: Tensor) -> Tensor:
    """Mean step to the pixels right and below, (B, 1, h - 1, w - 1)."""
    across, down = x.diff(dim=3)[:, :, 1:], x.diff(dim=2)[:, :, :, 1:]
    return (across.abs() + down.abs()).mean(1, keepdim=True) / 2


def _busy(x: Tensor) -> Tensor:
    """Deviation of the brightness within 9 x 9 pixels, shaped like `_rough`."""
    grey = x.mean(1, keepdim=True)
    mean = F.avg_pool2d(grey, 9, 1, 4, count_include_pad=False)
    square = F.avg_pool2d(grey.square(), 9, 1, 4, count_include_pad=False)
    return (square - mean.square()).clamp_min(0).sqrt()[:, :, 1:, 1:]


def _halved(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 2)


def _aim(target: Look, own: Look, batch: Batch) -> Look:
    """The look each picture is asked for: its style's, or between that and its partner's."""
    return mixed_look(target, own if batch.to_self else _rolled(target), batch.share)


def _rolled(target: Look) -> Look:
    means, deviations, covariances = (
        tuple(part.roll(1, 0) for part in parts)
        for parts in (target.means, target.deviations, target.covariances)
    )
    return Look(means, deviations, covariances)
