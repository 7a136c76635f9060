"""Small films and pictures, and a network that is easy to check, for the tests of stylising."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from torch import Tensor
from torch.nn import functional

from vj.infer.mattes_ready import matte_maker
from vj.infer.protocol import Style
from vj.infer.styles import Shelf
from vj.studio.look import Look

WALLS = {"style.calm": 1.0, "style.texture_person": 0.2, "style.texture_background": 0.45}
SIZE = (64, 96)


class Negative:
    """Turns colours around where it is asked to; counts its pictures and can be interrupted."""

    multiple = 4

    def __init__(self, interrupt_at: int = 0) -> None:
        self.pictures, self._interrupt_at = 0, interrupt_at

    def prepare(self, image: Tensor) -> Style:
        return Style("", {"mean": image.mean()})

    def paint(self, content: Tensor, styles: Sequence[Style], weights: Tensor) -> Tensor:
        self.pictures += 1
        if self.pictures == self._interrupt_at:
            raise KeyboardInterrupt
        maps = functional.interpolate(weights.sum(0)[None, None], content.shape[2:])
        return content + (1 - 2 * content) * maps


def negative_look(style: Path, model: Negative | None = None, **changes: Any) -> Look:
    """A look of the Negative with one style everywhere."""
    mix = (("s", 1.0),)
    chosen = model or Negative()
    fields: dict[str, Any] = {
        "model": chosen,
        "shelf": Shelf(chosen, lambda: {"s": style}),
        "device": "cpu",
        "person": mix,
        "background": mix,
        "matte": "none",
        "values": dict(WALLS),
        "strength": 1.0,
        "size": None,
        "steady": False,
        "preserve_color": False,
        "facts": {"model": "negative"},
    }
    fields |= changes
    fields["new_matte"] = matte_maker(fields["matte"], {}, "cpu")
    return Look(**fields)


def picture(size: tuple[int, int] = SIZE, step: int = 0) -> np.ndarray:
    """A (h, w, 3) RGB picture: a colour ramp and a bright box that moves with `step`."""
    height, width = size
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[..., 0] = np.linspace(20, 220, width).astype(np.uint8)
    rgb[..., 1] = np.linspace(30, 200, height).astype(np.uint8)[:, None]
    rgb[height // 3 : 2 * height // 3, 4 * step : 4 * step + 24] = (250, 190, 40)
    return rgb


def write_picture(path: Path, rgb: np.ndarray | None = None) -> Path:
    """Save an RGB or RGBA array."""
    image = picture() if rgb is None else rgb
    code = cv2.COLOR_RGBA2BGRA if image.shape[2] == 4 else cv2.COLOR_RGB2BGR
    assert cv2.imwrite(str(path), cv2.cvtColor(image, code))
    return path


def write_film(
    path: Path,
    count: int = 12,
    size: tuple[int, int] = SIZE,
    sound: str = "aac",
    codec: str = "libx264",
    rotation: int = 0,
    first: int = 0,
) -> Path:
    """Write a film of uneven times (unit 1/12000 s) with a second of a sine tone."""
    unit = Fraction(1, 12_000)
    with av.open(str(path), "w") as film:
        track = film.add_stream(codec, rate=12)
        track.height, track.width = size
        track.pix_fmt = "yuv444p" if size[0] % 2 or size[1] % 2 else "yuv420p"
        track.time_base = track.codec_context.time_base = unit
        if codec == "libx264":
            context = track.codec_context
            context.options = {"crf": "8"}
            context.colorspace = context.color_primaries = context.color_trc = 1
        if rotation:
            track.set_display_rotation(rotation)
        tone = film.add_stream(sound, rate=16_000, layout="mono") if sound else None
        pts = first
        for step in range(count):
            frame = av.VideoFrame.from_ndarray(picture(size, step), format="rgb24").reformat(
                format=track.pix_fmt, dst_colorspace="ITU709"
            )
            frame.pts, frame.time_base = pts, unit
            pts += 1000 + step % 3 * 250
            film.mux(track.encode(frame))
        film.mux(track.encode())
        if tone is not None:
            wave = np.sin(np.arange(16_000) / 16_000 * 2764.6).astype(np.float32) * 0.3
            heard = av.AudioFrame.from_ndarray(wave[None], format="fltp", layout="mono")
            heard.sample_rate, heard.pts = 16_000, 0
            film.mux(tone.encode(heard))
            film.mux(tone.encode())
    return path


def pictures_of(path: Path) -> tuple[list[Fraction], list[np.ndarray]]:
    """Decode a film: times in seconds, (h, w, 3) RGB pictures."""
    with av.open(str(path)) as film:
        frames = list(film.decode(video=0))
    times = [frame.pts * frame.time_base for frame in frames]
    return times, [frame.to_ndarray(format="rgb24") for frame in frames]


def sound_of(path: Path) -> tuple[str, list[tuple[float, bytes]]]:
    """Read a film's sound: codec name, and (seconds, bytes) of each packet."""
    with av.open(str(path)) as film:
        packets = [p for p in film.demux(audio=0) if p.pts is not None]
        name = film.streams.audio[0].codec_context.name
        return name, [(float(p.pts * p.time_base), bytes(p)) for p in packets]
