"""Pictures of every source are turned, mirrored and fitted, told by their four coloured corners."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pytest

from vj.capture.framing import KEYS, Framing
from vj.capture.layers import covering
from vj.capture.spec import RIG, frame_size, module, read_keys
from vj.core.letterbox import Letterbox
from vj.core.types import Pixels

RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (230, 230, 230)
CORNERS = [RED, GREEN, BLUE, WHITE]  # clockwise from top left
TURNS = [(rotate, mirror) for rotate in (0, 90, 180, 270) for mirror in (False, True)]
FRAME = (90, 160)


def corners(rotate: int = 0, mirror: bool = False) -> list[tuple[int, ...]]:
    """What is to be seen, clockwise from top left."""
    quarters = rotate // 90
    a, b, c, d = CORNERS[4 - quarters :] + CORNERS[: 4 - quarters]
    return [b, a, d, c] if mirror else [a, b, c, d]


def card(height: int, width: int) -> np.ndarray:
    """A picture with four coloured quarters, as OpenCV reads it."""
    picture = np.empty((height, width, 3), np.uint8)
    top, left = slice(0, height // 2), slice(0, width // 2)
    bottom, right = slice(height // 2, None), slice(width // 2, None)
    places = (top, left), (top, right), (bottom, right), (bottom, left)
    for place, colour in zip(places, CORNERS, strict=True):
        picture[place] = colour[::-1]
    return picture


def seen(pixels: Pixels, box: tuple[int, int, int, int] | None = None) -> list[tuple[int, ...]]:
    """The colours near the corners of a box (top, left, height, width), clockwise."""
    top, left, height, width = box or (0, 0, *pixels.shape[:2])
    rows, columns = (top + 2, top + height - 3), (left + 2, left + width - 3)
    places = [(0, 0), (0, 1), (1, 1), (1, 0)]
    found = [pixels[rows[row], columns[column], :3].astype(int) for row, column in places]
    known = {colour: np.array(colour) for colour in CORNERS}
    return [min(known, key=lambda c: np.abs(known[c] - colour).max()) for colour in found]


def framed(image: np.ndarray, size: tuple[int, int] = FRAME, **spec: object) -> Pixels:
    pixels = Framing(read_keys({"kind": "x", **spec}, KEYS), size).pixels(image)
    assert pixels is not None and pixels.flags.c_contiguous and pixels.dtype == np.uint8
    return pixels


@pytest.mark.parametrize(("rotate", "mirror"), TURNS)
def test_a_picture_is_turned_clockwise_and_then_mirrored(rotate: int, mirror: bool) -> None:
    pixels = framed(card(40, 60), rotate=rotate, mirror=mirror)
    assert pixels.shape == ((40, 60, 4) if rotate in (0, 180) else (60, 40, 4))
    assert seen(pixels) == corners(rotate, mirror)
    assert not pixels[..., 3].any(), "who is in it is unknown"


@pytest.mark.parametrize(("rotate", "mirror"), TURNS)
@pytest.mark.parametrize("shape", [(128, 72), (72, 128), (720, 405), (61, 300), (301, 40)])
@pytest.mark.parametrize("size", [(90, 160), (160, 90)])
def test_whole_shows_all_of_it_undistorted_in_the_middle(
    shape: tuple[int, int], size: tuple[int, int], rotate: int, mirror: bool
) -> None:
    pixels = framed(card(*shape), size, rotate=rotate, mirror=mirror, fit="whole")
    assert pixels.shape == (*size, 4) and not pixels[..., 3].any()
    rows, columns = shape if rotate in (0, 180) else shape[::-1]
    scale = min(size[0] / rows, size[1] / columns)
    tall, wide = round(rows * scale), round(columns * scale)
    top, left = (size[0] - tall) // 2, (size[1] - wide) // 2
    assert seen(pixels, (top, left, tall, wide)) == corners(rotate, mirror)
    # The crossing of the four colours is where the middle of the picture is.
    first = pixels[top + 2, left : left + wide, :3].astype(int)
    turn = np.abs(np.diff(first, axis=0)).sum(axis=1).argmax()
    assert abs(turn + 1 - wide / 2) <= 1


@pytest.mark.parametrize("shape", [(1280, 720), (300, 900)])
def test_beside_a_whole_picture_it_is_seen_again_dark_and_soft(shape: tuple[int, int]) -> None:
    size = (180, 320)
    pixels = framed(card(*shape), size, fit="whole")
    inner = np.zeros(size, bool)
    tall, wide = (180, 101) if shape[0] > shape[1] else (107, 320)
    top, left = (180 - tall) // 2, (320 - wide) // 2
    inner[top : top + tall, left : left + wide] = True
    light = pixels[..., :3].astype(int).max(axis=2)
    assert light[~inner].min() > 40 and light[~inner].max() < 120 < light[inner].min()
    across = pixels[:, :left] if left else pixels[:top]
    steps = [np.abs(np.diff(across[..., :3].astype(int), axis=axis)).max() for axis in (0, 1)]
    assert max(steps) <= 8, "no edge that a style would paint"
    assert pixels[2, 2, 0] > pixels[2, 2, 1], "red is top left here, too"
    assert pixels[-3, -3, 2] > pixels[-3, -3, 1], "and blue bottom right"


def test_a_still_film_keeps_a_still_backdrop() -> None:
    framing = Framing(read_keys({"kind": "x", "fit": "whole"}, KEYS), FRAME)
    first, second = framing.pixels(card(128, 72)), framing.pixels(card(128, 72))
    assert first is not None and second is not None and np.array_equal(first, second)


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (2, 3), (90, 160), (91, 160)])
@pytest.mark.parametrize("fit", ["cut", "stretch", "whole"])
def test_pictures_of_any_form(shape: tuple[int, int], fit: str) -> None:
    picture = np.full((*shape, 3), 200, np.uint8)
    for size in (FRAME, (16, 16), (16, 8192)):
        pixels = framed(picture, size, fit=fit, rotate=180)
        assert pixels.shape[:2] == (shape if fit == "cut" else size)
        assert pixels[..., :3].min() >= 95, "the whole frame is drawn"


def test_stretch_fills_the_frame_and_loses_nothing() -> None:
    pixels = framed(card(200, 70), fit="stretch", rotate=90)
    assert pixels.shape == (*FRAME, 4) and seen(pixels) == corners(90)


def test_a_picture_made_much_smaller_keeps_its_fine_lines_as_a_tone() -> None:
    lines = np.zeros((1280, 720, 3), np.uint8)
    lines[::2] = 255
    pixels = framed(lines, fit="whole")
    middle = pixels[4:-4, 70:90, :3].astype(int)
    assert abs(middle.mean() - 127) < 4 and middle.std() < 4


@pytest.mark.parametrize("fit", ["cut", "stretch", "whole"])
@pytest.mark.parametrize("rotate", [0, 90, 180])
@pytest.mark.parametrize("shape", [FRAME, (160, 90), (300, 100)])
def test_no_picture_changes_when_the_next_one_comes(
    shape: tuple[int, int], rotate: int, fit: str
) -> None:
    """Readers, the carrier and the cross-fade keep former pictures."""
    framing = Framing(read_keys({"kind": "x", "rotate": rotate, "fit": fit}, KEYS), FRAME)
    first = framing.pixels(card(*shape))
    assert first is not None
    kept = first.copy()
    for image in (np.zeros((*shape, 3), np.uint8), np.zeros((50, 50), np.uint8)):
        second = framing.pixels(image)
        assert second is not None and not np.shares_memory(first, second)
    assert np.array_equal(first, kept)


def test_without_these_keys_nothing_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("work for nothing")

    for name in ("resize", "flip", "transpose", "rotate", "GaussianBlur"):
        monkeypatch.setattr(cv2, name, never)
    assert seen(framed(card(40, 60))) == CORNERS


@pytest.mark.parametrize("broken", [None, np.zeros((0, 0, 3), np.uint8), np.zeros((4, 4, 2))])
def test_what_is_no_picture_is_refused_and_the_next_one_is_seen(broken: object) -> None:
    framing = Framing(read_keys({"kind": "x", "rotate": 90, "fit": "whole"}, KEYS), FRAME)
    assert framing.pixels(broken) is None
    assert framing.pixels(card(40, 60)) is not None


def test_transparency_stays_and_nobody_is_beside_the_picture() -> None:
    image = np.dstack([card(90, 60), np.zeros((90, 60), np.uint8)])
    image[30:, :, 3] = 255
    alpha = framed(image, fit="whole", rotate=180)[..., 3]
    assert alpha[:55, 52:108].min() == 255 and not alpha[66:, 52:108].any()
    assert not alpha[:, :48].any() and not alpha[:, 112:].any()
    image[..., 3] = 255
    assert framed(image, fit="whole")[..., 3].min() == 255, "opaque, so its layer is, too"


class FakeCapture:
    """Every camera, film and stream: gives the card."""

    def __init__(self, *_: object) -> None:
        self.image = card(120, 60)

    def isOpened(self) -> bool:
        return True

    def read(self) -> tuple[bool, np.ndarray]:
        return True, self.image.copy()

    def get(self, _: int) -> float:
        return 30.0

    def set(self, *_: object) -> bool:
        return True

    def grab(self) -> bool:
        return True

    def release(self) -> None:
        pass


@pytest.fixture
def pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, object]]:
    """Something to be seen by every kind of source, in a folder."""
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    camera = module({"kind": "camera"})
    monkeypatch.setattr(camera, "cameras", lambda: [camera.Camera("Truss", 0, "/dev/video0")])
    (tmp_path / "slides").mkdir()
    cv2.imwrite(str(tmp_path / "slides/card.png"), card(120, 60))
    (tmp_path / "film.mp4").write_bytes(b"-")
    box = Letterbox.create(65536)
    fresh = [bytes(cv2.imencode(".jpg", card(120, 60))[1])] * 3
    monkeypatch.setattr(Letterbox, "take", lambda self, seq: (seq + 1, fresh[0]))
    yield {"folder": str(tmp_path), "size": FRAME, "fps": 30.0, "phone": box}


@pytest.mark.parametrize("layer", [False, True])
@pytest.mark.parametrize(
    "spec",
    [
        {"kind": "camera"},
        {"kind": "video", "path": "film.mp4", "mirror": True},
        {"kind": "stream", "url": "rtsp://stage/live", "mirror": True},
        {"kind": "image", "path": "slides/card.png", "mirror": True},
        {"kind": "folder", "path": "slides", "mirror": True},
        {"kind": "phone", "mirror": True},
    ],
)
def test_every_source_knows_all_of_it(
    pictures: dict[str, object], spec: dict[str, object], layer: bool
) -> None:
    for rotate, box in ((0, (0, 57, 90, 45)), (90, (5, 0, 80, 160)), (180, (0, 57, 90, 45))):
        full = {**spec, "rotate": rotate, "fit": "whole", RIG: pictures}
        assert frame_size(full) == FRAME
        playing = module(spec).frames(full)
        (pixels,) = islice(covering(playing, None) if layer else playing, 1)
        playing.close()
        assert pixels.shape == (*FRAME, 4)
        assert seen(pixels, box) == corners(rotate, mirror=True)
        assert set(np.unique(pixels[..., 3])) == ({255} if layer else {0})
