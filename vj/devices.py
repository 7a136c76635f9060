"""What is plugged into this machine: cameras, displays, MIDI inputs.

Called by `vj devices`; asks each process folder for what it knows, none of them may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


def cameras() -> list[str]:
    """Return cameras with their number and device file."""
    from vj.capture.sources.camera import cameras as found

    return [f"{camera.name} ({camera.number}, {camera.path})" for camera in found()]


def displays() -> list[str]:
    """Return displays with size and place on the desktop."""
    from vj.stage.displays import has_display, listed_displays

    if not has_display():
        raise RuntimeError("no display; shows run off-screen")
    return listed_displays()


def display_names() -> list[str]:
    """Return the bare names `--display` takes; empty without a window system."""
    from vj.stage.displays import has_display, list_displays

    return [display.name for display in list_displays()] if has_display() else []


def midi() -> list[str]:
    """Return the names of MIDI inputs."""
    from vj.desk.midi_ports import open_backend

    backend = open_backend()
    try:
        return backend.ports()
    finally:
        backend.close()


def audio() -> list[str]:
    """Return the names of sound inputs."""
    from vj.desk.audio_ports import inputs

    return inputs()


def share() -> list[str]:
    """Return the ways other programs can get the picture, for `share` in the rig."""
    from vj.record.shares import installed, words

    here = installed()
    return [word if word in here else f"{word} (its package is not installed)" for word in words()]


ASKED: Mapping[str, Callable[[], list[str]]] = {
    "cameras": cameras,
    "displays": displays,
    "midi": midi,
    "audio": audio,
    "share": share,
}


def devices(asked: Mapping[str, Callable[[], list[str]]] = ASKED) -> dict[str, list[str]]:
    """Return the lines to show per kind; a kind whose system is missing says so in one line."""
    found: dict[str, list[str]] = {}
    for kind, ask in asked.items():
        try:
            found[kind] = ask()
        except Exception as error:  # a missing driver must not hide the other devices
            found[kind] = [f"not available: {error}"]
    return found
