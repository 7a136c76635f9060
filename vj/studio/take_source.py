"""The source of a take, picture by picture: what the camera saw, with its matte and its times.

Used by the rendering of takes; pictures are read as time goes on and never skipped back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import cv2
import numpy as np

from vj.core.types import Pixels


def pictures(films: Sequence[Path]) -> Iterator[tuple[float, Pixels]]:
    """Decode all films of a source in order: seconds since the take began, (h, w, 4) RGBA.

    A film that ends in the middle, from a killed recorder, gives what it has.
    """
    last = float("-inf")
    for film in films:
        for at, pixels in _pictures(film):
            if at > last:
                last = at
                yield at, pixels


def _pictures(film: Path) -> Iterator[tuple[float, Pixels]]:
    try:
        with av.open(str(film)) as file:
            picture, *matte = file.streams.video
            waiting: tuple[list[av.VideoFrame], list[av.VideoFrame]] = ([], [])
            for packet in file.demux(picture, *matte):
                for frame in packet.decode():
                    assert isinstance(frame, av.VideoFrame)
                    waiting[int(packet.stream is not picture)].append(frame)
                while waiting[0] and (waiting[1] or not matte):
                    yield _joined(waiting[0].pop(0), waiting[1].pop(0) if matte else None)
    except (OSError, ValueError):  # av.FFmpegError is one of them
        return


def _joined(picture: av.VideoFrame, matte: av.VideoFrame | None) -> tuple[float, Pixels]:
    # swscale does not write the last columns of RGBA at some widths.
    pixels = cv2.cvtColor(picture.to_ndarray(format="rgb24"), cv2.COLOR_RGB2RGBA)
    alpha = np.zeros(pixels.shape[:2], np.uint8)
    if matte is not None:
        alpha = np.asarray(matte.to_ndarray(format="gray"), np.uint8)
    cv2.insertChannel(np.ascontiguousarray(alpha), pixels, 3)
    return float(picture.time or 0.0), np.asarray(pixels, np.uint8)
