"""`vj models`: what is here, what can be had, fetched from a real server on this machine."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.infer.weblib import Shelf, serve
from vj.cli import main
from vj.core import catalogue
from vj.core.catalogue import Entry, Part


@pytest.fixture
def gig(tmp_path: Path) -> Path:
    (tmp_path / "checkpoints").mkdir()
    return tmp_path


@pytest.fixture
def shelf(gig: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A server with a pix2pix generator, and a catalogue that knows only that."""
    path = gig / "net.npz"
    arrays = {"down.0.weight": (2, 3, 4, 4), "down.0.bias": (2,), "down.1.weight": (4, 2, 4, 4)}
    arrays |= {"up.1.weight": (4, 2, 4, 4), "up.0.weight": (4, 3, 4, 4), "up.0.bias": (3,)}
    arrays |= {
        f"{n}_norm.1.{p}": (w,) for n, w in (("down", 4), ("up", 2)) for p in ("scale", "shift")
    }
    np.savez(path, **{key: np.ones(shape, np.float32) for key, shape in arrays.items()})
    data = path.read_bytes()
    with serve(Shelf({"/net.npz": data})) as running:
        part = Part(url=f"{running.url}/net.npz", sha256=hashlib.sha256(data).hexdigest())
        entries = {
            name: Entry(
                title="Edges to nets", word="pix2pix", licence="MIT", page="https://example.org",
                megabytes=0.1, files=[part.model_copy(update={"sha256": sha256})],
            )
            for name, sha256 in (("nets", part.sha256), ("odd", ""))
        }  # fmt: skip
        monkeypatch.setattr(catalogue, "read_catalogue", lambda: entries)
        yield running


def test_pull_list_and_info(gig: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["models", "list", "--gig", str(gig)]) == 0
    listed = capsys.readouterr().out
    assert "brush" in listed and re.search(r"^nets +100 kB +MIT +Edges to nets$", listed, re.M)
    assert "odd                    *" in listed
    assert main(["models", "info", "nets", "--gig", str(gig)]) == 0
    assert f"{shelf.url}/net.npz" in capsys.readouterr().out

    assert main(["models", "pull", "nets", "--gig", str(gig)]) == 0
    out = capsys.readouterr().out
    assert "net.npz: " in out and "nets.yaml: ready, licence: MIT; a scene uses it with" in out
    assert main(["models", "info", "nets", "--gig", str(gig), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert card["model"] == "pix2pix" and card["title"] == "Edges to nets"
    assert main(["models", "list", "--gig", str(gig), "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["nets"]["installed"] and not rows["odd"]["installed"]
    assert rows["odd"]["files"][0]["sha256"] == "" and rows["brush"]["licence"] == "MIT"


def test_mistakes_are_one_sentence(
    gig: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, reason in (
        (["pull", "nots"], "Did you mean 'nets'"),
        (["pull", "odd"], "--trust"),
        (["pull", "nets", "odd", "--name", "x"], "one checkpoint at a time"),
        (["info", "brushh"], "Did you mean 'brush'"),
        (["import", str(gig / "absent.pth"), "--name", "x"], "absent.pth: no such file"),
        (["import", str(gig / "net.npz"), "--name", "a b"], "letters, digits"),
        (["import", str(gig / "net.npz"), "--name", "brush"], "--name brush: the program's own"),
        (["pull", "nets", "--name", "brush"], "--name brush: the program's own"),
    ):
        assert main(["models", *words, "--gig", str(gig)]) == 2
        said = capsys.readouterr().err
        assert said.startswith("vj: ") and said.count("\n") == 1 and reason in said


def test_a_name_of_the_gig_s_own_is_said_to_be_taken(
    gig: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["models", "import", str(gig / "net.npz"), "--name", "own", "--gig", str(gig)]
    assert main(words) == 0 and main(words) == 2
    assert "own.yaml: there is such a model already" in capsys.readouterr().err


def test_import_says_what_it_recognised(
    gig: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["models", "import", str(gig / "net.npz"), "--name", "own", "--gig", str(gig)]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "recognised: pix2pix (pix2pix generator)" in out and "own.yaml: ready" in out


def test_a_broken_card_does_not_hide_the_others(
    gig: Path, shelf: Shelf, capsys: pytest.CaptureFixture[str]
) -> None:
    (gig / "checkpoints" / "bad.yaml").write_text("modle: brush\n")
    assert main(["models", "list", "--gig", str(gig)]) == 0
    captured = capsys.readouterr()
    assert "brush" in captured.out and "bad.yaml:1: modle: unknown key" in captured.err
