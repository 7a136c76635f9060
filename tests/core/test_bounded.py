"""What a gig from a stranger holds is read only when it is a file, and only so much of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vj.core.bounded import read_bounded
from vj.core.card import read_card
from vj.core.document import MOST_BYTES, read_document
from vj.core.errors import UserError
from vj.core.gig import STARTER, open_gig
from vj.core.take import keep_gig

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")


def test_a_file_is_read_up_to_the_limit_and_behind_a_link(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * 10)
    (tmp_path / "b.yaml").symlink_to(path)
    assert read_bounded(path, 10) == read_bounded(tmp_path / "b.yaml", 11) == b"x" * 10
    with pytest.raises(UserError, match=r"a\.yaml: 10 bytes; at most 9 are read"):
        read_bounded(path, 9)
    path.write_bytes(b"")
    assert read_bounded(path, 0) == b""


@pytest.mark.parametrize("name", ["gone.yaml", "x" * 300, "a\0b", "."])
def test_what_cannot_be_read_is_the_users_mistake(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        read_bounded(tmp_path / name, 10)


@posix
def test_pipes_and_devices_are_no_files(tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.yaml", tmp_path / "zero.yaml"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    for path in (pipe, device):
        with pytest.raises(UserError, match="no regular file"):
            read_document(path)
        with pytest.raises(UserError, match="no regular file"):
            read_card(path)


@posix
@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="needs files of no size")
def test_a_file_that_says_it_is_empty_is_read_no_further_than_allowed() -> None:
    with pytest.raises(UserError, match="it grows; at most 10 bytes"):
        read_bounded(Path("/proc/self/status"), 10)


def test_a_scene_of_a_gigabyte_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    with (tmp_path / "scenes" / "01.yaml").open("wb") as file:
        file.truncate(2**40)  # no disk is used for it
    with pytest.raises(UserError, match=rf"at most {MOST_BYTES} are read"):
        open_gig(tmp_path).scene("01")


def test_weights_lie_beside_their_card_or_with_the_program(tmp_path: Path) -> None:
    folder = tmp_path / "gig" / "checkpoints"
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"x")
    (folder / "link.safetensors").symlink_to(tmp_path / "secret")
    (folder / "mine.safetensors").write_bytes(b"x")
    card = folder / "net.yaml"
    shipped = os.path.relpath(STARTER / "checkpoints" / "brush.safetensors", folder.resolve())
    for weights in ("mine.safetensors", shipped):
        card.write_text(f"model: brush\nweights: {weights}\n")
        assert read_card(card).weights_bytes()
    for weights in ("../../secret", str(tmp_path / "secret"), "link.safetensors"):
        card.write_text(f"model: brush\nweights: {weights}\n")
        with pytest.raises(UserError, match=r"card 'net': .* lies outside of .*checkpoints"):
            read_card(card).weights_bytes()
    for weights, words in (("gone", "is missing"), ("''", "needs weights"), ("'.'", "no regular")):
        card.write_text(f"model: brush\nweights: {weights}\n")
        with pytest.raises(UserError, match=words):
            read_card(card).weights_bytes()


@posix
def test_links_in_a_circle_are_no_files(tmp_path: Path) -> None:
    """Python 3.11 and 3.12 tell one by a RuntimeError where a link is followed."""
    gig, kept = tmp_path / "gig", tmp_path / "take"
    for name in ("styles/loop.jpg", "checkpoints/net.safetensors", "mask.png", "logo.png"):
        (gig / name).parent.mkdir(parents=True, exist_ok=True)
        (gig / name).symlink_to(Path(name).name)
    (gig / "styles" / "again").symlink_to(".")
    (gig / "checkpoints" / "net.yaml").write_text("model: brush\nweights: net.safetensors\n")
    (gig / "scenes").mkdir()
    (gig / "scenes" / "01.yaml").write_text("chain: [mix]\nlogo: logo.png\n")
    with pytest.raises(UserError, match=r"card 'net': .*net\.safetensors"):
        open_gig(gig).card("net").weights_bytes()
    keep_gig(open_gig(gig), kept)
    assert not list(kept.rglob("l*.*g")) and (kept / "gig" / "scenes" / "01.yaml").is_file()
    (gig / "rig.yaml").write_text("outputs: [{mask: mask.png}]\n")
    with pytest.raises(UserError, match=r"no file 'mask\.png'"):
        open_gig(gig)
