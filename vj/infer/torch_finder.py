"""A torch network made a finder: the picture brought to its size and numbers, log odds out.
Used by the matte words whose weights are tensors (unet_*, sinet, extremec3)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vj.core.card import Card
from vj.core.types import Pixels
from vj.infer.load import fill, quickest_dtype, read_weights
from vj.infer.mattes import Finder


@dataclass(frozen=True)
class Look:
    """What a network wants to see: (h, w) pixels, (x - mean) / std of x in 0..1, RGB or BGR.

    `gain`: what makes log odds of a network that was trained to decide, not to weigh.
    """

    size: tuple[int, int]
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    bgr: bool = False
    gain: float = 1.0


class TorchFinder:
    """A network on a device; two channels are background and person, one is the person."""

    def __init__(self, network: nn.Module, look: Look, device: str, dtype: torch.dtype) -> None:
        self._network = network.to(device, dtype, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._look, self._device, self._dtype = look, device, dtype
        std = torch.tensor(look.std).view(1, 3, 1, 1) * 255
        self._scale = (1 / std).to(device)
        self._shift = (torch.tensor(look.mean).view(1, 3, 1, 1) * 255 / std).to(device)

    @torch.inference_mode()
    def find(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return log odds (h', w') float32 as the network gives them."""
        height, width = self._look.size
        way = cv2.INTER_AREA if pixels.shape[0] > height else cv2.INTER_LINEAR
        small = cv2.resize(pixels, (width, height), interpolation=way)
        order = cv2.COLOR_RGBA2BGR if self._look.bgr else cv2.COLOR_RGBA2RGB
        levels = torch.from_numpy(cv2.cvtColor(small, order)).to(self._device)
        x = levels.permute(2, 0, 1)[None].float() * self._scale - self._shift  # (1, 3, h, w)
        found: Tensor = self._network(x.to(self._dtype)).float()[0]
        odds = found[1] - found[0] if found.shape[0] == 2 else found[0]
        return np.asarray(odds.mul(self._look.gain).cpu().numpy(), np.float32)


def torch_finder(
    network: nn.Module, look: Look, card: Card, device: str, short: bool = True
) -> Finder:
    """Fill a network with a card's weights and find the number format it runs fastest in.

    short: formats of 16 bits may be tried, too.
    Raises: UserError when the weights are missing, damaged or of another network.
    """
    weights = read_weights(card)
    fill(network, weights, card)
    network.eval().requires_grad_(False)

    if not short:
        return TorchFinder(network, look, device, torch.float32)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        finder = TorchFinder(copy.deepcopy(network), look, device, dtype)
        pixels = np.full((*look.size, 4), 127, np.uint8)
        return lambda: finder.find(pixels)

    return TorchFinder(network, look, device, quickest_dtype(device, ready))
