"""A trained network's weights as the file that its card names.
Called by whoever exports one; the card keeps the checksum.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import safetensors.torch
import torch
from torch import nn

from vj.core.rewrite import write_bytes


def write_weights(network: nn.Module, path: Path) -> str:
    """Write a network's weights as float16 safetensors; return the file's sha256.

    The file before it stays whole until the new one is: a show may be playing it.
    Raises: UserError when the folder or the disk does not let us.
    """
    weights = {
        key: value.detach().to("cpu", torch.float16).contiguous()
        for key, value in network.state_dict().items()
    }
    data = safetensors.torch.save(weights)
    write_bytes(path, data)
    return hashlib.sha256(data).hexdigest()
