"""A mapping written back: the file keeps every character that is not the mapping's."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.document import parse_document
from vj.core.errors import UserError
from vj.core.mapping import CORNERS, Mapping, grid
from vj.core.outputs import OutputSpec
from vj.core.rewrite_outputs import set_mapping

FILE = Path("rig.yaml")
PIN = Mapping(((0.1, 0), (1, 0), (1, 1), (0, 0.98765432)))
WORDS = "[[0.1, 0], [1, 0], [1, 1], [0, 0.98765]]"
RIG = """\
# The hall.
fps: 30
outputs:            # left to right
  - display: HDMI-1 # the old one
    corners: [[0, 0], [1, 0], [1, 1], [0, 1]]   # on the door
  # The new one:
  - display: HDMI-2
    blend: {left: 0.1}

osc_port: 7000
"""


def test_corners_change_in_their_place() -> None:
    found = set_mapping(RIG, 0, PIN, FILE)
    assert found == RIG.replace("[[0, 0], [1, 0], [1, 1], [0, 1]]", WORDS)


def test_new_corners_stand_below_the_others_of_their_output() -> None:
    found = set_mapping(RIG, 1, PIN, FILE)
    new = f"    corners: {WORDS}\n"
    assert found == RIG.replace("    blend: {left: 0.1}\n", f"    blend: {{left: 0.1}}\n{new}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", f"outputs:\n  - corners: {WORDS}\n"),
        ("fps: 30", f"fps: 30\noutputs:\n  - corners: {WORDS}\n"),
        ("outputs:  # soon\nfps: 30\n", f"outputs:  # soon\n  - corners: {WORDS}\nfps: 30\n"),
        ("outputs: [{display: A}]\n", f"outputs: [{{display: A, corners: {WORDS}}}]\n"),
        ("outputs:\r\n- display: A\r\n", f"outputs:\r\n- display: A\r\n  corners: {WORDS}\r\n"),
        (
            "outputs:\n  - corners:\n    - [0, 0]\n    - [1, 0]\n    - [1, 1]\n    - [0, 1]\n# z\n",
            f"outputs:\n  - corners:\n      {WORDS}\n# z\n",
        ),
    ],
)
def test_files_of_all_kinds(text: str, expected: str) -> None:
    assert set_mapping(text, 0, PIN, FILE) == expected


@pytest.mark.parametrize("text", ["outputs: []\n", "{fps: 30}\n", "outputs: [{}]\n"])
def test_where_it_cannot_be_done_it_says_so_or_does_it_right(text: str) -> None:
    try:
        found = set_mapping(text, 0, PIN, FILE)
    except UserError as error:
        assert "rig.yaml" in str(error)
    else:
        assert parse_document(found.encode(), FILE).data["outputs"]


def test_a_mesh_is_written_row_by_row_and_read_again() -> None:
    points = list(grid(CORNERS, 4, 3))
    points[5] = (0.25, 0.52)
    mapping = Mapping(tuple(points), (4, 3), curved=False)
    for text in (RIG, RIG.replace("blend: {left: 0.1}", "mesh: 4x3 # fine"), "", "outputs: [{}]\n"):
        found = set_mapping(text, min(RIG in text, 1), mapping, FILE)
        again = set_mapping(found, min(RIG in text, 1), mapping, FILE)
        assert again == found
        items = parse_document(found.encode(), FILE).data["outputs"]
        assert isinstance(items, list)
        spec = OutputSpec.model_validate(items[min(RIG in text, 1)])
        assert spec.mapping.mesh == (4, 3) and not spec.mapping.curved
        assert [p for row in spec.mapping.points for p in row] == pytest.approx(
            [p for row in points for p in row], abs=1e-5
        )
