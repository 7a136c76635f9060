"""Trained matte weights as a checkpoint the show can load: safetensors and a card.
Called by `vj.studio.train_matte` when a run is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError

from vj.core.card import write_card
from vj.core.errors import UserError
from vj.infer.matte_network import MULTIPLE, Segmenter


def export(model: Segmenter, folder: Path, facts: Mapping[str, object], licence: str) -> None:
    """Write matte.safetensors (float16) and its card matte.yaml into the folder."""
    weights = {
        key: value.detach().to("cpu", torch.float16).contiguous()
        for key, value in model.state_dict().items()
    }
    data = safetensors.torch.save(weights)
    (folder / "matte.safetensors").write_bytes(data)
    card = {
        "model": "segmenter",
        "title": "Tells people from what is behind them, the house's own network",
        "weights": "matte.safetensors",
        "sha256": hashlib.sha256(data).hexdigest(),
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
