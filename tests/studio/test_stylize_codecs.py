"""Films in and out as H.265 and VP9, with subtitles and chapters, several pictures at a time."""

from __future__ import annotations

import logging
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.studio.stylizing import (
    Negative,
    negative_look,
    pictures_of,
    sound_of,
    write_film,
    write_picture,
)
from vj.core.errors import UserError
from vj.studio.films import CODECS, codec_for
from vj.studio.inputs import Job
from vj.studio.side_by_side import at_a_time, side_by_side
from vj.studio.stylize import paint_film


@pytest.fixture
def style(tmp_path: Path) -> Path:
    return write_picture(tmp_path / "style.png")


def quiet(line: str) -> None:
    return None


@pytest.mark.parametrize("codec, suffix", [("libx265", ".mkv"), ("libvpx-vp9", ".webm")])
def test_films_of_other_codecs_are_read(
    tmp_path: Path, style: Path, codec: str, suffix: str
) -> None:
    source = write_film(tmp_path / f"in{suffix}", codec=codec, sound="libopus", count=5)
    target = tmp_path / "out.mp4"
    paint_film(Job(source, target), negative_look(style), quiet)
    times, originals = pictures_of(source)
    found, pictures = pictures_of(target)
    assert found == pytest.approx(times, abs=0.0011) and len(pictures) == 5
    for original, painted in zip(originals, pictures, strict=True):
        assert np.abs(255 - original.astype(int) - painted).mean() < 12


@pytest.mark.parametrize(
    "codec, suffix, name",
    [("h265", ".mp4", "hevc"), ("h265", ".mkv", "hevc"), ("vp9", ".webm", "vp9"),
     ("vp9", ".mkv", "vp9"), ("vp9", ".mp4", "vp9")],
)  # fmt: skip
def test_films_are_written_as_other_codecs(
    tmp_path: Path, style: Path, monkeypatch: pytest.MonkeyPatch, codec: str, suffix: str, name: str
) -> None:
    """In pieces of three pictures, which must join without a seam."""
    monkeypatch.setattr("vj.studio.reel.MOST_PICTURES", 3)
    source = write_film(tmp_path / "in.mp4", count=8)
    target = tmp_path / f"out{suffix}"
    paint_film(Job(source, target, codec=codec), negative_look(style), quiet)
    with av.open(str(target)) as film:
        track = film.streams.video[0]
        assert track.codec_context.name in (name, f"lib{name}", "libvpx-vp9")
        if codec == "h265" and suffix == ".mp4":
            assert track.codec_context.codec_tag == "hvc1"
    times, originals = pictures_of(source)
    found, pictures = pictures_of(target)
    # Matroska counts from the earliest sound, which AAC and Opus begin before the picture.
    since = [time - found[0] for time in found]
    assert since == pytest.approx(times, abs=0.0011) and len(set(np.diff(times))) > 1
    for original, painted in zip(originals, pictures, strict=True):
        assert np.abs(255 - original.astype(int) - painted).mean() < 6
    was, packets = sound_of(target)
    assert was == ("opus" if suffix == ".webm" else "aac") and packets[-1][0] > 0.8


def test_the_ending_decides_and_what_does_not_fit_is_said() -> None:
    assert [codec_for(suffix) for suffix in (".mp4", ".MKV", ".webm")] == ["h264", "h264", "vp9"]
    assert codec_for(".mov", "h265") == "h265"
    with pytest.raises(UserError, match=r"--codec h264: not in \.webm files; allowed: vp9"):
        codec_for(".webm", "h264")
    with pytest.raises(UserError, match="Did you mean 'h265'"):
        codec_for(".mp4", "h256")
    assert all(codec.files for codec in CODECS.values())


def with_words(path: Path, film: Path) -> Path:
    """Copy a film and add two subtitles and two chapters."""
    lines = path.with_suffix(".srt")
    lines.write_text(
        "1\n00:00:00,000 --> 00:00:00,300\nhello\n\n"
        "2\n00:00:00,400 --> 00:00:00,700\ngood night\n\n"
    )
    with av.open(str(film)) as source, av.open(str(lines)) as told, av.open(str(path), "w") as out:
        tracks = [
            [out.add_stream_from_template(stream) for stream in container.streams]
            for container in (source, told)
        ]
        out.set_chapters(
            [
                {"id": n, "start": n * 500, "end": n * 500 + 500, "time_base": Fraction(1, 1000),
                 "metadata": {"title": f"part {n}"}}
                for n in range(2)
            ]
        )  # fmt: skip
        for container, ours in zip((source, told), tracks, strict=True):
            for packet in container.demux():
                if packet.dts is not None:
                    packet.stream = ours[packet.stream.index]
                    out.mux(packet)
    return path


def words_of(path: Path) -> list[bytes]:
    with av.open(str(path)) as film:
        return [bytes(p) for p in film.demux(subtitles=0) if p.size]


def test_subtitles_and_chapters_come_along(
    tmp_path: Path, style: Path, caplog: pytest.LogCaptureFixture
) -> None:
    plain = write_film(tmp_path / "plain.mp4", count=4)
    source = with_words(tmp_path / "in.mkv", plain)
    target = tmp_path / "out.mkv"
    with caplog.at_level(logging.WARNING):
        paint_film(Job(source, target), negative_look(style), quiet)
    assert words_of(target) == [b"hello", b"good night"] and not caplog.records
    with av.open(str(target)) as film:
        assert [c["metadata"]["title"] for c in film.chapters()] == ["part 0", "part 1"]
    with caplog.at_level(logging.WARNING):
        paint_film(Job(source, tmp_path / "out.mp4"), negative_look(style), quiet)
    assert "in.mkv: subtitles (srt) cannot lie in a .mp4 file" in caplog.text
    assert len(pictures_of(tmp_path / "out.mp4")[1]) == 4


def test_several_at_a_time_give_the_same_film(tmp_path: Path, style: Path) -> None:
    source = write_film(tmp_path / "in.mp4", count=9)
    films = []
    for batch in (1, 2, 5, 20):
        target = tmp_path / f"{batch}.mp4"
        paint_film(Job(source, target), negative_look(style, steady=True), quiet, batch=batch)
        films.append(target.read_bytes())
    assert len(set(films)) == 1


def test_so_many_really_are_worked_on_at_a_time_and_come_in_order() -> None:
    together = threading.Barrier(3, timeout=5)

    def work(number: int) -> int:
        if 0 < number < 7:
            together.wait()  # passes only when three are at work
        return number * number

    orders = ((number, lambda number=number: work(number)) for number in range(8))
    assert list(side_by_side(orders, 3)) == [(n, n * n) for n in range(8)]
    assert 1 <= at_a_time(0) <= 2 and at_a_time(7) == 7


@pytest.mark.parametrize("batch", [1, 3])
def test_a_network_that_fails_is_said_and_ends_the_film(
    tmp_path: Path, style: Path, batch: int
) -> None:
    class Failing(Negative):
        def paint(self, *order: object) -> object:  # type: ignore[override]
            if self.pictures == 4:
                raise ValueError("not finite")
            return super().paint(*order)  # type: ignore[arg-type]

    source = write_film(tmp_path / "in.mp4", count=9)
    with pytest.raises(ValueError, match="not finite"):
        look = negative_look(style, Failing())
        paint_film(Job(source, tmp_path / "out.mp4"), look, quiet, batch=batch)
    assert not (tmp_path / "out.mp4").exists()
