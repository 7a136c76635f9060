"""A trained network's weights as the file that its card names.
Called by whoever exports one; the card keeps the checksum.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import safetensors.torch
import torch
from torch import nn


def write_weights(network: nn.Module, path: Path) -> str:
    """Write a network's weights as float16 safetensors; return the file's sha256."""
    weights = {
        key: value.detach().to("cpu", torch.float16).contiguous()
        for key, value in network.state_dict().items()
    }
    data = safetensors.torch.save(weights)
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()
