"""What is heard in made-up sound: kicks strike on time, tones fall into their band."""

from __future__ import annotations

import numpy as np
import pytest

from vj.core.gauges import AUDIO
from vj.desk.sound import BLOCK, Analyser, Heard

RATE = 48000
TIME = np.arange(RATE * 6) / RATE


def _kicks(bpm: float, loud: float = 0.5) -> tuple[np.ndarray, list[float]]:
    """Kicks with a falling pitch, and the seconds at which they begin."""
    sound, starts = np.zeros(len(TIME)), list(np.arange(0.25, 5.7, 60 / bpm))
    since = np.arange(RATE // 4) / RATE
    kick = np.sin(2 * np.pi * (50 * since + 20 * (1 - np.exp(-30 * since)))) * np.exp(-14 * since)
    for start in starts:
        at = round(start * RATE)
        sound[at : at + len(kick)] += loud * kick
    return sound, starts


def _noise(loud: float) -> np.ndarray:
    return np.random.default_rng(3).normal(0, loud, len(TIME))


def _tone(hertz: float, loud: float = 0.3) -> np.ndarray:
    return loud * np.sin(2 * np.pi * hertz * TIME)


def _hear(sound: np.ndarray, rate: float = RATE) -> list[Heard]:
    analyser = Analyser(rate)
    blocks = np.split(sound[: len(sound) // BLOCK * BLOCK], len(sound) // BLOCK)
    return [analyser.hear(block.astype(np.float32)) for block in blocks]


def _strokes(heard: list[Heard]) -> list[float]:
    counts = [0, *(one.onsets for one in heard)]
    return [at * BLOCK / RATE for at in range(len(heard)) if counts[at + 1] > counts[at]]


@pytest.mark.parametrize(
    ("bpm", "loud", "rest"),
    [
        (120, 0.5, 0.0),
        (120, 0.01, 0.0),
        (90, 0.5, _noise(0.02)),
        (174, 0.5, _tone(440, 0.1) + _tone(660, 0.05)),
    ],
    ids=["kicks", "quiet kicks", "kicks in noise", "fast kicks under a chord"],
)
def test_every_kick_strikes_once_and_on_time(bpm: float, loud: float, rest: np.ndarray) -> None:
    sound, starts = _kicks(bpm, loud)
    found = [at for at in _strokes(_hear(sound + rest)) if at > 0.6]  # the rest may strike at first
    wanted = [start for start in starts if start > 0.6]
    assert len(found) == len(wanted)
    assert all(abs(a - b) < 0.025 for a, b in zip(found, wanted, strict=True))


@pytest.mark.parametrize(
    "sound", [_tone(100), _tone(5000), _noise(0.1), _noise(1e-4), 0 * TIME],
    ids=["low tone", "high tone", "noise", "hiss", "silence"],
)  # fmt: skip
def test_what_goes_on_evenly_does_not_strike(sound: np.ndarray) -> None:
    assert [at for at in _strokes(_hear(sound)) if at > 0.1] == []


@pytest.mark.parametrize(("hertz", "band"), [(80, "bass"), (600, "mid"), (5000, "high")])
def test_a_tone_is_heard_in_its_band(hertz: float, band: str) -> None:
    values = _hear(_tone(hertz))[-1].values
    others = {"bass", "mid", "high"} - {band}
    assert values[band] > 0.9
    assert max(values[name] for name in others) < 0.5 * values[band]


def test_soft_and_loud_music_move_alike_and_silence_moves_nothing() -> None:
    quiet, loud = (_hear(_kicks(120, volume)[0])[200:] for volume in (0.01, 0.9))
    for name in ("level", "bass"):
        ways = [max(one.values[name] for one in heard) for heard in (quiet, loud)]
        assert ways == pytest.approx([1.0, 1.0], abs=0.05)
    assert all(set(one.values) == set(AUDIO) for one in loud)
    assert max(_hear(_noise(1e-5))[-1].values.values()) < 0.05


def test_broken_samples_do_no_harm() -> None:
    sound, _ = _kicks(120)
    sound[RATE] = np.nan
    sound[RATE + 1] = np.inf
    heard = _hear(sound)
    assert all(0.0 <= v <= 1.0 for one in heard for v in one.values.values())
    assert len(_strokes(heard)) >= 10
