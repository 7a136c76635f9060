"""The soundcheck tells chains that show nothing of what their scene brings, and effects twice."""

from __future__ import annotations

from pathlib import Path

from vj.core.gig import open_gig
from vj.studio.soundcheck_chain import check_chains
from vj.studio.soundcheck_files import read_scenes


def _scene(folder: Path, name: str, text: str) -> None:
    (folder / "scenes" / f"{name}.yaml").write_text(text)


def test_a_chain_that_does_not_fit_its_scene_is_told(tmp_path: Path) -> None:
    (tmp_path / "scenes").mkdir()
    picture = "{kind: image, path: x.png}"
    _scene(tmp_path, "01_good", f"chain: [mix, layer, logo]\nlayer: {picture}\nlogo: x.png\n")
    _scene(tmp_path, "02_bare", "fade: 1\nchain: [mix, layer, mix, logo]\n")
    _scene(tmp_path, "03_lost", f"chain: [mix]\nlayer: {picture}\nlogo: x.png\n")
    _scene(tmp_path, "04_kept", "ignore: [layer, chain]\nlogo: x.png\n")
    gig = open_gig(tmp_path)
    said = [one.text.split("scenes/")[1] for one in check_chains(gig, read_scenes(gig)[1])]
    assert said == [
        "02_bare.yaml:2: chain: layer shows nothing: the scene has no layer:",
        "02_bare.yaml:2: chain: logo shows nothing: the scene has no logo:",
        "02_bare.yaml:2: chain: mix comes twice, and the same knobs move both",
        "03_lost.yaml:2: layer: never seen: layer is not in the chain",
        "03_lost.yaml:3: logo: never seen: logo is not in the chain",
    ]
