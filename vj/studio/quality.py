"""How good a style network is, in numbers: style, shapes, steadiness, lattice, smoothness.
Called by `vj bench quality`; every network is measured on the same pictures in the same run.

Source: Huang and Belongie 2017 (statistics of features as style), Lai et al. 2018 (warp error).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from vj.core.types import Pixels
from vj.infer.ease import eased
from vj.infer.painter import as_pixels, as_tensor, padded
from vj.infer.plain_places import Coat, repainted
from vj.infer.protocol import Model, Style
from vj.infer.texture import Strokes, strokes
from vj.studio.perceptual import TAPS, Perceptual
from vj.studio.pictures import Picture
from vj.studio.steady import carry, motion

FILM_SIZE = (320, 240)  # pixels, width and height, of the films for the warp error
FILM_PICTURES = 20
FLOOR = (0.25 / 255) ** 2  # power of a quarter of a grey level: nobody sees a lattice below it
LATTICES = (4, 8)  # pixels: periods a network at 1/4 or 1/8 size is prone to
STEPS = 64  # of strength, and of a mixture of two styles


@dataclass(frozen=True)
class Material:
    """Pictures nobody was trained on, and the encoder that compares them."""

    perceptual: Perceptual
    photos: Sequence[Picture]
    styles: Sequence[Picture]
    films: Sequence[Sequence[Picture]]
    side: int = 512  # pixels, of the squares the photos are cut to
    texture: float = 0.0  # 0..1, how much of the styles' own strokes plain places get
    share: float = 1.0  # of each side that is painted; the rest is enlarged


def judge(model: Model, material: Material, said: Callable[[str], None]) -> dict[str, float]:
    """Measure one network; names and meaning of the figures are in docs/training.md."""
    model = _Shown(model, material.texture, material.share)
    plates = [_tensor(picture) for picture in material.styles]
    squares = [squared(picture, material.side) for picture in material.photos]
    prepared = [model.prepare(plate) for plate in plates]
    whole = torch.ones(1, 1, 1)
    contents, looks, combs = [], [], []
    for square in squares:
        wanted = _features(material.perceptual, square)
        own = max(0.0, lattice(square))  # of the photo's own: JPEG blocks, railings
        for plate, style in zip(plates, prepared, strict=True):
            painted = model.paint(square, [style], whole).float().cpu()
            got = _features(material.perceptual, painted)
            aim = _features(material.perceptual, _fitted(plate, material.side))
            contents.append(_content(got, wanted))
            looks.append(_style(got, aim))
            combs.append(lattice(painted) - own)
        said(f"{len(contents)} of {len(squares) * len(plates)} pictures")
    flat = torch.full((1, 3, 256, 256), 0.5)
    flats = [lattice(model.paint(flat, [style], whole).float().cpu()) for style in prepared]
    found = {
        "style": float(np.mean(looks)),
        "content": float(np.mean(contents)),
        "lattice_photo_db": max(combs),
        "lattice_flat_db": max(flats),
    }
    jumps = [_jump(model, squares[0], prepared[n : n + 2]) for n in range(len(prepared) - 1)]
    found["strength_jump"] = max(jump for jump, _ in jumps) * 255 if jumps else math.nan
    found["mix_jump"] = max(jump for _, jump in jumps) * 255 if jumps else math.nan
    said("films")
    errors = [
        warp_error(film, _painting(model, style))
        for film in material.films
        for style in prepared[:3]
    ]
    found["warp"] = float(np.mean(errors)) if errors else math.nan
    still = [warp_error(film, lambda picture: picture) for film in material.films]
    found["warp_of_films"] = float(np.mean(still)) if still else math.nan
    return found


def speeds(models: Mapping[str, Model], style: Picture, seconds: float) -> dict[str, float]:
    """Pictures per second of each network at 640 x 360, taking turns so that all meet the same
    machine; one style, one picture at a time.
    """
    picture = torch.rand(1, 3, 360, 640)
    works = {}
    for name, model in models.items():
        styles = [model.prepare(_tensor(style))]
        down, right = -360 % model.multiple, -640 % model.multiple
        framed = F.pad(picture, (0, right, 0, down), mode="reflect")
        works[name] = (model, framed, styles)
        model.paint(framed, styles, torch.ones(1, 1, 1))
    spent = dict.fromkeys(works, 0.0)
    count = 0
    while sum(spent.values()) < seconds or count < 3:
        count += 1
        for name, (model, framed, styles) in works.items():
            began = time.perf_counter()
            model.paint(framed, styles, torch.ones(1, 1, 1)).cpu()
            spent[name] += time.perf_counter() - began
    return {name: count / total for name, total in spent.items()}


def lattice(painted: Tensor) -> float:
    """Highest spectral peak at the 4 and 8 px periods over its neighbourhood, in dB.

    painted: (1, 3, h, w) 0..1. At most 0 when nothing stands out; powers below a quarter of a
    grey level count as that.
    """
    grey = painted[0].mean(0).numpy().astype(np.float32)
    worst = -math.inf
    for plane in (grey, grey.T):
        length = plane.shape[1] // 8 * 8
        lines = (plane[:, :length] - plane[:, :length].mean(1, keepdims=True)) * np.hanning(length)
        power = (np.abs(np.fft.rfft(lines, axis=1)) ** 2).mean(0) / (length * 0.375 * length / 4)
        power = np.maximum(power, FLOOR)
        for period in LATTICES:
            middle = length // period
            around = [*range(middle - 10, middle - 2), *range(middle + 3, middle + 11)]
            near = [n for n in around if 0 < n < len(power)]
            peak = power[middle - 1 : middle + 2].max() / np.median(power[near])
            worst = max(worst, 10 * math.log10(float(peak)))
    return worst


def warp_error(film: Sequence[Picture], paint: Callable[[Picture], Picture]) -> float:
    """Mean |picture - the one before moved along|, 0..1, where the film's flow can be trusted."""
    errors = []
    before: tuple[Pixels, Picture] | None = None
    for picture in film[:FILM_PICTURES]:
        small = np.asarray(cv2.resize(picture, FILM_SIZE, interpolation=cv2.INTER_AREA), np.uint8)
        now = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2RGBA), np.uint8)
        painted = paint(small)
        if before is not None:
            back, seen = motion(before[0], now)
            gap = np.abs(painted.astype(np.float32) - carry(before[1], back)).mean(2) / 255
            if seen.any():
                errors.append(float(gap[seen].mean()))
        before = (now, painted)
    return float(np.mean(errors)) if errors else math.nan


class _Shown:
    """The network as the show plays it: smaller if wanted, plain places repainted if it asks."""

    def __init__(self, model: Model, texture: float, share: float) -> None:
        self._model, self._texture, self._share = model, texture, share
        self.multiple = model.multiple
        self._pictures: list[tuple[Style, Picture]] = []
        self._strokes: dict[tuple[str, tuple[int, int]], Strokes] = {}

    def prepare(self, image: Tensor) -> Style:
        """As the model's own; the picture is kept for its strokes."""
        style = self._model.prepare(image)
        self._pictures.append((style, _levels(image)[..., ::-1]))
        return style

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        """As the model's own, 8 bits deep where it is enlarged or repainted."""
        painted = self._paint(content, styles, weights)
        there = min(1.0, 2 * float(weights.sum(0).max()))
        calm = getattr(self._model, "calm", 0.0)
        if not calm * there:
            return painted
        known = [style for style, _ in self._pictures]
        names = [str(next(n for n, one in enumerate(known) if one is s)) for s in styles]
        shares = weights.mean((1, 2)) / weights.mean((1, 2)).sum()
        mix = list(zip(names, shares.tolist(), strict=True))
        alpha = np.zeros(content.shape[2:], np.uint8)
        coats = Coat((), 0.0), Coat(mix, there * self._texture)
        pixels = as_pixels(content, alpha)
        out = repainted(as_pixels(painted, alpha), pixels, there * calm, coats, self._laid)
        return as_tensor(out, "cpu")

    def _paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        if self._share >= 1:
            return self._model.paint(content, styles, weights)

        def work(pixels: Pixels) -> Pixels:
            height, width = pixels.shape[:2]
            framed = as_tensor(padded(pixels, self.multiple), "cpu")
            painted = self._model.paint(framed, styles, weights)[..., :height, :width]
            return as_pixels(painted, pixels[..., 3])

        whole = as_pixels(content, np.zeros(content.shape[2:], np.uint8))
        return as_tensor(eased(whole, self._share, work), "cpu")

    def _laid(self, name: str, size: tuple[int, int]) -> Strokes:
        if (name, size) not in self._strokes:
            self._strokes[name, size] = strokes(self._pictures[int(name)][1], size)
        return self._strokes[name, size]


def _painting(model: Model, style: Style) -> Callable[[Picture], Picture]:
    def paint(picture: Picture) -> Picture:
        return _levels(model.paint(_tensor(picture), [style], torch.ones(1, 1, 1)))

    return paint


def _jump(model: Model, square: Tensor, pair: Sequence[Style]) -> tuple[float, float]:
    """Largest change of a colour between neighbouring 64ths of strength and of mixture."""
    small = F.interpolate(square, (192, 192), mode="bilinear", antialias=True)

    def worst(weights: Callable[[float], list[float]]) -> float:
        before, most = None, 0.0
        for n in range(STEPS + 1):
            shares = torch.tensor(weights(n / STEPS)).view(-1, 1, 1)
            painted = model.paint(small, list(pair), shares).float().cpu()
            # colours of places, not of single pixels: the mean of 3 x 3
            colours = F.avg_pool2d(painted, 3, 1)
            if before is not None:
                most = max(most, float((colours - before).abs().max()))
            before = colours
        return most

    return worst(lambda share: [share, 0.0]), worst(lambda share: [1 - share, share])


def _features(perceptual: Perceptual, picture: Tensor) -> dict[str, Tensor]:
    with torch.inference_mode():
        features: dict[str, Tensor] = perceptual(picture.clamp(0, 1))
        return features


def _content(got: dict[str, Tensor], wanted: dict[str, Tensor]) -> float:
    a, b = (F.instance_norm(features["41"]) for features in (got, wanted))
    return float((a - b).square().mean())


def _style(got: dict[str, Tensor], wanted: dict[str, Tensor]) -> float:
    total = 0.0
    for tap in TAPS:
        ours, theirs = (features[tap].flatten(2) for features in (got, wanted))
        scale = float(theirs.var(2).mean()) + 1e-3
        total += float((ours.mean(2) - theirs.mean(2)).square().mean()) / scale
        total += float((ours.std(2) - theirs.std(2)).square().mean()) / scale
    return total / len(TAPS)


def squared(picture: Picture, side: int) -> Tensor:
    """Cut the middle square out, (1, 3, side, side) float32 0..1."""
    short = min(picture.shape[:2])
    top, left = (picture.shape[0] - short) // 2, (picture.shape[1] - short) // 2
    cut = picture[top : top + short, left : left + short]
    how = cv2.INTER_AREA if short > side else cv2.INTER_CUBIC
    return _tensor(np.asarray(cv2.resize(cut, (side, side), interpolation=how), np.uint8))


def _fitted(plate: Tensor, side: int) -> Tensor:
    scale = side / min(plate.shape[2:])
    size = tuple(round(n * scale) for n in plate.shape[2:])
    return F.interpolate(plate, size, mode="bilinear", antialias=True, align_corners=False)


def _levels(picture: Tensor) -> Picture:
    levels = (picture[0].float().clamp(0, 1) * 255).round().to("cpu", torch.uint8)
    return levels.permute(1, 2, 0).numpy()


def _tensor(picture: Picture) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None].float() / 255
