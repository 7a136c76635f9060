"""`vj devices` lists what is there, and one missing system never hides the others."""

from __future__ import annotations

import json

import pytest

from vj.cli import main
from vj.devices import devices


def _broken() -> list[str]:
    raise OSError("no such driver")


def test_a_missing_driver_is_one_line_beside_the_others() -> None:
    found = devices({"midi": _broken, "cameras": lambda: ["Webcam (0, /dev/video0)"]})
    assert found == {
        "midi": ["not available: no such driver"],
        "cameras": ["Webcam (0, /dev/video0)"],
    }


def test_the_command_answers_on_any_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["devices", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)) == {
        "cameras",
        "displays",
        "midi",
        "audio",
        "share",
    }
