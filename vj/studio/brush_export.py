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
from vj.infer.models.brush import Brush


def export(model: Brush, folder: Path, facts: Mapping[str, object], licence: str) -> None:
    """Write brush.safetensors (float16) and its card brush.yaml into the folder."""
    weights = {
        name: value.detach().to(torch.float16).contiguous()
        for name, value in model.state_dict().items()
    }
    data = safetensors.torch.save(weights)
    (folder / "brush.safetensors").write_bytes(data)
    card = {
        "model": "brush",
        "title": "Any picture as a style, the house's own network",
        "weights": "brush.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
        "multiple": 8,
        "licence": licence,
        "origin": "trained by this project with `vj train brush`",
        "training": dict(facts),
    }
    write_card(folder / "brush.yaml", card)
