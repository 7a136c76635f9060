"""Trained matte weights as a checkpoint the show can load: safetensors and a card.
Called by `vj.studio.train_matte` when a run is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError

from vj.core.card import write_card
from vj.core.errors import UserError
from vj.infer.matte_network import MULTIPLE, Segmenter
from vj.studio.weights_file import write_weights


def export(model: Segmenter, folder: Path, facts: Mapping[str, object], licence: str) -> None:
    """Write matte.safetensors (float16) and its card matte.yaml into the folder."""
    sha256 = write_weights(model, folder / "matte.safetensors")
    card = {
        "model": "segmenter",
        "title": "Tells people from what is behind them, the house's own network",
        "weights": "matte.safetensors",
        "sha256": sha256,
        "multiple": MULTIPLE,
        "licence": licence,
        "origin": "trained by this project with `vj train matte`",
        "training": dict(facts),
    }
    write_card(folder / "matte.yaml", card)


def fill(model: Segmenter, path: Path) -> None:
    """Give a network the weights of one that was exported.

    Raises: UserError when the file does not hold them.
    """
    try:
        model.load_state_dict(safetensors.torch.load_file(path))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UserError(f"{path} does not hold the weights of a segmenter") from error
