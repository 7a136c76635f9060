"""What is plugged into this machine: cameras, displays, MIDI inputs.

Called by `vj devices`; asks each process folder for what it knows, none of them may be missing.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

_WHERE = {
    "cameras": ("vj.capture.sources.camera", "listed_cameras"),
    "displays": ("vj.stage.displays", "listed_displays"),
    "midi": ("vj.desk.midi_ports", "listed_inputs"),
}


def devices() -> dict[str, list[str]]:
    """Return the lines to show per kind; a kind whose system is missing says so in one line."""
    found: dict[str, list[str]] = {}
    for kind, (module, function) in _WHERE.items():
        try:
            listed: Callable[[], list[str]] = getattr(import_module(module), function)
            found[kind] = listed()
        except Exception as error:  # a missing driver must not hide the other devices
            found[kind] = [f"not available here: {error}"]
    return found
