"""A contact sheet of what the brush can do so far, for human eyes.
Written every few minutes by `vj.studio.train_brush`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from vj.infer.brush_network import Brush, Mixture
from vj.studio.pictures import Picture

ROWS, COLUMNS, SIDE = 4, 6, 256


def write_sheet(
    model: Brush, photos: Sequence[Picture], styles: Sequence[Picture], path: Path
) -> None:
    """Paint a few photos (down) in a few styles (across), the last column in their own."""
    device = next(model.parameters()).device
    rows = [square(p).to(device) for p in spread(photos, ROWS)]
    plates = [square(p).to(device) for p in spread(styles, COLUMNS)]
    with torch.no_grad():
        vectors = [model.style(plate) for plate in plates]
        lines = [torch.cat([torch.ones_like(rows[0]), *plates, torch.ones_like(plates[0])], 3)]
        for row in rows:
            codes = [*vectors, model.style(torch.nn.functional.avg_pool2d(row, 2))]
            painted = [model.painter(row, Mixture(code)) for code in codes]
            lines.append(torch.cat([row, *painted], 3))
    sheet = (torch.cat(lines, 2)[0].permute(1, 2, 0).cpu().numpy() * 255).round().astype(np.uint8)
    cv2.imwrite(str(path), cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))


def spread(pictures: Sequence[Picture], count: int) -> list[Picture]:
    """Choose some pictures, evenly from first to last."""
    count = min(count, len(pictures))
    return [pictures[(2 * i + 1) * len(pictures) // (2 * count)] for i in range(count)]


def square(picture: Picture) -> Tensor:
    """Cut the middle out, (1, 3, SIDE, SIDE) float32 0..1 RGB."""
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = cv2.resize(
        picture[top : top + side, left : left + side], (SIDE, SIDE), interpolation=cv2.INTER_AREA
    )
    return torch.from_numpy(square).permute(2, 0, 1)[None].float() / 255
