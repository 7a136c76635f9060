"""Files from a real server on this machine: cuts, silence, wrong files, full disks, web pages."""

from __future__ import annotations

import errno
import hashlib
import random
import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.infer.weblib import Shelf, serve
from vj.core.errors import UserError
from vj.infer import download as module
from vj.infer.download import Sofar, Wanted, download

DATA = random.Random(0).randbytes(300_000)
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serve(Shelf({"/w.pth": DATA})) as running:
        yield running


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "aside" / "w.pth"


def get(
    shelf: Shelf, target: Path, size: int = len(DATA), sha256: str = SHA
) -> tuple[list[Sofar], list[float]]:
    """Fetch /w.pth; returns what was said of the way, and how long was waited between tries."""
    said, waited = list[Sofar](), list[float]()
    found = download(
        Wanted([f"{shelf.url}/w.pth"], size, sha256), target, said.append, waited.append
    )
    assert found == hashlib.sha256(target.read_bytes()).hexdigest()
    return said, waited


def left(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir())


def test_a_file_comes_whole_and_its_way_is_told(shelf: Shelf, target: Path) -> None:
    said, waited = get(shelf, target)
    assert target.read_bytes() == DATA and left(target) == ["w.pth"] and not waited
    assert [s.done for s in said] == sorted(s.done for s in said)
    assert said[-1].done == said[-1].total == len(DATA) and said[-1].rate > 0


def test_a_cut_is_gone_on_with_from_there(shelf: Shelf, target: Path) -> None:
    shelf.ways["/w.pth"] = ["cut:100000", "cut:50000", "plain"]
    _, waited = get(shelf, target)
    assert target.read_bytes() == DATA
    assert [asked for _, asked in shelf.asked] == [None, "bytes=100000-", "bytes=150000-"]
    assert waited == [1.0, 1.0]


def test_a_stopped_command_goes_on_the_next_day(shelf: Shelf, target: Path) -> None:
    shelf.ways["/w.pth"] = ["cut:120000"] + ["503"] * 4
    with pytest.raises(UserError, match=r"503.*120 kB are kept, the same command goes on"):
        get(shelf, target)
    assert left(target) == ["w.pth.part", "w.pth.part.tag"]
    shelf.ways.clear()
    shelf.asked.clear()
    get(shelf, target)
    assert shelf.asked == [("/w.pth", "bytes=120000-")] and left(target) == ["w.pth"]


def test_another_file_behind_the_same_address_begins_anew(shelf: Shelf, target: Path) -> None:
    """Half of the old file with half of the new one is neither."""
    other = DATA[::-1]
    shelf.ways["/w.pth"] = ["cut:120000"] + ["500"] * 4
    with pytest.raises(UserError):
        get(shelf, target, sha256="")
    shelf.files["/w.pth"] = other
    shelf.ways.clear()
    get(shelf, target, sha256="")
    assert target.read_bytes() == other


@pytest.mark.parametrize("way", ["deaf", "lie"])
def test_servers_without_ranges_or_lengths(shelf: Shelf, target: Path, way: str) -> None:
    shelf.ways["/w.pth"] = ["cut:1000", way]
    get(shelf, target)
    assert target.read_bytes() == DATA


def test_a_silent_server_is_asked_again(
    shelf: Shelf, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENT", 0.15)
    shelf.ways["/w.pth"] = ["stall:100000", "plain"]
    get(shelf, target)
    assert shelf.asked[1] == ("/w.pth", "bytes=100000-")
    target.unlink()
    shelf.ways["/w.pth"] = ["stall:0"]
    with pytest.raises(UserError, match=r"sends nothing for 0\.15 s$"):
        get(shelf, target)


def test_a_wrong_sha256_is_refused_and_nothing_kept(shelf: Shelf, target: Path) -> None:
    with pytest.raises(UserError, match=rf"sha256 is {SHA}, not 0000.*nothing of it was kept"):
        get(shelf, target, sha256="0" * 64)
    assert left(target) == []
    get(shelf, target, sha256=SHA[:8])


def test_another_length_is_refused_before_it_is_fetched(shelf: Shelf, target: Path) -> None:
    with pytest.raises(UserError, match="300000 bytes, not 1000"):
        get(shelf, target, size=1000)
    shelf.ways["/w.pth"] = ["lie"]
    with pytest.raises(UserError, match="300000 bytes, not 1000"):
        get(shelf, target, size=1000)
    assert left(target) == []


@pytest.mark.parametrize(
    "way, reason",
    [("404", "nothing is there"), ("410", "it is gone"), ("403", "it refuses"), ("401", "login")],
)
def test_what_is_not_there_is_said_at_once(
    shelf: Shelf, target: Path, way: str, reason: str
) -> None:
    shelf.ways["/w.pth"] = [way]
    with pytest.raises(UserError, match=rf"/w\.pth answers {way} .*{reason}"):
        get(shelf, target)
    assert len(shelf.asked) == 1


def test_a_web_page_is_no_file(shelf: Shelf, target: Path) -> None:
    """As Google Drive answers when a file is too large for its virus scan."""
    shelf.ways["/w.pth"] = ["page"]
    with pytest.raises(UserError, match="a web page instead of the file"):
        get(shelf, target, size=0, sha256="")
    shelf.files["/w.pth"] = b"\n<!DOCTYPE html><title>Virus scan warning</title>"
    shelf.ways.clear()
    with pytest.raises(UserError, match="a web page instead of the file"):
        get(shelf, target, size=0, sha256="")
    assert left(target) == []


def test_redirects_are_followed_and_loops_end(shelf: Shelf, target: Path) -> None:
    shelf.ways["/w.pth"] = ["to:/there"]
    shelf.files["/there"] = DATA
    get(shelf, target)
    shelf.ways["/there"] = ["to:/w.pth"]
    target.unlink()
    with pytest.raises(UserError, match="infinite loop"):
        get(shelf, target)


def test_https_is_never_left() -> None:
    redirects = module._Secure()
    request = module.urllib.request.Request("https://example.org/w.pth")
    with pytest.raises(module._Refused, match="not https"):
        redirects.redirect_request(request, None, 302, "", {}, "http://example.org/w.pth")


def test_a_wrong_part_is_not_glued_on(shelf: Shelf, target: Path) -> None:
    shelf.ways["/w.pth"] = ["cut:1000", "wrong"]
    with pytest.raises(UserError, match="another part than asked for"):
        get(shelf, target)


def test_more_here_than_there_begins_anew(shelf: Shelf, target: Path) -> None:
    target.parent.mkdir()
    target.with_name("w.pth.part").write_bytes(DATA + b"more")
    get(shelf, target, size=0)
    assert target.read_bytes() == DATA


def test_another_address_is_tried(shelf: Shelf, target: Path) -> None:
    shelf.ways["/gone.pth"] = ["404"]
    urls = [f"{shelf.url}/gone.pth", f"{shelf.url}/w.pth"]
    download(Wanted(urls, len(DATA), SHA), target, lambda sofar: None)
    assert target.read_bytes() == DATA


def test_nobody_there_is_said(target: Path) -> None:
    with serve(Shelf()) as shelf:
        url = f"{shelf.url}/w.pth"
    waited = list[float]()
    with pytest.raises(UserError, match="cannot be reached"):
        download(Wanted([url]), target, lambda sofar: None, waited.append)
    assert waited == [2.0, 4.0, 8.0]


def test_a_full_disk_is_noticed_before_and_while(
    shelf: Shelf, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 1000))
        with pytest.raises(UserError, match=r"the disk is full, 300 kB more are needed"):
            get(shelf, target)
    opened = module._open

    class Full:
        """A file on a disk that takes 100 kB."""

        def __init__(self, file: Any) -> None:
            self._file = file

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *what: object) -> None:
            self._file.close()

        def flush(self) -> None:
            self._file.flush()

        def write(self, data: bytes) -> None:
            if self._file.tell() + len(data) > 100_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            self._file.write(data)

    with monkeypatch.context() as patch:
        patch.setattr(module, "_open", lambda part, mode: Full(opened(part, mode)))
        with pytest.raises(UserError, match=r"disk is full.*the same command goes on"):
            get(shelf, target)
    kept = target.with_name("w.pth.part").stat().st_size
    assert 0 < kept <= 100_000
    shelf.asked.clear()
    get(shelf, target)
    assert shelf.asked == [("/w.pth", f"bytes={kept}-")] and target.read_bytes() == DATA
