"""Models of the set list wait, warm, and play at once when their scene comes."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.infer.booth import Booth
from tests.infer.fakes import GREEN, RED, ColourModel
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.infer import green_room
from vj.infer.green_room import GreenRoom, free_memory


@pytest.fixture
def gig(booth: Booth, tmp_path: Path) -> Gig:
    (tmp_path / "scenes").mkdir()
    scenes = {
        "1": "model: colour\nstyles: red",
        "2": "model: other\nstyles: green",
        "3": "model: bad",
    }
    for name, text in scenes.items():
        (tmp_path / "scenes" / f"{name}.yaml").write_text(f"{text}\nchain: []\n")
    return Gig(tmp_path, booth.house.gig.rig)


def _room(gig: Gig, spare: int = 2**40) -> GreenRoom:
    room = GreenRoom(gig, "cpu", lambda device: spare)
    room._playing, room._size = "colour", (40, 64)
    return room


def test_the_next_scenes_model_plays_without_being_loaded(
    gig: Gig, models: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(green_room, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(GreenRoom, "_fits", lambda self, name: True)
    models |= {"other": ColourModel(), "bad": UserError("no weights")}
    booth = Booth(build_house(gig, Options()))
    booth.until(booth.shows(RED))
    booth.until(lambda: booth.infer.status()["waiting"] == ["other"])
    orders: list[str] = []
    booth.infer._loader.start = lambda name, *_: orders.append(name)  # type: ignore[method-assign]
    assert models["other"].prepared == 1
    booth.want(model="other", person="green")
    booth.until(booth.shows(GREEN))
    assert booth.take() == 2
    booth.until(lambda: booth.infer.status()["waiting"] == ["colour"])
    booth.want()
    booth.until(booth.shows(RED))
    assert booth.take() == 3
    assert orders == []


def test_only_as_many_as_memory_allows(gig: Gig, models: dict[str, Any]) -> None:
    models["other"] = ColourModel()
    poor = _room(gig, green_room.RESERVE)
    assert not poor.prepare()
    assert poor.waiting == []
    rich = _room(gig)
    assert rich.prepare()
    assert rich.waiting == ["other"]


def test_a_model_whose_files_were_saved_is_not_what_waits(gig: Gig, models: dict[str, Any]) -> None:
    models |= {"other": ColourModel(), "bad": ColourModel()}
    room = _room(gig)
    while room.prepare():
        pass
    assert room.waiting == ["other", "bad"]
    time.sleep(0.01)
    (gig.folder / "checkpoints" / "other.yaml").write_text("model: passthrough\n# new\n")
    assert room.call("other") is None
    assert room.call("bad") is not None
    assert room.call("bad") is None


def test_what_cannot_be_loaded_is_tried_again_when_it_was_saved(
    gig: Gig, models: dict[str, Any]
) -> None:
    models |= {"other": UserError("damaged"), "bad": ColourModel()}
    room = _room(gig)
    while room.prepare():
        pass
    assert room.waiting == ["bad"]
    models["other"] = ColourModel()
    assert not room.prepare()
    (gig.folder / "checkpoints" / "other.yaml").write_text("model: passthrough\n# mended\n")
    assert room.prepare()
    assert room.waiting == ["bad", "other"]


def test_a_scene_that_joins_brings_its_model(gig: Gig, models: dict[str, Any]) -> None:
    models |= {"other": ColourModel(), "bad": ColourModel()}
    (gig.folder / "scenes" / "2.yaml").write_text("model: [broken\n")
    room = _room(gig)
    while room.prepare():
        pass
    assert room.waiting == ["bad"]
    (gig.folder / "scenes" / "2.yaml").write_text("model: other\nchain: []\n")
    assert room.prepare()
    assert room.waiting == ["bad", "other"]


def test_nothing_is_loaded_while_the_show_itself_loads(gig: Gig, models: dict[str, Any]) -> None:
    loaded = threading.Event()

    class Seen(ColourModel):
        def prepare(self, image: Any) -> Any:
            loaded.set()
            return super().prepare(image)

    models |= {"other": Seen(), "bad": ColourModel()}
    room = GreenRoom(gig, "cpu", lambda device: 2**40)
    room.look_after("colour", (40, 64), quiet=False)
    assert not loaded.wait(0.3)
    room.look_after("colour", (40, 64), quiet=True)
    assert loaded.wait(20)


def test_memory_is_what_the_system_says() -> None:
    assert free_memory("cpu", {"MemAvailable": 7}) == 7
    assert free_memory("cpu", {}) == 4 * 2**30
    assert free_memory("cpu") > 0
