"""The pieces of a stylised film put together, with the sound of the original.
Used by the stylising of films when the last piece is done; pictures are not encoded again."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av

from vj.studio.films import Facts

FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska"}

Packet: TypeAlias = "av.Packet[Any]"
Timed = Iterator[tuple[float, Packet]]  # seconds, and the packet that begins then


def join(pieces: Sequence[Path], source: Path, target: Path, facts: Facts) -> None:
    """Write the pictures of `pieces` and every sound track of `source` into `target`.

    Sound is copied where the kind of file can hold it, else encoded as AAC.
    Raises: OSError or ValueError (av.FFmpegError is one of them) when that cannot be done.
    """
    kind = FORMATS[target.suffix.lower()]
    # By default mp4 counts the beginning of a track in ms, which is coarser than the pictures.
    fine = {} if kind == "matroska" else {"movie_timescale": str(facts.tick.denominator)}
    with (
        av.open(str(source)) as original,
        av.open(str(pieces[0])) as first,
        av.open(str(target), "w", format=kind, container_options=fine) as out,
    ):
        out.metadata.update(original.metadata)
        track = out.add_stream_from_template(first.streams.video[0])
        flows = [_pictures(pieces, track, round(1 / facts.rate / facts.tick), facts.tick)]
        for sound in original.streams.audio:
            if sound.codec_context.name in out.supported_codecs:
                copy = out.add_stream_from_template(sound)
                flows.append(_copied(source, sound.index, copy))
            else:
                rate, layout = sound.codec_context.sample_rate, sound.codec_context.layout
                # Old kinds of files only count their channels and do not name them.
                named = {1: "mono", 2: "stereo"}.get(layout.nb_channels, layout.name)
                coded = out.add_stream("aac", rate=rate, layout=named)
                flows.append(_coded(source, sound.index, coded))
        for _, packet in heapq.merge(*flows, key=lambda pair: pair[0]):
            out.mux(packet)


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


def _copied(source: Path, index: int, track: av.AudioStream) -> Timed:
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
