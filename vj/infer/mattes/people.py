"""People found by MediaPipe Tasks, with any of its image segmentation models the user brings.
Loaded by vj.infer.mattes_ready for cards with `model: people`; needs `pip install -e .[people]`."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.core.card import Card
from vj.core.errors import UserError
from vj.core.types import Pixels
from vj.infer.mattes import Finder

SURE = 1e-4  # probabilities are held this far from 0 and 1


class PeopleFinder:
    """A segmenter in MediaPipe's hands."""

    def __init__(self, segmenter: Any, make_image: Any) -> None:
        self._segmenter, self._make_image = segmenter, make_image
        self._labels = [str(label).lower() for label in segmenter.labels]

    def find(self, pixels: Pixels) -> NDArray[np.float32]:
        """Return log odds (h', w') float32."""
        rgb = cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB)
        masks = self._segmenter.segment(self._make_image(rgb)).confidence_masks
        parts = [np.asarray(mask.numpy_view(), np.float32).squeeze() for mask in masks]
        part = person(parts, self._labels).clip(SURE, 1 - SURE)
        return np.asarray(np.log(part / (1 - part)), np.float32)


def person(parts: list[NDArray[np.float32]], labels: list[str]) -> NDArray[np.float32]:
    """Choose the person among a model's classes: the one called so, or all but the background."""
    if "person" in labels and len(labels) == len(parts):
        return parts[labels.index("person")]
    if len(parts) <= 2:  # the selfie models: the person alone, or after the background
        return parts[-1]
    return np.asarray(1 - parts[0], np.float32)


def load(card: Card, device: str) -> Finder:
    """Load the model file a card names; MediaPipe runs it on the CPU.

    Raises: UserError when MediaPipe is missing, the file is missing, or is none of its models.
    """
    data = card.weights_bytes()
    try:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision
    except ImportError as error:
        raise UserError(
            f"card {card.name!r}: the matte people needs MediaPipe: pip install -e .[people]"
        ) from error
    options = vision.ImageSegmenterOptions(
        base_options=BaseOptions(model_asset_buffer=data),
        output_confidence_masks=True,
        output_category_mask=False,
    )
    try:
        segmenter = vision.ImageSegmenter.create_from_options(options)
    except (RuntimeError, ValueError, OSError) as error:
        reason = " ".join(str(error).split())[:200]
        raise UserError(
            f"card {card.name!r}: {card.weights} is no segmentation model MediaPipe can run "
            f"({reason})"
        ) from error

    def image(rgb: NDArray[np.uint8]) -> Any:
        return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=rgb)

    return PeopleFinder(segmenter, image)
