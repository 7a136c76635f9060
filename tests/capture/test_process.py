"""The real process: born by spawn, it plays, switches, keeps beating and survives a kill."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vj.capture.counter import read_stamp
from vj.core.child import Keeper
from vj.core.gig import Gig, Rig
from vj.core.house import House, Options, build_house

HEIGHT, WIDTH = 180, 320


@pytest.fixture
def house(tmp_path: Path) -> House:
    size = f"{WIDTH}x{HEIGHT}"
    rig = Rig.model_validate({"size": size, "output": size, "source": {"kind": "testcard"}})
    return build_house(Gig(tmp_path, rig), Options())


@pytest.fixture
def keeper(house: House) -> Iterator[Keeper]:
    keeper = Keeper("capture", "vj.capture.process:main", house, house.status["capture"], 3.0)
    keeper.start(time.monotonic())
    yield keeper
    keeper.stop(1.0)


def until(keeper: Keeper, true: Callable[[], Any], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        keeper.watch(time.monotonic())
        time.sleep(0.02)


@pytest.mark.e2e
def test_it_plays_switches_complains_and_comes_back(house: House, keeper: Keeper) -> None:
    def status() -> dict[str, Any]:
        found = house.status["capture"].read()
        return found[1] if found else {}

    until(keeper, lambda: house.camera.newest > 5 and status().get("source") == "testcard")
    frame = house.camera.latest()
    assert frame is not None and frame.pixels.shape == (HEIGHT, WIDTH, 4)
    assert read_stamp(frame.pixels) is not None
    assert 0 < time.perf_counter_ns() - frame.captured_at < 5e9

    house.state.post({"source": {"kind": "dancer"}})
    until(keeper, lambda: status()["source"] == "dancer")
    frame = house.camera.latest()
    assert frame is not None and frame.pixels[..., 3].max() == 255

    house.state.post({"source": {"kind": "dancr"}})
    until(keeper, lambda: "Did you mean 'dancer'" in status()["error"])
    seq = house.camera.newest
    until(keeper, lambda: house.camera.newest > seq + 3)

    house.state.post({"source": {"kind": "video", "path": __file__}})
    until(keeper, lambda: status()["wanted"] == "video" and status()["lost"])
    assert status()["error"] == "" and "test_process.py" in status()["message"]
    beat = status()["beat"]
    until(keeper, lambda: status()["beat"] > beat + 3 and status()["source"] == "dancer")

    house.state.post({"source": {"kind": "testcard"}})
    keeper.kill()
    seq = house.camera.newest
    until(keeper, lambda: house.camera.newest > seq + 3 and status()["source"] == "testcard")
    assert keeper.restarts == 1
