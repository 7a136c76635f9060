"""A narrower brush that paints what a wider one paints: which channels stay, and its lessons.
Used by vj.studio.train_slim.

A brush uses few of the channels it was given; those that hardly count are left out, and what they
did is learned by the others from the wider brush, in styles and mixtures of all kinds.

Source: Li et al. 2017 (channels by the size of their filters), Hinton et al. 2015 (distillation).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.brush_network import COLOURS, Brush, Mixture, Widths, widths_of
from vj.infer.models.brush import resized
from vj.studio.pictures import Picture, chance, photo, picked, varied_style
from vj.studio.slim_channels import incoming, outgoing, strongest

PLATE, OWN = 192, 128  # pixels: sides of a style cut, and of a picture taken for its own style
MIXED, TO_SELF = 0.35, 0.25  # of the steps: two styles, and a style with the picture's own


def narrowed(tensors: Mapping[str, Tensor], wanted: Widths) -> dict[str, Tensor]:
    """Weights of a brush of the wanted widths: the strongest channels of these weights, float32.

    Further residual blocks at the end are left out.
    Raises: UserError when the wanted widths are wider than those of the weights.
    """
    have = widths_of(tensors)
    pairs = ((have.quarter, wanted.quarter), (have.eighth, wanted.eighth), (have.half, wanted.half))
    if any(new > old for old, new in pairs) or wanted.blocks > have.blocks:
        raise UserError("a brush can be made narrower from its weights, not wider")
    conv = {
        name.split(".", 1)[1].removesuffix(".conv.weight"): value.float()
        for name, value in tensors.items()
        if name.startswith("painter.") and name.endswith(".conv.weight")
    }
    starts = [2 * sum(have.norms[:n]) for n in range(len(have.norms))]
    bias = tensors["style.mlp.4.bias"].float()
    gains = [(1 + bias[at : at + n]).abs() for at, n in zip(starts, have.norms, strict=True)]
    first, last = range(0, 2 * wanted.blocks, 2), len(gains) - 1
    readers = torch.stack([incoming(conv[f"blocks.{n}"]) for n in first]).mean(0)
    quarter = strongest(
        gains[0] * (incoming(conv["down"]) + 1)
        + outgoing(conv["up"])
        + gains[last - 1] * incoming(conv["narrow"]),
        wanted.quarter,
    )
    eighth = strongest(gains[1] * (readers + incoming(conv["up"])), wanted.eighth)
    inner = {
        n: strongest(gains[2 + n] * incoming(conv[f"blocks.{n + 1}"]), wanted.eighth) for n in first
    }
    few = 2 * have.half - COLOURS
    narrow = strongest(
        outgoing(conv["narrow"]) * incoming(conv["detail"])[:few], 2 * wanted.half - COLOURS
    )
    half = strongest(gains[last] * incoming(conv["full"]), wanted.half)
    each = strongest(incoming(conv["last"]), wanted.half // 2)
    full = torch.cat([each + n * have.half // 2 for n in range(4)])
    layers = {
        "stem": (torch.arange(48), quarter),
        "down": (quarter, eighth),
        "up": (eighth, quarter),
        "narrow": (quarter, narrow),
        "detail": (torch.cat((narrow, torch.arange(COLOURS) + few)), half),
        "full": (half, full),
        "last": (each, torch.arange(3)),
    }
    kept = [quarter, eighth]
    for n in first:
        layers |= {f"blocks.{n}": (eighth, inner[n]), f"blocks.{n + 1}": (inner[n], eighth)}
        kept += [inner[n], eighth]
    kept += [quarter, half]
    out = {name: value.float() for name, value in tensors.items() if name.startswith("style.")}
    for name, (inputs, outputs) in layers.items():
        out[f"painter.{name}.conv.weight"] = conv[name][outputs][:, inputs]
        out[f"painter.{name}.conv.bias"] = tensors[f"painter.{name}.conv.bias"].float()[outputs]
    norms = [0, 1, *range(2, 2 + 2 * wanted.blocks), last - 1, last]
    rows = torch.cat(
        [
            torch.cat((starts[n] + channels, starts[n] + have.norms[n] + channels))
            for n, channels in zip(norms, kept, strict=True)
        ]
    )
    for part in ("weight", "bias"):
        out[f"style.mlp.4.{part}"] = tensors[f"style.mlp.4.{part}"].float()[rows]
    return out


class BrushLessons:
    """The wider brush shows how a picture is painted in a style, the narrower one tries."""

    def __init__(
        self,
        tensors: Mapping[str, Tensor],
        wanted: Widths,
        photos: Sequence[Picture],
        styles: Sequence[Picture],
        device: str,
    ) -> None:
        self._photos, self._styles, self._device = photos, styles, device
        self._teacher = Brush(widths_of(tensors))
        self._teacher.load_state_dict({name: value.float() for name, value in tensors.items()})
        self.pupil = Brush(wanted)
        self.pupil.load_state_dict(narrowed(tensors, wanted))
        for brush in (self._teacher, self.pupil):
            brush.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        # a style is seen as before; only what it turns into is learned
        self._teacher.requires_grad_(False)
        self.pupil.style.requires_grad_(False)
        self.pupil.style.mlp[-1].requires_grad_(True)

    def groups(self) -> list[dict[str, object]]:
        """What learns, and how fast."""
        return [
            {"params": list(self.pupil.painter.parameters()), "share": 1.0},
            {"params": list(self.pupil.style.mlp[-1].parameters()), "share": 0.3},
        ]

    def example(self, batch: int, size: int, dice: torch.Generator) -> tuple[Tensor, Tensor]:
        """Paint some cuts: what the pupil makes of them and what is wanted, (B, 3, size, size)."""
        cuts = torch.cat([photo(picked(self._photos, dice), size, dice) for _ in range(batch)])
        cuts = cuts.to(self._device, memory_format=torch.channels_last)
        with torch.no_grad():
            seen = self._seen(self._plates(batch, dice))
            if chance(dice, 0, 1) < MIXED:
                seen = self._mixed(seen, self._seen(self._plates(batch, dice)), dice)
            if chance(dice, 0, 1) < TO_SELF:
                seen = self._mixed(seen, self._seen(resized(cuts, (OWN, OWN))), dice)
            wanted = self._teacher.painter(cuts, Mixture(self._teacher.style.mlp[-1](seen)))
        return self.pupil.painter(cuts, Mixture(self.pupil.style.mlp[-1](seen))), wanted

    def settle(self) -> None:
        """After a step: the four sub-pixels stay alike."""
        self.pupil.painter.tie()

    def _plates(self, batch: int, dice: torch.Generator) -> Tensor:
        plates = [varied_style(picked(self._styles, dice), PLATE, dice) for _ in range(batch)]
        return torch.cat(plates).to(self._device)

    def _seen(self, pictures: Tensor) -> Tensor:
        """What both brushes make their style vectors from, by one linear layer each."""
        x = self._teacher.style.facts(pictures)
        for layer in list(self._teacher.style.mlp)[:-1]:
            x = layer(x)
        return x

    @staticmethod
    def _mixed(one: Tensor, other: Tensor, dice: torch.Generator) -> Tensor:
        share = torch.rand((len(one), 1), generator=dice).to(one.device)
        return torch.lerp(one, other, share)
