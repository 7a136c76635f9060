"""What a scene asks for: a value for every knob it may turn, and a style for each region.

Used by the stage's Play when a scene comes in or was edited.
"""

from __future__ import annotations

from vj.core.cue import leaves
from vj.core.scene import Scene
from vj.core.table import HANDS_ONLY, PAD_KNOBS, Table
from vj.stage.styles import REGIONS

# A scene change leaves these to the hands; the kept ones it may name.
KEPT = frozenset({"tempo.bpm", "tempo.beats_per_bar", "cue.quantise"})
LIVE = HANDS_ONLY | KEPT
# What the network paints by; everything else is drawn on the stage.
_PAINTED = ("edges.", "matte.", "style.")
STYLE_KNOBS = {region: f"style.{region}" for region in REGIONS}


def values_of(scene: Scene, table: Table) -> dict[str, float]:
    """Name -> value for every knob the scene turns; what it does not name has its default.

    What it ignores is left out, and so are the style knobs: they follow the styles.
    """
    kept = LIVE.union(PAD_KNOBS)  # a scene that names no corners leaves them as they are
    named = scene.values()
    asked = {param.name: param.default for param in table if param.name not in kept}
    asked |= {name: v for name, v in named.items() if name not in LIVE or name in KEPT}
    return {
        name: v
        for name, v in asked.items()
        if name not in STYLE_KNOBS.values() and not leaves(scene.ignore, name)
    }


def painted(values: dict[str, float]) -> dict[str, float]:
    """Only what the network paints by."""
    return {name: v for name, v in values.items() if name.startswith(_PAINTED)}


def drawn(values: dict[str, float]) -> dict[str, float]:
    """Only what the stage draws by."""
    return {name: v for name, v in values.items() if not name.startswith(_PAINTED)}


def style_of(scene: Scene, region: str, table: Table) -> str:
    """A region's style by the scene: named under styles, or by number under params."""
    named = str(getattr(scene.styles, region))
    knob = STYLE_KNOBS[region]
    if named or knob not in scene.params:
        return named
    return table.params[knob].choices[int(scene.values()[knob])]


def leaves_style(scene: Scene, region: str) -> bool:
    """Say whether a scene leaves a region's style as it is."""
    return leaves(scene.ignore, "styles") or leaves(scene.ignore, STYLE_KNOBS[region])
