"""The soundcheck reads the cards that no scene uses as well."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.gig import open_gig
from vj.studio.soundcheck_files import check_material, read_scenes


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("model: brush\nwieghts: x\n", "idle.yaml:2: wieghts: unknown key"),
        ("model: brush\nweights: gone.safetensors\n", "idle.yaml: card 'idle': weights file"),
        ("model: brush\nweights: idle.yaml\nsha256: 00ab\n", "is damaged or another file"),
    ],
)
def test_a_broken_card_that_no_scene_uses_is_looked_at_too(
    tmp_path: Path, card: str, words: str
) -> None:
    """Nothing was said of it until somebody chose it on stage."""
    for folder in ("scenes", "checkpoints"):
        (tmp_path / folder).mkdir()
    gig = open_gig(tmp_path)
    (gig.folder / "checkpoints" / "idle.yaml").write_text(card)
    (gig.folder / "scenes" / "01_x.yaml").write_text("model: passthrough\n")
    found = list(check_material(gig, read_scenes(gig)[1]))
    assert [one.level for one in found] == ["warning"]
    assert words in found[0].text and found[0].text.endswith("; no scene uses it")
