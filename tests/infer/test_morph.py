"""Between two scenes of one network the styles melt inside it; nothing is laid over anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from tests.infer.booth import Booth
from tests.infer.fakes import RED
from vj.core.gig import STARTER, open_gig
from vj.infer.load import load_model
from vj.infer.styles import Shelf


def test_a_fade_between_two_scenes_of_one_model_is_one_mixed_painting(
    booth: Booth, models: dict[str, Any]
) -> None:
    booth.want(person="red")
    booth.until(booth.shows(RED))
    passes = len(models["colour"].sizes)
    mixed = {"person": [["red", 0.5], ["green", 0.5]], "background": [["blue", 1.0]]}
    booth.want(styles=mixed, scene="another")
    booth.capture()
    assert booth.paint()
    assert len(models["colour"].sizes) == passes + 1
    shown = booth.picture()[20, 5, :3].astype(int)
    assert np.abs(shown - (128, 128, 0)).max() <= 1
    # the same take: the stage sees one row of pictures and has nothing to dissolve
    assert booth.take() == 1


def test_the_brush_paints_a_mixture_that_is_no_overlay_of_two_paintings() -> None:
    gig = open_gig(STARTER)
    model = load_model(gig.card("brush"), "cpu")
    shelf = Shelf(model, lambda: gig.style_files)
    styles = [shelf.get(name) for name in ("ink-wash", "neon-grid")]
    assert all(styles)
    content = torch.rand(1, 3, 96, 96, generator=torch.Generator().manual_seed(7))
    content = torch.nn.functional.avg_pool2d(content, 9, 1, 4)
    with torch.inference_mode():
        ends = [
            model.paint(content, styles, torch.tensor(shares).reshape(2, 1, 1))  # type: ignore[arg-type]
            for shares in ([1.0, 0.0], [0.0, 1.0])
        ]
        half = model.paint(content, styles, torch.full((2, 1, 1), 0.5))  # type: ignore[arg-type]
    overlay = (ends[0] + ends[1]) / 2
    between = float((half - overlay).abs().mean())
    apart = float((ends[0] - ends[1]).abs().mean())
    assert between > 0.05 * apart
    assert apart > 0.02
