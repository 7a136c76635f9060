"""The walls between the process folders: who may import what, in source and while running."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

VJ = Path(__file__).resolve().parent.parent / "vj"
FOLDERS = ("capture", "infer", "stage", "desk", "record")
# What runs a whole show to measure it; nothing else may import the show.
WITH_A_SHOW = ("cli", "__main__", "bench", "rehearsal")
# Foreign packages and the only places that may import them.
HOME = {
    "cv2": {"capture", "infer", "studio"},
    "torch": {"infer", "studio"},
    "safetensors": {"infer", "studio"},
    "moderngl": {"stage"},
    "pyglet": {"stage"},
    "pythonosc": {"desk"},
    "mido": {"desk"},
    "rtmidi": {"desk", "bench"},
    "aiohttp": {"desk", "bench"},
    "zeroconf": {"desk"},
    "ifaddr": {"desk"},
    "sounddevice": {"desk"},
    "aalink": {"desk"},
    "cryptography": {"desk"},
    "segno": {"desk"},
    "av": {"record", "studio"},
    "pyvirtualcam": {"record"},
    "cyndilib": {"record"},
    "SpoutGL": {"record"},
    "syphon": {"record"},
    "yaml": {"core"},
    "pydantic": {"core"},
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _place(path: Path) -> str:
    parts = path.relative_to(VJ).parts
    return parts[0] if len(parts) > 1 else path.stem


FILES = sorted(VJ.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(VJ)))
def test_every_import_stays_behind_its_wall(path: Path) -> None:
    place = _place(path)
    for name in _imports(path):
        top, *rest = name.split(".")
        assert place in HOME.get(top, {place}), f"{name} lives in {HOME[top]}, not in {place}"
        if top != "vj" or not rest:
            continue
        other = rest[0]
        assert other not in ("show", "cli") or place in WITH_A_SHOW, name
        if place in FOLDERS:
            assert other in (place, "core"), f"{place} imports {name}"
        if place == "core":
            assert other == "core", f"core imports {name}"
        if place == "studio":
            assert other in ("studio", "core", "infer", "capture"), name


@pytest.mark.parametrize(
    ("folder", "never"),
    [
        ("capture", {"torch", "moderngl", "pyglet", "aiohttp"}),
        ("infer", {"moderngl", "pyglet", "aiohttp", "rtmidi"}),
        ("stage", {"torch", "cv2", "aiohttp", "pythonosc", "av"}),
        ("desk", {"torch", "cv2", "moderngl", "pyglet", "av"}),
        ("record", {"torch", "cv2", "moderngl", "aiohttp"}),
    ],
)
def test_a_process_never_loads_the_others_packages(folder: str, never: set[str]) -> None:
    code = f"import sys, vj.{folder}.process; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not never & set(done.stdout.split())


def test_the_show_itself_knows_no_foreign_package() -> None:
    code = "import sys, vj.show; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    foreign = {"torch", "cv2", "moderngl", "pyglet", "aiohttp", "pythonosc", "rtmidi", "av"}
    assert not foreign & set(done.stdout.split())


def test_no_file_outgrows_the_house() -> None:
    tall = {
        str(p.relative_to(VJ)): n for p in FILES if (n := len(p.read_text().splitlines())) > 300
    }
    assert not tall
