"""Trained brush weights as a checkpoint the show can load: safetensors and a card.
Called by `vj.studio.train_brush` when a run is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch

from vj.core.card import write_card
from vj.infer.brush_network import SIZES, Brush


def export(
    model: Brush, name: str, folder: Path, facts: Mapping[str, object], licence: str
) -> None:
    """Write NAME.safetensors (float16) and its card NAME.yaml into the folder."""
    weights = {
        key: value.detach().to("cpu", torch.float16).contiguous()
        for key, value in model.state_dict().items()
    }
    data = safetensors.torch.save(weights)
    (folder / f"{name}.safetensors").write_bytes(data)
    card = {
        "model": "brush",
        "title": "Any picture as a style, the house's own network"
        if name in SIZES
        else f"The brush after lessons in one style, {name.removeprefix('brush-')}",
        "weights": f"{name}.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "multiple": 8,
        "licence": licence,
        "origin": "trained by this project with `vj train brush`",
        "training": dict(facts),
    }
    write_card(folder / f"{name}.yaml", card)
