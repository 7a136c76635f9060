"""A network with one style as a checkpoint the show can load, and a sheet of what it can do so far.
Called by vj.studio.train_fast_style while it trains and when it is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import safetensors.torch
import torch
from torch import Tensor

from vj.core.card import write_card
from vj.core.rewrite import write_bytes
from vj.infer.models.fast_style import TransformerNet
from vj.studio.pictures import Picture

LEVELS = 255.0  # the layout's own range; while it learns black to white is 0..1
TALL, WIDEST = 240, 960  # pixels of a picture on a sheet


def rescaled(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Give a network of 0..1 the layout's range of 0..255: only its ends know of it."""
    tensors = {key: value.detach().to("cpu", torch.float32) for key, value in state.items()}
    tensors["conv1.conv2d.weight"] = tensors["conv1.conv2d.weight"] / LEVELS
    for part in ("weight", "bias"):
        tensors[f"deconv3.conv2d.{part}"] = tensors[f"deconv3.conv2d.{part}"] * LEVELS
    return tensors


def export(
    network: TransformerNet, name: str, folder: Path, title: str, facts: Mapping[str, object]
) -> Path:
    """Write NAME.safetensors, then its card NAME.yaml, each at once; return the card's path.

    A show that plays the card takes the new weights over when both are there.
    """
    weights = {key: value.contiguous() for key, value in rescaled(network.state_dict()).items()}
    data = safetensors.torch.save(weights)
    write_bytes(folder / f"{name}.safetensors", data)
    card = {
        "model": "fast_style",
        "title": title,
        "weights": f"{name}.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "multiple": 4,
        "range_in": [0.0, LEVELS],
        "range_out": [0.0, LEVELS],
        "licence": "yours; mind the style picture's own",
        "origin": "trained with `vj train fast-style`; layout of pytorch/examples",
        "training": dict(facts),
    }
    path = folder / f"{name}.yaml"
    write_card(path, card)
    return path


@torch.no_grad()
def write_sheet(
    network: TransformerNet, style: Tensor, photos: Sequence[Picture], path: Path
) -> None:
    """Show the style (1, 3, h, w) 0..1, and under it photos with what is painted of them."""
    device = next(network.parameters()).device
    cells = [_tall(np.asarray((style[0].permute(1, 2, 0) * 255).byte().cpu().numpy(), np.uint8))]
    for picture in photos:
        small = _tall(picture)
        x = torch.from_numpy(small).to(device).permute(2, 0, 1)[None].float() / 255
        painted = network(x).clamp(0, 1)[0].permute(1, 2, 0) * 255
        cells.append(np.hstack([small, painted.round().byte().cpu().numpy()]))
    wide = max(cell.shape[1] for cell in cells)
    rows = [np.pad(c, ((0, 0), (0, wide - c.shape[1]), (0, 0)), constant_values=255) for c in cells]
    sheet = cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR)
    good, data = cv2.imencode(".jpg", sheet)
    if good:
        path.write_bytes(data.tobytes())


def _tall(picture: Picture) -> Picture:
    """Shrink or enlarge to TALL pixels of height and a width the network can halve twice.

    Of what would be wider than WIDEST, a banner, the middle is shown.
    """
    most = max(1, picture.shape[0] * WIDEST // TALL)
    left = max(0, picture.shape[1] - most) // 2
    picture = picture[:, left : left + most]
    width = max(4, round(picture.shape[1] * TALL / picture.shape[0] / 4) * 4)
    return np.asarray(cv2.resize(picture, (width, TALL), interpolation=cv2.INTER_AREA), np.uint8)
