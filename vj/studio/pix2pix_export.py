"""Trained looks as checkpoints the show can load: one weights file, a card per look, and a sheet.
Called by vj.studio.train_pix2pix while it trains and when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from vj.core.card import write_card
from vj.infer.edges import Settings
from vj.infer.models.edges import Network, grain
from vj.studio.drawings import Hand, Picture, draw
from vj.studio.weights_file import write_weights

SIDE, ROWS = 256, 6
HANDS = (
    Hand(Settings()),  # as the chain starts
    Hand(Settings(pre_median=2, canny_low=40, canny_high=110)),
    Hand(Settings(adaptive_thresh=True, adaptive_thresh_block=6, adaptive_thresh_c=4, canny=False)),
)


def export(
    model: Network, name: str, folder: Path, facts: Mapping[str, object], licence: str
) -> None:
    """Write NAME.safetensors (float16) and a card NAME-LOOK.yaml per look into the folder."""
    sha256 = write_weights(model, folder / f"{name}.safetensors")
    for look in model.names:
        card = {
            "model": "edges",
            "title": f"Drawings become paintings: {look}",
            "weights": f"{name}.safetensors",
            "sha256": sha256,
            "multiple": 32,
            "licence": licence,
            "origin": "trained with `vj train pix2pix`",
            "options": {"look": look},
            "training": dict(facts),
        }
        write_card(folder / f"{name}-{look}.yaml", card)


@torch.no_grad()
def write_sheet(
    model: Network, pictures: Sequence[Picture], hands: Sequence[Hand], path: Path
) -> None:
    """Draw a few pictures (down) by each hand and paint the drawings, look by look (across).

    Without hands the pictures are drawings already.
    """
    device = next(model.parameters()).device
    paper = grain((SIDE, SIDE), torch.Generator().manual_seed(1), device)
    lines = []
    for picture in _few(pictures):
        square = _square(picture)
        cells = [_tensor(square)] if hands else []
        for drawing in [draw(square, hand) for hand in hands] or [square]:
            x = torch.cat((_tensor(drawing).to(device), paper), 1)
            cells.append(x[:, :3].cpu())
            for look in model.names:
                cells.append(model.painter(x, model.vectors([look])).cpu())
        lines.append(torch.cat(cells, 3))
    sheet = (torch.cat(lines, 2)[0].permute(1, 2, 0).numpy() * 255).round().astype(np.uint8)
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(sheet, cv2.COLOR_RGB2BGR))
    if ok:
        path.write_bytes(data.tobytes())


def _few(pictures: Sequence[Picture]) -> list[Picture]:
    count = min(ROWS, len(pictures))
    return [pictures[(2 * i + 1) * len(pictures) // (2 * count)] for i in range(count)]


def _square(picture: Picture) -> Picture:
    side = min(picture.shape[:2])
    top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
    square = picture[top : top + side, left : left + side]
    return np.asarray(cv2.resize(square, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def _tensor(picture: Picture) -> Tensor:
    return torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
