"""A gig of colour models for the tests of the infer loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.infer.booth import Booth
from tests.infer.fakes import BLUE, GREEN, RED, ColourModel, write_style
from vj.core.card import Card
from vj.core.gig import Gig, Rig
from vj.core.house import Options, build_house
from vj.infer import engine

STYLES = {"red": RED, "green": GREEN, "blue": BLUE}


@pytest.fixture
def models() -> dict[str, Any]:
    """Card name -> a model, or an exception that loading it raises."""
    return {"colour": ColourModel()}


@pytest.fixture
def booth(tmp_path: Path, models: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Booth:
    for name, colour in STYLES.items():
        write_style(tmp_path / "styles" / f"{name}.png", colour)
    (tmp_path / "styles" / "broken.png").write_bytes(b"nothing")
    (tmp_path / "checkpoints").mkdir()
    for name in ("colour", "other", "bad"):
        (tmp_path / "checkpoints" / f"{name}.yaml").write_text("model: brush\n")

    def load_model(card: Card, device: str) -> Any:
        found = models[card.name]
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(engine, "load_model", load_model)
    gig = Gig(tmp_path, Rig.model_validate({"size": "64x40", "device": "cpu"}))
    return Booth(build_house(gig, Options()))
