"""A camera by name or number, mirrored as a performer expects; always its newest picture.

Chosen by `source: {kind: camera, name: "HD Webcam"}`; keys: `device`, `size`, `fps`, `still`
(pictures that never change are no sign of a lost camera), and those of `framing`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vj.capture.framing import KEYS as FRAMING
from vj.capture.framing import Framing
from vj.capture.reading import Capture, SourceLost, prepare
from vj.capture.spec import Key, Spec, Values, frame_size, read_keys
from vj.core.errors import UserError, unknown
from vj.core.types import Pixels

KEYS = {
    "device": Key("device", 0),
    "name": Key("device"),
    "size": Key("size", (720, 1280)),
    "fps": Key("number", 30.0, low=1, high=240),
    "still": Key("switch", False),
    **FRAMING,
    "mirror": Key("switch", True),
}
LIVE = True
_CLASS, _BY_ID = Path("/sys/class/video4linux"), Path("/dev/v4l/by-id")


@dataclass(frozen=True)
class Camera:
    """A camera this machine has: what it calls itself, its number and its device file."""

    name: str
    number: int
    path: str


def cameras(listed: Path = _CLASS, by_id: Path = _BY_ID) -> list[Camera]:
    """The cameras of a Linux machine; empty elsewhere, where only numbers are known.

    A camera registers several nodes, of which the first one of each name delivers pictures.
    """
    found: dict[str, Camera] = {}
    lasting = {link.resolve().name: str(link) for link in by_id.glob("*")} if by_id.is_dir() else {}
    nodes = sorted(listed.glob("video*"), key=lambda node: int(node.name[5:] or 0))
    for node in nodes:
        index = node / "index"
        if index.is_file() and index.read_text().strip() != "0":
            continue
        name = (node / "name").read_text().strip() if (node / "name").is_file() else node.name
        while name in found:
            name += "'"
        path = lasting.get(node.name, f"/dev/{node.name}")
        found[name] = Camera(name, int(node.name[5:]), path)
    return list(found.values())


def read(spec: Spec) -> Values:
    """Check the spec; a name must fit a camera that is there, unless there is none at all.

    Raises: UserError.
    """
    values = read_keys(spec, KEYS)
    found = cameras()
    if found:
        choose(values, found)
    return values


def choose(values: Values, found: list[Camera]) -> str | int:
    """The device file, or number, that the spec means.

    Raises: UserError when cameras are there, but not this one.
    """
    wanted = values.given("name")
    wanted = values.given("device") if wanted is None else wanted
    if isinstance(wanted, str) and wanted.startswith("/dev/"):
        return wanted
    if isinstance(wanted, str):
        for camera in found:
            if wanted.lower() in camera.name.lower():
                return camera.path
        raise unknown("camera", wanted, (camera.name for camera in found), "source camera")
    for camera in found:
        if camera.number == wanted:
            return camera.path
    if found:
        numbers = ", ".join(f"{camera.number} ({camera.name})" for camera in found)
        raise UserError(f"source camera: no camera number {wanted}; allowed: {numbers}")
    assert isinstance(wanted, int)
    return wanted


def frames(spec: Spec) -> Iterator[Pixels]:
    """Yield the camera's pictures as they come.

    Raises: SourceLost when it is not there or stops.
    """
    prepare()
    values = read(spec)
    found = cameras()
    if sys.platform.startswith("linux") and not found:
        raise SourceLost("no camera is connected")
    try:
        device = choose(values, found)
    except UserError as error:
        raise SourceLost(str(error)) from error
    framing = Framing(values, frame_size(spec))
    capture = _open(device, values)
    try:
        while True:
            pixels = framing.pixels(capture.read()[1])
            if pixels is None:
                raise SourceLost("the camera stopped")
            yield pixels
    finally:
        capture.release()


def _open(device: str | int, values: Values) -> Capture:
    import cv2

    backends = {"linux": cv2.CAP_V4L2, "win32": cv2.CAP_DSHOW, "darwin": cv2.CAP_AVFOUNDATION}
    capture = cv2.VideoCapture(device, backends.get(sys.platform, cv2.CAP_ANY))
    if not capture.isOpened():
        capture.release()
        raise SourceLost(f"camera {device} cannot be opened")
    height, width = values.size("size")
    # Webcams give large pictures at full rate only as MJPEG; those without it keep their format.
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, width)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, height)
    capture.set(cv2.CAP_PROP_FPS, values.number("fps"))
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture
