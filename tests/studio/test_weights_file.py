"""Exported weights are halves on the disk, and the checksum is the file's."""

from __future__ import annotations

import hashlib
from pathlib import Path

import safetensors.torch
import torch
from torch import nn

from vj.studio.weights_file import write_weights


def test_halves_and_their_checksum(tmp_path: Path) -> None:
    network = nn.Linear(3, 2).to(memory_format=torch.channels_last)
    path = tmp_path / "a.safetensors"
    assert write_weights(network, path) == hashlib.sha256(path.read_bytes()).hexdigest()
    found = safetensors.torch.load_file(path)
    assert found.keys() == network.state_dict().keys()
    assert torch.equal(found["weight"], network.weight.half())
