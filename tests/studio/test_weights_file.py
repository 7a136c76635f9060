"""Exported weights are halves on the disk, and the checksum is the file's."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import nn

from vj.core.errors import UserError
from vj.studio.weights_file import write_weights


def test_halves_and_their_checksum(tmp_path: Path) -> None:
    network = nn.Linear(3, 2).to(memory_format=torch.channels_last)
    path = tmp_path / "a.safetensors"
    assert write_weights(network, path) == hashlib.sha256(path.read_bytes()).hexdigest()
    found = safetensors.torch.load_file(path)
    assert found.keys() == network.state_dict().keys()
    assert torch.equal(found["weight"], network.weight.half())


def test_a_full_disk_leaves_the_weights_that_were_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.safetensors"
    write_weights(nn.Linear(3, 2), path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match=r"a\.safetensors: cannot be written \(No space left"):
        write_weights(nn.Linear(3, 2), path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
