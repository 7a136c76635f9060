"""The soundcheck names every mistake, with its place, and tells apart what matters."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from vj.core.gig import STARTER, Gig, Rig, open_gig
from vj.studio.soundcheck import Line, Soundcheck, broken, warning
from vj.studio.soundcheck_files import check_material, check_rig, check_sources, read_scenes
from vj.studio.soundcheck_hands import check_knobs
from vj.studio.soundcheck_machine import check_displays, check_midi, check_ports
from vj.studio.soundcheck_machine import check_sources as open_sources
from vj.studio.soundcheck_page import page
from vj.studio.soundcheck_styles import check_styles, check_unstyled
from vj.studio.soundcheck_unused import check_unused


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    (tmp_path / "scenes").mkdir()
    return open_gig(tmp_path)


def _scene(gig: Gig, name: str, text: str) -> None:
    (gig.folder / "scenes" / f"{name}.yaml").write_text(text)


def _hands(gig: Gig) -> list[str]:
    _, scenes, wrong = read_scenes(gig)
    return [found.text for found in check_knobs(gig, scenes, wrong)]


def test_every_mistake_of_a_file_is_named_with_its_line(gig: Gig) -> None:
    _scene(
        gig,
        "01_bad",
        "model: brish\nchain: [mix, dreem, grade, trials]\nfade: soon\ncolour: red\n"
        "params:\n  dream.backgrund: 0.5\n  dream.person: 7\n",
    )
    found, scenes, wrong = read_scenes(gig)
    places = sorted(one.text.split("01_bad.yaml:")[1].split(": ")[0] for one in found)
    assert places == ["1", "2", "2", "3", "4", "6", "7"]
    assert all(one.level == "broken" for one in found)
    assert wrong == {"01_bad"}
    assert scenes["01_bad"][1].chain == ["mix", "grade"]


def test_mistakes_in_a_list_are_told_by_their_places_in_the_file(gig: Gig) -> None:
    _scene(gig, "01_bad", "chain: [Mix, Trail, grade, grod, Trail]\nfade: soon\n")
    found, scenes, _ = read_scenes(gig)
    places = [one.text.split("01_bad.yaml:")[1].partition(";")[0] for one in found]
    assert places == [
        "2: fade: 'soon' is no duration",
        "1: chain.0: unknown effect 'Mix'",
        "1: chain.1: unknown effect 'Trail'",
        "1: chain.3: unknown effect 'grod'",
        "1: chain.4: unknown effect 'Trail'",
    ]
    assert scenes["01_bad"][1].chain == ["grade"]


def test_mistakes_in_lists_of_lists_are_told_by_their_places(gig: Gig) -> None:
    text = "modulate: {style.strength: [{shape: sin}, {beats: 1}, {dept: 1}, {steps: [7, 1, 8]}]}\n"
    _scene(gig, "01_bad", text)
    found = [one.text for one in read_scenes(gig)[0]]
    key = "01_bad.yaml:1: modulate.style.strength."
    places = [one.split(key)[1].split(":")[0] for one in found]
    assert places == ["0.shape", "2.dept", "3.steps.0", "3.steps.2"]


def test_a_file_that_is_no_yaml_does_not_hide_the_others(gig: Gig) -> None:
    _scene(gig, "01_no", "model: [")
    _scene(gig, "02_bad", "fade: soon\n")
    _scene(gig, "03_good", "model: passthrough\n")
    found, scenes, wrong = read_scenes(gig)
    assert [one.text.count("\n") for one in found] == [0, 0]
    assert wrong == {"01_no", "02_bad"}
    assert "03_good" in scenes


def test_an_empty_gig_is_broken(gig: Gig) -> None:
    assert "no scene" in read_scenes(gig)[0][0].text


def test_every_mistake_of_the_rig(gig: Gig) -> None:
    text = "size: big\nosc_port: 99999\nknobs:\n  dream.persn: {midi: cc/1/2}\n"
    (gig.folder / "rig.yaml").write_text(text)
    found = [one.text for one in check_rig(Gig(gig.folder, Rig()))]
    assert [text.split("rig.yaml:")[1].split(":")[0] for text in found] == ["1", "2", "4"]


def test_a_control_that_no_profile_has(gig: Gig) -> None:
    """A name that was mistyped was taken without a word and the knob stayed dead."""
    knob = "knobs:\n  dream.person: {midi: fadr1}\n"
    _scene(gig, "01_x", knob)
    (gig.folder / "rig.yaml").write_text(knob)
    found = [*check_rig(Gig(gig.folder, Rig())), *read_scenes(gig)[0]]
    for one, file in zip(found, ("rig.yaml", "01_x.yaml"), strict=True):
        assert f"{file}:2: knobs.dream.person.midi: unknown control 'fadr1'" in one.text
        assert "Did you mean 'fader1'?" in one.text
    (gig.folder / "controllers").mkdir()
    profile = gig.folder / "controllers" / "mine.yaml"
    profile.write_text("controls: {fadr1: cc/1/1}\n")
    assert not read_scenes(gig)[0] and not _hands(open_gig(gig.folder))
    profile.write_text("controls: {fader7: cc/1}\n")  # what it has cannot be known
    assert not read_scenes(gig)[0]
    assert "mine.yaml:1: controls" in _hands(gig)[0]


def test_missing_weights_styles_that_are_no_pictures_and_sources(gig: Gig) -> None:
    for folder in ("checkpoints", "styles"):
        (gig.folder / folder).mkdir()
    card = "model: brush\nweights: gone.safetensors\n"
    (gig.folder / "checkpoints" / "mine.yaml").write_text(card)
    (gig.folder / "styles" / "torn.jpg").write_bytes(b"\xff\xd8 not a picture")
    gig = open_gig(gig.folder)
    _scene(gig, "01_x", "model: mine\nstyles: torn\nsource: {kind: video, path: no.mp4}\n")
    _, scenes, _ = read_scenes(gig)
    found = [*check_material(gig, scenes), *check_styles(gig, scenes), *check_sources(gig, scenes)]
    texts = " | ".join(one.text for one in found)
    assert "01_x.yaml:1: model: card 'mine': weights file" in texts
    assert "01_x.yaml:2: styles" in texts
    assert "01_x.yaml:3: source video: path" in texts
    assert len(found) == 3


@pytest.mark.parametrize(
    ("knobs", "words"),
    [
        (
            "dream.person: {midi: cc/1/5}\n  dream.background: {midi: cc/any/5}",
            "moves dream.person",
        ),
        (
            "dream.person: {midi: note/1/36..43}\n  tap: {midi: note/1/40}",
            "moves dream.person, too",
        ),
        ("dream.person: {midi: cc14/1/5}\n  tap: {midi: cc/1/37}", "moves dream.person, too"),
        ("dream.person: {midi: fader1}\n  tap: {midi: fader1}", "fader1 moves dream.person"),
        ("dream.person: {osc: /a/b}\n  tap: {osc: /a/b}", "/a/b moves dream.person, too"),
        ("dream.person: {osc: /grade/hue}", "/grade/hue is the address of grade.hue itself"),
        ("trails.decay: {midi: cc/1/5}", "trails is not in the chain mix, dream, grade"),
        ("edges.canny_low: {midi: cc/1/5}", "the drawing chain is off"),
    ],
)
def test_hands_that_meet_or_reach_nothing(gig: Gig, knobs: str, words: str) -> None:
    _scene(gig, "01_x", f"model: brush\nknobs:\n  {knobs}\n")
    found = _hands(gig)
    assert len(found) == 1
    assert words in found[0]
    assert "01_x.yaml:" in found[0]


@pytest.mark.parametrize(
    "knobs",
    [
        "dream.person: {midi: cc/1/5}\n  dream.background: {midi: cc/2/5}",
        "dream.person: {midi: cc/1/5}\n  dream.background: {midi: note/1/5}",
        "dream.person: {midi: cc/1/5, device: nano}\n  tap: {midi: cc/1/5, device: apc}",
        "edges.canny_low: {midi: cc/1/5}\n  edges.enabled: {midi: cc/1/6}",
        "scene.next: {midi: note/1/60}",
        "mix.person: {midi: cc/1/1}",
    ],
)
def test_hands_that_are_fine(gig: Gig, knobs: str) -> None:
    _scene(gig, "01_x", f"model: brush\nknobs:\n  {knobs}\n")
    assert not _hands(gig)


def test_scene_and_rig_on_one_control_but_not_the_same_knob_twice(gig: Gig) -> None:
    rig = "knobs:\n  tap: {midi: cc/1/5}\n  dream.person: {midi: cc/1/6}\n"
    (gig.folder / "rig.yaml").write_text(rig)
    gig = open_gig(gig.folder)
    _scene(gig, "01_x", "knobs:\n  dream.person: {midi: cc/1/6}\n  panic: {midi: cc/1/5}\n")
    found = _hands(gig)
    assert len(found) == 1
    assert "cc/1/5 moves tap, too (rig.yaml:2)" in found[0]


@pytest.mark.parametrize(
    ("word", "knob", "complaints"),
    [
        ("passthrough", "style.person", 1),
        ("fast_style", "style.person", 1),
        ("edges", "style.person", 0),  # its strokes
        ("microast", "style.person", 0),
        ("microast", "style.texture_person", 1),
        ("brush", "style.texture_person", 0),
    ],
)
def test_a_style_knob_that_a_network_does_not_follow(
    gig: Gig, word: str, knob: str, complaints: int
) -> None:
    (gig.folder / "checkpoints").mkdir()
    (gig.folder / "checkpoints" / "mine.yaml").write_text(f"model: {word}\n")
    _scene(gig, "01_x", f"model: mine\nknobs:\n  {knob}: {{midi: note/1/1..9}}\n")
    assert len(_hands(gig)) == complaints


def test_the_starter_gig_has_nothing_to_complain_about() -> None:
    gig = open_gig(STARTER)
    found, scenes, wrong = read_scenes(gig)
    found += [*check_rig(gig), *check_sources(gig, scenes), *check_knobs(gig, scenes, wrong)]
    found += [*check_styles(gig, scenes), *check_unstyled(gig, scenes), *check_unused(gig)]
    assert [one.text for one in found] == []


def test_a_taken_port_and_who_has_it(tmp_path: Path) -> None:
    code = (
        "import socket, time; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM);"
        "s.bind(('127.0.0.1', 0)); print(s.getsockname()[1], flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        port = int(holder.stdout.readline())
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            other = free.getsockname()[1]
        gig = Gig(tmp_path, Rig(osc_port=port, remote_port=other))
        found = [one.text for one in check_ports(gig)]
        assert len(found) == 1
        assert f"UDP port {port} is taken by" in found[0]
        if sys.platform == "linux":
            assert f"(process {holder.pid})" in found[0]
    finally:
        holder.kill()
        holder.wait()


def test_sources_are_really_opened(gig: Gig) -> None:
    _scene(gig, "01_x", "source: {kind: testcard}\n")
    _scene(gig, "02_y", "source: {kind: stream, url: 'http://127.0.0.1:9/none'}\n")
    scenes = [scene for _, scene in read_scenes(gig)[1].values()]
    lines, found = open_sources(gig, scenes)
    assert lines[0].startswith("testcard: 640x360, first picture after")
    assert len(found) == 1
    assert "source stream (02_y)" in found[0].text
    assert "the dancer plays instead" in found[0].text


def test_displays_and_controllers_that_are_named_but_not_there(gig: Gig) -> None:
    assert "not there" in check_displays(gig, ["HDMI-1"], ["Beamer", "hdmi", ""])[0].text
    assert len(check_displays(gig, ["HDMI-1"], ["hdmi", ""])) == 0
    assert "no display" in check_displays(gig, [], [])[0].text
    _scene(gig, "01_x", "knobs:\n  tap: {midi: cc/1/5, device: nano}\n")
    scenes = [scene for _, scene in read_scenes(gig)[1].values()]
    assert "'nano' is not connected" in check_midi(gig, scenes, ["APC mini"])[0].text
    assert not check_midi(gig, scenes, ["nanoKONTROL2"])
    _scene(gig, "01_x", "knobs:\n  tap: {midi: cc/1/5}\n")
    scenes = [scene for _, scene in read_scenes(gig)[1].values()]
    assert "no MIDI controller" in check_midi(gig, scenes, "no sound system")[0].text


def test_the_page_shows_everything_and_trusts_nobody() -> None:
    picture = np.zeros((90, 160, 4), np.uint8)
    line = Line(1, "01_x", "<script>alert(1)</script>", "brush", "ink", [("cc/1/5", "tap")], 11.5)
    line.picture, line.flashes, line.share = picture, True, 0.625
    check = Soundcheck("my gig", [line], findings=[broken("a  b\nc"), warning("w"), warning("w")])
    text = page(check, [("N", "next <scene>")], time.time())
    assert "<script>" not in text
    assert text.count("data:image/jpeg;base64,") == 1
    for words in (
        "my gig",
        "cc/1/5",
        "11.5\u00a0painted/s at 62\u00a0%",
        "flashes",
        "next &lt;scene&gt;",
        "a b c",
    ):
        assert words in text
    assert text.count("<li>w</li>") == 1
    assert "something is broken" in text
    assert check.document()["playable"] is False


def test_a_copy_of_the_starter_is_read_whole(tmp_path: Path) -> None:
    shutil.copytree(STARTER / "scenes", tmp_path / "scenes")
    found, scenes, _ = read_scenes(open_gig(tmp_path))
    assert not found
    assert len(scenes) == len(list((STARTER / "scenes").glob("*.yaml")))
