"""Cameras are found in the kernel's lists; which one is meant is decided without opening it."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.capture.sources.camera import KEYS, cameras, choose
from vj.capture.spec import Values, read_keys
from vj.core.errors import UserError


def asked(**spec: object) -> Values:
    return read_keys({"kind": "camera", **spec}, KEYS)


@pytest.fixture
def machine(tmp_path: Path) -> tuple[Path, Path]:
    """Two webcams, one with a node that gives no pictures, and a grabber, as Linux lists them."""
    listed, by_id = tmp_path / "class", tmp_path / "by-id"
    by_id.mkdir(parents=True)
    nodes = [(0, "HD Webcam: HD Webcam", 0), (1, "HD Webcam: HD Webcam", 1), (2, "USB Video", 0)]
    nodes += [(10, "HD Webcam: HD Webcam", 0)]
    for number, name, index in nodes:
        node = listed / f"video{number}"
        node.mkdir(parents=True)
        (node / "name").write_text(name + "\n")
        (node / "index").write_text(f"{index}\n")
    device = tmp_path / "video2"
    device.write_text("")
    (by_id / "usb-Grabber-video-index0").symlink_to(device)
    return listed, by_id


def test_every_camera_is_listed_once(machine: tuple[Path, Path]) -> None:
    found = cameras(*machine)
    assert [(c.name, c.number) for c in found] == [
        ("HD Webcam: HD Webcam", 0),
        ("USB Video", 2),
        ("HD Webcam: HD Webcam'", 10),
    ]
    assert found[1].path.endswith("by-id/usb-Grabber-video-index0")
    assert found[0].path == "/dev/video0"


def test_by_name_by_number_by_file(machine: tuple[Path, Path]) -> None:
    found = cameras(*machine)
    assert choose(asked(), found) == "/dev/video0"
    assert str(choose(asked(name="usb video"), found)).endswith("usb-Grabber-video-index0")
    assert choose(asked(device=10), found) == "/dev/video10"
    assert choose(asked(device="/dev/video7"), found) == "/dev/video7"


def test_a_camera_that_is_not_there_is_named_with_those_that_are(
    machine: tuple[Path, Path],
) -> None:
    found = cameras(*machine)
    with pytest.raises(UserError, match=r"'USB Vdeo'.*Did you mean 'USB Video'"):
        choose(asked(name="USB Vdeo"), found)
    with pytest.raises(UserError, match=r"number 5; allowed: 0 \(HD Webcam"):
        choose(asked(device=5), found)


def test_a_machine_without_cameras(tmp_path: Path) -> None:
    assert cameras(tmp_path / "none", tmp_path / "nothing") == []
    assert choose(asked(device=1), []) == 1
