"""A certificate of our own: for these names, kept, private, and a page really served with it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.desk.hall import Hall
from vj.core.house import Options
from vj.desk.remote import Remote

pytest.importorskip("cryptography")

from vj.desk.tls import server_context


def test_it_is_kept_and_made_anew_for_other_names(tmp_path: Path) -> None:
    _, first = server_context(["10.0.0.5"], tmp_path)
    assert server_context(["10.0.0.5"], tmp_path)[1] == first
    _, other = server_context(["10.0.0.6", "stage.local"], tmp_path)
    assert other != first
    key = tmp_path / "tls" / "key.pem"
    assert os.name == "nt" or key.stat().st_mode & 0o077 == 0


def test_a_damaged_certificate_is_replaced(tmp_path: Path) -> None:
    _, first = server_context([], tmp_path)
    (tmp_path / "tls" / "certificate.pem").write_text("nonsense")
    _, again = server_context([], tmp_path)
    assert again != first


@pytest.mark.parametrize("harm", ["emptied", "torn", "another's"])
def test_a_key_that_does_not_open_the_certificate_is_replaced(tmp_path: Path, harm: str) -> None:
    """A machine that lost power while writing it had no remote until somebody found the file."""
    _, first = server_context([], tmp_path)
    key = tmp_path / "tls" / "key.pem"
    if harm == "another's":
        server_context([], tmp_path / "other")
        key.write_bytes((tmp_path / "other" / "tls" / "key.pem").read_bytes())
    else:
        key.write_bytes(key.read_bytes()[: 100 if harm == "torn" else 0])
    _, again = server_context([], tmp_path)
    assert again != first
    assert server_context([], tmp_path)[1] == again, "and kept"
    assert sorted(file.name for file in key.parent.iterdir()) == ["certificate.pem", "key.pem"]


def test_a_key_is_never_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server_context([], tmp_path)
    key = tmp_path / "tls" / "key.pem"
    before = key.read_bytes()

    def no_more(*_: object) -> None:
        assert key.read_bytes() == before, "the old one is there until the new one is whole"
        raise OSError("the power is gone")

    monkeypatch.setattr(Path, "replace", no_more)
    with pytest.raises(OSError, match="power"):
        server_context(["stage.local"], tmp_path)
    monkeypatch.undo()
    server_context(["stage.local"], tmp_path)


def test_the_remote_speaks_tls_and_its_page_comes_from_itself(
    make_hall: Callable[..., Hall],
    running: Any,
    until: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vj.desk.tls.state_folder", lambda: tmp_path)
    hall = make_hall(Options(tls=True))
    hall.play()
    remote = Remote(hall.house, hall.mirror, hall.sender)
    running(remote.run)
    url = until(lambda: remote.url, "the address", 20.0)
    assert url.startswith("https://127.0.0.1:")

    async def talk() -> None:
        trusted = ssl.create_default_context(cafile=str(tmp_path / "tls" / "certificate.pem"))
        home = url.rstrip("/")
        async with asyncio.timeout(30), aiohttp.ClientSession() as session:
            async with session.get(url, ssl=trusted) as answer:
                assert answer.status == 200
            headers = {"Origin": home}
            async with session.ws_connect(f"{home}/ws", headers=headers, ssl=trusted) as socket:
                raw = socket.get_extra_info("ssl_object").getpeercert(True)
                shown = hashlib.sha256(raw).hexdigest().upper()
                assert remote.fingerprint.replace(":", "") == shown
                await socket.send_json({})
                assert (await socket.receive_json(timeout=5))["kind"] == "show"

    asyncio.run(talk())
