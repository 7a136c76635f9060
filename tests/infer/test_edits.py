"""An edit of the model that plays is found once it holds still; half a file or none is no edit."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.gig import Gig, Rig
from vj.infer.edits import LOOK_EVERY, Edits, Origin, state_of


class Files:
    """A card, its weights, and a clock that moves on with each look."""

    def __init__(self, folder: Path) -> None:
        (folder / "checkpoints").mkdir()
        self.card = folder / "checkpoints" / "net.yaml"
        self.weights = folder / "checkpoints" / "net.safetensors"
        self.card.write_text("model: passthrough\n")
        self.weights.write_bytes(b"one")
        self.gig = Gig(folder, Rig())
        self.edits, self.now = Edits(self.gig), 0.0
        self.origin = self.loaded()

    def loaded(self) -> Origin:
        return Origin("net", self.weights, state_of(self.gig, "net", self.weights))

    def look(self) -> bool:
        self.now += LOOK_EVERY
        return self.edits.found(self.origin, self.now)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_nothing_saved_nothing_found(files: Files) -> None:
    assert not any(files.look() for _ in range(5))


@pytest.mark.parametrize("which", ["card", "weights"])
def test_an_edit_is_found_once_when_it_holds_still(files: Files, which: str) -> None:
    path: Path = getattr(files, which)
    files.look()
    path.write_bytes(b"half a f")
    assert not files.look()
    path.write_bytes(b"a whole file")
    assert not files.look()
    assert files.look()
    assert not any(files.look() for _ in range(3))
    path.write_bytes(b"another whole file")
    assert [files.look() for _ in range(3)] == [False, True, False]


def test_a_model_loaded_anew_counts_from_its_own_files(files: Files) -> None:
    files.weights.write_bytes(b"a second version")
    files.origin = files.loaded()
    assert not any(files.look() for _ in range(3))


def test_files_that_go_away_are_no_edit_and_others_in_their_place_are(files: Files) -> None:
    files.card.unlink()
    assert not any(files.look() for _ in range(3))
    files.card.write_text("model: passthrough\ntitle: back again\n")
    assert [files.look() for _ in range(3)] == [False, True, False]


def test_it_looks_twice_a_second_at_most(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    monkeypatch.setattr("vj.infer.edits.state_of", lambda *_: looks.append("one") or ())
    for step in range(100):
        files.edits.found(files.origin, 5.0 + step / 50)
    assert len(looks) == 4
