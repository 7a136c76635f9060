"""Reading one effect file: what it says about itself, and where a mistake is."""

from __future__ import annotations

from pathlib import Path

import moderngl
import pytest

from vj.core.errors import UserError
from vj.stage.effect import load_effect

BODY = "void main() { color = here(picture) * amount; }\n"


def _write(folder: Path, text: str) -> Path:
    path = folder / "glow.frag"
    path.write_text(text)
    return path


def test_it_says_whether_it_feeds_back_and_looks_elsewhere(
    context: moderngl.Context, tmp_path: Path
) -> None:
    knob = "uniform float amount; // 0..1 = 0.5: how much\n"
    still = load_effect(context, _write(tmp_path, "// no previous picture\n" + knob + BODY))
    assert (still.feeds, still.precise, still.wanders, still.skip) == (False, False, False, {})
    text = "// previous: float\n// skip when: amount = 0\n" + knob
    text += "void main() { color = texture(previous, uv * amount); }\n"
    feeding = load_effect(context, _write(tmp_path, text))
    assert (feeding.feeds, feeding.precise, feeding.wanders) == (True, True, True)
    assert feeding.rests({"glow.amount": 0.0})
    assert not feeding.rests({"glow.amount": 0.1})
    assert not feeding.rests({})


def test_a_mistake_names_file_and_line(context: moderngl.Context, tmp_path: Path) -> None:
    path = _write(tmp_path, "uniform float amount;\n\nvoid main() { colour = vec4(amount); }\n")
    with pytest.raises(UserError, match=r"glow\.frag:3: .*colour"):
        load_effect(context, path)
