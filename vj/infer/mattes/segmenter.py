"""People found by the house's own network, trained by `vj train matte`; the default for cameras.
Loaded by vj.infer.mattes_ready for cards with `model: segmenter`."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vj.core.card import Card
from vj.core.types import Pixels
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.matte_network import MULTIPLE, Segmenter
from vj.infer.mattes import Finder

AREA = 112 * 192  # pixels it looks at, whatever the shape of the picture


class SegmenterFinder:
    """The network on a device."""

    def __init__(self, network: Segmenter, device: str, dtype: torch.dtype) -> None:
        self._network = network.to(device, dtype).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._device, self._dtype = device, dtype

    @torch.inference_mode()
    def find(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return log odds (h', w') float32, of about AREA pixels in the picture's shape."""
        height, width = looked_at(pixels.shape)
        way = cv2.INTER_AREA if pixels.shape[0] > height else cv2.INTER_LINEAR
        small = cv2.resize(pixels, (width, height), interpolation=way)
        rgb = torch.from_numpy(cv2.cvtColor(small, cv2.COLOR_RGBA2RGB)).to(self._device)
        x = rgb.permute(2, 0, 1)[None].to(self._dtype) / 255  # (1, 3, h', w') 0..1
        odds: Tensor = self._network(x)
        return np.asarray(odds[0, 0].float().cpu().numpy(), np.float32)


def looked_at(size: tuple[int, ...]) -> tuple[int, int]:
    """Return the (h, w) a picture of (h, w) is looked at: multiples of MULTIPLE, AREA in all."""
    scale = math.sqrt(AREA / max(1, size[0] * size[1]))
    height, width = (max(1, round(side * scale / MULTIPLE)) * MULTIPLE for side in size[:2])
    return height, width


def load(card: Card, device: str) -> Finder:
    """Load the network a card describes.

    Raises: UserError when the weights are missing, damaged or of another network.
    """
    network = Segmenter()
    fill(network, read_weights(card), card)
    network.eval().requires_grad_(False)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        finder = SegmenterFinder(copy.deepcopy(network), device, dtype)
        pixels = np.full((112, 192, 4), 127, np.uint8)
        return lambda: finder.find(pixels)

    return SegmenterFinder(network, device, quickest_dtype(device, ready))
