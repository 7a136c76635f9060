"""The infer loop in this process, with real mailboxes and boards and models that misbehave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.infer.fakes import BLUE, GREEN, RED, ColourModel, half_person, write_style
from vj.core.card import Card
from vj.core.errors import UserError
from vj.core.gig import Gig, Rig
from vj.core.house import House, Options, build_house
from vj.infer import engine, live
from vj.infer.live import Infer

STYLES = {"red": RED, "green": GREEN, "blue": BLUE}


class Stage:
    """Plays the part of capture, stage and show around one Infer."""

    def __init__(self, house: House) -> None:
        self.house, self.infer = house, Infer(house)
        self.moment = 0

    def want(self, model: str = "colour", person: str = "red", **more: Any) -> None:
        styles = {"person": [[person, 1.0]], "background": [["blue", 1.0]]}
        document = {"values": {}, "model": model, "matte": "source", "styles": styles, **more}
        self.house.state.post(document)

    def capture(self, height: int = 40, width: int = 64) -> int:
        self.moment += 1000
        self.house.camera.publish(half_person(height, width), self.moment)
        return self.moment

    def until(self, true: Callable[[], bool], seconds: float = 20.0) -> None:
        """Step the loop, a new camera picture before each step, until something is true."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, self.infer.status()
            self.capture()
            if not self.infer.step():
                time.sleep(0.001)
        self.settle()

    def settle(self) -> None:
        """Step the loop until nothing is being painted any more."""
        end = time.monotonic() + 20
        while self.infer._lanes.busy:
            assert time.monotonic() < end
            self.infer.step()

    def paint(self) -> bool:
        """Take the picture that was captured and wait for what becomes of it."""
        begun = self.infer.step()
        self.settle()
        return begun

    def picture(self) -> np.ndarray[Any, Any]:
        """The newest stylised picture; black where there is none."""
        frame = self.house.styled.latest()
        return frame.pixels if frame else np.zeros((40, 64, 4), np.uint8)

    def shows(self, person: tuple[int, int, int]) -> Callable[[], bool]:
        return lambda: tuple(self.picture()[20, 5, :3].tolist()) == person


@pytest.fixture
def models() -> dict[str, Any]:
    """Card name -> a model, or an exception that loading it raises."""
    return {"colour": ColourModel()}


@pytest.fixture
def stage(tmp_path: Path, models: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Stage:
    for name, colour in STYLES.items():
        write_style(tmp_path / "styles" / f"{name}.png", colour)
    (tmp_path / "styles" / "broken.png").write_bytes(b"nothing")
    (tmp_path / "checkpoints").mkdir()
    for name in ("colour", "other", "bad"):
        (tmp_path / "checkpoints" / f"{name}.yaml").write_text("model: passthrough\n")

    def load_model(card: Card, device: str) -> Any:
        found = models[card.name]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(engine, "load_model", load_model)
    gig = Gig(tmp_path, Rig.model_validate({"size": "64x40", "device": "cpu"}))
    return Stage(build_house(gig, Options()))


def test_a_camera_picture_comes_back_styled_with_its_own_time(stage: Stage) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    moment = stage.capture()
    assert stage.paint()
    frame = stage.house.styled.latest()
    assert frame is not None and frame.captured_at == moment
    assert frame.pixels[20, 5].tolist() == [255, 0, 0, 255]
    assert frame.pixels[20, -5].tolist() == [0, 0, 255, 0]


def test_nothing_new_means_nothing_to_do(stage: Stage) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    newest = stage.house.styled.newest
    assert not stage.infer.step()
    assert stage.house.styled.newest == newest


def test_a_style_or_knob_changes_the_next_picture(stage: Stage) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    stage.want(person="green", values={"style.strength": 0.5})
    stage.capture()
    assert stage.paint()
    assert np.abs(stage.picture()[20, 5, :3].astype(int) - [50, 178, 50]).max() <= 1


def test_the_picture_size_may_change(stage: Stage) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    stage.capture(24, 32)
    assert stage.paint()
    assert stage.picture().shape == (24, 32, 4)


def test_the_old_model_paints_until_the_new_one_is_warm(
    stage: Stage, models: dict[str, Any]
) -> None:
    gate = threading.Event()

    class Slow(ColourModel):
        def paint(self, content: torch.Tensor, styles: Any, weights: torch.Tensor) -> torch.Tensor:
            gate.wait(20)
            return torch.zeros_like(content)

    stage.want()
    stage.until(stage.shows(RED))
    models["other"] = Slow()
    stage.want(model="other")
    stage.until(lambda: stage.infer.status()["loading"] == "other")
    newest = stage.house.styled.newest
    stage.until(lambda: stage.house.styled.newest > newest + 5)
    assert stage.picture()[20, 5, :3].tolist() == [255, 0, 0]
    gate.set()
    stage.until(stage.shows((0, 0, 0)))
    assert stage.infer.status()["model"] == "other"


def test_a_model_that_cannot_load_keeps_the_old_one_and_says_so(
    stage: Stage, models: dict[str, Any]
) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    models["bad"] = UserError("card 'bad': the weights are damaged")
    stage.want(model="bad")
    stage.until(lambda: "damaged" in str(stage.infer.status()["error"]))
    newest = stage.house.styled.newest
    stage.until(lambda: stage.house.styled.newest > newest + 2)
    assert stage.infer.status()["model"] == "colour" and stage.shows(RED)()
    stage.want()
    stage.until(lambda: stage.infer.status()["error"] == "")


def test_going_back_before_the_new_model_is_ready_changes_nothing(
    stage: Stage, models: dict[str, Any]
) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    gate = threading.Event()

    class Late(ColourModel):
        def prepare(self, image: torch.Tensor) -> Any:
            gate.wait(20)
            return super().prepare(image)

    models["other"] = Late()
    stage.want(model="other")
    stage.until(lambda: stage.infer.status()["loading"] == "other")
    stage.want()
    stage.until(lambda: stage.infer.status()["loading"] == "")
    gate.set()
    newest = stage.house.styled.newest
    stage.until(lambda: stage.house.styled.newest > newest + 5)
    assert stage.infer.status()["model"] == "colour"


def test_a_failing_model_publishes_nothing_is_said_once_and_is_loaded_again(
    stage: Stage, models: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    stage.want()
    stage.until(stage.shows(RED))

    class Broken(ColourModel):
        def paint(self, content: torch.Tensor, styles: Any, weights: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("no memory left")

    healthy = models["colour"]
    models["colour"] = ColourModel()
    healthy.paint = Broken().paint
    newest = stage.house.styled.newest
    for strike in range(live.STRIKES):
        stage.capture()
        assert stage.paint()
        assert stage.house.styled.newest == newest, strike
    assert "no memory left" in str(stage.infer.status()["error"])
    stage.until(lambda: stage.house.styled.newest > newest)
    assert stage.shows(RED)() and stage.infer.status()["error"] == ""
    assert sum("no memory left" in record.message for record in caplog.records) == 1


def test_a_model_that_stays_broken_waits_before_it_is_tried_again(
    stage: Stage, models: dict[str, Any]
) -> None:
    stage.want()
    stage.until(stage.shows(RED))

    def always(*_: object) -> torch.Tensor:
        raise RuntimeError("always")

    models["colour"].paint = always
    orders = []
    start = stage.infer._loader.start

    def counted(name: str, styles: Any, size: tuple[int, int]) -> None:
        orders.append(name)
        start(name, styles, size)

    stage.infer._loader.start = counted  # type: ignore[method-assign]
    stage.until(lambda: len(orders) >= 1)
    end = time.monotonic() + 0.5
    stage.until(lambda: time.monotonic() > end)
    assert orders == ["colour"]


def test_a_lost_cuda_device_ends_the_process_for_a_fresh_one(
    stage: Stage, models: dict[str, Any]
) -> None:
    stage.want()
    stage.until(stage.shows(RED))

    def lost(*_: object) -> torch.Tensor:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    models["colour"].paint = lost
    stage.capture()
    with pytest.raises(SystemExit) as ended:
        stage.paint()
    assert ended.value.code == live.SICK


def test_an_unreadable_style_keeps_the_old_one_and_is_reported(stage: Stage) -> None:
    stage.want()
    stage.until(stage.shows(RED))
    stage.want(person="broken")
    stage.capture()
    assert stage.paint()
    assert stage.shows(RED)()
    assert "broken.png" in str(stage.infer.status()["error"])


def test_styles_of_all_scenes_are_prepared_ahead(
    stage: Stage, models: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "AHEAD_PAUSE", 0.0)
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "1.yaml").write_text("styles: green\nchain: []\n")
    (tmp_path / "scenes" / "2.yaml").write_text("styles: [no scene at all\n")
    late = Stage(build_house(Gig(tmp_path, stage.house.gig.rig), Options()))
    late.want()
    late.until(lambda: models["colour"].prepared >= 3)


def test_the_first_scene_s_model_loads_before_the_stage_asks(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    first = "model: colour\nstyles: {person: green, background: blue}\nchain: []\n"
    (tmp_path / "scenes" / "1.yaml").write_text(first)
    early = Stage(build_house(Gig(tmp_path, stage.house.gig.rig), Options()))
    early.until(early.shows(GREEN))
    assert early.infer.status()["model"] == "colour"


def test_the_status_fits_its_board_whatever_went_wrong(
    stage: Stage, models: dict[str, Any]
) -> None:
    models["bad"] = UserError("nothing works " * 9999)
    stage.want(model="bad")
    stage.until(lambda: "nothing works" in str(stage.infer.status()["error"]))
    assert stage.house.status["infer"].post(stage.infer.status()) > 0


def test_the_status_has_what_the_show_reports(stage: Stage) -> None:
    assert stage.infer.status()["ready"] is False
    stage.want()
    stage.until(lambda: int(str(stage.infer.status()["frames"])) >= 5)
    status = stage.infer.status()
    assert status["ready"] is True and status["model"] == "colour" and status["device"] == "cpu"
    assert float(str(status["fps"])) > 0
    milliseconds = status["ms"]
    assert isinstance(milliseconds, Mapping) and set(milliseconds) == {"matte", "edges", "paint"}


def test_the_heart_beats_while_the_loop_turns_and_stops_when_it_hangs(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BEAT", 0.005)
    monkeypatch.setattr(live, "LEAST_LEASE", 0.05)
    board, heartbeat = stage.house.status["infer"], stage.infer.heartbeat
    heartbeat.start()
    try:
        stage.want()
        stage.until(lambda: board.newest >= 3)
        found = board.read()
        assert found is not None and found[1]["beat"] >= 3
        seen, deadline = -1, time.monotonic() + 10
        while board.newest != seen:  # the loop does not turn: the beat must come to rest
            assert time.monotonic() < deadline
            seen = board.newest
            time.sleep(0.1)
        stage.until(lambda: board.newest > seen)
    finally:
        heartbeat.stop()
