"""What the matte can do so far: a sheet for human eyes and how well it does on pictures held back.
Called every minute or so by `vj.studio.train_matte`, and by `vj bench matte`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from vj.infer.matte_network import Segmenter
from vj.infer.mattes.segmenter import looked_at
from vj.studio.matte_batches import Batch
from vj.studio.matte_pictures import read_pairs

Array = NDArray[np.uint8]

COLUMNS = 6
TILE = (144, 256)


@dataclass(frozen=True)
class Sample:
    """One picture held back from training."""

    name: str
    picture: Tensor  # (1, 3, h, w) 0..1, as the show looks at it
    mask: Tensor  # (1, 1, h, w) 0..1


def read_samples(folder: Path | None) -> list[Sample]:
    """Read the pictures held back, with their masks.

    Raises: UserError when the folder is absent or a mask is missing.
    """
    if folder is None:
        return []
    samples = []
    for picture, mask, name in read_pairs(folder, masked=True):
        height, width = looked_at(mask.shape)
        sample = [_tensor(cv2.resize(a, (width, height))) for a in (picture, mask)]
        samples.append(Sample(name, *sample))
    return samples


def scores(model: Segmenter, samples: Sequence[Sample]) -> dict[str, float]:
    """Intersection over union, as a mean for each kind: the first word of a picture's name."""
    kinds: dict[str, list[float]] = {}
    for sample in samples:
        found = _asked(model, sample.picture) > 0.5
        wanted = sample.mask > 0.5
        both, either = (found & wanted).sum(), (found | wanted).sum()
        score = float(both / either) if int(either) else 1.0
        kinds.setdefault(sample.name.split("_")[0], []).append(score)
    return {kind: round(sum(values) / len(values), 4) for kind, values in kinds.items()}


def write_sheet(model: Segmenter, batch: Batch, samples: Sequence[Sample], path: Path) -> None:
    """Draw pictures of a batch and pictures held back: beside each what is wanted and found."""
    rows = [
        _tile(batch.pictures[i : i + 1].cpu(), batch.masks[i : i + 1].cpu(), found.cpu())
        for i in range(min(12, len(batch.pictures)))
        for found in [_asked(model, batch.pictures[i : i + 1])]
    ]
    step = max(1, len(samples) // 12)
    for sample in samples[::step][:12]:
        rows.append(_tile(sample.picture, sample.mask, _asked(model, sample.picture)))
    tiles = [*rows, *[np.zeros_like(rows[0])] * (-len(rows) % (COLUMNS // 2))]
    lines = [np.hstack(tiles[i : i + COLUMNS // 2]) for i in range(0, len(tiles), COLUMNS // 2)]
    cv2.imwrite(str(path), cv2.cvtColor(np.vstack(lines), cv2.COLOR_RGB2BGR))


def _asked(model: Segmenter, picture: Tensor) -> Tensor:
    device = next(model.parameters()).device
    with torch.no_grad():
        return torch.sigmoid(model(picture.to(device))).cpu()


def _tile(picture: Tensor, mask: Tensor, found: Tensor) -> Array:
    """The picture, the mask wanted and the people found, side by side."""
    cut = [picture, mask.expand(-1, 3, -1, -1), picture * found + 0.15 * (1 - found)]
    height, width = TILE
    scale = min(height / picture.shape[2], width / picture.shape[3])
    size = (int(picture.shape[2] * scale), int(picture.shape[3] * scale))
    parts = [F.interpolate(part, size, mode="area") for part in cut]
    padded = [F.pad(part, (0, width - size[1], 0, height - size[0])) for part in parts]
    row = torch.cat(padded, 3)[0].permute(1, 2, 0)
    return np.asarray((row.clamp(0, 1).numpy() * 255).round(), np.uint8)


def _tensor(picture: NDArray[np.generic]) -> Tensor:
    array = np.atleast_3d(np.asarray(picture, np.float32)) / 255
    return torch.from_numpy(array).permute(2, 0, 1)[None].contiguous()
