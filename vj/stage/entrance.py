"""How a scene comes on: the half that the network paints, and the half that the stage draws.

Called by the stage's Play when a cue is due, and when the running scene's file was saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vj.core.cue import leaves
from vj.core.scene import Scene
from vj.stage.asked import drawn, leaves_style, painted, style_of, values_of
from vj.stage.fades import Manner
from vj.stage.styles import REGIONS

if TYPE_CHECKING:
    from vj.stage.play import Play

_SAVED_FADE = 0.4  # seconds for an edit of the running scene: quick, yet not a jump


def paints(play: Play, scene: Scene) -> tuple[bool, bool]:
    """Whether a scene changes what is painted, and whether another network has to come."""
    setting, table = play.setting_of(scene), play.params.table
    loads = setting.model != play.setting.model
    same = all(
        leaves_style(scene, region) or style_of(scene, region, table) == play.styles.goal(region)
        for region in REGIONS
    )
    knobs = painted(values_of(scene, table))
    moved = any(value != play.params.goal(name) for name, value in knobs.items())
    return loads or not same or moved or setting.matte != play.setting.matte, loads


def paint(play: Play, scene: Scene, how: Manner) -> None:
    """Begin with what has to be painted before it can be seen."""
    table = play.params.table
    play.params.fade_to(painted(values_of(scene, table)), how)
    for region in REGIONS:
        if not leaves_style(scene, region):
            play.aim(region, style_of(scene, region, table), *how.styles)
    play.setting = play.setting_of(scene)


def draw(play: Play, scene: Scene, how: Manner) -> None:
    """Begin with what the stage draws itself; the scene's clock starts."""
    play.params.fade_to(drawn(values_of(scene, play.params.table)), how)
    if not leaves(scene.ignore, "modulate"):
        play.params.modulate(scene.modulate, how.seconds)
    if not leaves(scene.ignore, "chain"):
        play.lineup.change(scene.chain, how.seconds)
    play.caller.entered(play.timing.tempo.beat, play.timing.bar)


def edit(play: Play, before: Scene, after: Scene) -> None:
    """Change only what an edit of the running scene changed; what a hand has moved stays."""
    table = play.params.table
    old, new = values_of(before, table), values_of(after, table)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    play.params.fade_to(changed, _SAVED_FADE)
    for region in REGIONS:
        style = style_of(after, region, table)
        if style != style_of(before, region, table) and not leaves_style(after, region):
            play.aim(region, style, _SAVED_FADE)
    play.setting = play.setting_of(after)
    if before.modulate != after.modulate:
        play.params.modulate(after.modulate, _SAVED_FADE)
    if before.chain != after.chain and not leaves(after.ignore, "chain"):
        play.lineup.change(after.chain, _SAVED_FADE)
