"""`vj devices` lists what is there, and one missing system never hides the others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from tests.desk.fake_midi import FakeMidi
from vj import devices as module
from vj.capture.sources import camera
from vj.cli import main
from vj.desk import midi_ports
from vj.devices import Device, as_text, cameras, devices


def _broken() -> list[Device]:
    raise OSError("no such driver")


def test_a_missing_driver_is_one_line_beside_the_others() -> None:
    webcam = Device("Webcam", 'source: {kind: camera, name: "Webcam"}', "number 0, /dev/video0")
    found = devices({"midi": _broken, "cameras": lambda: [webcam], "displays": list})
    assert found["midi"] == [Device("not available: no such driver")]
    assert as_text(found).splitlines() == [
        "midi:",
        "  not available: no such driver",
        "cameras:",
        "  Webcam  (number 0, /dev/video0)",
        '      source: {kind: camera, name: "Webcam"}',
        "displays:",
        "  none found",
    ]


def test_what_a_camera_says_is_what_a_scene_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = 'The "best" cam: 1'
    monkeypatch.setattr(camera, "cameras", lambda: [camera.Camera(name, 0, "/dev/video0")])
    [found] = devices({"cameras": cameras})["cameras"]
    assert yaml.safe_load(found.say) == {"source": {"kind": "camera", "name": name}}


def test_midi_says_whether_lights_can_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    midi = FakeMidi("Pad X")
    monkeypatch.setattr(midi_ports, "open_backend", lambda: midi)
    [found] = devices({"midi": module.midi})["midi"]
    assert yaml.safe_load(found.say) == {"midi": ["Pad X"]} and found.more == "in and out"
    midi.deaf = True
    [found] = devices({"midi": module.midi})["midi"]
    assert found.more == "in only, no lights"


def test_the_command_answers_on_any_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"cameras", "displays", "midi"} <= set(found)
    assert all(set(one) == {"name", "say", "more"} for kind in found.values() for one in kind)
    assert main(["devices"]) == 0
    assert "midi:" in capsys.readouterr().out
