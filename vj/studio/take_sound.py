"""The sound of a take, cut to what is rendered of it.

Used by the rendering of takes; a take without sound gives none.
"""

from __future__ import annotations

import wave
from collections.abc import Sequence
from pathlib import Path

import av
import numpy as np


def write_sound(films: Sequence[Path], begin: float, seconds: float, path: Path) -> bool:
    """Write what the films of a source have of sound between two moments into a WAV file.

    `begin`: seconds since the take began; where nothing was heard there is silence. Returns False
    and writes nothing when none of them has any sound.
    """
    out: np.ndarray | None = None
    rate = 0
    for film in films:
        try:
            with av.open(str(film)) as file:
                if not file.streams.audio:
                    continue
                track = file.streams.audio[0]
                if out is None:
                    rate = track.codec_context.sample_rate
                    out = np.zeros((round(seconds * rate), 2), np.float32)
                turned = av.AudioResampler(format="flt", layout="stereo", rate=rate)
                for frame in file.decode(track):
                    for part in turned.resample(frame):
                        _lay(
                            out, part.to_ndarray().reshape(-1, 2), (part.time or 0.0) - begin, rate
                        )
        except (OSError, ValueError):  # a film that a killed recorder left gives what it has
            continue
    if out is None:
        return False
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((out.clip(-1, 1) * 32767).astype("<i2").tobytes())
    return True


def _lay(out: np.ndarray, samples: np.ndarray, at: float, rate: int) -> None:
    """Put samples at their place, as far as it is inside."""
    first = round(at * rate)
    low, high = max(first, 0), min(first + len(samples), len(out))
    if low < high:
        out[low:high] = samples[low - first : high - first]
