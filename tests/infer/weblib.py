"""A real web server on this machine whose files can be cut, slow, gone, moved or something else."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Shelf:
    """What the server has, how it behaves for a path, and what it was asked.

    `ways`: path -> words, one for each time it is asked; the last one stays. `cut:N` and `stall:N`
    end or fall silent after N bytes, `404` and others answer so, `deaf` ignores ranges, `wrong`
    answers with another range, `page` with HTML, `to:PATH` redirects, `lie` names no length.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    ways: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    def way(self, path: str) -> str:
        words = self.ways.get(path, ["plain"])
        return words.pop(0) if len(words) > 1 else words[0]


@contextmanager
def serve(shelf: Shelf) -> Iterator[Shelf]:
    """Run the server while the block runs; `shelf.url` is its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            shelf.asked.append((self.path, wanted))
            way, _, value = shelf.way(self.path).partition(":")
            self.close_connection = True
            if way.isdigit():
                self.send_error(int(way))
                return
            if way == "to":
                self.send_response(302)
                self.send_header("Location", value)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            data = shelf.files[self.path]
            tag = f'"{hashlib.sha256(data).hexdigest()[:8]}"'
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted else 0
            if way == "deaf" or self.headers.get("If-Range") not in (None, tag):
                start = 0
            if start > len(data) or (start and start == len(data)):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                shown = start + 1 if way == "wrong" else start
                span = f"bytes {shown}-{len(data) - 1}/{len(data)}"
                self.send_header("Content-Range", span)
            if way != "lie":
                self.send_header("Content-Length", str(len(data) - start))
            self.send_header("ETag", tag)
            kind = "text/html; charset=utf-8" if way == "page" else "application/octet-stream"
            self.send_header("Content-Type", kind)
            self.end_headers()
            end = start + int(value) if way in ("cut", "stall") else len(data)
            self.wfile.write(data[start:end])
            self.wfile.flush()
            if way == "stall":
                shelf.enough.wait(10)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        shelf.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield shelf
        finally:
            shelf.enough.set()
            server.shutdown()
            thread.join()
