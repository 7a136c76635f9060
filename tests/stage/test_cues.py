"""The set list goes round, finds scenes by number and name, and survives bad edits."""

from __future__ import annotations

import pytest

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.stage.cues import SAFE, Cues


def _save(gig: Gig, cues: Cues, name: str, text: str) -> None:
    (gig.folder / "scenes" / f"{name}.yaml").write_text(text)
    cues.watch.look()
    cues.watch.look()


def test_the_set_list_goes_round(gig: Gig) -> None:
    cues = Cues(gig)
    assert cues.scene.name == "01_ink"
    names = []
    for _ in range(3):
        cues.scene = cues.beside(1)
        names.append(cues.scene.name)
    assert names == ["02_loop", "03_plain", "01_ink"]
    assert cues.beside(-1).name == "03_plain"


def test_scenes_are_found_by_number_and_name(gig: Gig) -> None:
    cues = Cues(gig)
    assert cues.go(2.0).name == "02_loop"
    assert cues.go("3").name == "03_plain"
    assert cues.go("01_ink").name == "01_ink"
    for wrong in ("04_none", 0.0, 9.0, None, float("inf")):
        with pytest.raises(UserError, match="01_ink"):
            cues.go(wrong)
    assert cues.scene.name == "01_ink"


def test_a_saved_scene_replaces_the_running_one(gig: Gig) -> None:
    cues = Cues(gig)
    _save(gig, cues, "01_ink", "model: passthrough\nparams: {mix.person: 0.1}\n")
    before = cues.saved()
    assert before is not None
    assert before.values()["mix.person"] == 0.8
    assert cues.scene.values()["mix.person"] == 0.1
    assert cues.edition == 1
    assert cues.saved() is None


def test_a_broken_edit_keeps_the_scene_and_says_where(gig: Gig) -> None:
    cues = Cues(gig)
    _save(gig, cues, "01_ink", "model: passthrough\nparams:\n  mix.persn: 0.1\n")
    assert cues.saved() is None
    assert cues.scene.values()["mix.person"] == 0.8
    message = cues.errors["01_ink"]
    assert "01_ink.yaml:3" in message
    assert "mix.person" in message
    _save(gig, cues, "01_ink", "model: passthrough\n")
    assert cues.saved() is not None
    assert not cues.errors


def test_new_scenes_join_in_file_order_and_removed_ones_leave(gig: Gig) -> None:
    cues = Cues(gig)
    _save(gig, cues, "02_between", "model: passthrough\n")
    cues.saved()
    assert list(cues.scenes) == ["01_ink", "02_between", "02_loop", "03_plain"]
    (gig.folder / "scenes" / "01_ink.yaml").unlink()
    cues.watch.look()
    cues.watch.look()
    cues.saved()
    assert "01_ink" not in cues.scenes
    assert cues.scene.name == "01_ink"


def test_a_scene_whose_file_is_gone_keeps_its_place_in_the_set_list(gig: Gig) -> None:
    """Its file was renamed while it played: next began the evening anew."""
    cues = Cues(gig)
    cues.go("02_loop")
    (gig.folder / "scenes" / "02_loop.yaml").rename(gig.folder / "scenes" / "02_z.yaml")
    cues.watch.look()
    cues.watch.look()
    cues.saved()
    assert cues.scene.name == "02_loop"
    assert (cues.beside(-1).name, cues.beside(1).name) == ("01_ink", "02_z")
    cues.scene = cues.scene.model_copy(update={"name": "99_gone"})
    assert (cues.beside(-1).name, cues.beside(1).name) == ("03_plain", "01_ink")
    cues.scene = cues.scene.model_copy(update={"name": "00_gone"})
    assert (cues.beside(-1).name, cues.beside(1).name) == ("03_plain", "01_ink")


def test_a_gig_whose_scenes_are_all_broken_still_plays(gig: Gig) -> None:
    for path in gig.scene_files.values():
        path.write_text("model: [")
    cues = Cues(gig)
    assert cues.scene == SAFE
    assert len(cues.errors) == 3
    assert cues.beside(1) == SAFE
