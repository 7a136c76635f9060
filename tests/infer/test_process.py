"""The infer process as the show starts it: from birth to its first picture, twice."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.infer.fakes import RED, half_person, write_style
from vj.core.child import born
from vj.core.gig import Gig, Rig
from vj.core.house import Options, build_house


def test_the_settings_come_before_torch() -> None:
    code = (
        "import sys, vj.infer.process as p\n"
        "assert 'torch' not in sys.modules, 'torch was loaded too early'\n"
        "assert 'cv2' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])


@pytest.mark.e2e
def test_a_killed_process_goes_on_with_the_same_memory(tmp_path: Path) -> None:
    """Kill -9 in the middle of the show; the next one must pick up where the boards stand."""
    write_style(tmp_path / "styles" / "red.png", RED)
    gig = Gig(tmp_path, Rig.model_validate({"size": "64x40", "device": "cpu", "threads": 1}))
    house = build_house(gig, Options())
    styles = {"person": [["red", 1.0]], "background": []}
    house.state.post({"values": {}, "model": "passthrough", "matte": "source", "styles": styles})
    spawn = multiprocessing.get_context("spawn")
    for _ in range(2):
        before, beats = house.styled.newest, house.status["infer"].newest
        process = spawn.Process(target=born, args=("vj.infer.process:main", house), daemon=True)
        process.start()
        try:
            deadline = time.monotonic() + 60
            while house.styled.newest < before + 3 or house.status["infer"].newest < beats + 2:
                assert process.is_alive() and time.monotonic() < deadline
                moment = time.perf_counter_ns()
                house.camera.publish(half_person(), moment)
                time.sleep(0.01)
            frame = house.styled.latest()
            assert frame is not None and 0 < frame.captured_at <= moment
            assert frame.pixels.tolist() == half_person().tolist()
            found = house.status["infer"].read()
            assert found is not None and found[1]["model"] == "passthrough"
        finally:
            process.kill()
            process.join(10)
