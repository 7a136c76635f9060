"""One camera picture to one stylised picture: matte, edges chain, style mixture, network.
Called by the infer process for every picture and by the studio; knows no process and no mailbox."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vj.core.types import Pixels
from vj.infer.colour import kept
from vj.infer.ease import eased
from vj.infer.edges import EdgeChain, settings
from vj.infer.mattes_ready import Mattes
from vj.infer.plain_places import TEXTURE, Coat, repainted
from vj.infer.protocol import Mix, Model, Style
from vj.infer.styles import LEAST_ZOOM, MOST_ZOOM, OWN, Shelf
from vj.infer.want import Want

FAINT = 1e-3  # of a share: sums of rounded shares are not quite 1
COARSE = 4  # the weights are built at 1/4 of the picture's size


def weights(
    person: Mix, background: Mix, matte: NDArray[np.uint8], strength: float
) -> tuple[list[str], NDArray[np.float32]]:
    """Lay the two regions' style mixtures into one list of styles with a weight map each.

    matte: (h, w) uint8, 255 = person. strength: 0..1.
    Returns the K style names and weights (K, h/4, w/4) float32 that sum to `strength` times the
    mixture's own sum per pixel, or (K, 1, 1) when they are the same everywhere. A region without
    styles has weights of 0.
    """
    shares: dict[str, list[float]] = {}
    for region, mix in enumerate((person, background)):
        for name, share in mix:
            if share > 0:
                shares.setdefault(name, [0.0, 0.0])[region] += share
    table = np.array(list(shares.values()), np.float32).reshape(-1, 2) * strength
    if not shares or np.array_equal(table[:, 0], table[:, 1]):
        return list(shares), table[:, :1, None]
    height, width = matte.shape
    size = (max(width // COARSE, 1), max(height // COARSE, 1))
    small = cv2.resize(matte, size, interpolation=cv2.INTER_AREA)
    inside = small.astype(np.float32) / 255
    if inside.max() == 0 or inside.min() == 1:
        table = table[:, :1] if inside.max() else table[:, 1:]
        used = table[:, 0] > 0
        return [name for name, use in zip(shares, used, strict=True) if use], table[used, :, None]
    maps = table[:, :1, None] * inside + table[:, 1:, None] * (1 - inside)
    return list(shares), maps.astype(np.float32)


def as_tensor(pixels: Pixels, device: str) -> Tensor:
    """Turn (h, w, 4) uint8 into (1, 3, h, w) float32 0..1 on a device; alpha is left out."""
    rgb = torch.from_numpy(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB)).to(device)
    return rgb.permute(2, 0, 1)[None].to(torch.float32).mul_(1 / 255)


def as_pixels(picture: Tensor, alpha: NDArray[np.uint8]) -> Pixels:
    """Turn (1, 3, h, w) 0..1 and a matte (h, w) into (h, w, 4) uint8.

    Raises: ValueError when the picture is not finite.
    """
    levels = picture[0].permute(1, 2, 0).float().mul(255).add_(0.5)
    if not bool(torch.isfinite(levels.sum())):
        raise ValueError("the network's picture holds values that are not finite")
    rgb = levels.clamp_(0, 255).to(torch.uint8).contiguous().cpu().numpy()
    out = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA), np.uint8)
    cv2.insertChannel(np.ascontiguousarray(alpha), out, 3)
    return out


def padded(pixels: Pixels, multiple: int) -> Pixels:
    """Extend right and bottom to the next multiple by reflection; any (h, w, 4) uint8."""
    down, right = -pixels.shape[0] % multiple, -pixels.shape[1] % multiple
    if not (down or right):
        return pixels
    border = cv2.copyMakeBorder(pixels, 0, down, 0, right, cv2.BORDER_REFLECT_101)
    return np.asarray(border, np.uint8)


@torch.inference_mode()
def paint(
    model: Model,
    shelf: Shelf,
    device: str,
    pixels: Pixels,
    person: Mix,
    background: Mix,
    strength: float,
    hard: bool = False,
) -> Pixels:
    """Stylise (h, w, 4) RGBA whose alpha is the matte; returns the same shape, same alpha.

    hard: paint the whole picture once per region and cut along the rounded matte.
    Without any style, or at a strength of 0, that is the picture itself.
    """
    height, width = pixels.shape[:2]
    whole = padded(pixels, model.multiple)
    content = as_tensor(whole, device)
    mixes = (person, background)
    if hard and person != background:
        painted = _cut(model, shelf, content, mixes, whole[..., 3], strength)
    else:
        painted = _painted(model, shelf, content, mixes, whole[..., 3], strength)
    if painted is content:
        return pixels
    return as_pixels(painted[..., :height, :width], pixels[..., 3])


def _painted(
    model: Model,
    shelf: Shelf,
    content: Tensor,
    mixes: tuple[Mix, Mix],
    matte: NDArray[np.uint8],
    strength: float,
) -> Tensor:
    """Paint content (1, 3, h, w) in the person's and the background's mix; itself without any."""
    names, maps = weights(*mixes, matte, strength)
    found = [shelf.get(name) for name in names]
    ready: list[Style] = [style for style in found if style is not None]
    kept = maps[[style is not None for style in found]] if found else maps
    if not ready or not kept.any():
        return content
    shares = torch.from_numpy(np.ascontiguousarray(kept)).to(content.device)
    return model.paint(content, ready, shares)


def _cut(
    model: Model,
    shelf: Shelf,
    content: Tensor,
    mixes: tuple[Mix, Mix],
    matte: NDArray[np.uint8],
    strength: float,
) -> Tensor:
    """Paint content whole in either mix, round the matte, multiply, add, clamp.

    Source: the composite of AlbertPi's portrait stylisation for AdaIN and SANet.
    """
    person = matte > 127
    if person.all() or not person.any():
        mix = mixes[0] if person.all() else mixes[1]
        return _painted(model, shelf, content, (mix, mix), matte, strength)
    inside, outside = (
        _painted(model, shelf, content, (mix, mix), matte, strength) for mix in mixes
    )
    mask = torch.from_numpy(person).to(content.device, torch.float32)
    return (inside * mask + outside * (1 - mask)).clamp(0, 1)


def usable(mix: Mix, shelf: Shelf) -> Mix:
    """Drop the styles that cannot be had and give their share to the others.

    What a mix leaves to 1 stays what it is: the picture itself, coming in or going out.
    """
    wanted = sum(share for _, share in mix)
    there = [(name, share) for name, share in mix if share > 0 and shelf.get(name) is not None]
    total = sum(share for _, share in there)
    return tuple((name, share * wanted / total) for name, share in there)


def filled(person: Mix, background: Mix, shelf: Shelf) -> tuple[Mix, Mix]:
    """Give what both regions leave to 1 to the look in the network's own weights, if it has one.

    So it paints without a style being named, and a style in one region alone leaves the other dry.
    """
    named = max(sum(share for _, share in mix) for mix in (person, background))
    if shelf.get(OWN) is None or named > 1 - FAINT:
        return person, background
    rest = (OWN, 1 - named)
    return (*person, rest), (*background, rest)


@dataclass(frozen=True)
class Sketch:
    """A picture ready for the network: matte in alpha, drawn over, its styles chosen.

    `keep_color`: how much of its own colours stays, 0..1; `calm`: how much of the calming a network
    asks for is done, 0..1; `texture`: how much of the style's own strokes the plain places of the
    person and of the background get, 0..1; `hard`: the regions are cut, not blended; `share`: of
    each side that the network paints, 0..1, enlarged afterwards; `ms`: how long each part took.
    """

    pixels: Pixels
    person: Mix
    background: Mix
    strength: float = 1.0
    keep_color: float = 0.0
    calm: float = 1.0
    texture: tuple[float, float] = (0.0, 0.0)
    hard: bool = False
    share: float = 1.0
    ms: Mapping[str, float] = field(default_factory=dict)


def finish(
    sketch: Sketch, model: Model, shelf: Shelf, device: str
) -> tuple[Pixels, dict[str, float]]:
    """Paint a sketch, and say how long each part took (ms)."""
    start = time.perf_counter()
    mixes = (sketch.person, sketch.background)

    def work(pixels: Pixels) -> Pixels:
        return paint(model, shelf, device, pixels, *mixes, sketch.strength, sketch.hard)

    out = eased(sketch.pixels, sketch.share, work)
    own = getattr(model, "calm", 0.0)
    if own and out is not sketch.pixels:
        there = min(1.0, 2 * sketch.strength)
        person, background = (there * amount for amount in sketch.texture)
        coats = Coat(sketch.person, person), Coat(sketch.background, background)
        calm = there * sketch.calm * own
        out = repainted(out, sketch.pixels, calm, coats, shelf.strokes)
    out = kept(out, sketch.pixels, sketch.keep_color)
    return out, {**sketch.ms, "paint": 1000 * (time.perf_counter() - start)}


class Painter:
    """Paints picture after picture; keeps what has a memory: the matte, the chain, the last mix."""

    def __init__(self, mattes: Mattes | None = None) -> None:
        """Take the mattes to choose from; without any, those that need no weights."""
        self.mattes = mattes or Mattes()
        self._chain = EdgeChain()
        self._last: dict[str, Mix] = {}

    def paint(
        self, pixels: Pixels, want: Want, model: Model, shelf: Shelf, device: str
    ) -> tuple[Pixels, dict[str, float]]:
        """Make the wanted picture of (h, w, 4) RGBA, and say how long each part took (ms).

        A style that cannot be had leaves the region's last one in place.
        """
        return finish(self.prepare(pixels, want, shelf), model, shelf, device)

    def prepare(self, pixels: Pixels, want: Want, shelf: Shelf) -> Sketch:
        """Do what has a memory, picture after picture; the rest may run beside other pictures."""
        start = time.perf_counter()
        alpha = self.mattes.matte(want.matte, want.source, pixels, want.values)
        hard = want.values.get("matte.hard", 0.0) >= 0.5
        if hard:
            alpha = np.where(alpha > 127, np.uint8(255), np.uint8(0))
        picture = pixels.copy()
        cv2.insertChannel(np.ascontiguousarray(alpha), picture, 3)
        matted = time.perf_counter()
        if want.values.get("edges.enabled", 0.0) >= 0.5:
            picture = self._chain.run(picture, settings(want.values))
        else:
            self._chain = EdgeChain()  # switched on again it starts with nothing remembered
        edged = time.perf_counter()
        shelf.zoom = min(max(want.values.get("style.size", 1.0), LEAST_ZOOM), MOST_ZOOM)
        texture = tuple(min(max(want.values.get(n, 0.0), 0.0), 1.0) for n in TEXTURE)
        person, background = filled(
            self._mix("person", want.person, shelf),
            self._mix("background", want.background, shelf),
            shelf,
        )
        return Sketch(
            pixels=picture,
            person=person,
            background=background,
            strength=min(max(want.values.get("style.strength", 1.0), 0.0), 1.0),
            keep_color=min(max(want.values.get("style.keep_color", 0.0), 0.0), 1.0),
            calm=min(max(want.values.get("style.calm", 1.0), 0.0), 1.0),
            texture=(texture[0], texture[1]),
            hard=hard,
            ms={"matte": 1000 * (matted - start), "edges": 1000 * (edged - matted)},
        )

    def _mix(self, region: str, mix: Mix, shelf: Shelf) -> Mix:
        """The styles to use for a region; no styles at all is a wish, unreadable ones are not."""
        if not mix:
            return ()
        now = usable(mix, shelf)
        if now:
            self._last[region] = now
        return now or usable(self._last.get(region, ()), shelf)
