"""Files of networks that find people or faces: how they are known, and what of them is kept.
Called by vj.infer.import_weights, which reads, tries and writes; nothing here touches a disk."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.load import load_model, words
from vj.infer.tensor_names import Made, Make, Tensors
from vj.infer.tflite import shapes

# files kept as they are, by the program that runs them: word -> ending
WHOLE = {"selfie": ".tflite", "people": ".tflite", "faces": ".onnx"}
CALLED = {"yunet": "faces"}  # what else people call them
# some of the answers of YuNet, by which OpenCV asks for them too
_YUNET = (b"cls_8", b"obj_8", b"bbox_8", b"kps_8", b"cls_32", b"kps_32")


def _named(title: str, licence: str, origin: str, url: str) -> Make:
    def made(files: Sequence[Tensors]) -> Made:
        tensors = {key: tensor for file in files for key, tensor in file.items()}
        # counters of batch norms: files older than torch 0.4.1 have none
        for key in list(tensors):
            if key.endswith(".running_var"):
                counter = f"{key.removesuffix('running_var')}num_batches_tracked"
                tensors.setdefault(counter, torch.tensor(0))
        facts: dict[str, object] = {
            "title": title,
            "licence": licence,
            "origin": f"{origin}; converted by vj models import",
            "url": url,
        }
        return tensors, facts

    return made


_UNET = ("none stated", "thuyngch/Human-Segmentation-PyTorch",
         "https://github.com/thuyngch/Human-Segmentation-PyTorch")  # fmt: skip
_NAVER = ("MIT", "NAVER, clovaai/ext_portrait_segmentation",
          "https://github.com/clovaai/ext_portrait_segmentation")  # fmt: skip

# how the files of one network are known by a part of their keys, and what is kept of them
FORMATS: Mapping[str, tuple[re.Pattern[str], Make]] = {
    "unet_resnet18": (
        re.compile(r"^backbone\.layer1\.0\.conv1\.weight$"),
        _named("Finds people: U-Net on ResNet-18", *_UNET),
    ),
    "unet_mobilenet": (
        re.compile(r"^backbone\.features\.0\.0\.weight$"),
        _named("Finds people: U-Net on MobileNetV2", *_UNET),
    ),
    "sinet": (
        re.compile(r"^encoder\.level2_0\.conv\."),
        _named("Finds people in portraits: SINet", *_NAVER),
    ),
    "extremec3": (
        re.compile(r"^encoder\.b1\.bn\.weight$"),
        _named("Finds people in portraits: ExtremeC3", *_NAVER),
    ),
}


def whole(files: Sequence[Path], word: str) -> Path:
    """Return the one file that is kept as it is for a word of `WHOLE`.

    Raises: UserError when it is not alone or of another kind.
    """
    if len(files) != 1 or files[0].suffix != WHOLE[word]:
        raise UserError(f"--as {word}: one file is needed, of kind {WHOLE[word]}")
    return files[0]


def whole_word(files: Sequence[Path]) -> str | None:
    """Recognise a file that is kept as it is: `selfie` or `faces`.

    The one gives a person's odds for every pixel it is shown, the other has YuNet's answers.
    """
    if len(files) != 1 or files[0].suffix not in WHOLE.values():
        return None
    try:
        data = files[0].read_bytes()
        if files[0].suffix == WHOLE["faces"]:
            return "faces" if all(answer in data for answer in _YUNET) else None
        shown, found = shapes(data)
    except (OSError, ValueError):
        return None
    alike = len(shown) == len(found) == 4 and shown[:3] == found[:3]
    return "selfie" if alike and (shown[3], found[3]) == (3, 1) else None


def try_out(card: Card) -> None:
    """Load what a card describes, whatever it is for, to see whether it can be.

    Raises: UserError when it cannot.
    """
    if card.model == "faces":
        from vj.infer.faces import Detector

        Detector(card.weights_bytes())
    elif card.model in words("mattes"):
        importlib.import_module(f"vj.infer.mattes.{card.model}").load(card, "cpu")
    else:
        load_model(card, "cpu")
