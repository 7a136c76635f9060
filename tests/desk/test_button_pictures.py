"""Pictures on buttons: thumbnails made beside the show, and the last look of every scene."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.desk.hall import Hall
from vj.core.gig import Gig
from vj.desk.png import png
from vj.desk.scene_pictures import ScenePictures
from vj.desk.thumbnails import Thumbnails


def test_a_png_of_ours_is_read_by_others() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (31, 47, 4), np.uint8)
    found = cv2.imdecode(np.frombuffer(png(pixels), np.uint8), cv2.IMREAD_UNCHANGED)
    assert found is not None
    assert (found[..., ::-1] == pixels[..., :3]).all()


def test_thumbnails_are_made_once_and_again_for_a_changed_picture(
    tmp_path: Path, until: Any
) -> None:
    picture, broken = tmp_path / "style.jpg", tmp_path / "broken.jpg"
    cv2.imwrite(str(picture), np.full((600, 900, 3), (200, 60, 20), np.uint8))
    broken.write_bytes(b"no picture")
    thumbnails = Thumbnails(tmp_path / "cache")
    assert thumbnails.find(picture) is None
    thumbnails.want([picture, broken, tmp_path / "missing.jpg"])
    small = until(lambda: thumbnails.find(picture), "the thumbnail", 60.0)
    found = cv2.imread(str(small))
    assert found is not None
    assert found.shape == (170, 240, 3)
    assert np.allclose(found[80, 100], (200, 60, 20), atol=6)
    assert thumbnails.find(broken) is None
    cv2.imwrite(str(picture), np.full((600, 900, 3), (0, 255, 0), np.uint8))
    assert thumbnails.find(picture) is None


def test_names_that_are_no_utf_8_have_pictures_like_others(
    hall: Hall, tmp_path: Path, until: Any
) -> None:
    """A gig folder or a style named by an old computer ended the desk, again and again."""
    old = "caf\udce9"  # how Python reads b"caf\xe9"
    place = tmp_path / old
    try:
        place.mkdir()
    except OSError:
        pytest.skip("no such names on this file system")
    picture, thumbnails = place / f"{old}.jpg", Thumbnails(tmp_path / "cache")
    picture.write_bytes(cv2.imencode(".jpg", np.zeros((90, 160, 3), np.uint8))[1].tobytes())
    good = tmp_path / "good.jpg"
    cv2.imwrite(str(good), np.zeros((90, 160, 3), np.uint8))
    thumbnails.want([picture, good])
    until(lambda: thumbnails.find(good), "the other one's thumbnail", 60.0)
    assert thumbnails.find(picture) != thumbnails.find(good)
    gig = Gig(place, hall.gig.rig)
    ScenePictures(gig, hall.mirror, hall.house.screen, tmp_path / "seen").look(time.monotonic())


@pytest.fixture
def pictures(hall: Hall, tmp_path: Path) -> ScenePictures:
    return ScenePictures(hall.gig, hall.mirror, hall.house.screen, tmp_path / "seen")


def test_a_scene_is_remembered_as_it_was_last_seen(hall: Hall, pictures: ScenePictures) -> None:
    now = time.monotonic()
    hall.house.screen.publish(np.full((90, 160, 4), (200, 40, 10, 0), np.uint8), 0)
    assert pictures.find("01_ink") is None
    for second in range(10):
        pictures.look(now + second)
    found = cv2.imread(str(pictures.find("01_ink")))
    assert found is not None
    assert found[40, 80].tolist() == [10, 40, 200]
    assert pictures.edition == 1


def test_darkness_and_the_scene_before_are_not_remembered(
    hall: Hall, pictures: ScenePictures
) -> None:
    now = time.monotonic()
    hall.house.screen.publish(np.zeros((90, 160, 4), np.uint8), 0)
    for second in range(10):
        pictures.look(now + second)
    hall.house.screen.publish(np.full((90, 160, 4), 200, np.uint8), 0)
    hall.play(blackout=1.0)
    for second in range(30, 40):
        pictures.look(now + second)
    hall.play("02_neon_night")
    for second in range(40, 45):  # it has only just come, and may still be fading in
        pictures.look(now + second)
    assert pictures.find("01_ink") is None
    assert pictures.find("02_neon_night") is None
    assert pictures.find("../../rig") is None
