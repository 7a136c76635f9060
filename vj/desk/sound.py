"""What a block of sound says: level, bass, mid, high, and whether something struck.

Pure; fed by the audio hand with one block after the other.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
"""(BLOCK,) float32 mono samples, full scale is -1..1."""

BLOCK = 512
_WINDOW = 1024
_BANDS = {"bass": (20.0, 150.0), "mid": (150.0, 2000.0), "high": (2000.0, 12000.0)}
_SILENCE = 1e-3  # -60 dB: quieter than this is not made louder
_QUIET_BAND = 0.1  # of the whole: a band with less is not made louder either
_FORGET_S = 12.0  # half-life of the loudest heard, by which everything is measured
_STRIKE_S = 0.2  # a stroke's value has fallen to a twentieth after this
_APART_S = 0.11  # strokes that follow faster are one
_MEMORY_S = 0.8
_ABOVE = 9.0  # median deviations a stroke stands out from what came before
_LEAST_RISE = 0.12
_STRIPES = np.geomspace(40.0, 12000.0, 25)  # Hz; an ear hears octaves alike


@dataclass(frozen=True, slots=True)
class Heard:
    """Levels by name, each 0..1 of the loudest of late, and how many strokes there were so far."""

    values: dict[str, float]
    onsets: int


class Analyser:
    """The last two blocks and the loudest of late; `rate`: samples per second."""

    def __init__(self, rate: float) -> None:
        step = BLOCK / rate
        self._window = np.hanning(_WINDOW).astype(np.float32)
        self._samples: Block = np.zeros(_WINDOW, np.float32)
        hertz = np.fft.rfftfreq(_WINDOW, 1 / rate)
        self._bands = {
            name: (hertz >= low) & (hertz < high) for name, (low, high) in _BANDS.items()
        }
        self._fade = 0.5 ** (step / _FORGET_S)
        self._fall = 0.05 ** (step / _STRIKE_S)
        self._loudest = dict.fromkeys(("level", *_BANDS), _SILENCE)
        self._edges = np.searchsorted(hertz, _STRIPES)[:-1]
        self._before: deque[NDArray[np.float64]] = deque(maxlen=2)
        self._rises: deque[float] = deque(maxlen=max(round(_MEMORY_S / step), 8))
        self._rest, self._since = round(_APART_S / step), 1 << 30
        self._stroke, self.onsets = 0.0, 0

    def hear(self, block: Block) -> Heard:
        """Take the next block and say what there is to hear."""
        clean = np.clip(np.nan_to_num(block), -4.0, 4.0)
        self._samples = np.concatenate((self._samples[len(clean) :], clean))
        spectrum = np.abs(np.fft.rfft(self._samples * self._window)) * (4 / _WINDOW)
        energies = {name: _root(spectrum[band]) for name, band in self._bands.items()}
        level = float(np.sqrt(np.mean(clean.astype(np.float64) ** 2)))
        found = {name: self._gained(name, v) for name, v in {"level": level, **energies}.items()}
        self._listen_for_strokes(spectrum, level)
        return Heard({**found, "onset": self._stroke}, self.onsets)

    def _gained(self, name: str, value: float) -> float:
        """A value as a part of the loudest of late, which is never less than silence."""
        least = _SILENCE if name == "level" else _QUIET_BAND * self._loudest["level"]
        loudest = max(value, self._loudest[name] * self._fade, least)
        self._loudest[name] = loudest
        return value / loudest if value > _SILENCE / 4 else 0.0

    def _listen_for_strokes(self, spectrum: NDArray[np.float64], level: float) -> None:
        """A stroke is when much of the spectrum rises at once, more than it did of late."""
        stripes = np.sqrt(np.add.reduceat(spectrum**2, self._edges))
        heard = np.log1p(30.0 * stripes / self._loudest["level"])
        before = self._before[0] if self._before else heard
        rise = float(np.maximum(heard - before, 0.0).mean())
        self._before.append(heard)
        self._stroke *= self._fall
        self._since += 1
        past = np.array(self._rises) if self._rises else np.zeros(1)
        self._rises.append(rise)
        usual = float(np.median(past))
        above = max(usual + _ABOVE * float(np.median(np.abs(past - usual))), _LEAST_RISE)
        if level > _SILENCE and rise > above and self._since > self._rest:
            self._stroke, self._since = 1.0, 0
            self.onsets += 1


def _root(spectrum: NDArray[np.float64]) -> float:
    return float(np.sqrt((spectrum**2).sum())) if spectrum.size else 0.0
