"""What torch.save wrote, read as tensors and never as code.
Used by the imports of `vj.infer` and the trainers of `vj.studio`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch


def read_torch_file(path: Path) -> Any:
    """Return what the file holds, all of it on the CPU.

    Raises: ValueError when it is another file, damaged, or holds more than tensors. Torch's own
    words advise to read it in the way that runs the code in it, so they are not passed on.
    """
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # bytes that are no pickle may raise anything
        raise ValueError("no tensors that PyTorch wrote") from error
