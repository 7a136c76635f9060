"""What the matte sees at one step of its training: people where they stood, people moved elsewhere,
crowds, and places without anybody. A step's batch depends on its number and the seed alone.

Made on the device the network is trained on, by `vj.studio.train_matte`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.studio.matte_light import lit
from vj.studio.matte_pictures import SIDE, Album


@dataclass(frozen=True)
class Recipe:
    """What one batch looks like; the shares are of its pictures."""

    batch: int = 32
    sizes: tuple[tuple[int, int], ...] = ((112, 192), (112, 192), (128, 176), (192, 112))
    natural: float = 0.45  # people where they were photographed
    nobody: float = 0.1
    crowd: float = 0.35  # a second person, smaller
    covered: float = 0.2  # something stands before the people
    edge: float = 2.0  # weight of the outline's slope
    dice: float = 0.5
    steady: float = 1.0  # weight of answering alike when the picture hardly moved


@dataclass(frozen=True)
class Batch:
    """One step's pictures."""

    pictures: Tensor  # (B, 3, h, w) 0..1
    masks: Tensor  # (B, 1, h, w) 0..1


class Dice:
    """All chance of one step: numbers from the CPU, so that they are the same on every device."""

    def __init__(self, seed: int, step: int, device: str) -> None:
        self._chance = torch.Generator().manual_seed(seed * 1_000_003 + step)
        self.device = device

    def between(self, low: float, high: float, *shape: int) -> Tensor:
        """Uniform numbers of a shape, on the device."""
        numbers = torch.rand(shape, generator=self._chance) * (high - low) + low
        return numbers.to(self.device, non_blocking=True)

    def yes(self, share: float, count: int) -> Tensor:
        """(count, 1, 1, 1) ones and zeros, on the device."""
        return (self.between(0, 1, count, 1, 1, 1) < share).float()

    def whole(self, below: int) -> int:
        """One whole number."""
        return int(torch.randint(below, (), generator=self._chance))

    def number(self, low: float, high: float) -> float:
        """One uniform number."""
        return low + (high - low) * float(torch.rand((), generator=self._chance))

    def some(self, album: Album, count: int) -> Tensor:
        """Which pictures to take, every folder as likely as the others; on the CPU."""
        groups = torch.randint(len(album.groups), (count,), generator=self._chance).tolist()
        picks = [album.groups[g] for g in groups]
        return torch.stack([pick[self.whole(len(pick))] for pick in picks])

    def noise(self, *shape: int) -> Tensor:
        """Normal noise made on the device."""
        seed = self.whole(2**31)
        source = torch.Generator(self.device).manual_seed(seed)
        return torch.randn(shape, generator=source, device=self.device)


def make_batch(recipe: Recipe, people: Album, places: Album, dice: Dice) -> Batch:
    """Roll one batch."""
    height, width = recipe.sizes[dice.whole(len(recipe.sizes))]
    count = recipe.batch
    natural = round(recipe.natural * count)
    nobody = round(recipe.nobody * count)
    chosen = dice.some(people, natural), dice.some(places, count - natural)
    base = torch.cat(
        [
            _cut(album, picks, _views(album, picks, (height, width), dice))
            for album, picks in zip((people, places), chosen, strict=True)
        ]
    )
    picture, mask = base[:, :3], base[:, 3:]
    picture = _gained(picture, dice, 0.15)
    pasted = torch.zeros(count, 1, 1, 1, device=dice.device)
    pasted[natural : count - nobody] = 1.0
    for nearness, share in (((0.45, 1.7), 1.0), ((0.2, 0.6), recipe.crowd)):
        picks = dice.some(people, count)
        poses = _poses(people, picks, (height, width), nearness, dice)
        layer = _cut(people, picks, poses, alone=True)
        also = pasted if share == 1.0 else pasted * dice.yes(share, count)
        also = torch.maximum(also, _first(dice.yes(0.12, count), natural))
        # the rim of a cut-out still shows where it was photographed
        alpha = ((layer[:, 3:] - 0.35) / 0.55).clamp(0, 1) * also
        picture = picture + (_gained(layer[:, :3], dice, 0.4) - picture) * alpha
        mask = torch.maximum(mask, alpha)
    picture, mask = _covered(picture, mask, places, recipe.covered, dice)
    return Batch(lit(picture, dice), mask)


def _first(flags: Tensor, count: int) -> Tensor:
    flags[count:] = 0
    return flags


def _cut(album: Album, picks: Tensor, views: Tensor, alone: bool = False) -> Tensor:
    """Cut views (B, h, w, 2), in source pixels (column, row), out of pictures: (B, 4, h, w) 0..1.

    What lies beyond a picture is the picture mirrored; alone, nobody is there.
    """
    device = album.sheets.device
    size = album.sizes[picks].flip(1).to(device)[:, None, None]  # (B, 1, 1, 2)
    inside = ((views > 0) & (views < size)).all(-1)[:, None]  # (B, 1, h, w)
    views = size - (views.abs() - size).abs()
    views = views.clamp(0.5).minimum(size - 0.5) * (2 / SIDE) - 1
    sheets = album.sheets[picks.to(device)].float() / 255
    cut = F.grid_sample(sheets, views, mode="bilinear", align_corners=False)
    return torch.cat((cut[:, :3], cut[:, 3:] * inside), 1) if alone else cut


def _plane(size: tuple[int, int], dice: Dice) -> Tensor:
    """Pixel centres (1, h, w, 2) as (column, row) from the middle of the picture."""
    rows = torch.arange(size[0], device=dice.device) + 0.5 - size[0] / 2
    columns = torch.arange(size[1], device=dice.device) + 0.5 - size[1] / 2
    grid = torch.meshgrid(rows, columns, indexing="ij")
    return torch.stack((grid[1], grid[0]), -1)[None]


def _turned(plane: Tensor, scale: Tensor, lean: float, dice: Dice) -> Tensor:
    """Scale (source pixels per pixel, (B,)), turn, shear and mirror the plane around 0."""
    count = len(scale)
    angle = dice.between(-lean, lean, count)
    stretch = torch.exp(dice.between(-0.12, 0.12, count))
    shear = dice.between(-lean / 2, lean / 2, count)
    mirror = torch.where(dice.between(0, 1, count) < 0.5, -1.0, 1.0)
    cos, sin = torch.cos(angle), torch.sin(angle)
    rows = torch.stack((cos * stretch * mirror, (shear - sin) * mirror), -1)
    down = torch.stack((sin * stretch, cos), -1)
    matrix = torch.stack((rows, down), 1) * scale[:, None, None]  # (B, 2, 2)
    return torch.einsum("bij,bhwj->bhwi", matrix, plane.expand(count, -1, -1, -1))


def _views(album: Album, picks: Tensor, size: tuple[int, int], dice: Dice) -> Tensor:
    """Views of whole pictures, from a little too far to close up, near the people in them."""
    count = len(picks)
    sizes, boxes = album.sizes[picks].to(dice.device), album.boxes[picks].to(dice.device)
    wanted = torch.tensor(size, device=dice.device, dtype=torch.float32)
    cover = (sizes / wanted).amin(1)  # source pixels per pixel when the picture just covers the cut
    scale = cover * torch.exp(dice.between(math.log(0.55), math.log(1.35), count))
    somebody = (boxes[:, 2:3] > 0).float()
    aim = somebody * (boxes[:, :2] + boxes[:, 2:]) / 2 + (1 - somebody) * sizes / 2
    free = (sizes - scale[:, None] * wanted).clamp(min=0) / 2
    spread = dice.between(-1, 1, count, 2)
    reach = free * somebody * 0.6 + free * (1 - somebody)
    centre = (aim + spread * reach).maximum(sizes / 2 - free).minimum(sizes / 2 + free)
    return _turned(_plane(size, dice), scale, 0.12, dice) + centre.flip(1)[:, None, None]


def _poses(
    album: Album, picks: Tensor, size: tuple[int, int], nearness: tuple[float, float], dice: Dice
) -> Tensor:
    """Views that put people of a chosen height (in picture heights) somewhere into the picture."""
    count = len(picks)
    sizes, boxes = album.sizes[picks].to(dice.device), album.boxes[picks].to(dice.device)
    tall = (boxes[:, 2] - boxes[:, 0]).clamp(min=8)
    height = torch.exp(dice.between(math.log(nearness[0]), math.log(nearness[1]), count)) * size[0]
    scale = (tall / height).clamp(0.25, 2.5)
    height = tall / scale
    # people cut off by their picture's lower edge would float above ours
    cut_off = boxes[:, 2] > sizes[:, 0] - 3
    low = torch.where(cut_off, dice.between(1.0, 1.25, count), dice.between(0.7, 1.15, count))
    # so far down that nothing but hair is left teaches nothing
    bottom = (low * size[0]).minimum(0.35 * size[0] + height)
    bottom = torch.where(cut_off, bottom.clamp(min=1.0 * size[0]), bottom)
    across = dice.between(-0.45, 0.45, count) * size[1]
    up = bottom - height / 2 - size[0] / 2  # rows from our middle to theirs
    plane = _plane(size, dice) - torch.stack((across, up), -1)[:, None, None]
    middle = (boxes[:, :2] + boxes[:, 2:]).flip(1) / 2
    return _turned(plane, scale, 0.25, dice) + middle[:, None, None]


def _gained(picture: Tensor, dice: Dice, reach: float) -> Tensor:
    """Every picture in its own light, so that a paste is not given away by nor taken for it."""
    count = len(picture)
    gain = torch.exp(dice.between(-reach, reach, count, 1, 1, 1))
    gain = gain * torch.exp(dice.between(-reach / 2, reach / 2, count, 3, 1, 1))
    return (picture * gain).clamp(0, 1)


def _covered(
    picture: Tensor, mask: Tensor, places: Album, share: float, dice: Dice
) -> tuple[Tensor, Tensor]:
    """Put a piece of somewhere else before some of the people."""
    count, _, height, width = picture.shape
    picks = dice.some(places, count)
    layer = _cut(places, picks, _views(places, picks, (height, width), dice))[:, :3]
    coarse = dice.between(0, 1, count, 1, 3, 4)
    cloud = F.interpolate(coarse, (height, width), mode="bicubic", align_corners=True)
    alpha = ((cloud - 0.78) * 30).clamp(0, 1) * dice.yes(share, count)
    return picture + (layer - picture) * alpha, mask * (1 - alpha)
