"""A narrower `edges` that paints what a wider one paints: which channels stay, and its lessons.
Used by vj.studio.train_slim. Why and from whom: see vj.studio.slim_brush.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.models.edges import INPUTS, LOOKS, Network, Widths, looks_of, widths_of
from vj.studio.pictures import Picture
from vj.studio.pix2pix_losses import middle, with_grain
from vj.studio.sketchbook import Recipe, Sketchbook, Source
from vj.studio.slim_channels import incoming, outgoing, strongest

# a level's blocks, what else makes its channels, and what else reads them
LEVELS = {
    "quarter": (("quarter.0", "quarter_again.0"), ("stem", "from_eighth"), ("to_eighth", "narrow")),
    "eighth": (
        ("eighth.0", "eighth.1", "eighth_again.0"),
        ("to_eighth", "from_deep"),
        ("to_deep", "from_eighth"),
    ),
    "deep": (("deep.0", "deep.1"), ("to_deep", "from_deepest"), ("to_deepest", "from_deep")),
    "deepest": (("deepest.0", "deepest.1"), ("to_deepest",), ("from_deepest",)),
}
# blocks in the order the network meets them, each with its level
BLOCKS = (
    ("quarter.0", "quarter"),
    ("eighth.0", "eighth"),
    ("eighth.1", "eighth"),
    ("deep.0", "deep"),
    ("deep.1", "deep"),
    ("deepest.0", "deepest"),
    ("deepest.1", "deepest"),
    ("eighth_again.0", "eighth"),
    ("quarter_again.0", "quarter"),
)


def narrowed(tensors: Mapping[str, Tensor], wanted: Widths) -> dict[str, Tensor]:
    """Weights of a network of the wanted widths: the strongest channels of these, float32.

    Raises: UserError when the wanted widths are wider than those of the weights.
    """
    have = widths_of(tensors)
    levels = (*LEVELS, "half")
    if any(getattr(wanted, level) > getattr(have, level) for level in levels):
        raise UserError("edges can be made narrower from its weights, not wider")
    parts = {
        name.removeprefix("painter.").replace(".conv", "").removesuffix(".weight"): value.float()
        for name, value in tensors.items()
        if name.startswith("painter.") and name.endswith(".weight")
    }
    chosen = {level: strongest(_scores(parts, level), getattr(wanted, level)) for level in LEVELS}
    inner = {
        block: strongest(
            outgoing(parts[f"{block}.first"]) + incoming(parts[f"{block}.second"]),
            getattr(wanted, level),
        )
        for block, level in BLOCKS
    }
    detail = incoming(parts["detail"])
    narrow = strongest(outgoing(parts["narrow"]) + detail[: have.half], wanted.half)
    half = strongest(outgoing(parts["detail"]) + incoming(parts["full"]), wanted.half)
    drawn = torch.arange(4 * INPUTS) + have.half
    places = {
        "stem": (torch.arange(16 * INPUTS), chosen["quarter"]),
        "to_eighth": (chosen["quarter"], chosen["eighth"]),
        "to_deep": (chosen["eighth"], chosen["deep"]),
        "to_deepest": (chosen["deep"], chosen["deepest"]),
        "from_deepest": (chosen["deepest"], chosen["deep"]),
        "from_deep": (chosen["deep"], chosen["eighth"]),
        "from_eighth": (chosen["eighth"], chosen["quarter"]),
        "narrow": (chosen["quarter"], narrow),
        "detail": (torch.cat((narrow, drawn)), half),
        "full": (half, torch.arange(32)),
        "last": (torch.arange(8), torch.arange(3)),
    }
    for block, level in BLOCKS:
        places[f"{block}.first"] = chosen[level], inner[block]
        places[f"{block}.second"] = inner[block], chosen[level]
    out: dict[str, Tensor] = {}
    for name in (name for name in tensors if name.startswith("painter.")):
        part = name.removeprefix("painter.").replace(".conv", "").rpartition(".")[0]
        inputs, outputs = places[part]
        value = tensors[name].float()[outputs]
        out[name] = value[:, inputs] if name.endswith(".weight") else value
    norms = [channels for block, level in BLOCKS for channels in (chosen[level], inner[block])]
    widths = [getattr(have, level) for _, level in BLOCKS for _ in range(2)]
    rows, start = [], 0
    for channels, width in zip(
        (*norms, chosen["quarter"], half), (*widths, have.quarter, have.half), strict=True
    ):
        rows += [start + channels, start + width + channels]
        start += 2 * width
    for look in looks_of(tensors):
        out[LOOKS + look] = tensors[LOOKS + look].float()[torch.cat(rows)]
    return out


def _scores(parts: Mapping[str, Tensor], level: str) -> Tensor:
    blocks, makers, readers = LEVELS[level]
    made = [outgoing(parts[name]) for name in (*makers, *(f"{b}.second" for b in blocks))]
    read = [incoming(parts[name]) for name in (*readers, *(f"{b}.first" for b in blocks))]
    return torch.stack([*made, *read]).sum(0)


class EdgesLessons:
    """The wider network shows how drawings of all kinds are painted, the narrower one tries."""

    def __init__(
        self, tensors: Mapping[str, Tensor], wanted: Widths, photos: Sequence[Picture], device: str
    ) -> None:
        looks = looks_of(tensors)
        self._device = device
        self._sources = [Source(look=n, targets=photos, share=1.0) for n in range(len(looks))]
        self._teacher = Network(looks, widths_of(tensors))
        self._teacher.load_state_dict({name: value.float() for name, value in tensors.items()})
        self._teacher.requires_grad_(False)
        self.pupil = Network(looks, wanted)
        self.pupil.load_state_dict(narrowed(tensors, wanted))
        for network in (self._teacher, self.pupil):
            network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]

    def groups(self) -> list[dict[str, object]]:
        """What learns, and how fast."""
        return [
            {"params": list(self.pupil.painter.parameters()), "share": 1.0},
            {"params": list(self.pupil.looks.parameters()), "share": 3.0},
        ]

    def example(self, batch: int, size: int, dice: torch.Generator) -> tuple[Tensor, Tensor]:
        """Paint drawings: what the pupil makes of them and what is wanted, (B, 3, size, size)."""
        page = int(torch.randint(2**31, (), generator=dice))
        drawn = Sketchbook(self._sources, Recipe(batch, (size,), seed=page))[0]
        drawings = middle(drawn.drawings.to(self._device).float() / 255, size)
        drawings = with_grain(drawings, dice).contiguous(memory_format=torch.channels_last)
        looks = drawn.looks.to(self._device)
        with torch.no_grad():
            wanted = self._teacher.painter(drawings, self._teacher.vectors()[looks])
        return self.pupil.painter(drawings, self.pupil.vectors()[looks]), wanted

    def settle(self) -> None:
        """After a step: the four sub-pixels stay alike."""
        self.pupil.painter.tie()
