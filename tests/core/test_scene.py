"""Scenes: what a performer writes, and what he hears when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.binding import MidiAddress, parse_midi
from vj.core.duration import measured, seconds
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.scene import Choices, Scene, parse_scene
from vj.core.table import build_table

TABLE = build_table(["ink-wash", "neon-grid"], [])
CHOICES = Choices(
    models=frozenset({"brush"}),
    styles=frozenset({"ink-wash", "neon-grid"}),
    mattes=frozenset({"auto", "source", "motion", "none"}),
)


def _scene(text: str) -> Scene:
    return parse_scene(("chain: []\n" + text).encode(), Path("01_ink.yaml"), TABLE, CHOICES)


def test_a_whole_scene_is_read() -> None:
    scene = _scene(
        "model: brush\nstyles: {person: ink-wash, background: neon-grid}\nfade: 4 s\n"
        "params: {edges.canny_t1: 40, edges.canny: on, style.person: neon-grid}\n"
        "knobs: {edges.canny_low: {midi: cc/1/22, range: [0, 200], curve: exp},"
        " scene.next: {midi: note/10/36}}\n"
        "modulate: {style.strength: {shape: sine, beats: 8, depth: 0.2}}\n"
    )
    assert scene.name == "01_ink" and scene.fade == 4.0
    assert scene.values() == {"edges.canny_low": 40.0, "edges.canny": 1.0, "style.person": 1.0}
    assert scene.knobs["edges.canny_low"].range == (0, 200)


def test_a_parameter_may_have_several_modulators() -> None:
    scene = _scene("modulate: {style.strength: [{beats: 8}, {follow: audio.bass, attack: 10 ms}]}")
    found = scene.modulate["style.strength"]
    assert isinstance(found, list)
    assert (found[0].beats, found[1].follow, found[1].attack) == (8, "audio.bass", 0.01)


def test_one_style_serves_both_regions() -> None:
    scene = _scene("styles: ink-wash\n")
    assert (scene.styles.person, scene.styles.background) == ("ink-wash", "ink-wash")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modl: brush\n", r"01_ink\.yaml:2: modl: unknown key.*Did you mean 'model'"),
        ("name: ink\n", r":2: name: unknown key; allowed: advance, (?!.*name)"),
        ("styles: [petals]\n", r":2: styles: \['petals'\]; key: value lines are expected"),
        ("params:\n", r":2: params: nothing; key: value lines are expected"),
        ("model: brsh\n", r":2: model: unknown model 'brsh'; allowed: brush\. Did you mean"),
        ("model: nix\n", r":2: model: unknown model 'nix'; allowed: brush\.$"),
        ("source: camera\n", r":2: source: 'camera' stands alone.* as in \{kind: camera\}$"),
        ("ignore: model\n", r":2: ignore: 'model' stands alone; a list .* as in \[model, tempo"),
        ("knobs: {style.calm: cc/1/21}\n", r"style\.calm: 'cc/1/21' stands.* \{midi: cc/1/21\}$"),
        ("modulate: {style.calm: 3}\n", r":2: modulate\.style\.calm: 3 stands alone.*shape: sine"),
        (
            "modulate: {style.calm: {shape: sine, follow: audio.bass}}\n",
            r":2: modulate\.style\.calm: shape does not go with follow",
        ),
        ("modulate: {blackout: {beats: 1}}\n", r":2: modulate\.blackout: this is moved by hands"),
        ("modulate: {cue.quantise: {beats: 1}}\n", r"cue\.quantise: this is moved by hands only"),
        (
            "knobs: {edges.canny_t1: {midi: cc/1/1, range: [0, 400]}}\n",
            r":2: knobs\.edges\.canny_t1: range: 400 is out of range; allowed: 0 to 255$",
        ),
        ("styles: {person: ink-wsh}\n", r"styles\.person: unknown style.*'ink-wash'"),
        ("matte: motoin\n", r"unknown matte 'motoin'.*'motion'"),
        ("fade: soon\n", r":2: fade: 'soon' is no duration; allowed: 4 s, 500 ms"),
        ("params: {edges.canny_lo: 3}\n", r"unknown parameter.*Did you mean 'edges\.canny_low'"),
        ("params: {edges.canny_low: 300}\n", r"300 is out of range; allowed: 0 to 255"),
        ("params: {edges.canny_low: lots}\n", r"'lots' is not a number; allowed: 0 to 255"),
        ("params: {edges.canny: onn}\n", r"unknown switch 'onn'; allowed: no, .*Did you mean 'on'"),
        ("params: {tempo.bpm: 120 bps}\n", r"'120 bps' is not a number; allowed: 20 to 300 bpm"),
        ("params: {style.fade: 3 min}\n", r"'3 min' is out of range; allowed: 0 to 30 s"),
        ("params: {style.fade: 3 beats}\n", r"'3 beats' is not a number; allowed: 0 to 30 s"),
        ("params: {style.size: 1 x}\n", r"'1 x' is not a number; allowed: 0.25 to 4"),
        ("knobs: {edges.canny_low: {mide: cc/1/2}}\n", r"mide: unknown key.*'midi'"),
        ("knobs: {edges.canny_low: {midi: knob/7}}\n", r"'knob/7' is no MIDI address; allowed"),
        ("knobs: {edges.canny_low: {osc: fader}}\n", r"no OSC address; it looks like"),
        ("knobs: {edges.canny_low: {osc: /größe}}\n", r"'/größe' is no OSC address; .* ASCII"),
        (
            "knobs: {edges.canny_low: {takeover: pikup}}\n",
            r"takeover: unknown takeover 'pikup'; allowed: jump, pickup, scale\. Did.*'pickup'",
        ),
        (
            "knobs: {edges.canny_low: {encoder: ofset}}\n",
            r"allowed: offset, sign, twos\. .*'offset'",
        ),
        ("knobs: {edges.canny_low: {curve: line}}\n", r"knobs.*curve: unknown.*'linear'"),
        ("knobs: {edges.canny_low: {press: 3}}\n", r"press: unknown press '3'; allowed: momentary"),
        ("modulate: {style.strength: {polarity: unipol}}\n", r"unknown polarity.*'unipolar'"),
        (
            "modulate: {style.strength: {shape: sin}}\n",
            r"modulate\.style\.strength\.shape: unknown shape 'sin'; allowed.*Did you mean 'sine'",
        ),
        ("modulate: {style.strength: {follow: audio.bas}}\n", r"follow 'audio.bas'.*'audio\.bass'"),
        ("modulate: {style.strength: {folow: audio.bass}}\n", r"unknown key.*mean 'follow'"),
        ("modulate: {style.strength: [{shape: sine}, {dept: 1}]}\n", r"1\.dept: unknown.*'depth'"),
        ("modulate: {style.strength: {follow: body.x, beats: 4}}\n", r"beats does not go with f"),
        ("modulate: {style.strength: {follow: body.x, range: [1, 1]}}\n", r"ends are the same"),
        ("modulate: {style.strength: {beats: 4, seconds: 2}}\n", r"beats or seconds, not both"),
        ("modulate: {style.strength: {shape: steps}}\n", r"as in steps: \[0, 1, 0.5\]"),
        ("modulate: {style.strength: {steps: [0, 2]}}\n", r"steps\.1: 2: input should be less"),
        ("modulate: {style.strength: {decay: 1 s}}\n", r"decay goes with shape: envelope"),
        (
            "modulate: {style.strength: {shape: envelope, gate: audio.onset, beats: 1}}\n",
            r"gate or a length",
        ),
        ("modulate: {style.strength: {beats: 0}}\n", r"beats"),
        ("params: 7\n", r":2: params"),
    ],
)
def test_a_mistake_gets_file_line_key_and_what_is_allowed(text: str, says: str) -> None:
    with pytest.raises(UserError, match=says) as caught:
        _scene(text)
    assert str(caught.value).startswith("01_ink.yaml:")


def test_an_unknown_effect_names_what_exists() -> None:
    with pytest.raises(UserError, match=r"unknown effect 'driem'"):
        parse_scene(b"chain: [driem]\n", Path("a.yaml"), TABLE, CHOICES)


@pytest.mark.parametrize(
    ("text", "wanted"), [("4 s", 4), ("500 ms", 0.5), ("2 min", 120), (3, 3), ("0.5", 0.5)]
)
def test_durations(text: object, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize(
    ("text", "unit", "wanted"),
    [
        ("300 ms", "s", 0.3), ("2min", "s", 120), ("120 bpm", "bpm", 120),
        ("-30.5deg", "deg", -30.5),
        ("24 /s", "/s", 24), ("120", "bpm", None), ("120 bpm", "", None), ("4 s", "bpm", None),
    ],
)  # fmt: skip
def test_numbers_with_a_unit(text: str, unit: str, wanted: float | None) -> None:
    assert measured(text, unit) == wanted


def test_parameters_take_their_unit() -> None:
    scene = _scene(
        "params: {style.fade: 300 ms, tempo.bpm: 120 bpm, edges.pre_blur: 3 px}\n"
        "modulate: {style.strength: {seconds: 500 ms}}\n"
    )
    assert scene.values() == {"style.fade": 0.3, "tempo.bpm": 120, "edges.pre_blur": 3}
    found = scene.modulate["style.strength"]
    assert not isinstance(found, list) and found.seconds == 0.5


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("cc/1/21", MidiAddress("cc", 1, 21, 21)),
        ("note/10/36..", MidiAddress("note", 10, 36, 127)),
        ("note/any/36..43", MidiAddress("note", 0, 36, 43)),
        ("bend/3", MidiAddress("bend", 3, 0, 0)),
    ],
)
def test_midi_addresses(text: str, wanted: MidiAddress) -> None:
    assert parse_midi(text) == wanted


@pytest.mark.parametrize(
    "text", ["cc/1", "cc/0/3", "cc/17/3", "cc/1/128", "note/1/9..3", "bend/1/2"]
)
def test_wrong_midi_addresses(text: str) -> None:
    with pytest.raises(ValueError, match=r"allowed|channels"):
        parse_midi(text)


def test_the_starter_gig_is_fine(root: Path) -> None:
    scenes = open_gig(root).check()
    assert len(scenes) >= 8


def test_a_gig_without_scenes_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="vj new"):
        open_gig(tmp_path).check()


def test_a_wrong_rig_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "rig.yaml").write_text("fps: 30\nsize: 640\n")
    with pytest.raises(
        UserError, match=r"rig\.yaml:2: size: 640 is no size; it looks like 640x360"
    ):
        open_gig(tmp_path)


@pytest.mark.parametrize("key", ["size", "output"])
@pytest.mark.parametrize(
    ("size", "allowed"),
    [("16x8192", True), ("8193x360", False), ("640x15", False), ("99999x99999", False)],
)
def test_a_size_nobody_has_memory_for_is_refused(
    tmp_path: Path, key: str, size: str, allowed: bool
) -> None:
    (tmp_path / "rig.yaml").write_text(f"fps: 30\n{key}: {size}\n")
    if allowed:
        assert getattr(open_gig(tmp_path).rig, key) == (8192, 16)
        return
    with pytest.raises(
        UserError, match=rf"rig\.yaml:2: {key}: {size} is out of range; allowed: 16 to 8192 each"
    ):
        open_gig(tmp_path)
