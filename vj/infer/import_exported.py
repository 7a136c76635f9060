"""Exported programs and webcam-pix2pix's JSON descriptions, turned into what a card says of them.
Called by vj.infer.import_weights, which copies the file, tries it and writes the card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vj.core.errors import UserError
from vj.infer.models.exported import kind_of

KEYS = ("name", "ckpt_path", "input", "output")


@dataclass(frozen=True)
class Description:
    """What a webcam-pix2pix JSON says of a network: pixels, channels and value ranges."""

    title: str
    height: int
    width: int
    channels: int
    range_in: tuple[float, float]
    range_out: tuple[float, float]

    def facts(self, word: str) -> dict[str, object]:
        """Say it in a card's words, for a model of this word."""
        options: dict[str, object] = {"height": self.height, "width": self.width}
        if word == "pix2pix":
            options = {"side": self.height} if self.height == self.width else {}
        return {
            "title": self.title,
            "channels": "gray" if self.channels == 1 else "rgb",
            "range_in": list(self.range_in),
            "range_out": list(self.range_out),
            "options": options,
        }


def is_program(path: Path) -> bool:
    """Tell whether a file is an exported network; its content decides, not its name."""
    try:
        return bool(kind_of(path.read_bytes()))
    except OSError:
        return False


def read_description(path: Path) -> Description | None:
    """Read a webcam-pix2pix JSON; None when the file is something else.

    Raises: UserError when it is one but lacks or garbles what a card needs.
    """
    if path.suffix != ".json":
        return None
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, dict) or not {"input", "output"} <= set(document):
        return None
    try:
        height, width, channels = (int(side) for side in document["input"]["shape"])
        bounds = [
            tuple(float(level) for level in document[part]["range"]) for part in ("input", "output")
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise UserError(f"{path}: input and output need a shape [H, W, C] and a range") from error
    if min(height, width) < 1 or channels not in (1, 3) or [len(b) for b in bounds] != [2, 2]:
        raise UserError(f"{path}: input and output need a shape [H, W, 1 or 3] and a range")
    (low, high), (bottom, top) = bounds
    title = str(document.get("name", path.stem))
    return Description(title, height, width, channels, (low, high), (bottom, top))


def separate(files: Sequence[Path]) -> tuple[list[Path], Description | None]:
    """Take the description out of the files a user gave.

    Raises: UserError for more than one, and for one that describes a checkpoint that is not there.
    """
    found = [(path, read_description(path)) for path in files]
    descriptions = [(path, text) for path, text in found if text is not None]
    rest = [path for path, text in found if text is None]
    if not descriptions:
        return rest, None
    if len(descriptions) > 1:
        raise UserError("one JSON description at a time")
    path, text = descriptions[0]
    if not rest:
        raise UserError(
            f"{path}: describes a network; give its files as well: the checkpoint's folder, its "
            "variables (.npz, .pict) or the network exported (.onnx)"
        )
    return rest, text


def program_of(files: Sequence[Path], word: str | None) -> Path | None:
    """Return the one exported program among the files, None when they are weights.

    Raises: UserError when it is not alone, or was asked for and is not there.
    """
    programs = [path for path in files if is_program(path)]
    if word not in (None, "exported"):
        return None
    if word == "exported" and not programs:
        raise UserError(f"{files[0]}: no TorchScript, torch.export or ONNX file")
    if programs and len(files) > 1:
        raise UserError("an exported network is one file (and a JSON description, if there is one)")
    return programs[0] if programs else None
