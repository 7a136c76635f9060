"""Outputs in rig.yaml: what is read, and what every mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.gig import Rig, open_gig
from vj.core.mapping import Mapping

RIG = """\
outputs:
  - display: HDMI-1
    part: {x: 0, width: 0.55}
    blend: {right: 0.1, gamma: 2.4}
    corners: [[0.1, 0], [1, 0], [1, 1], [0, 1]]
  - display: HDMI-2
    mesh: 4x3
    rotate: 90
    mirror: on
    colour: {red: 0.9}
    mask: [[0, 0], [1, 0], [0.5, 1]]
"""


def _open(folder: Path, text: str) -> Rig:
    (folder / "rig.yaml").write_text(text)
    return open_gig(folder).rig


def test_a_whole_one(tmp_path: Path) -> None:
    first, second = _open(tmp_path, RIG).outputs
    assert first.part and first.part.height == 1.0
    assert first.mapping == Mapping(((0.1, 0), (1, 0), (1, 1), (0, 1)))
    assert second.mapping.mesh == (4, 3) and len(second.mapping.points) == 12
    assert second.mapping.is_plain and not second.is_plain
    assert second.mirror and second.rotate == 90
    assert _open(tmp_path, "outputs: [{display: X}]").outputs[0].is_plain


def test_a_mesh_without_points_begins_between_the_corners(tmp_path: Path) -> None:
    text = "outputs: [{mesh: 2x2, corners: [[0.1, 0], [1, 0], [1, 1], [0, 1]]}]"
    assert _open(tmp_path, text).outputs[0].mapping.points == ((0.1, 0), (1, 0), (0, 1), (1, 1))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("outputs: [{corner: 1}]", 1, "unknown key; allowed: blend"),
        ("outputs:\n  - corners: [[0, 0], [1, 0]]", 2, "four points, clockwise"),
        ("outputs:\n  - corners: [[0, 0], [1, 1], [1, 0], [0, 1]]", 2, "cross"),
        ("outputs:\n  - corners: [[0, 0], [1, 0], [1, 1], [0, 9]]", 2, "between -1 and 2"),
        ("outputs:\n  - corners: [[0, 0], [1, 0], [1, 1], [0]]", 2, "is no point"),
        ("outputs:\n  - mesh: 4by3", 2, "it looks like 4x3"),
        ("outputs:\n  - mesh: 40x3", 2, "2 to 16"),
        ("outputs:\n  - mesh: {size: 2x2, points: [[0, 0]]}", 2, "1 points; a mesh of 2x2 has 4"),
        ("outputs:\n  - part: {x: 0.6, width: 0.6}", 2, "x + width is 1.2"),
        ("outputs:\n  - blend: {left: 2}", 2, "less than or equal to 1"),
        ("outputs:\n  - rotate: 45", 2, "0, 90, 180 or 270"),
        ("outputs:\n  - fit: strech", 2, "allowed: cut, stretch, whole. Did you mean 'stretch'?"),
        ("outputs:\n  - mirror: maybe", 2, "allowed: on, off"),
        ("outputs:\n  - mirror: yess", 2, "allowed: on, off. Did you mean 'yes'?"),
        ("outputs:\n  - mask: wall.jpg", 2, "a PNG file"),
        ("outputs:\n  - mask: wall.png", 2, "no file 'wall.png'"),
        ("outputs:\n  - mask: ../rig.png", 2, "no file"),
        ("outputs:\n  - mask: [[0, 0], [1, 0]]", 2, "at least three"),
        ("outputs:\n  - {}\n  - {}", 3, "every further output names one"),
        ("outputs:\n  - display: a\n  - display: A", 3, "has an output already"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(UserError) as caught:
        _open(tmp_path, text)
    assert f"rig.yaml:{line}: outputs" in str(caught.value), str(caught.value)
    assert said in str(caught.value), str(caught.value)
