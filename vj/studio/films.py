"""Films read picture by picture with their own times, and written in pieces that are later joined.
Used by the stylising of films; the pieces are what an interrupted film goes on from."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np

from vj.core.errors import UserError, unknown
from vj.core.types import Pixels

log = logging.getLogger(__name__)

# The numbers video codecs have for the usual colours, for none said, and for 16..235.
BT709, UNSAID, NARROW = 1, 2, 1
TURNS = {
    90: cv2.ROTATE_90_COUNTERCLOCKWISE,
    180: cv2.ROTATE_180,
    270: cv2.ROTATE_90_CLOCKWISE,
}


@dataclass(frozen=True)
class Codec:
    """How pictures are encoded, and the endings of files that can hold them.

    None of them uses B-frames: then packets are in the order of showing, and pieces join without
    overlap. `tag`: what mp4 must call it for every player to know it.
    """

    encoder: str
    options: Mapping[str, str]
    files: Sequence[str]
    tag: str = ""


CODECS: Mapping[str, Codec] = {
    "h264": Codec(
        "libx264",
        {"preset": "fast", "crf": "17", "bf": "0"},
        (".mp4", ".mov", ".m4v", ".mkv"),
    ),
    "h265": Codec(
        "libx265",
        {"preset": "fast", "crf": "19", "x265-params": "bframes=0:log-level=error"},
        (".mp4", ".mov", ".m4v", ".mkv"),
        "hvc1",
    ),
    "vp9": Codec(
        "libvpx-vp9",
        {"crf": "22", "b": "0", "deadline": "good", "cpu-used": "5", "row-mt": "1"}
        | {"lag-in-frames": "0", "auto-alt-ref": "0"},
        (".webm", ".mkv", ".mp4"),
    ),
}


def codec_for(suffix: str, wanted: str = "") -> str:
    """Choose how a film's pictures are encoded by its ending, or check what is wanted.

    Raises: UserError when there is no such codec or that kind of file cannot hold it.
    """
    fitting = [name for name, codec in CODECS.items() if suffix.lower() in codec.files]
    if wanted and wanted not in CODECS:
        raise unknown("codec", wanted, CODECS, "--codec")
    if wanted and wanted not in fitting:
        raise UserError(f"--codec {wanted}: not in {suffix} files; allowed: {', '.join(fitting)}")
    return wanted or fitting[0]


@dataclass(frozen=True)
class Facts:
    """What a film says about itself; `pictures` is an estimate, 0 when it cannot be told.

    `rate`: pictures per second on average; `tick`: the unit of its times, in seconds;
    `aspect`: width of one pixel over its height, once the pictures are upright.
    """

    pictures: int
    rate: Fraction
    tick: Fraction
    aspect: Fraction


def facts_of(path: Path) -> Facts:
    """Open a film and read what it says about itself.

    Raises: UserError when it cannot be read or has no picture track.
    """
    try:
        with av.open(str(path)) as film:
            if not film.streams.video:
                raise UserError(f"{path}: has no picture track")
            track = film.streams.video[0]
            rate = track.average_rate or track.guessed_rate or Fraction(25)
            seconds = 0.0
            if track.duration and track.time_base:
                seconds = float(track.duration * track.time_base)
            elif film.duration:
                seconds = film.duration / av.time_base
            aspect = track.sample_aspect_ratio or Fraction(1)
            if aspect != 1 and _on_its_side(film, track):
                aspect = 1 / aspect
            return Facts(
                pictures=track.frames or round(seconds * rate),
                rate=Fraction(rate),
                tick=track.time_base or Fraction(1, 90_000),
                aspect=aspect,
            )
    except av.FFmpegError as error:
        raise UserError(f"{path}: cannot be read as a film ({error.strerror})") from error


def _on_its_side(film: av.container.InputContainer, track: av.VideoStream) -> bool:
    """Whether a film is to be turned by a quarter, as the first picture says that can be read."""
    for packet in film.demux(track):
        with contextlib.suppress(av.InvalidDataError):
            for frame in packet.decode():
                return round(frame.rotation) % 180 == 90
    return False


def frames(path: Path, facts: Facts) -> Iterator[av.VideoFrame]:
    """Decode a film in the order of showing; times are made to grow, broken packets are left out.

    `pts` of each frame counts `facts.tick` seconds.
    """
    last, broken = None, 0
    step = max(round(1 / (facts.rate * facts.tick)), 1)
    with av.open(str(path)) as film:
        track = film.streams.video[0]
        track.thread_type = "AUTO"
        for packet in film.demux(track):
            try:
                found = packet.decode()
            except av.InvalidDataError:
                broken += 1
                continue
            for frame in found:
                if last is not None and (frame.pts is None or frame.pts <= last):
                    frame.pts = last + (step if frame.pts is None else 1)
                last = frame.pts = frame.pts or 0
                yield frame
    if broken:
        log.warning("%s: %d broken packets left out", path, broken)


def to_pixels(frame: av.VideoFrame) -> Pixels:
    """Turn a decoded frame upright and into (h, w, 4) uint8; its own alpha is the matte, else 0."""
    matrix = "ITU709" if _unsaid_hd(frame) else None
    # swscale does not write the last columns of RGBA at some widths.
    rgb = frame.to_ndarray(format="rgb24", src_colorspace=matrix)
    pixels = cv2.cvtColor(rgb, cv2.COLOR_RGB2RGBA)
    pixels[..., 3] = 0
    if any(component.is_alpha for component in frame.format.components):
        plane = frame.reformat(format="gbrap").planes[3]
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        pixels[..., 3] = rows[:, : plane.width]
    turn = TURNS.get(round(frame.rotation) % 360)
    return np.ascontiguousarray(pixels if turn is None else cv2.rotate(pixels, turn), np.uint8)


def _unsaid_hd(frame: av.VideoFrame) -> bool:
    """Whether a frame has the colours of HD without saying so; players go by the size, too."""
    return frame.colorspace == UNSAID and (frame.width >= 1280 or frame.height > 576)


class Piece:
    """Some pictures of a film, encoded, in a file of their own, with their times in the film.

    Raises: OSError (av.FFmpegError is one) when it cannot be written.
    """

    def __init__(self, path: Path, size: tuple[int, int], facts: Facts, codec: str) -> None:
        # 4:2:0 wants even sides; an odd last row or column is left out.
        self._height, self._width = size[0] & ~1, size[1] & ~1
        self._tick = facts.tick
        # NUT keeps any unit of time exactly, which mp4 and mkv do not.
        self._file = av.open(str(path), "w", format="nut")
        way = CODECS[codec]
        track = self._file.add_stream(way.encoder, rate=max(round(facts.rate), 1))
        assert isinstance(track, av.VideoStream)
        track.width, track.height, track.pix_fmt = self._width, self._height, "yuv420p"
        context = track.codec_context
        track.time_base = context.time_base = facts.tick
        context.sample_aspect_ratio = facts.aspect
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.color_range = NARROW
        context.options = dict(way.options)
        self._track = track
        self.pictures = 0

    def write(self, pixels: Pixels, pts: int) -> None:
        """Append a (h, w, 4) picture at `pts` ticks."""
        rgb = np.ascontiguousarray(pixels[: self._height, : self._width, :3])
        frame = av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(
            format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG"
        )
        frame.pts, frame.time_base = pts, self._tick
        self._file.mux(self._track.encode(frame))
        self.pictures += 1

    def close(self) -> None:
        """Write what the encoder still holds and close the file."""
        self._file.mux(self._track.encode())
        self._file.close()
