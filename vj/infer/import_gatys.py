"""Any VGG-19 made the eye of the model gatys: torchvision's, the normalised or the small one.
Called by vj.infer.import_weights, which reads, tries and writes; nothing here touches a disk."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.import_vgg import (
    DISTILLED,
    IMAGENET_MEAN,
    IMAGENET_STD,
    NORMALISED,
    convs,
    small_part,
    taken,
)
from vj.infer.vgg import FULL, layers

Tensors = Mapping[str, Tensor]
Made = tuple[dict[str, Tensor], dict[str, object]]  # tensors to keep, facts for the card

_PLACES = (0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28)
TORCHVISION = {
    f"features.{place}": f"conv{name}" for place, name in zip(_PLACES, layers(5), strict=True)
}


def gatys(files: Sequence[Tensors]) -> Made:
    """Take an encoder to relu5_1 (relu4_1 from the small e4), its colours folded in.

    Raises: UserError when there is none among the files, or it does not fit.
    """
    tensors = {key: tensor for file in files for key, tensor in file.items()}
    facts: dict[str, object] = {"licence": "unknown", "origin": "VGG-19 of a file"}
    padding = "reflect"
    if "encoder.conv11.weight" in tensors:
        found = {key: t for key, t in tensors.items() if key.startswith("encoder.")}
    elif "features.0.weight" in tensors:
        padding = "zeros"
        found = _torchvision(tensors)
        facts = {
            "licence": "BSD-3-Clause, trained on ImageNet",
            "origin": "Simonyan and Zisserman 2015, weights of torchvision; "
            "converted by vj models import",
            "url": "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth",
        }
    elif "0.weight" in tensors:
        made = taken(tensors, NORMALISED, convs(FULL, 5, decoder=False), "vgg_normalised")
        found = {f"encoder.{key}": tensor for key, tensor in made.items()}
    elif "conv0.weight" in tensors:
        level = 5 if "conv51.weight" in tensors else 4
        aux = ("11", "21", "31", "41", "51")[:level]
        part = small_part(tensors, level, decoder=False, aux=aux)
        found = {f"encoder.{key}": tensor for key, tensor in part.items()}
        facts = dict(DISTILLED)
    else:
        raise UserError(
            "gatys: no VGG-19 in these files (torchvision's vgg19-dcbb9e9d.pth, "
            "vgg_normalised.pth or wct_se_16x_e5.pth)"
        )
    return found, {
        "title": "Gatys, a painting by optimisation; any picture as style",
        **facts,
        "options": {"style_size": 512, "padding": padding},
    }


def _torchvision(tensors: Tensors) -> dict[str, Tensor]:
    """Leave out what lies deeper and the classifier, and fold the colours' norm into conv0."""
    used = {key: t for key, t in tensors.items() if key.rpartition(".")[0] in TORCHVISION}
    wanted = convs(FULL, 5, decoder=False)
    del wanted["conv0"]
    made = taken(used, TORCHVISION, wanted, "VGG-19 of torchvision")
    mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
    made |= {"conv0.weight": torch.diag(1 / std)[:, :, None, None], "conv0.bias": -mean / std}
    return {f"encoder.{key}": tensor for key, tensor in made.items()}


# how the files are known by a part of their keys, and what makes them ours
FORMATS: Mapping[str, tuple[re.Pattern[str], Callable[[Sequence[Tensors]], Made]]] = {
    "gatys": (re.compile(r"^features\.28\.weight$"), gatys),
}
