"""Ways to hand the output picture to other programs on this machine or network, one file each.

The file's name is the word in `rig.yaml`: `share: [ndi]`. Each has `open_share` and `package`, and
imports its foreign package only when it is opened.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any, Protocol

from vj.core.types import Pixels

NAME = "vj"  # what other programs see


class Share(Protocol):
    """An open way out."""

    def send(self, pixels: Pixels) -> None:
        """Hand over (H, W, 4) uint8 RGBA; alpha is the matte.

        Raises: OSError or RuntimeError when the other side is gone.
        """

    def close(self) -> None:
        """Say goodbye to the other programs."""


def words() -> tuple[str, ...]:
    """Name every way there is."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return tuple(path.stem for path in files if path.stem != "__init__")


def open_share(word: str, height: int, width: int, fps: float) -> Share:
    """Open a way out for pictures of one size.

    Raises: RuntimeError saying what is missing; OSError.
    """
    module = _module(word)
    try:
        share: Share = module.open_share(NAME, height, width, fps)
    except ImportError as error:
        raise RuntimeError(f"share {word}: pip install {module.PACKAGE} ({error})") from error
    return share


def installed() -> list[str]:
    """Name the ways whose packages are here."""
    return [word for word in words() if importlib.util.find_spec(_module(word).IMPORT)]


def _module(word: str) -> Any:
    return importlib.import_module(f"vj.record.shares.{word}")
