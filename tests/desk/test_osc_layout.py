"""Foreign layouts: their controls move our knobs, show our values, and mistakes name the line."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.layout import Layout, Meaning, read_layout
from vj.core.table import build_table
from vj.desk.addresses import build_book
from vj.desk.osc_gate import Argument, Message
from vj.desk.osc_layout import check, into, open_layout, out_of

BOOK = build_book(build_table(("ink-wash", "neon-grid"), ()), ("01_ink", "02_neon"), {})
TEXT = """
/1/fader1: /style/strength/norm
/1/dial: {to: /matte/feather/norm, range: [0, 127]}
/1/turned: {to: /matte/smooth/norm, range: [1, 0]}
/3/xy: [/edges/canny_low/norm, /edges/canny_high/norm]
/2/push1: {to: /style/person/name, say: neon-grid}
/2/push2: {to: /matte/threshold, say: 0.25}
/2/push3: /scene/next
/1/label1: /scene/name
/4/multitoggle/1/2: /style/person/17
"""


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = read_layout(written(tmp_path, TEXT))
    check(found, BOOK)
    return found


def written(folder: Path, text: str) -> Path:
    path = folder / "old.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("address", "arguments", "ours"),
    [
        ("/1/fader1", (0.5,), [("/style/strength/norm", 0.5)]),
        ("/1/fader1", ("+", 0.1), [("/style/strength/norm", "+", 0.1)]),
        ("/1/dial", (127,), [("/matte/feather/norm", 1.0)]),
        ("/1/turned", (0.25,), [("/matte/smooth/norm", 0.75)]),
        ("/3/xy", (0.2, 0.8), [("/edges/canny_low/norm", 0.2), ("/edges/canny_high/norm", 0.8)]),
        ("/2/push2", (1, 2, 3), [("/matte/threshold", 0.25)]),
        ("/3/xy", (0.2,), [("/edges/canny_low/norm", 0.2)]),
        ("/2/push1", (1.0,), [("/style/person/name", "neon-grid")]),
        ("/2/push1", (), [("/style/person/name", "neon-grid")]),
        ("/2/push1", (0.0,), []),
        ("/2/push3", (1.0,), [("/scene/next", 1.0)]),
        ("/2/push3", (), [("/scene/next",)]),
        ("/edges/canny", (1,), [("/edges/canny", 1)]),
        ("/1", (), [("/1",)]),
    ],
)
def test_into(
    layout: Layout, address: str, arguments: tuple[Argument, ...], ours: list[tuple[Argument, ...]]
) -> None:
    found = into(layout, Message(address, arguments))
    assert [(message.address, *message.arguments) for message in found] == [
        tuple(pytest.approx(part) if isinstance(part, float) else part for part in one)
        for one in ours
    ]


def test_out_of(layout: Layout) -> None:
    shown: dict[str, float | int | str] = {
        "/style/strength/norm": 0.5,
        "/matte/feather/norm": 1.0,
        "/matte/smooth/norm": 0.75,
        "/edges/canny_low/norm": 0.2,
        "/style/person/name": "neon-grid",
        "/matte/threshold": 0.3,
        "/scene/name": "02_neon",
    }
    assert dict(out_of(layout, shown)) == {
        "/1/fader1": (0.5,),
        "/1/dial": (127.0,),
        "/1/turned": (0.25,),
        "/2/push1": (1,),
        "/2/push2": (0,),
        "/1/label1": ("02_neon",),
    }
    shown["/edges/canny_high/norm"] = 0.8
    assert dict(out_of(layout, shown))["/3/xy"] == (0.2, 0.8)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("/style/strenght", ["old.yaml:1: /1/f", "Did you mean '/style/strength'?"]),
        ("/matte/feather/3", ["called '/matte/feather/3'"]),
        ("style.strength", ["called 'style.strength'"]),
    ],
)
def test_names_that_are_none_of_ours(tmp_path: Path, target: str, words: list[str]) -> None:
    with pytest.raises(UserError) as mistake:
        check(read_layout(written(tmp_path, f"/1/f: {target}")), BOOK)
    for word in words:
        assert word in str(mistake.value)


def test_the_rig_names_the_layout_and_a_wrong_name_lists_what_is_there(gig: Gig) -> None:
    (gig.folder / "layouts").mkdir()
    (gig.folder / "layouts" / "kitchen.yaml").write_text("/1/fader1: /style/strength\n")
    named = Gig(gig.folder, gig.rig.model_copy(update={"osc_layout": "kitchen"}))
    assert open_layout(named) == {"/1/fader1": Meaning(("/style/strength",))}
    assert open_layout(gig) == {}
    wrong = Gig(gig.folder, gig.rig.model_copy(update={"osc_layout": "kitchn"}))
    with pytest.raises(UserError, match="Did you mean 'kitchen'"):
        open_layout(wrong)


@pytest.mark.parametrize("name", sorted(Gig(Path("/none"), None).layout_files))  # type: ignore[arg-type]
def test_every_layout_that_ships_is_sound(gig: Gig, name: str) -> None:
    layout = open_layout(Gig(gig.folder, gig.rig.model_copy(update={"osc_layout": name})))
    assert all(address not in BOOK.routes for address in layout), "ours would be hidden"
