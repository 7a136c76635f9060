"""One file from the network, whole or not at all: gone on with after a cut, checked, then renamed.
Called by vj.infer.pull."""

from __future__ import annotations

import errno
import hashlib
import http.client
import logging
import shutil
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from vj.core.amounts import in_bytes
from vj.core.errors import UserError
from vj.core.folders import make_folder

log = logging.getLogger(__name__)

CHUNK = 1 << 16
SILENT = 20.0  # seconds without a byte before the connection is made anew
TRIES = 4  # in a row without one new byte
MEANS = {401: "it wants a login", 403: "it refuses", 404: "nothing is there", 410: "it is gone"}
PAGES = (b"<!doctype html", b"<html", b"<?xml", b"<head")


@dataclass(frozen=True)
class Wanted:
    """A file: addresses tried one after the other, exact size in bytes and sha256 if known.

    A sha256 may be its beginning only, as in the names torchvision gives its files.
    """

    urls: Sequence[str]
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True)
class Sofar:
    """How far a file is: bytes there, bytes in all (0 = unknown), bytes per second."""

    done: int
    total: int
    rate: float


Say = Callable[[Sofar], None]
Wait = Callable[[float], None]


class _Cut(Exception):
    """The connection failed in a way that may be over a moment later."""


class _Refused(Exception):
    """This address will not give the file; another one may."""


def download(wanted: Wanted, target: Path, say: Say, wait: Wait = time.sleep) -> str:
    """Fetch a file, going on where an earlier try ended, and return its sha256.

    Until it is whole and checked it is called `TARGET.part`. A file of the wrong sha256 is removed.
    Raises: UserError with the reason when no address gives it, or the disk is full or read-only.
    """
    make_folder(target.parent)
    reasons = []
    for url in wanted.urls:
        part = target.with_name(target.name + ".part")
        try:
            _fetch(url, part, wanted.size, say, wait)
            found = sha256_of(part)
            if not found.startswith(wanted.sha256.lower()):
                _forget(part)
                raise _Refused(
                    f"gives another file: its sha256 is {found}, not {wanted.sha256}; "
                    "nothing of it was kept"
                )
        except _Refused as error:
            reasons.append(f"{url} {error}")
            if part.exists() and not part.stat().st_size:
                _forget(part)
            continue
        part.replace(target)
        _forget(part)
        return found
    raise UserError("; ".join(reasons))


def sha256_of(path: Path) -> str:
    """Compute the sha256 of a file of any size."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _tag(part).unlink(missing_ok=True)


def _tag(part: Path) -> Path:
    """The file that keeps by which name the server knows this version of the file."""
    return part.with_name(part.name + ".tag")


def _fetch(url: str, part: Path, size: int, say: Say, wait: Wait) -> None:
    failures = 0
    while True:
        before = part.stat().st_size if part.exists() else 0
        try:
            if not size or before != size:
                _go_on(url, part, size, say)
            return
        except _Cut as error:
            there = part.stat().st_size if part.exists() else 0
            failures = 0 if there > before else failures + 1
            log.info("%s: %s", url, error)
            if failures == TRIES:
                kept = f"; {in_bytes(there)} are kept, the same command goes on" if there else ""
                raise _Refused(f"{error}{kept}") from error
            wait(float(2**failures))


def _go_on(url: str, part: Path, size: int, say: Say) -> None:
    """Ask for what is missing and write it."""
    there = part.stat().st_size if part.exists() else 0
    with _ask(url, part, there) as response:
        start, total = _extent(response, there)
        if size and total and total != size:
            raise _Refused(f"has another file now: {total} bytes, not {size}")
        if _is_page(response.headers.get_content_type()):
            raise _Refused("gives a web page instead of the file")
        missing = max((total or size) - start, 0)
        if shutil.disk_usage(part.parent).free < missing:
            raise UserError(_full(part, missing))
        tag = response.headers.get("ETag") or response.headers.get("Last-Modified") or ""
        done = _write(response, part, start, total, tag, say)
    if total and done < total:
        raise _Cut(f"was cut off after {in_bytes(done)} of {in_bytes(total)}")
    if size and done != size:
        _forget(part)
        raise _Refused(f"has another file now: {done} bytes, not {size}")


def _ask(url: str, part: Path, there: int) -> Any:
    headers = {"User-Agent": "vj", "Accept-Encoding": "identity"}
    if there:
        headers["Range"] = f"bytes={there}-"
        if _tag(part).is_file():
            headers["If-Range"] = _tag(part).read_text(encoding="utf-8")
    opener = urllib.request.build_opener(_Secure)
    try:
        return opener.open(urllib.request.Request(url, headers=headers), timeout=SILENT)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            _forget(part)  # there is more here than the server has: another file
            raise _Cut("has another file now") from error
        reason = f"answers {error.code} ({MEANS.get(error.code, error.reason)})"
        raise (_Cut if error.code in (408, 425, 429) or error.code >= 500 else _Refused)(
            reason
        ) from error
    except (URLError, OSError, http.client.HTTPException) as error:
        raise _Cut(_silence(error)) from error


def _silence(error: Exception) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return f"sends nothing for {SILENT:g} s"
    return f"cannot be reached ({cause})"


def _extent(response: Any, there: int) -> tuple[int, int]:
    """Tell where the answer begins in the file, and how long the file is (0 = unknown)."""
    said = response.headers.get("Content-Length") or ""
    length = int(said) if said.isdigit() else 0
    if response.status != 206:
        return 0, length
    field = str(response.headers.get("Content-Range", ""))
    span, _, total = field.removeprefix("bytes ").partition("/")
    start = span.partition("-")[0]
    if start != str(there):
        raise _Refused(f"answers with another part than asked for ({field!r})")
    return there, int(total) if total.isdigit() else there + length


def _write(response: Any, part: Path, start: int, total: int, tag: str, say: Say) -> int:
    """Write the answer to the end of the file, or anew; returns the file's length then."""
    if start == 0:
        _forget(part)
        if tag and not tag.startswith("W/"):
            _put(tag, _tag(part), total)
    done, began = start, time.monotonic()
    with _open(part, "ab" if start else "wb") as file:
        while True:
            try:
                data = response.read1(CHUNK)
            except (OSError, http.client.HTTPException) as error:
                raise _Cut(_silence(error)) from error
            if not data:
                return done
            if done == 0 and data[:200].lstrip().lower().startswith(PAGES):
                raise _Refused("gives a web page instead of the file")
            try:
                file.write(data)
                file.flush()
            except OSError as error:
                raise _unwritable(part, max(total - done, 0), error) from error
            done += len(data)
            say(Sofar(done, total, (done - start) / max(time.monotonic() - began, 1e-3)))


def _put(tag: str, path: Path, missing: int) -> None:
    try:
        path.write_text(tag, encoding="utf-8")
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unwritable(path, missing, error) from error


def _open(part: Path, mode: str) -> IO[bytes]:
    try:
        return part.open(mode)
    except OSError as error:
        raise _unwritable(part, 0, error) from error


def _unwritable(path: Path, missing: int, error: OSError) -> UserError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return UserError(_full(path, missing))
    return UserError(f"{path}: cannot be written ({error.strerror})")


def _full(part: Path, missing: int) -> str:
    more = f", {in_bytes(missing)} more are needed" if missing else ""  # not known of every file
    return f"{part.parent}: the disk is full{more}; what is there is kept, the same command goes on"


def _is_page(kind: str) -> bool:
    return kind in ("text/html", "application/xhtml+xml")


class _Secure(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from https to anything weaker."""

    def redirect_request(
        self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """Refuse to be led away from https."""
        if urlsplit(req.full_url).scheme == "https" != urlsplit(newurl).scheme:
            raise _Refused(f"leads to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)
