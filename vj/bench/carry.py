"""What motion carry is worth: carried paintings against the true ones, and against standing still.

Called by `vj bench carry`; every picture of a clip is painted, then the show's own capture and
stage parts get every second, third or sixth of them, as late as a network that is that slow.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vj.capture.carrier import Carrier
from vj.capture.reading import fit, open_ffmpeg, to_pixels
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.core.types import Pixels
from vj.stage.inputs import Inputs
from vj.stage.offscreen import Offscreen
from vj.stage.seen import Moment

EVERY = (2, 3, 6)
RATE = 30
_STATE = {"model": "any", "values": {"style.carry": 1.0}}


@dataclass
class Errors:
    """Sums over pictures: mean absolute difference of colours, and of outlines (slopes)."""

    held: float = 0.0
    carried: float = 0.0
    held_lines: float = 0.0
    carried_lines: float = 0.0
    pictures: int = 0

    def add(self, true: Pixels, held: Pixels, carried: Pixels) -> None:
        """Compare one picture with the true one; all (h, w, 4)."""
        lines = _slopes(true)
        self.held += _apart(true[..., :3], held[..., :3])
        self.carried += _apart(true[..., :3], carried[..., :3])
        self.held_lines += _apart(lines, _slopes(held))
        self.carried_lines += _apart(lines, _slopes(carried))
        self.pictures += 1

    def figures(self) -> dict[str, float]:
        """Means in gray levels 0..255, and the ratios carried / held."""
        count = max(self.pictures, 1)
        return {
            "held": round(self.held / count, 3),
            "carried": round(self.carried / count, 3),
            "ratio": round(self.carried / max(self.held, 1e-9), 3),
            "ratio_of_outlines": round(self.carried_lines / max(self.held_lines, 1e-9), 3),
        }


def bench_carry(
    gig: Gig, films: Sequence[Path], pictures: int, model: str, style: str
) -> dict[str, Any]:
    """Measure the dancer and every film; returns figures per clip and their means.

    Raises: UserError for a film that cannot be read, an unknown model or style.
    """
    surface = Offscreen()
    found: dict[str, Any] = {}
    for name, dry in _clips(gig.rig.size, films, pictures):
        painted = _painted(gig, dry, model, style)
        found[name] = {f"1/{every}": measure(gig, surface, dry, painted, every) for every in EVERY}
    means = {
        figure: round(
            float(np.mean([f[figure] for clip in found.values() for f in clip.values()])), 3
        )
        for figure in ("ratio", "ratio_of_outlines")
    }
    return {"clips": found, "mean": means, "pictures": pictures, "model": model, "style": style}


def measure(
    gig: Gig, surface: Offscreen, dry: Sequence[Pixels], painted: Sequence[Pixels], every: int
) -> dict[str, float]:
    """Play one clip of which every n-th picture is painted, each taking n pictures of time.

    dry, painted: (h, w, 4) each, of the rig's size. Returns the figures of `Errors`.
    """
    house = build_house(gig, Options(headless=True))
    carrier, errors = Carrier(house), Errors()
    carrier.want(_STATE)
    inputs = Inputs(surface.context, gig.rig.size, house)
    at = [1_000_000_000 * (number + RATE) // RATE for number in range(len(dry))]
    shown = None
    for number, pixels in enumerate(dry):
        house.camera.publish(pixels, at[number])
        carrier.see(pixels, at[number])
        base, late = divmod(number - every, every)
        if base >= 0 and late == 0:
            shown = every * base
            house.styled.publish(painted[shown], at[shown])
        carrier.step()
        inputs.upload(1 / RATE, 0.6, 1.0)
        texture = inputs.seen(Moment(number / RATE, 0.0, 1 / RATE)).styled
        if shown is not None and number >= 2 * every:
            carried = np.frombuffer(texture.read(), np.uint8).reshape(pixels.shape)
            errors.add(painted[number], painted[shown], carried)
    return errors.figures()


def _clips(
    size: tuple[int, int], films: Sequence[Path], pictures: int
) -> Iterator[tuple[str, list[Pixels]]]:
    from vj.studio.live import shots

    dance = (pixels for pixels, _ in shots({"kind": "dancer"}, pictures / RATE, size))
    yield "dancer", list(dance)
    for film in films:
        yield film.stem, list(itertools.islice(_read(film, size), pictures))


def _read(film: Path, size: tuple[int, int]) -> Iterator[Pixels]:
    capture = open_ffmpeg(str(film), f"film {film}")
    while True:
        there, image = capture.read()
        pixels = to_pixels(image) if there else None
        if pixels is None:
            return
        yield fit(pixels, size)


def _painted(gig: Gig, dry: Sequence[Pixels], model: str, style: str) -> list[Pixels]:
    """Paint every picture in one style, as the show would."""
    from vj.infer.engine import build_engine
    from vj.infer.painter import Painter
    from vj.infer.want import Want

    if style not in gig.style_files:
        raise UserError(f"no style {style!r}; allowed: {', '.join(gig.style_files)}")
    engine = build_engine(gig, model, [style], gig.rig.size, gig.rig.device)
    mix = ((style, 1.0),)
    want, painter = Want(model=model, matte="source", person=mix, background=mix), Painter()
    paint = (painter.paint(p, want, engine.model, engine.shelf, engine.device)[0] for p in dry)
    return list(paint)


def _apart(one: NDArray[Any], other: NDArray[Any]) -> float:
    return float(np.abs(one.astype(np.float32) - other).mean())


def _slopes(pixels: Pixels) -> NDArray[np.float32]:
    """Length of the slope of light at every place, (h - 1, w - 1)."""
    light = pixels[..., :3].astype(np.float32).mean(axis=2)
    return np.asarray(
        np.hypot(np.diff(light[:-1], axis=1), np.diff(light[:, :-1], axis=0)), np.float32
    )
