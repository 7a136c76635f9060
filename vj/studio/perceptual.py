"""How alike two pictures look: features of a small pre-trained VGG-19, frozen.
Used by the trainers in `vj.studio` as the yardstick for content and style.

Source: Wang et al. 2020, Collaborative Distillation (MIT), file `wct_se_16x_e4.pth` made from
github.com/MingSun-Tse/Collaborative-Distillation; the losses follow Gatys et al. 2016 and
Huang and Belongie 2017.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vj.core.errors import UserError
from vj.infer.layout import rimmed
from vj.infer.torch_file import read_torch_file

LAYERS = ("11", "12", "21", "22", "31", "32", "33", "34", "41")
TAPS = ("11", "21", "31", "41")
POOLED_AFTER = ("12", "22", "34")


@dataclass(frozen=True)
class Look:
    """Style statistics of a batch: per tap the channel means, deviations and covariances.

    The first tap, as large as the picture, has no covariances.
    """

    means: tuple[Tensor, ...]
    deviations: tuple[Tensor, ...]
    covariances: tuple[Tensor, ...]


class Perceptual(nn.Module):
    """The encoder up to conv4_1, 16 times smaller than VGG-19, without gradients of its own."""

    def __init__(self, state: dict[str, Tensor]) -> None:
        super().__init__()
        self.layers = nn.ModuleDict()
        for name in ("0", *LAYERS):
            weight = state[f"conv{name}.weight"]
            conv = nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2])
            conv.load_state_dict({"weight": weight, "bias": state[f"conv{name}.bias"]})
            self.layers[name] = conv
        self.requires_grad_(False)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """(B, 3, h, w) RGB 0..1 to the feature maps of TAPS."""
        x = self.layers["0"](pictures)
        taps: dict[str, Tensor] = {}
        for name in LAYERS:
            x = F.relu(self.layers[name](rimmed(x, 1)))
            if name in TAPS:
                taps[name] = x
            if name in POOLED_AFTER:
                x = F.max_pool2d(x, 2)
        return taps


def load_perceptual(path: Path) -> Perceptual:
    """Read the encoder file.

    Raises: UserError when the file is absent or is not this encoder.
    """
    if not path.is_file():
        raise UserError(f"no perceptual network at {path} (wanted: wct_se_16x_e4.pth)")
    try:
        return Perceptual(read_torch_file(path)["model"])
    except (KeyError, RuntimeError, TypeError, ValueError) as error:
        raise UserError(f"{path} is not the 16x encoder wct_se_16x_e4.pth") from error


def look(features: dict[str, Tensor]) -> Look:
    """Measure the style of feature maps: (B, C) means and deviations, (B, C, C) covariances."""
    means, deviations, covariances = [], [], []
    with torch.autocast(features[TAPS[0]].device.type, enabled=False):  # sums need their digits
        for name in TAPS:
            flat = features[name].flatten(2).float()  # (B, C, n)
            mean = flat.mean(2)
            centred = flat - mean[:, :, None]
            means.append(mean)
            if name == TAPS[0]:
                variance = centred.square().mean(2)
            else:
                covariances.append(centred @ centred.transpose(1, 2) / flat.shape[2])
                variance = covariances[-1].diagonal(dim1=1, dim2=2)
            deviations.append(torch.sqrt(variance + 1e-4))
    return Look(tuple(means), tuple(deviations), tuple(covariances))


def mixed_look(first: Look, second: Look, share: Tensor) -> Look:
    """Blend two looks; share (B,) 0..1 is how much of the second."""

    def blend(a: tuple[Tensor, ...], b: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return tuple(
            torch.lerp(x, y, share.view(-1, *[1] * (x.dim() - 1)))
            for x, y in zip(a, b, strict=True)
        )

    return Look(
        blend(first.means, second.means),
        blend(first.deviations, second.deviations),
        blend(first.covariances, second.covariances),
    )


def style_distance(got: Look, wanted: Look, adain: bool = False) -> Tensor:
    """How far a look is from the wanted one, (B,), about 1 per unrelated picture and tap.

    adain: by means and deviations alone, which `vj bench quality` measures as well.
    """
    total = torch.zeros(got.means[0].shape[0], device=got.means[0].device)
    for i in range(len(TAPS)):
        # the small constants keep a plate of one flat colour from dividing by nothing
        size = wanted.deviations[i].square().mean(1) + (1e-3 if adain else 1e-2)
        total = total + (got.means[i] - wanted.means[i]).square().mean(1) / size
        total = total + (got.deviations[i] - wanted.deviations[i]).square().mean(1) / size
    for ours, theirs in () if adain else zip(got.covariances, wanted.covariances, strict=True):
        spread = (ours - theirs).square().mean((1, 2))
        total = total + spread / (theirs.square().mean((1, 2)) + 1e-3)
    return total / len(TAPS)


def content_distance(
    got: dict[str, Tensor], wanted: dict[str, Tensor], adain: bool = False
) -> Tensor:
    """How far shapes moved, (B,): colour and contrast do not count, thanks to instance norm.

    adain: by the deepest features alone.
    """
    total = torch.zeros(got["41"].shape[0], device=got["41"].device)
    for name, weight in (("41", 1.0), ("31", 0.5))[: 1 if adain else 2]:
        a = F.instance_norm(got[name].float())
        b = F.instance_norm(wanted[name].float())
        total = total + weight * (a - b).square().mean((1, 2, 3))
    return total
