"""A small gig, its house and a real graphics context for the tests of the stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import moderngl
import pytest

from vj.core.gig import Gig, open_gig
from vj.core.house import House, Options, build_house
from vj.stage.offscreen import Offscreen

SCENES = {
    "01_ink": """
model: passthrough
styles: {person: ink-wash, background: marbling}
chain: [mix, dream, grade]
fade: 2 s
params: {mix.person: 0.8, grade.exposure: 1.0}
""",
    "02_loop": """
model: passthrough
styles: marbling
chain: [mix, trails]
fade: 1 s
params: {trails.decay: 0.5}
modulate: {trails.zoom: {shape: sine, beats: 4, depth: 0.5}}
""",
    "03_plain": "model: passthrough\nchain: [mix]\nfade: 0\n",
}


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    """Three scenes in a folder of their own; styles and models are the program's."""
    scenes = tmp_path / "gig" / "scenes"
    scenes.mkdir(parents=True)
    for name, text in SCENES.items():
        (scenes / f"{name}.yaml").write_text(text)
    (tmp_path / "gig" / "rig.yaml").write_text("size: 64x48\noutput: 64x48\n")
    return open_gig(tmp_path / "gig")


@pytest.fixture
def house(gig: Gig) -> House:
    """Shared memory for pictures of 64 x 48."""
    return build_house(gig, Options(headless=True))


@pytest.fixture(scope="session")
def _surface() -> Offscreen:
    try:
        return Offscreen()
    except Exception as error:  # whatever the driver says, it is the reason for the skip
        pytest.skip(f"no off-screen OpenGL here: {error}")


@pytest.fixture
def context(_surface: Offscreen) -> Iterator[moderngl.Context]:
    """An off-screen context; a test that leaves a GL error behind has failed."""
    with _surface.context as context:  # some tests make another one, and leave it current
        assert context.error == "GL_NO_ERROR"
        yield context
        assert context.error == "GL_NO_ERROR"
