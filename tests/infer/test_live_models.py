"""Models that come, go and misbehave while the infer loop turns."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.infer.booth import Booth
from tests.infer.fakes import GREEN, RED, ColourModel, write_style
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.infer import edits, engine, live
from vj.infer.composite import one_look


def test_the_old_model_paints_until_the_new_one_is_warm(
    booth: Booth, models: dict[str, Any]
) -> None:
    gate = threading.Event()

    class Slow(ColourModel):
        def paint(self, content: torch.Tensor, styles: Any, weights: torch.Tensor) -> torch.Tensor:
            gate.wait(20)
            return torch.zeros_like(content)

    booth.want()
    booth.until(booth.shows(RED))
    models["other"] = Slow()
    booth.want(model="other")
    booth.until(lambda: booth.infer.status()["loading"] == "other")
    newest = booth.house.styled.newest
    booth.until(lambda: booth.house.styled.newest > newest + 5)
    assert booth.picture()[20, 5, :3].tolist() == [255, 0, 0]
    assert booth.take() == 1
    gate.set()
    booth.until(booth.shows((0, 0, 0)))
    assert booth.take() == 2
    assert booth.infer.status()["model"] == "other"


def test_a_model_that_cannot_load_keeps_the_old_one_and_says_so(
    booth: Booth, models: dict[str, Any]
) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    models["bad"] = UserError("card 'bad': the weights are damaged")
    booth.want(model="bad")
    booth.until(lambda: "damaged" in str(booth.infer.status()["error"]))
    newest = booth.house.styled.newest
    booth.until(lambda: booth.house.styled.newest > newest + 2)
    assert booth.infer.status()["model"] == "colour" and booth.shows(RED)()
    booth.want()
    booth.until(lambda: booth.infer.status()["error"] == "")


def test_going_back_before_the_new_model_is_ready_changes_nothing(
    booth: Booth, models: dict[str, Any]
) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    gate = threading.Event()

    class Late(ColourModel):
        def prepare(self, image: torch.Tensor) -> Any:
            gate.wait(20)
            return super().prepare(image)

    models["other"] = Late()
    booth.want(model="other")
    booth.until(lambda: booth.infer.status()["loading"] == "other")
    booth.want()
    booth.until(lambda: booth.infer.status()["loading"] == "")
    gate.set()
    newest = booth.house.styled.newest
    booth.until(lambda: booth.house.styled.newest > newest + 5)
    assert booth.infer.status()["model"] == "colour"


def test_a_failing_model_publishes_nothing_is_said_once_and_is_loaded_again(
    booth: Booth, models: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    booth.want()
    booth.until(booth.shows(RED))

    class Broken(ColourModel):
        def paint(self, content: torch.Tensor, styles: Any, weights: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("no memory left")

    healthy = models["colour"]
    models["colour"] = ColourModel()
    healthy.paint = Broken().paint
    newest = booth.house.styled.newest
    for strike in range(live.STRIKES):
        booth.capture()
        assert booth.paint()
        assert booth.house.styled.newest == newest, strike
    assert "no memory left" in str(booth.infer.status()["error"])
    booth.until(lambda: booth.house.styled.newest > newest)
    assert booth.shows(RED)() and booth.infer.status()["error"] == ""
    assert sum("no memory left" in record.message for record in caplog.records) == 1


def test_a_model_that_stays_broken_waits_before_it_is_tried_again(
    booth: Booth, models: dict[str, Any]
) -> None:
    booth.want()
    booth.until(booth.shows(RED))

    def always(*_: object) -> torch.Tensor:
        raise RuntimeError("always")

    models["colour"].paint = always
    orders = []
    start = booth.infer._loader.start

    def counted(name: str, styles: Any, size: tuple[int, int]) -> None:
        orders.append(name)
        start(name, styles, size)

    booth.infer._loader.start = counted  # type: ignore[method-assign]
    booth.until(lambda: len(orders) >= 1)
    end = time.monotonic() + 0.5
    booth.until(lambda: time.monotonic() > end)
    assert orders == ["colour"]


def test_a_lost_cuda_device_ends_the_process_for_a_fresh_one(
    booth: Booth, models: dict[str, Any]
) -> None:
    booth.want()
    booth.until(booth.shows(RED))

    def lost(*_: object) -> torch.Tensor:
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    models["colour"].paint = lost
    booth.capture()
    with pytest.raises(SystemExit) as ended:
        booth.paint()
    assert ended.value.code == live.SICK


def test_styles_of_all_scenes_are_prepared_ahead(
    booth: Booth, models: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "AHEAD_PAUSE", 0.0)
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "1.yaml").write_text("styles: green\nchain: []\n")
    (tmp_path / "scenes" / "2.yaml").write_text("styles: [no scene at all\n")
    late = Booth(build_house(Gig(tmp_path, booth.house.gig.rig), Options()))
    late.want()
    late.until(lambda: models["colour"].prepared >= 3)


def test_the_first_scene_s_model_loads_before_the_stage_asks(booth: Booth, tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    first = "model: colour\nstyles: {person: green, background: blue}\nchain: []\n"
    (tmp_path / "scenes" / "1.yaml").write_text(first)
    early = Booth(build_house(Gig(tmp_path, booth.house.gig.rig), Options()))
    early.until(early.shows(GREEN))
    assert early.infer.status()["model"] == "colour"


def test_a_look_in_the_weights_plays_in_a_scene_without_styles(
    booth: Booth, models: dict[str, Any], tmp_path: Path
) -> None:
    class White(ColourModel):
        def paint(self, content: torch.Tensor, styles: Any, weights: torch.Tensor) -> torch.Tensor:
            return one_look(content, styles, weights, torch.ones_like)

    models["white"] = White()
    (tmp_path / "checkpoints" / "white.yaml").write_text("model: edges\n")
    booth.want(model="white", styles={"person": [], "background": []})
    booth.until(booth.shows((255, 255, 255)))
    assert booth.infer._engine is not None and booth.infer._engine.seconds > 0  # it was warm


def test_a_card_that_is_saved_while_it_plays_is_loaded_again_and_fades_in(
    booth: Booth, models: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A broken edit keeps the model and says why; a removed card keeps it and says nothing."""
    monkeypatch.setattr(edits, "LOOK_EVERY", 0.01)
    card = tmp_path / "checkpoints" / "colour.yaml"
    booth.want()
    booth.until(booth.shows(RED))
    card.write_text("model: passthrough\ntitlle: what\n")
    booth.until(lambda: "titlle" in str(booth.infer.status()["error"]))
    assert booth.shows(RED)() and booth.take() == 1
    models["colour"] = ColourModel()
    card.write_text("model: passthrough\ntitle: another\n")
    booth.until(lambda: booth.take() == 2)
    assert models["colour"].prepared > 0 and booth.infer.status()["error"] == ""
    card.unlink()
    newest = booth.house.styled.newest
    booth.until(lambda: booth.house.styled.newest > newest + 20)
    assert booth.shows(RED)() and booth.take() == 2 and booth.infer.status()["error"] == ""


def test_a_card_and_a_style_that_come_during_the_show_are_found(
    booth: Booth, models: dict[str, Any], tmp_path: Path
) -> None:
    booth.want()
    booth.until(booth.shows(RED))
    models["guest"] = ColourModel()
    (tmp_path / "checkpoints" / "guest.yaml").write_text("model: passthrough\n")
    write_style(tmp_path / "styles" / "gray.png", (40, 40, 40))
    booth.want(model="guest", person="gray")
    # the model that still plays may paint the new style, too
    booth.until(lambda: booth.infer.status()["model"] == "guest" and booth.shows((40, 40, 40))())
    assert booth.infer.status()["error"] == ""
