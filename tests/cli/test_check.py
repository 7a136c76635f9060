"""`vj check` reads all, plays all, and its exit code tells a script whether the show can begin."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.showing import vj
from vj.cli import main

RIG = "size: 160x90\noutput: 160x90\nosc_port: 0\nremote_port: 0\nfeedback_port: 0\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    scenes = tmp_path / "gig" / "scenes"
    scenes.mkdir(parents=True)
    (tmp_path / "gig" / "rig.yaml").write_text(f"source: {{kind: testcard}}\n{RIG}")
    (scenes / "01_plain.yaml").write_text("title: Plain\nmodel: passthrough\nfade: 0\n")
    (scenes / "02_flash.yaml").write_text(
        "model: passthrough\nfade: 0\nchain: [mix, strobe]\n"
        "params: {strobe.amount: 1, strobe.rate: 3, tempo.bpm: 120, strobe.soft: 0}\n"
        "knobs: {trails.decay: {midi: cc/1/21, osc: /1/fader1}}\n"
    )
    return tmp_path / "gig"


def test_quick_reads_and_opens_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder), "--quick"]) == 0
    said = capsys.readouterr().out
    assert "1 01_plain" in said
    assert "trails is not in the chain mix, strobe" in said
    assert "playable: 0 broken, 1 to look at" in said
    assert "painted/s" not in said


def test_all_mistakes_and_code_two(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "scenes" / "03_bad.yaml").write_text("chain: [mix, dreem]\nfade: soon\n")
    (folder / "rig.yaml").write_text("source: {kind: testcard}\nfps: many\n")
    assert main(["check", str(folder), "--quick", "--json"]) == 2
    found = json.loads(capsys.readouterr().out)
    places = [
        text.split(":")[0].rsplit("/")[-1] + ":" + text.split(":")[1] for text in found["broken"]
    ]
    assert sorted(places) == ["03_bad.yaml:1", "03_bad.yaml:2", "rig.yaml:2"]
    assert found["playable"] is False
    assert [line["broken"] for line in found["set_list"]] == [False, False, True]


def test_what_cannot_be_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder / "none")]) == 2
    assert main(["check", str(folder), "--page", str(folder / "no" / "x.html")]) == 2
    assert main(["check", str(folder), "--seconds", "0"]) == 2
    said = capsys.readouterr().err
    assert "its folder does not exist" in said
    assert "0.5 to 60" in said


@pytest.mark.e2e
def test_everything_is_played_timed_and_put_on_a_page(folder: Path, tmp_path: Path) -> None:
    (folder / "scenes" / "03_calm.yaml").write_text("model: passthrough\nfade: 0\n")
    page = tmp_path / "table.html"
    done = vj(*("check", str(folder), "--json", "--seconds", "2", "--page", str(page)), timeout=300)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["machine"]["sources"][0].startswith("testcard: 160x90, first picture after")
    plain, flash, calm = found["set_list"]
    assert plain["drawn_per_s"] > 0
    assert plain["painted_per_s"] > 0
    assert (plain["flashes"], flash["flashes"]) == (False, True)
    assert calm["flashes"] is False, "the flashes of the scene before"
    warnings = " | ".join(found["warnings"])
    assert "02_flash.yaml: flashes more than three times a second; it is softened" in warnings
    assert "trails is not in the chain" in warnings
    text = page.read_text()
    assert text.count("data:image/jpeg;base64,") == 3
    assert "Plain" in text
    assert "<b>cc/1/21 /1/fader1</b> trails.decay" in text, "both hands of a knob"
    assert "blackout" in text
