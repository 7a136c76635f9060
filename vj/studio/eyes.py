"""Any VGG file as the judge of a training: what a picture shows, and what it is made of.
Used by vj.studio.train_fast_style, with gradients; the networks themselves stay as they are.

Source: Gatys et al. 2016; Johnson et al. 2016 (the same as the losses of a network). A Gram matrix
is taken apart into mean and covariance: as one, the means outweigh all that is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.errors import UserError
from vj.infer.import_gatys import gatys
from vj.infer.import_vgg import IMAGENET_MEAN, IMAGENET_STD
from vj.infer.import_weights import read_source
from vj.infer.layout import rimmed

WANTED = "wct_se_16x_e4.pth, vgg_normalised.pth, or a VGG of torchvision (vgg16-..., vgg19-....pth)"
DEEPEST = "51"
_CONV = re.compile(r"features\.(\d+)\.weight$")
_NAMED = re.compile(r"encoder\.conv(\d\d)\.weight$")

Features = dict[str, Tensor]
Tensors = Mapping[str, Tensor]


class Eyes(nn.Module):
    """Convolutions named by stage and number, "11", "12", "21" ...; a stage has half the size.

    `style`: the names whose statistics tell what a picture is made of, the first of each stage;
    `content`: the one that tells what it shows.
    """

    def __init__(self, convs: Tensors, colours: tuple[Tensor, Tensor], reflect: bool) -> None:
        """Take each convolution's weight as NAME.weight and bias as NAME.bias; colours: conv0's."""
        super().__init__()
        names = [key.removesuffix(".weight") for key in convs if key.endswith(".weight")]
        self.layers = nn.ModuleDict({"0": _conv(*colours, 0)})
        for name in names:
            self.layers[name] = _conv(convs[f"{name}.weight"], convs[f"{name}.bias"], 1 - reflect)
        self.style = tuple(name for name in names if name[1] == "1")
        self.content = "42" if "42" in names else names[-1]
        self._names, self._reflect = names, reflect
        self.requires_grad_(False)

    def forward(self, pictures: Tensor) -> Features:
        """(B, 3, h, w) RGB 0..1 to the features of `style` and `content` by name."""
        x = self.layers["0"](pictures)
        found: Features = {}
        stage = "1"
        for name in self._names:
            if name[0] != stage:
                x, stage = F.max_pool2d(x, 2), name[0]
            x = F.relu(self.layers[name](rimmed(x, 1) if self._reflect else x))
            if name in self.style or name == self.content:
                found[name] = x
        return found


def _conv(weight: Tensor, bias: Tensor, padding: int) -> nn.Conv2d:
    conv = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], padding=padding)
    conv.load_state_dict({"weight": weight.float(), "bias": bias.float()})
    return conv


def load_eyes(path: Path) -> Eyes:
    """Read a VGG of any size from torchvision's, the normalised or the small distilled file.

    Raises: UserError when the file is absent or none of these.
    """
    if not path.is_file():
        raise UserError(f"no network to judge with at {path} (wanted: {WANTED})")
    tensors = read_source(path).tensors
    try:
        if "features.0.weight" in tensors:
            return _torchvision(tensors)
        made, _ = gatys([tensors])
        names = [match[1] for key in made if (match := _NAMED.match(key))]
        convs = {
            f"{name}.{part}": made[f"encoder.conv{name}.{part}"]
            for name in sorted(names)
            for part in ("weight", "bias")
        }
        colours = made["encoder.conv0.weight"], made["encoder.conv0.bias"]
        return Eyes(convs, colours, reflect=True)
    except (UserError, KeyError, IndexError, RuntimeError) as error:
        raise UserError(f"{path} is no VGG that can judge (wanted: {WANTED})") from error


def _torchvision(tensors: Tensors) -> Eyes:
    """Name the convolutions of any depth: a step of 3 places instead of 2 has a pooling in it."""
    places = sorted(int(match[1]) for key in tensors if (match := _CONV.match(key)))
    convs: dict[str, Tensor] = {}
    stage = number = 1
    for last, place in zip([places[0] - 2, *places], places, strict=False):
        if place - last not in (2, 3):
            raise KeyError("a VGG with norms in it")
        stage, number = (stage + 1, 1) if place - last == 3 else (stage, number)
        name = f"{stage}{number}"
        convs |= {f"{name}.{p}": tensors[f"features.{place}.{p}"] for p in ("weight", "bias")}
        number += 1
        if name == DEEPEST:
            break
    mean, std = torch.tensor(IMAGENET_MEAN), torch.tensor(IMAGENET_STD)
    return Eyes(convs, (torch.diag(1 / std)[:, :, None, None], -mean / std), reflect=False)


def spread(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean (B, C) and covariance (B, C, C) of the channels of (B, C, h, w), float32."""
    with torch.autocast(x.device.type, enabled=False):  # sums need their digits
        flat = x.flatten(2).float()
        mean = flat.mean(2)
        centred = flat - mean[:, :, None]
        return mean, centred @ centred.transpose(1, 2) / flat.shape[2]
