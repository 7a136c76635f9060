"""The infer loop in this process, with real mailboxes and boards."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.infer.booth import Booth
from tests.infer.fakes import RED
from vj.core.errors import UserError
from vj.core.types import Faces, Frame, no_faces


def test_a_camera_picture_comes_back_styled_with_its_own_time(booth: Booth) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    moment = booth.capture()
    assert booth.paint()
    frame = booth.house.styled.latest()
    assert frame is not None and frame.captured_at == moment
    assert frame.pixels[20, 5].tolist() == [255, 0, 0, 255]
    assert frame.pixels[20, -5].tolist() == [0, 0, 255, 0]


def test_nothing_new_means_nothing_to_do(booth: Booth) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    newest = booth.house.styled.newest
    assert not booth.infer.step()
    assert booth.house.styled.newest == newest


def test_a_style_or_knob_changes_the_next_picture(booth: Booth) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    booth.want(person="green", values={"style.strength": 0.5})
    booth.capture()
    assert booth.paint()
    assert np.abs(booth.picture()[20, 5, :3].astype(int) - [50, 178, 50]).max() <= 1


def test_the_picture_size_may_change(booth: Booth) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    booth.capture(24, 32)
    assert booth.paint()
    assert booth.picture().shape == (24, 32, 4)


def test_an_unreadable_style_keeps_the_old_one_and_is_reported(booth: Booth) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    booth.want(person="broken")
    booth.capture()
    assert booth.paint()
    assert booth.shows(RED)()
    assert "broken.png" in str(booth.infer.status()["error"])


def test_the_status_fits_its_board_whatever_went_wrong(
    booth: Booth, models: dict[str, Any]
) -> None:
    models["bad"] = UserError("nothing works " * 9999)
    booth.want(model="bad")
    booth.until(lambda: "nothing works" in str(booth.infer.status()["error"]))
    assert booth.house.status["infer"].post(booth.infer.status()) > 0


def test_the_status_has_what_the_show_reports(booth: Booth) -> None:
    assert booth.infer.status()["ready"] is False
    booth.want()
    booth.until(lambda: int(str(booth.infer.status()["frames"])) >= 5)
    status = booth.infer.status()
    assert status["ready"] is True and status["model"] == "colour" and status["device"] == "cpu"
    assert float(str(status["fps"])) > 0
    milliseconds = status["ms"]
    assert isinstance(milliseconds, Mapping) and set(milliseconds) == {"matte", "edges", "paint"}


def test_paintings_a_second_are_counted_whatever_lies_between(booth: Booth) -> None:
    """Two lanes that ended together were told as a hundred a second."""
    now = time.monotonic()
    booth.infer._done.extend([now - 9.0, now - 0.1, now - 0.099])
    assert booth.infer.status()["fps"] == 1.0


def test_a_matte_that_cannot_be_had_leaves_the_show_running(booth: Booth) -> None:
    booth.want(matte="selfie")
    booth.until(lambda: "vj models pull selfie" in str(booth.infer.status()["error"]))
    booth.until(booth.shows(RED))  # until then the source's own
    booth.want(matte="none")
    booth.until(lambda: booth.infer.status()["error"] == "")


def test_faces_come_with_the_picture_they_were_found_in(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(frame: Frame, matte: NDArray[np.uint8], source: str) -> Faces:
        faces = no_faces()
        faces[0] = (frame.captured_at % 7 / 7, 0.5, 0.1, 0.1, 1.0)
        return faces

    monkeypatch.setattr(booth.infer._faces, "find", find)
    for wanted in (True, False):
        booth.want(faces=wanted)
        booth.until(booth.shows(RED))
        moment = booth.capture()
        booth.paint()
        frame = booth.house.styled.latest()
        assert frame is not None and frame.captured_at == moment
        there = find(frame, frame.pixels[..., 3], "") if wanted else no_faces()
        assert np.array_equal(frame.faces, there)


def test_a_slow_network_paints_less_of_each_picture(
    booth: Booth, models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    model, paint = models["colour"], models["colour"].paint

    def slow(content: Any, styles: Any, weights: Any) -> Any:
        time.sleep(0.4 * content.shape[2] * content.shape[3] / (40 * 64))
        return paint(content, styles, weights)

    monkeypatch.setattr(model, "paint", slow)
    monkeypatch.setattr("vj.infer.ease.LEAST_SIDE", 16)
    booth.want()
    booth.until(booth.shows(RED))
    end = time.monotonic() + 20
    while booth.infer.status()["share"] == 1.0:
        assert time.monotonic() < end, booth.infer.status()
        booth.capture()
        booth.infer.step()
    booth.capture()
    booth.settle()
    booth.paint()
    assert model.sizes[-1] < (40, 64) and booth.picture().shape == (40, 64, 4)
