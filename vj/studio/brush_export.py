"""Trained brush weights as a checkpoint the show can load: safetensors and a card.
Called by `vj.studio.train_brush` when a run is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vj.core.card import write_card
from vj.infer.brush_network import SIZES, Brush
from vj.infer.models.brush import STYLE_SIDE
from vj.studio.weights_file import write_weights


def export(
    model: Brush, name: str, folder: Path, facts: Mapping[str, object], licence: str
) -> None:
    """Write NAME.safetensors (float16) and its card NAME.yaml into the folder."""
    sha256 = write_weights(model, folder / f"{name}.safetensors")
    card = {
        "model": "brush",
        "title": "Any picture as a style, the house's own network"
        if name in SIZES
        else f"The brush after lessons in one style, {name.removeprefix('brush-')}",
        "weights": f"{name}.safetensors",
        "sha256": sha256,
        "multiple": 8,
        "licence": licence,
        "origin": "trained by this project with `vj train brush`",
        "options": {"style_size": STYLE_SIDE},
        "training": dict(facts),
    }
    write_card(folder / f"{name}.yaml", card)
