"""What is plugged into this machine, and what a scene or a rig has to say to use it.

Called by `vj devices`; asks each process folder for what it knows, none of them may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Device:
    """One thing by its name; `say` is the line that uses it, "" when there is nothing to say."""

    name: str
    say: str = ""
    more: str = ""


def cameras() -> list[Device]:
    """Return cameras with their number and device file."""
    from vj.capture.sources.camera import cameras as found

    return [
        Device(
            camera.name,
            f"source: {{kind: camera, name: {json.dumps(camera.name)}}}",
            f"number {camera.number}, {camera.path}",
        )
        for camera in found()
    ]


def displays() -> list[Device]:
    """Return displays with size and place on the desktop."""
    from vj.stage.displays import has_display, listed_displays

    if not has_display():
        raise RuntimeError("no display; shows run off-screen")
    return [
        Device(line, f"display: {json.dumps(line)}  # or a part of it; also --display")
        for line in listed_displays()
    ]


def display_names() -> list[str]:
    """Return the bare names `--display` takes; empty without a window system."""
    from vj.stage.displays import has_display, list_displays

    return [display.name for display in list_displays()] if has_display() else []


def midi() -> list[Device]:
    """Return MIDI inputs, and whether their lights can be reached."""
    from vj.desk.midi_ports import open_backend

    backend = open_backend()
    try:
        names = backend.ports()
        return [
            Device(name, f"midi: [{json.dumps(name)}]  # rig.yaml; without it all are played", why)
            for name in names
            for why in ["in and out" if backend.answers(name) else "in only, no lights"]
        ]
    finally:
        backend.close()


def audio() -> list[Device]:
    """Return sound inputs."""
    from vj.desk.audio_ports import inputs

    return [Device(name, f"audio: {json.dumps(name)}") for name in inputs()]


def share() -> list[Device]:
    """Return the ways other programs can get the picture, for `share` in the rig."""
    from vj.record.shares import installed, words

    here = installed()
    return [
        Device(word, f"share: [{word}]", "" if word in here else "its package is not installed")
        for word in words()
    ]


ASKED: Mapping[str, Callable[[], list[Device]]] = {
    "cameras": cameras,
    "displays": displays,
    "midi": midi,
    "audio": audio,
    "share": share,
}


def devices(asked: Mapping[str, Callable[[], list[Device]]] = ASKED) -> dict[str, list[Device]]:
    """Return what there is per kind; a kind whose system is missing says so in one line."""
    found: dict[str, list[Device]] = {}
    for kind, ask in asked.items():
        try:
            found[kind] = ask()
        except Exception as error:  # a missing driver must not hide the other devices
            found[kind] = [Device(f"not available: {error}")]
    return found


def as_text(found: Mapping[str, list[Device]]) -> str:
    """Return the lines for a terminal: each device, and below it what to write to use it."""
    lines = []
    for kind, entries in found.items():
        lines.append(f"{kind}:")
        for device in entries or [Device("none found")]:
            lines.append(f"  {device.name}" + (f"  ({device.more})" if device.more else ""))
            lines += [f"      {device.say}"] if device.say else []
    return "\n".join(lines)


def as_json(found: Mapping[str, list[Device]]) -> str:
    """Return the same for programs: kind -> list of {name, say, more}."""
    return json.dumps({kind: [asdict(one) for one in found[kind]] for kind in found}, indent=2)
