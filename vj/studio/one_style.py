"""A copy of the brush that knows one style best: options for its training, and what it gained.
Called by `vj train brush --style`; the training itself is vj.studio.train_brush.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import safetensors.torch
import torch
import torch.nn.functional as F

from vj.core.errors import UserError
from vj.infer.brush_network import Brush, Mixture, widths_of
from vj.infer.models.brush import STYLE_SIDE
from vj.studio.brush_batches import Recipe
from vj.studio.brush_sheet import spread, square
from vj.studio.perceptual import load_perceptual, look, style_distance
from vj.studio.pictures import Picture, read_pictures

MINUTES, RATE, WARM_UP, STYLE = 8.0, 3e-4, 30, 10.0
RECIPE = Recipe(sizes=(192, 224), plate=192, style=STYLE, one_style=True)
PHOTOS = 6  # painted to compare


def card_name(style: Path) -> str:
    """Name the card after the style picture: `My Sea.jpg` becomes `brush-my-sea`.

    Raises: UserError when there is no such picture, or a folder of them.
    """
    if style.is_dir():
        raise UserError(
            f"--style {style}: a folder; wanted: one picture, or --styles for a brush for any"
        )
    if not style.is_file():
        raise UserError(f"--style {style}: no such file")
    stem = re.sub(r"[^a-z0-9]+", "-", style.stem.lower()).strip("-")
    return f"brush-{stem or 'style'}"


@torch.no_grad()
def distance(weights: Path, perceptual: Path, photos: Sequence[Path], style: Path) -> float:
    """Measure how far from the style the paintings of a few photos are; 0 would be the same.

    weights: a brush. The style is read as the show reads it.
    Raises: UserError when something is missing.
    """
    tensors = safetensors.torch.load_file(weights)
    network = Brush(widths_of(tensors))
    network.load_state_dict({name: value.float() for name, value in tensors.items()})
    judge = load_perceptual(perceptual)
    plate = _whole(read_pictures([style], "styles")[0])
    wanted, vector = look(judge(plate)), network.style(plate)
    found = [
        style_distance(look(judge(network.painter(square(photo), Mixture(vector)))), wanted)
        for photo in spread(read_pictures(photos, "photos"), PHOTOS)
    ]
    return float(torch.cat(found).mean())


def _whole(picture: Picture) -> torch.Tensor:
    image = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    scale = STYLE_SIDE / min(image.shape[2:])
    size = [round(side * scale) for side in image.shape[2:]]
    return F.interpolate(image, size, mode="bilinear", antialias=True, align_corners=False)
