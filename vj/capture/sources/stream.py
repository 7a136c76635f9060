"""A stream from an address (RTSP, HTTP, UDP, SRT ...), read as fast as it comes.

Chosen by `source: {kind: stream, url: rtsp://...}`; keys: those of `framing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from vj.capture.framing import KEYS as FRAMING
from vj.capture.framing import Framing
from vj.capture.reading import SourceLost, open_ffmpeg, prepare
from vj.capture.spec import Key, Spec, Values, frame_size, read_keys
from vj.core.errors import UserError, unknown
from vj.core.types import Pixels

KEYS = {"url": Key("text"), **FRAMING}
_SCHEMES = ("http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "srt", "tcp", "udp")


def read(spec: Spec) -> Values:
    """Check the spec; only network addresses are streams. Raises: UserError."""
    values = read_keys(spec, KEYS)
    url = values.given("url")
    if url is None:
        raise UserError("source stream: url is needed, for example rtsp://192.168.1.20:554/live")
    scheme = urlsplit(str(url)).scheme.lower()
    if scheme not in _SCHEMES:
        raise unknown("scheme", scheme, _SCHEMES, f"source stream: url {url!r}")
    return values


def frames(spec: Spec) -> Iterator[Pixels]:
    """Yield pictures as they arrive.

    Raises: SourceLost when the address does not answer or the stream ends or stalls.
    """
    prepare()
    values = read(spec)
    url, framing = str(values.given("url")), Framing(values, frame_size(spec))
    place = urlsplit(url)
    # Addresses often hold a password; it does not belong on a screen or in a log.
    shown = f"{place.scheme}://{place.hostname or ''}{place.path}"
    capture = open_ffmpeg(url, shown, live=True)
    try:
        while True:
            pixels = framing.pixels(capture.read()[1])
            if pixels is None:
                raise SourceLost(f"{shown} stopped")
            yield pixels
    finally:
        capture.release()
