"""A stream that is really served over HTTP is read; one that stops or hides is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice

import cv2
import numpy as np
import pytest

from vj.capture.counter import read_stamp, stamp
from vj.capture.reading import SourceLost
from vj.capture.sources.stream import frames

COUNT = 40


class Motion(BaseHTTPRequestHandler):
    """A few numbered JPEG pictures as multipart, then the end, as a network camera sends them."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=cut")
        self.end_headers()
        for number in range(COUNT):
            pixels = np.full((180, 320, 4), 90, np.uint8)
            stamp(pixels, number)
            body = cv2.imencode(".jpg", pixels[..., :3])[1].tobytes()
            head = f"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: {len(body)}\r\n\r\n"
            self.wfile.write(head.encode() + body + b"\r\n")

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Motion)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/live.mjpg"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_stream_is_read_until_it_stops(address: str) -> None:
    shown = frames({"kind": "stream", "url": address})
    numbers = [read_stamp(pixels) for pixels in islice(shown, COUNT // 2)]
    first = numbers[0]
    assert first is not None and first <= 2  # FFmpeg may keep the picture it probed the format with
    assert numbers == list(range(first, first + COUNT // 2))
    with pytest.raises(SourceLost, match="stopped"):
        list(shown)


def test_an_address_that_does_not_answer_is_lost_and_hides_its_password() -> None:
    spec = {"kind": "stream", "url": "http://me:secret@127.0.0.1:9/live"}
    with pytest.raises(SourceLost) as raised:
        next(frames(spec))
    assert "http://127.0.0.1/live" in str(raised.value)
    assert "secret" not in str(raised.value)
