"""The picture reaches other programs, and their trouble stays with them."""

from __future__ import annotations

import importlib.util
import sys
import types
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.house import House, Options, build_house
from vj.core.types import Pixels
from vj.record.share import Sharer
from vj.record.shares import installed, open_share, words


class FakeShare:
    """Another program; `fails` makes its next picture fail."""

    def __init__(self) -> None:
        self.seen: list[Pixels] = []
        self.fails = self.closed = False

    def send(self, pixels: Pixels) -> None:
        if self.fails:
            raise RuntimeError("the other side is gone")
        self.seen.append(pixels.copy())

    def close(self) -> None:
        self.closed = True


def _house(root: Path, *ways: str) -> House:
    gig = open_gig(root)
    return build_house(replace(gig, rig=gig.rig.model_copy(update={"share": ways})), Options())


def test_every_picture_goes_every_way_and_one_that_fails_comes_back(root: Path) -> None:
    made: dict[str, list[FakeShare]] = {"ndi": [], "spout": []}

    def opening(word: str, height: int, width: int, fps: float) -> FakeShare:
        assert (height, width, fps) == (48, 64, 30.0)
        made[word].append(FakeShare())
        return made[word][-1]

    house = _house(root, "ndi", "spout")
    sharer = Sharer(house, opening)
    for number in range(5):
        if number == 2:
            made["ndi"][0].fails = True
        house.screen.publish(np.full((48, 64, 4), number, np.uint8), number)
        assert sharer.step(number * 2.0)
        assert not sharer.step(number * 2.0 + 0.5)
    assert [int(pixels[0, 0, 0]) for pixels in made["spout"][0].seen] == [0, 1, 2, 3, 4]
    assert made["ndi"][0].closed
    assert len(made["ndi"][0].seen) == 2
    assert len(made["ndi"]) == 1, "not before five seconds are over"
    house.screen.publish(np.zeros((48, 64, 4), np.uint8), 9)
    sharer.step(9.5)
    assert len(made["ndi"][1].seen) == 1
    sharer.close()
    assert made["ndi"][1].closed and made["spout"][0].closed


def test_a_way_that_is_not_there_says_what_to_install(root: Path) -> None:
    house = _house(root, "syphon")
    sharer = Sharer(house)
    house.screen.publish(np.zeros((48, 64, 4), np.uint8), 1)
    sharer.step(0.0)
    sharer.step(1.0)
    if "syphon" not in installed():
        assert "pip install syphon-python" in house.status["share"].read()[1]["error"]  # type: ignore[index]


def test_a_wrong_word_in_the_rig_is_one_sentence(root: Path, tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "rig.yaml").write_text("fps: 30\nshare: [nid]\n")
    with pytest.raises(UserError, match=r"rig.yaml:2: .*'nid'.*ndi, spout.*Did you mean 'ndi'"):
        open_gig(tmp_path)
    assert words() == ("ndi", "spout", "syphon", "virtual_camera")


def test_a_virtual_camera_gets_the_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Pixels] = []

    class Camera:
        def __init__(self, width: int, height: int, fps: float) -> None:
            self.width, self.height = width, height

        def send(self, rgb: Pixels) -> None:
            seen.append(rgb.copy())

        def close(self) -> None:
            seen.clear()

    stand_in = types.ModuleType("pyvirtualcam")
    stand_in.Camera = Camera  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "pyvirtualcam", stand_in)
    share = open_share("virtual_camera", 48, 64, 30.0)
    pixels = np.zeros((48, 64, 4), np.uint8)
    pixels[..., 1] = 200
    share.send(pixels)
    assert seen[0].shape == (48, 64, 3)
    assert np.all(seen[0] == (0, 200, 0))
    share.close()
    assert not seen


@pytest.mark.skipif(not importlib.util.find_spec("cyndilib"), reason="cyndilib is not installed")
def test_ndi_takes_pictures_without_anybody_looking() -> None:
    share = open_share("ndi", 48, 64, 30.0)
    for _ in range(3):
        share.send(np.zeros((48, 64, 4), np.uint8))
    share.close()
