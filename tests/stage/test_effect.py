"""Reading one effect file: what it says about itself, and where a mistake is."""

from __future__ import annotations

from pathlib import Path

import moderngl
import pytest

from tests.stage.pictures import HEIGHT, WIDTH, look, plain, upload
from vj.core.errors import UserError
from vj.core.gig import PROGRAM
from vj.stage.chain import Chain, Moment, Seen
from vj.stage.effect import HistorySpec, load_effect
from vj.stage.fill import INPUTS

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


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("skip when: amout = 0", r"skip when: unknown knob 'amout'; .*mean 'amount'\?"),
        ("skip when: amount", r"skip when: 'amount'; it looks like knob = 0"),
        ("faces while: regoin < 2", r"faces while: unknown knob 'regoin'; .*'region'\?"),
        ("skip without faces while: regoin < 1", "skip without faces while: unknown knob 'regoin'"),
        ("compiled in: amuont", r"compiled in: unknown knob 'amuont'"),
        ("parts: amount x rows", "parts: unknown knob 'rows'"),
        ("parts: 3x3", "parts: '3x3'; it looks like columns x rows"),
        ("history: long", "history: 'long'; it looks like 2 s"),
        ("uses: filtres", r"uses: unknown helper 'filtres'; allowed: blends, filters.*'filters'\?"),
    ],
)
def test_a_line_at_its_top_that_makes_no_sense_is_said(
    context: moderngl.Context, tmp_path: Path, line: str, says: str
) -> None:
    """Who draws relies on it: a knob that is not there ended the stage at its next frame."""
    knob = "uniform float amount; // 0..1 = 0.5: how much\n"
    body = "void main() { color = here(picture) * amount + faces[0]; }\n"
    with pytest.raises(UserError, match=rf"glow\.frag: {says}"):
        load_effect(context, _write(tmp_path, f"// {line}\n{knob}{body}"))


WISHES = """
// skip when: amount = 0
// discard leaves: picture
// compiled in: fx, amount
// parts: columns x rows, fx by further
// faces while: fx < 2
// skip without faces while: fx < 1
// history: 0.5 s, 1/4 size
uniform float amount; // 0..1 = 0.5: how much
uniform int fx; // none|red|green = red: which
uniform int columns; // 1..4 = 2: tiles side by side
uniform int rows; // 1..4 = 2: tiles one above the other
uniform int further; // 0..2 = 1: from tile to tile
void main() {
    if (faces[0].x + amount < 0.0) discard;
    color = vec4(fx == 1, fx == 2, amount, 1.0);
}
"""


def test_it_says_how_it_wants_to_be_drawn(context: moderngl.Context, tmp_path: Path) -> None:
    effect = load_effect(context, _write(tmp_path, WISHES))
    assert effect.covers and effect.faces and effect.history == HistorySpec(0.5, 4)
    by_part = [(place, values["glow.fx"]) for place, values in effect.parts({})]
    assert by_part == [((0, 0), 1.0), ((1, 0), 2.0), ((0, 1), 1.0), ((1, 1), 2.0)]
    assert effect.seeks_faces({"glow.amount": 1.0})
    assert not effect.seeks_faces({"glow.amount": 0.0})
    assert not effect.seeks_faces({"glow.fx": 2.0})
    assert effect.rests({"glow.fx": 0.0}, faces=False)
    assert not effect.rests({"glow.fx": 1.0}, faces=False)
    assert not effect.rests({"glow.fx": 0.0}, faces=True)


def test_a_knob_that_stands_still_is_compiled_in(context: moderngl.Context, tmp_path: Path) -> None:
    variants = load_effect(context, _write(tmp_path, WISHES)).variants
    first = variants.find({"glow.fx": 1.0, "glow.amount": 0.2}).program
    assert "fx" not in first and "amount" in first
    assert variants.find({"glow.fx": 1.0, "glow.amount": 0.9}).program is first
    assert variants.find({"glow.fx": 2.0, "glow.amount": 0.9}).program is not first
    assert "amount" not in variants.find({"glow.fx": 2.0, "glow.amount": 0.0}).program


def test_parts_are_drawn_with_their_own_knob(context: moderngl.Context, tmp_path: Path) -> None:
    chain = Chain(context, (HEIGHT, WIDTH), {"glow": _write(tmp_path, WISHES)})
    assert not chain.errors
    seen = Seen(upload(context, plain(9, 9, 9)), upload(context, plain(9, 9, 9)), 1.0)
    drawn = look(chain.draw([("glow", 1.0)], {}, seen, Moment(0.0, 0.0, 0.1)))
    assert (drawn[:, : WIDTH // 2, :2] == (255, 0)).all()
    assert (drawn[:, WIDTH // 2 :, :2] == (0, 255)).all()


def test_every_shipped_effect_is_given_all_that_its_program_reads(
    context: moderngl.Context,
) -> None:
    """What is not bound shows whatever was there before; the compiler knows best what is read."""
    for path in sorted((PROGRAM / "stage" / "effects").glob("*.frag")):
        effect = load_effect(context, path)
        program = effect.variants.find({}).program
        used = {unit for unit, name in enumerate(INPUTS) if program.get(name, None) is not None}
        assert used <= set(effect.reads), path.name
    grade = load_effect(context, PROGRAM / "stage" / "effects" / "grade.frag")
    assert INPUTS.index("styled") not in grade.reads, "binding what nobody reads costs the frame"


def test_a_program_is_given_nothing_that_it_does_not_read(context: moderngl.Context) -> None:
    """A palette of its own colours had the painting shrunk for every frame: as dear as a pass."""
    palette = load_effect(context, PROGRAM / "stage" / "effects" / "palette.frag")
    styled = INPUTS.index("styled")
    painting = float(palette.knobs[2].choices.index("painting"))
    assert styled in palette.variants.find({"palette.colours": painting}).reads
    assert styled not in palette.variants.find({}).reads
