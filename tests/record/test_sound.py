"""Sound beside the pictures: what was heard, when it was heard, through gaps and other inputs."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from vj.core.soundbox import SECONDS, Soundbox
from vj.core.types import Frame
from vj.record.recording import Recording
from vj.record.sound import SoundTrack
from vj.studio.take_sound import write_sound

RATE = 48_000
SECOND = 1_000_000_000


def _tick(at: float, seconds: float = 0.1) -> np.ndarray:
    """A click at `at` seconds in `seconds` of silence, for one ear."""
    block = np.zeros((round(seconds * RATE), 1), np.float32)
    place = round(at * RATE)
    block[place : place + 240] = 0.9
    return block


def _film(path: Path, box: Soundbox, zero: int | None = None, until: float = 2.0) -> None:
    """Twenty pictures a second; a click every half second, heard in blocks of 100 ms."""
    recording = Recording(box, began=zero)
    picture = np.full((48, 64, 4), 100, np.uint8)
    began = 50 * SECOND
    for number in range(round(until * 20)):
        now = began + number * SECOND // 20
        if number % 2 == 0 and number:
            block = _tick(0.0) if (number - 2) % 10 == 0 else np.zeros((RATE // 10, 1), np.float32)
            box.write(block, RATE, now)
        recording.write(Frame(picture, number + 1, now), path, number / 20)
    recording.close()


def _clicks(path: Path) -> list[float]:
    """When sound begins to be loud, in seconds of the film."""
    with av.open(str(path)) as file:
        turned = av.AudioResampler(format="fltp")
        found = [
            (f.time, f.to_ndarray()) for raw in file.decode(audio=0) for f in turned.resample(raw)
        ]
    levels = np.concatenate([samples[0] for _, samples in found])
    loud = np.nonzero(np.abs(levels) > 0.3)[0] / RATE + float(found[0][0] or 0.0)
    return [at for at, before in zip(loud, [-1.0, *loud[:-1]], strict=True) if at - before > 0.2]


def test_what_is_heard_is_in_the_film_where_it_was_heard(tmp_path: Path) -> None:
    box = Soundbox.create()
    box.write(np.zeros((4, 1), np.float32), RATE, 0)
    _film(tmp_path / "a.mp4", box)
    assert np.allclose(_clicks(tmp_path / "a.mp4"), [0.0, 0.5, 1.0, 1.5], atol=0.03)


def test_without_sound_a_film_has_no_track_for_it(tmp_path: Path) -> None:
    recording = Recording(Soundbox.create())
    recording.write(Frame(np.zeros((48, 64, 4), np.uint8), 1, 1), tmp_path / "a.mp4", 0.0)
    recording.close()
    with av.open(str(tmp_path / "a.mp4")) as file:
        assert not file.streams.audio


def test_a_take_keeps_when_its_sound_began(tmp_path: Path) -> None:
    box = Soundbox.create()
    box.write(np.zeros((4, 1), np.float32), RATE, 0)
    _film(tmp_path / "a.mkv", box, zero=40 * SECOND)
    assert np.allclose(_clicks(tmp_path / "a.mkv"), [10.0, 10.5, 11.0, 11.5], atol=0.03)
    assert write_sound([tmp_path / "a.mkv"], 10.4, 1.0, tmp_path / "a.wav")
    assert np.allclose(_clicks(tmp_path / "a.wav"), [0.1, 0.6], atol=0.03)


def test_a_hole_in_the_sound_is_silence(tmp_path: Path) -> None:
    box, recording = Soundbox.create(), Recording(Soundbox.create())
    recording = Recording(box)
    box.write(np.zeros((4, 1), np.float32), RATE, 0)
    picture = np.zeros((48, 64, 4), np.uint8)
    for number, heard in enumerate((False, True, False, False, False, False, True)):
        now = number * SECOND // 2 + SECOND
        if heard:
            box.write(_tick(0.0), RATE, now)
        recording.write(Frame(picture, number + 1, now), tmp_path / "a.mp4", number / 2)
    recording.close()
    assert np.allclose(_clicks(tmp_path / "a.mp4"), [0.4, 2.9], atol=0.03)


@pytest.mark.parametrize("seen_every", [0.5, 100.0])
def test_a_long_silence_does_not_hold_up_the_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seen_every: float
) -> None:
    """An input that came back after 20 minutes had the recorder stand still for six seconds.

    After 40 it took longer than a process may: it was ended, and the film went on in another file.
    """
    encoded: list[int] = []
    encode = SoundTrack._encode

    def counted(track: SoundTrack, samples: np.ndarray) -> None:
        encoded[-1] += len(samples)
        encode(track, samples)

    monkeypatch.setattr(SoundTrack, "_encode", counted)
    box = Soundbox.create()
    box.write(np.zeros((4, 1), np.float32), RATE, 0)
    recording, picture = Recording(box), np.zeros((48, 64, 4), np.uint8)
    there, away = np.arange(60) / 10, np.arange(1.0, 100.0, seen_every)
    for at in [*there[:10], *away, *there + 100.0]:
        now = round((1 + at) * SECOND)
        if at not in away:
            box.write(_tick(0.0) if at in (0.5, 100.5) else _tick(0.0) * 0, RATE, now)
        elif at == away[-1]:
            box.silence()
        encoded.append(0)
        recording.write(Frame(picture, len(encoded), now), tmp_path / "a.mp4", at)
    assert max(encoded) < 3 * RATE
    if seen_every < 1.0:  # a film that ends when it is back has little left to write
        assert sum(encoded[: -len(there)]) > 90 * RATE
    recording.close()
    assert np.allclose(_clicks(tmp_path / "a.mp4"), [0.4, 100.4], atol=0.03)


def test_another_input_with_another_rate_is_silence(tmp_path: Path) -> None:
    """Samples of half the rate would be heard twice as fast."""
    box = Soundbox.create()
    box.write(np.zeros((4, 1), np.float32), RATE, 0)
    recording, picture = Recording(box), np.zeros((48, 64, 4), np.uint8)
    for number in range(10):
        now = number * SECOND // 2 + SECOND
        box.write(_tick(0.0), RATE // 2 if 3 <= number < 7 else RATE, now)
        recording.write(Frame(picture, number + 1, now), tmp_path / "a.mp4", number / 2)
    recording.close()
    assert np.allclose(_clicks(tmp_path / "a.mp4"), [0.4, 0.9, 3.4, 3.9, 4.4], atol=0.03)


def test_a_box_gives_each_sample_once_and_forgets_the_oldest() -> None:
    box = Soundbox.create()
    assert box.read(0) is None
    box.write(np.full((100, 2), 0.25, np.float32), RATE, 7)
    heard = box.read(40)
    assert heard is not None
    assert (heard.first, len(heard.samples), heard.until, heard.rate) == (40, 60, 7, RATE)
    assert box.read(100) is None
    for _ in range(SECONDS + 2):
        box.write(np.full((RATE, 3), np.nan, np.float32), RATE, 9)
    heard = box.read(0)
    assert heard is not None
    assert heard.first + len(heard.samples) == box.written
    assert heard.first > 0
    assert not heard.samples.any()
    box.silence()
    assert box.rate == 0
    assert box.read(0) is None
