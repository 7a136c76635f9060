"""People found by Google's selfie segmentation, a .tflite file that OpenCV runs by itself.
Loaded by vj.infer.mattes_ready for cards with `model: selfie`.

Source: ML Kit / MediaPipe selfie segmentation: RGB 0..1 in, the probability of a person out.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.card import Card
from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.infer.mattes import Finder
from vj.infer.tflite import shapes

SURE = 1e-4  # probabilities are held this far from 0 and 1


class SelfieFinder:
    """The network in OpenCV's hands."""

    def __init__(self, net: cv2.dnn.Net, size: tuple[int, int]) -> None:
        self._net, self._size = net, size

    def find(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return log odds (h', w') float32."""
        way = cv2.INTER_AREA if pixels.shape[0] > self._size[0] else cv2.INTER_LINEAR
        small = cv2.resize(pixels, self._size[::-1], interpolation=way)
        rgb = cv2.cvtColor(small, cv2.COLOR_RGBA2RGB)
        self._net.setInput(cv2.dnn.blobFromImage(rgb, 1 / 255))
        part = np.asarray(self._net.forward(), np.float32).reshape(self._size)
        part = part.clip(SURE, 1 - SURE)
        return np.asarray(np.log(part / (1 - part)), np.float32)


def load(card: Card, device: str) -> Finder:
    """Load the network a card describes; it always runs on the CPU.

    Raises: UserError when the file is missing, damaged or something OpenCV cannot run.
    """
    data = card.weights_bytes()
    try:
        size = shapes(data)[0][1:3]
        net = cv2.dnn.readNetFromTFLite(np.frombuffer(data, np.uint8))
        finder = SelfieFinder(net, (size[0], size[1]))
        finder.find(np.zeros((size[0], size[1], 4), np.uint8))
    except (cv2.error, ValueError, IndexError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"card {card.name!r}: {card.weights} is no selfie segmentation OpenCV can run "
            f"({reason}); for MediaPipe's own files there is the matte people"
        ) from error
    return finder
