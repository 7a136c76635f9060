"""Names of an effect's own get a prefix; everything else stays as it is."""

from __future__ import annotations

import pytest

from vj.stage.renamed import declared, draws_once, handed, renamed, stays_here, without_comments

SOURCE = """
#define TWICE(a) ((a) * 2.0)
uniform float x, y;  // knobs
uniform int mode;
const vec2 AWAY = vec2(1.0, 0.5), BACK = -AWAY;
const int SIGNS[2] = int[](1, 2);
precision highp float;
struct Ray { vec2 from; float x; };
vec3 paint(vec3 rgb, float y) { return rgb * y; }
void main() {
    vec4 now = here(picture);
    vec2 at = vec2(now.x, now . y) + vec2(x, y) * AWAY.xy;
    color = vec4(paint(now.xyz, TWICE(at.x)), 1.0e2 * now.a);
}
"""


def test_names_outside_of_functions_are_its_own() -> None:
    code = without_comments(SOURCE)
    assert declared(code) == {
        *("x", "y", "mode", "AWAY", "BACK", "SIGNS", "Ray", "paint", "main")
    }  # fmt: skip


def test_what_comes_after_a_dot_keeps_its_name() -> None:
    text = renamed(without_comments(SOURCE), "own_", ["luma", "mode"])
    assert "vec2(now.x, now . y) + vec2(own_x, own_y) * own_AWAY.xy" in text
    assert "own_paint(now.xyz, own_TWICE(at.x)), 1.0e2 * now.a" in text
    assert "#define own_TWICE(a) ((a) * 2.0)" in text
    assert "uniform int mode;" in text, "shared names stay"


@pytest.mark.parametrize(
    ("code", "here", "once"),
    [
        ("color = here(picture);", True, True),
        ("color = here( picture ) + here(dry);", True, True),
        ("color = texture(picture, uv);", False, True),
        ("color = texture(picture, uv * 0.5);", False, True),
        ("#define pic picture\ncolor = here(pic);", False, True),
        ("color = mix(here(picture), here(previous), 0.5);", False, False),
        ("color = ago(1.0, uv);", False, False),
        ("if (uv.x < 0.5) discard; color = here(picture);", False, False),
        ("color = vec4(presence[0]);", False, False),
    ],
)
def test_who_looks_elsewhere_may_only_be_first(code: str, here: bool, once: bool) -> None:
    assert (stays_here(code), draws_once(code)) == (here, once)


def test_what_is_in_comments_does_not_count() -> None:
    code = without_comments("/* previous\n picture */ color = here(picture); // discard\n")
    assert stays_here(code)
    assert handed(code, "came").split() == ["color", "=", "came;"]
