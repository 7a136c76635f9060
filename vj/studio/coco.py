"""The people in a folder of COCO pictures, from its instances_*.json.
Used by `vj bench matte` to measure, and to make masks for `vj train matte`.

Source: Lin et al. 2014; the format is described at cocodataset.org/#format-data.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.errors import UserError
from vj.studio.opened import open_picture

PERSON = "person"
FINE = 3  # binary digits of a pixel that outlines are drawn with

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """One picture and who is in it."""

    name: str
    pixels: NDArray[np.uint8]  # (h, w, 4) RGBA, alpha 0
    people: Mask  # (h, w)
    unclear: Mask  # (h, w) crowds that were outlined only roughly


def read_coco(folder: Path) -> Iterator[Scene]:
    """Yield the pictures of a folder in the order of their numbers, those that are there.

    Raises: UserError when the folder holds no instances_*.json or none of its pictures.
    """
    files = sorted(folder.glob("instances_*.json"))
    if not files:
        raise UserError(f"no instances_*.json in {folder}")
    document = json.loads(files[0].read_text(encoding="utf-8"))
    words = {entry["id"]: entry["name"] for entry in document["categories"]}
    outlines = defaultdict(list)
    for entry in document["annotations"]:
        if words[entry["category_id"]] == PERSON:
            outlines[entry["image_id"]].append(entry)
    seen = 0
    for image in sorted(document["images"], key=lambda image: int(image["id"])):
        raw = open_picture(folder / image["file_name"])
        if raw is None:
            continue
        seen += 1
        pixels = np.asarray(cv2.cvtColor(raw, cv2.COLOR_BGR2RGBA), np.uint8)
        pixels[:, :, 3] = 0
        people, unclear = np.zeros((2, *pixels.shape[:2]), np.bool_)
        for entry in outlines[image["id"]]:
            found = unclear if entry["iscrowd"] else people
            found |= _drawn(entry, pixels.shape[:2])
        yield Scene(Path(image["file_name"]).stem, pixels, people, unclear & ~people)
    if not seen:
        raise UserError(f"none of the pictures {files[0].name} speaks of is in {folder}")


def _drawn(entry: dict[str, Any], size: tuple[int, ...]) -> Mask:
    shape = entry["segmentation"]
    if isinstance(shape, dict):
        return _run_lengths(shape["counts"], shape["size"])
    mask = np.zeros(size, np.uint8)
    for ring in shape:
        points = np.round(np.asarray(ring).reshape(-1, 2) * 2**FINE).astype(np.int32)
        cv2.fillPoly(mask, [points], 1, cv2.LINE_8, FINE)
    return mask > 0


def _run_lengths(counts: list[int], size: list[int]) -> Mask:
    """Lengths of runs of nobody, somebody, nobody, ... down the columns."""
    values = np.arange(len(counts)) % 2 == 1
    return np.repeat(values, counts).reshape(size[1], size[0]).T
