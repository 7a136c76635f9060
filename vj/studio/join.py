"""The pieces of a stylised film put together, with sound, subtitles and chapters of the original.
Used by the stylising of films when the last piece is done; pictures are not encoded again."""

from __future__ import annotations

import contextlib
import heapq
import logging
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
from av.container import InputContainer, OutputContainer

from vj.studio.films import Facts

log = logging.getLogger(__name__)

FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm"}
OPUS_RATE = 48_000  # Hz, which Opus always has

Packet: TypeAlias = "av.Packet[Any]"
Timed = Iterator[tuple[float, Packet]]  # seconds, and the packet that begins then


def join(
    pieces: Sequence[Path], source: Path | None, target: Path, facts: Facts, tag: str = ""
) -> None:
    """Write the pictures of `pieces` and what else `source` has into `target`.

    Sound is copied where the kind of file can hold it, else encoded as AAC or Opus; subtitles it
    cannot hold are left out with a warning. tag: what mp4 shall call the pictures' codec.
    Raises: OSError or ValueError (av.FFmpegError is one of them) when that cannot be done.
    """
    kind = FORMATS[target.suffix.lower()]
    # By default mp4 counts the beginning of a track in ms, which is coarser than the pictures.
    fine = {"movie_timescale": str(facts.tick.denominator)} if kind in ("mp4", "mov") else {}
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(av.open(str(pieces[0])))
        out = stack.enter_context(av.open(str(target), "w", format=kind, container_options=fine))
        track = out.add_stream_from_template(first.streams.video[0])
        if tag and kind in ("mp4", "mov"):
            track.codec_context.codec_tag = tag
        flows = [_pictures(pieces, track, round(1 / facts.rate / facts.tick), facts.tick)]
        if source:
            original = stack.enter_context(av.open(str(source)))
            flows += _beside(original, source, out, target)
        for _, packet in heapq.merge(*flows, key=lambda pair: pair[0]):
            out.mux(packet)


def _beside(
    original: InputContainer, source: Path, out: OutputContainer, target: Path
) -> Iterator[Timed]:
    """Prepare every track that is not pictures, and what is written about the film."""
    out.metadata.update(original.metadata)
    out.set_chapters(original.chapters())
    for sound in original.streams.audio:
        if sound.codec_context.name in out.supported_codecs:
            yield _copied(source, sound.index, out.add_stream_from_template(sound))
            continue
        rate, layout = sound.codec_context.sample_rate, sound.codec_context.layout
        # Old kinds of files only count their channels and do not name them.
        named = {1: "mono", 2: "stereo"}.get(layout.nb_channels, layout.name)
        webm = target.suffix.lower() == ".webm"
        coded = (
            out.add_stream("libopus", rate=OPUS_RATE, layout=named)
            if webm
            else out.add_stream("aac", rate=rate, layout=named)
        )
        yield _coded(source, sound.index, coded)
    for words in original.streams.subtitles:
        name = words.codec_context.name
        if name in out.supported_codecs:
            yield _copied(source, words.index, out.add_stream_from_template(words))
        else:
            log.warning(
                "%s: subtitles (%s) cannot lie in a %s file and are left out; .mkv keeps them",
                source.name, name, target.suffix,
            )  # fmt: skip


def _pictures(pieces: Sequence[Path], track: av.VideoStream, last: int, tick: Fraction) -> Timed:
    """Every picture lasts until the next; the last one lasts `last` ticks."""
    held: Packet | None = None
    for piece in pieces:
        with av.open(str(piece)) as file:
            for packet in file.demux(video=0):
                if packet.pts is None:
                    continue
                if held is not None:
                    held.duration = packet.pts - (held.pts or 0)
                    yield _seconds(held), held
                packet.stream, held = track, packet
    if held is not None:
        held.duration = round(last * tick / held.time_base)
        yield _seconds(held), held


def _copied(source: Path, index: int, track: av.stream.Stream) -> Timed:
    with av.open(str(source)) as film:
        for packet in film.demux(film.streams[index]):
            if packet.dts is not None:
                packet.stream = track
                yield _seconds(packet), packet


def _coded(source: Path, index: int, track: av.AudioStream) -> Timed:
    with av.open(str(source)) as film:
        for frame in film.decode(film.streams.get(index)):
            assert isinstance(frame, av.AudioFrame)
            for packet in track.encode(frame):
                yield _seconds(packet), packet
    for packet in track.encode():
        yield _seconds(packet), packet


def _seconds(packet: Packet) -> float:
    return float((packet.dts or 0) * packet.time_base)
