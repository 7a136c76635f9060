"""SqueezeNet 1.0 as trained on ImageNet, to start a network from that shall know what it looks at.
Read by `vj.studio.train_matte` for `--encoder`.

Source: Iandola et al. 2016. Two files hold it: torchvision's `squeezenet1_0-b66bff10.pth`, and the
arrays of Caffe's model (songhan/SqueezeNet-Deep-Compression, BSD) as an .npz.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.torch_file import read_torch_file

PLACES = {  # torchvision numbers its layers
    "features.0": "conv1",
    "features.3": "fire2",
    "features.4": "fire3",
    "features.5": "fire4",
    "features.7": "fire5",
    "features.8": "fire6",
    "features.9": "fire7",
    "features.10": "fire8",
    "features.12": "fire9",
}
MEANS, DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # torchvision: red, green, blue
CAFFE_MEANS = (123.0, 117.0, 104.0)  # red, green, blue 0..255
CAFFE_SCALE = 64.0  # to colours 0..255 its answers are in the hundreds
_BROKEN = (
    AttributeError,
    KeyError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


def read_squeezenet(path: Path) -> dict[str, Tensor]:
    """Return `conv1.weight`, `fire2.squeeze.weight`, ... for RGB pictures 0..1.

    Raises: UserError when the file is absent or holds something else.
    """
    if not path.is_file():
        raise UserError(f"no encoder at {path} (wanted: squeezenet1_0-b66bff10.pth)")
    try:
        found = _from_caffe(path) if path.suffix == ".npz" else _from_torchvision(path)
        if found["conv1.weight"].shape != (96, 3, 7, 7):
            raise ValueError("another first layer")
    except _BROKEN as error:
        raise UserError(f"{path} is not SqueezeNet 1.0, torchvision's .pth or an .npz") from error
    return found


def with_fewer(encoder: dict[str, Tensor], count: int, pictures: Tensor) -> dict[str, Tensor]:
    """Leave `count` of the first filters, those fire2 hears most of; they stand in for the rest.

    pictures: (B, 3, h, w) RGB 0..1, on which fire2's narrow layer is to answer as it did (least
    squares).
    """
    conv1 = F.conv2d(pictures, encoder["conv1.weight"], encoder["conv1.bias"], 2, padding=3)
    seen = F.max_pool2d(F.relu(conv1), 3, 2, 1).transpose(0, 1).flatten(1)  # (96, B * h/4 * w/4)
    weight, bias = encoder["fire2.squeeze.weight"][:, :, 0, 0], encoder["fire2.squeeze.bias"]
    kept = (seen.std(1) * weight.norm(dim=0)).topk(count).indices.sort().values
    answers = weight @ seen + bias[:, None]
    given = torch.cat((seen[kept], torch.ones_like(seen[:1])))
    again = torch.linalg.lstsq(given.T, answers.T).solution.T  # (16, count + 1)
    return {
        **encoder,
        "conv1.weight": encoder["conv1.weight"][kept],
        "conv1.bias": encoder["conv1.bias"][kept],
        "fire2.squeeze.weight": again[:, :-1, None, None].contiguous(),
        "fire2.squeeze.bias": again[:, -1].contiguous(),
    }


def _from_torchvision(path: Path) -> dict[str, Tensor]:
    state = read_torch_file(path)
    found = {}
    for name, value in state.items():
        first, second, rest = name.split(".", 2)
        if f"{first}.{second}" in PLACES:
            found[f"{PLACES[f'{first}.{second}']}.{rest}"] = value.float()
    weight = found["conv1.weight"] / torch.tensor(DEVIATIONS)[:, None, None]
    return found | _first(weight, found["conv1.bias"], MEANS)


def _from_caffe(path: Path) -> dict[str, Tensor]:
    with np.load(path, allow_pickle=False) as arrays:
        found = {
            name.replace("/", ".").replace("squeeze1x1", "squeeze"): torch.from_numpy(
                arrays[name].astype(np.float32)
            )
            for name in arrays.files
        }
    # nothing but convolutions and ReLU: smaller biases all the way make every answer smaller
    quiet = {n: v / CAFFE_SCALE if n.endswith("bias") else v for n, v in found.items()}
    weight = found["conv1.weight"].flip(1) * (255 / CAFFE_SCALE)  # it takes blue, green, red
    return quiet | _first(weight, quiet["conv1.bias"], tuple(m / 255 for m in CAFFE_MEANS))


def _first(weight: Tensor, bias: Tensor, means: tuple[float, ...]) -> dict[str, Tensor]:
    """The first layer for pictures whose means were not taken off."""
    taken = torch.einsum("oikl,i->o", weight, torch.tensor(means))
    return {"conv1.weight": weight, "conv1.bias": bias - taken}
