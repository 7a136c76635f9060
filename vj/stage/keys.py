"""The keys of the stage window, as one table; help and tests are made from it.

The window looks keys up here; key names are pyglet's.
"""

from __future__ import annotations

from collections.abc import Mapping

from vj.core.types import Trigger

KEYS: Mapping[str, Trigger] = {
    "N": Trigger("scene.next"),
    "RIGHT": Trigger("scene.next"),
    "PAGEDOWN": Trigger("scene.next"),
    "P": Trigger("scene.previous"),
    "LEFT": Trigger("scene.previous"),
    "PAGEUP": Trigger("scene.previous"),
    **{f"_{number}": Trigger("scene.go", number) for number in range(1, 10)},
    **{f"NUM_{number}": Trigger("scene.go", number) for number in range(1, 10)},
    "G": Trigger("cue.hold"),
    "U": Trigger("rewind.10"),
    "B": Trigger("blackout.toggle"),
    "PERIOD": Trigger("blackout.toggle"),
    "Z": Trigger("freeze.toggle"),
    "X": Trigger("panic"),
    "BACKSPACE": Trigger("panic"),
    "T": Trigger("tap"),
    "SPACE": Trigger("tap"),
    "R": Trigger("record.toggle"),
    "S": Trigger("snapshot"),
    "Y": Trigger("tempo.resync"),
    "RETURN": Trigger("tempo.resync"),
    "J": Trigger("tempo.nudge_back"),
    "K": Trigger("tempo.nudge"),
    "Q": Trigger("quantise.next"),
    "W": Trigger("body.calibrate"),
    "F": Trigger("fullscreen.toggle"),
    "F11": Trigger("fullscreen.toggle"),
    "ESCAPE": Trigger("fullscreen.toggle", "off"),
    "D": Trigger("display.next"),
    "I": Trigger("display.identify"),
    "C": Trigger("testcard.toggle"),
    "M": Trigger("map.edit"),
    "H": Trigger("help.toggle"),
    "F1": Trigger("help.toggle"),
}

HELP = (
    ("N  P", "next scene, previous scene (arrows, page keys)"),
    ("1 - 9", "scene by number"),
    ("G", "hold: N and P only choose; again: the choice comes"),
    ("U", "everything as it was ten seconds ago"),
    ("B", "blackout"),
    ("Z", "freeze the picture"),
    ("X", "panic: start the scene afresh (Backspace)"),
    ("T", "tap the tempo (space bar)"),
    ("R", "record, or end the recording"),
    ("S", "snapshot: the picture as a file"),
    ("Y", "this beat is one (Return)"),
    ("J  K", "nudge the beat: back, on"),
    ("Q", "cues wait: not, for the beat, the bar, four bars"),
    ("W", "watch the dancer for 8 seconds: calibrates what follows her"),
    ("F", "full screen (F11); Esc leaves it"),
    ("D", "next display; several outputs change places"),
    ("I", "identify: every display's name in large letters"),
    ("C", "test card"),
    ("M", "edit the mapping: Tab, arrows, mouse; R resets, Esc saves"),
    ("H", "this help (F1)"),
)


def trigger(key: str, at: int) -> Trigger | None:
    """What a key asks for, stamped with the moment `at` (perf_counter_ns); None for other keys."""
    found = KEYS.get(key)
    return Trigger(found.action, found.argument, "key", at) if found else None
