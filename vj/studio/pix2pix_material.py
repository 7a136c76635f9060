"""What a pix2pix training learns from: looks, their pictures, and the stylist who paints wishes.
Read once by vj.studio.train_pix2pix; turns each batch of cuts into a task on the device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.brush_network import Brush, Mixture, widths_of
from vj.infer.load import fill, read_weights
from vj.studio.drawings import Picture
from vj.studio.pictures import read_pictures
from vj.studio.pix2pix_losses import Task, middle, with_grain
from vj.studio.sketchbook import Batch, Source, read_pairs
from vj.studio.stylist import FILTERS, repainted

PLATE_SIDE = 320  # pixels: the shorter side at which the brush reads a style, as in the show
PAINTINGS_SHARE, ENOUGH_PAINTINGS = 0.2, 20  # a few paintings may not be seen all the time


@dataclass(frozen=True)
class Wanted:
    """One look to learn: a name, and at least one of the folders it is learned from."""

    name: str
    plates: Path | None = None  # pictures whose style the photos are repainted in
    paintings: Path | None = None  # pictures wanted as they are
    pairs: Path | None = None  # side-by-side pictures
    direction: str = "BtoA"


@dataclass(frozen=True)
class Stylist:
    """The frozen brush, and for every look its filter and style vector (None: never repaints)."""

    brush: Brush | None
    filters: Sequence[str]
    vectors: Sequence[Tensor | None]

    @torch.no_grad()
    def paint(self, photos: Tensor, look: int) -> Tensor:
        """Repaint photos (B, 3, h, w) 0..1 of one look."""
        vector, brush = self.vectors[look], self.brush
        assert vector is not None and brush is not None

        def in_palette(pictures: Tensor, vectors: Tensor) -> Tensor:
            h, w = pictures.shape[2:]
            wide = F.pad(pictures, (0, -w % 8, 0, -h % 8), mode="replicate")
            wide = wide.contiguous(memory_format=torch.channels_last)
            painted: Tensor = brush.painter(wide, Mixture(vectors.expand(len(wide), -1)))
            return painted[:, :, :h, :w]

        return repainted(photos, vector, in_palette, self.filters[look])


def read_material(
    wanted: Sequence[Wanted], photo_folders: Sequence[Path], brush: Path, device: str
) -> tuple[list[Source], Stylist]:
    """Read all pictures, and the brush if a look needs it.

    Raises: UserError for a missing folder, no looks, or photos without a look to repaint them in.
    """
    if not wanted:
        raise UserError(
            "say what to learn: --look NAME=PLATES, --paintings NAME=DIR or --pairs DIR"
        )
    repaints = any(look.plates for look in wanted)
    if repaints and not photo_folders:
        raise UserError("--look repaints photos in the style of its plates: give --photos DIR")
    photos = read_pictures(photo_folders, "photos") if repaints else []
    network = _brush(brush, device) if repaints else None
    sources: list[Source] = []
    vectors: list[Tensor | None] = []
    for number, look in enumerate(wanted):
        paintings = read_pictures([look.paintings], "paintings") if look.paintings else []
        sources.append(
            Source(
                look=number,
                photos=photos if look.plates else (),
                targets=paintings,
                pairs=read_pairs(look.pairs, look.direction) if look.pairs else (),
                share=PAINTINGS_SHARE * min(1.0, len(paintings) / ENOUGH_PAINTINGS),
            )
        )
        vectors.append(_palette(network, look.plates, device) if look.plates and network else None)
    filters = [look.name if look.name in FILTERS else "plain" for look in wanted]
    return sources, Stylist(network, filters, vectors)


def task_of(batch: Batch, stylist: Stylist, dice: torch.Generator, device: str) -> Task:
    """Put a batch on the device and have the pictures painted that need it."""
    pictures = _on(batch.pictures, device)
    for look in sorted(set(batch.looks[batch.repaint].tolist())):
        # also those that stay: every batch of a look then has one size, which cuDNN has tuned for
        chosen = torch.nonzero(batch.looks == look)[:, 0]
        repaint = batch.repaint[chosen].view(-1, 1, 1, 1).to(device)
        chosen = chosen.to(device)
        kept = pictures[chosen]
        pictures[chosen] = torch.where(repaint, stylist.paint(kept, look), kept)
    drawings = with_grain(_on(batch.drawings, device), dice)
    again = _on(batch.again, device)
    return Task(
        size=batch.size,
        drawings=drawings,
        again=torch.cat((again, drawings[: len(again), 3:]), 1),
        wanted=middle(pictures, batch.size).contiguous(memory_format=torch.channels_last),
        looks=batch.looks.to(device),
    )


def tensor(picture: Picture) -> Tensor:
    """A picture (h, w, 3) uint8 as (1, 3, h, w) float32 0..1."""
    return torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255


def _on(pictures: Tensor, device: str) -> Tensor:
    return pictures.to(device, non_blocking=True).float() / 255


def _brush(path: Path, device: str) -> Brush:
    card = read_card(path)
    weights = {name: value.float() for name, value in read_weights(card).items()}
    network = Brush(widths_of(weights))
    fill(network, weights, card)
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return network.eval().requires_grad_(False)


@torch.no_grad()
def _palette(network: Brush, folder: Path, device: str) -> Tensor:
    """The mean of the plates' style vectors, (1, V): one look is one palette."""
    codes = []
    for plate in read_pictures([folder], "plates"):
        scale = PLATE_SIDE / min(plate.shape[:2])
        size = [max(32, round(side * scale)) for side in plate.shape[:2]]
        picture = F.interpolate(
            tensor(plate), size, mode="bilinear", antialias=True, align_corners=False
        )
        codes.append(network.style(picture.to(device)))
    return torch.cat(codes).mean(0, keepdim=True)
