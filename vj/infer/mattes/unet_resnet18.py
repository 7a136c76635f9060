"""People found by thuyngch's U-Net on ResNet-18, 16.6 million weights, in pictures of 320x320 RGB.
Loaded by vj.infer.mattes_ready for cards with `model: unet_resnet18`."""

from __future__ import annotations

from vj.core.card import Card
from vj.infer.mattes import Finder
from vj.infer.torch_finder import torch_finder
from vj.infer.unet_network import LOOK, UNet


def load(card: Card, device: str) -> Finder:
    """Load the network a card describes.

    Raises: UserError when the weights are missing, damaged or of another network.
    """
    return torch_finder(UNet(mobile=False), LOOK, card, device)
