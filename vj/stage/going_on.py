"""How a stage goes on where the one before fell over: from the state document that one published.

Called once, before the first frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vj.stage.cues import stand_in
from vj.stage.play import Play
from vj.stage.setting import setting_in

_FADE = 0.5  # seconds of the styles


def go_on(play: Play, document: Mapping[str, Any]) -> None:
    """Stand where the document says; what is missing or senseless in it is left as it is.

    A scene whose file cannot be read now plays on as far as the document knows it.
    """
    name = str(document.get("scene", ""))
    effects = play.params.table.effects
    order = [effect for effect in document.get("order", ()) if effect in effects]
    setting = setting_in(document)
    scene = play.cues.scenes.get(name) or stand_in(name, setting, order)
    if scene is not None:
        play.cues.scene = scene
        play.apply(scene, 0.0)
        play.setting = play.setting_of(scene, setting)
    if order:
        play.lineup.restore(order)
    play.recording.restore(document.get("record", {}))
    pad = document.get("pad", {})
    play.styles.restore(pad.get("under", document.get("styles", {})), _FADE)
    play.pad.restore(pad.get("on", {}))
    play.params.restore(*_numbers(play, document))
    play.mappings.restore(document.get("mapping"))
    play.timing.tempo.beat = float(document.get("beat", 0.0))
    play.caller.restore(document, play.timing.bpm, play.timing.bar)
    play.senses.restore(document.get("body", {}))


def _numbers(play: Play, document: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Where knobs stood and where they went; choices by their words, which are counted anew."""
    values, goals = dict(document.get("values", {})), dict(document.get("goals", {}))
    for name, word in document.get("words", {}).items():
        param = play.params.table.params.get(name)
        values.pop(name, None)
        goals.pop(name, None)
        if param is not None and word in param.choices:
            values[name] = float(param.choices.index(word))
    return values, goals
