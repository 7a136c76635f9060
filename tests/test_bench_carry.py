"""The carry benchmark plays the show's own parts and can tell good from bad."""

from __future__ import annotations

import pytest

from tests.capture.test_motion import scene
from vj.bench.carry import EVERY, measure
from vj.core.gig import Gig, Rig
from vj.core.types import Pixels
from vj.stage.offscreen import Offscreen


@pytest.fixture
def gig(tmp_path_factory: pytest.TempPathFactory) -> Gig:
    rig = Rig(size="320x180", output="320x180")  # type: ignore[arg-type]
    return Gig(tmp_path_factory.mktemp("gig"), rig)


@pytest.fixture
def surface() -> Offscreen:
    try:
        return Offscreen()
    except Exception as error:
        pytest.skip(f"no off-screen OpenGL here: {error}")


def _negative(pixels: Pixels) -> Pixels:
    out = 255 - pixels
    out[..., 3] = 0
    return out


@pytest.mark.parametrize("every", EVERY)
def test_a_steady_painting_of_a_pan_is_carried_nearly_to_the_truth(
    gig: Gig, surface: Offscreen, every: int
) -> None:
    dry = [scene(2 * number) for number in range(20)]
    found = measure(gig, surface, dry, [_negative(pixels) for pixels in dry], every)
    assert found["held"] > 2
    assert found["ratio"] < 0.35 and found["ratio_of_outlines"] < 0.5


def test_a_painting_that_does_not_follow_the_camera_is_not_improved(
    gig: Gig, surface: Offscreen
) -> None:
    dry = [scene(2 * number) for number in range(14)]
    still = [scene(seed=8)] * len(dry)
    assert measure(gig, surface, dry, still, 3)["carried"] > 1
