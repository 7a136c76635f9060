"""Saved files are found once they hold still; what cannot be parsed is a message."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.stage.watch import Watch


def _parse(raw: bytes, path: Path) -> str:
    if b"broken" in raw:
        raise UserError(f"{path}: broken")
    return raw.decode()


@pytest.fixture
def watch(tmp_path: Path) -> Watch[str]:
    (tmp_path / "a.yaml").write_text("one")
    return Watch(tmp_path, ".yaml", _parse)


def test_nothing_saved_nothing_found(watch: Watch[str]) -> None:
    for _ in range(3):
        watch.look()
    assert not watch.found


def test_an_edit_is_taken_at_the_second_equal_look(watch: Watch[str], tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("two half wri")
    watch.look()
    path.write_text("two half written")
    watch.look()
    assert not watch.found
    watch.look()
    assert list(watch.found) == [(path, "two half written")]
    watch.look()
    assert len(watch.found) == 1


def test_new_replaced_and_removed_files_are_seen(watch: Watch[str], tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text("new")
    (tmp_path / "other.txt").write_text("not mine")
    beside = tmp_path / "a.tmp"
    beside.write_text("replaced")
    beside.replace(tmp_path / "a.yaml")
    watch.look()
    watch.look()
    assert dict(watch.found) == {tmp_path / "a.yaml": "replaced", tmp_path / "b.yaml": "new"}
    watch.found.clear()
    (tmp_path / "b.yaml").unlink()
    watch.look()
    assert not watch.found
    watch.look()
    assert list(watch.found) == [(tmp_path / "b.yaml", None)]


def test_a_broken_edit_is_a_message(watch: Watch[str], tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("broken!")
    watch.look()
    watch.look()
    (path, error) = watch.found.popleft()
    assert path == tmp_path / "a.yaml"
    assert isinstance(error, UserError)


def test_a_file_can_be_parsed_again_and_endings_may_be_several(tmp_path: Path) -> None:
    for name in ("a.png", "b.JPG", "c.txt"):
        (tmp_path / name).write_text(name)
    watch = Watch(tmp_path, (".png", ".jpg"), _parse)
    for name in ("b.JPG", "c.txt", "never.png"):
        watch.again(tmp_path / name)
    for _ in range(3):
        watch.look()
    assert list(watch.found) == [(tmp_path / "b.JPG", "b.JPG")]


def test_a_folder_that_comes_later_is_seen(tmp_path: Path) -> None:
    watch = Watch(tmp_path / "later", ".yaml", _parse)
    watch.look()
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "a.yaml").write_text("one")
    watch.look()
    watch.look()
    assert list(watch.found) == [(tmp_path / "later" / "a.yaml", "one")]


def test_the_thread_ends_when_nobody_holds_the_watch(tmp_path: Path) -> None:
    """Every show that ended in one process left a thread behind that looked on for ever."""
    watch = Watch(tmp_path, ".yaml", _parse).start()
    thread = [one for one in threading.enumerate() if one.name == "watch"][-1]
    (tmp_path / "a.yaml").write_text("one")
    for _ in range(40):
        if watch.found:
            break
        time.sleep(0.1)
    assert list(watch.found) == [(tmp_path / "a.yaml", "one")]
    del watch
    thread.join(5.0)
    assert not thread.is_alive()


def test_what_a_system_leaves_there_and_what_is_no_file_is_not_read(
    watch: Watch[str], tmp_path: Path
) -> None:
    (tmp_path / "._a.yaml").write_text("of a Mac")
    (tmp_path / "folder.yaml").mkdir()
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "endless.yaml").symlink_to("/dev/zero")
    (tmp_path / "c.yaml").write_text("mine")
    watch.look()
    watch.look()
    assert dict(watch.found) == {tmp_path / "c.yaml": "mine"}
