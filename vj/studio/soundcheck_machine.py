"""The soundcheck's look at the machine: sources that give pictures, controllers, displays, ports.

Sources are opened in a process of their own: a driver that hangs must not hang the check.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from vj.core.gig import Gig
from vj.core.scene import Scene
from vj.studio.soundcheck import Finding, warning

_PATIENCE = 20.0  # seconds a source may take to its first picture, its start included
_LIVE = ("camera", "stream", "phone")


def sources_of(gig: Gig, scenes: Sequence[Scene]) -> dict[str, dict[str, object]]:
    """Every source of the gig, each once, with the names of the scenes that play it."""
    found: dict[str, tuple[dict[str, object], list[str]]] = {}
    for scene in scenes:
        spec = dict(scene.source or gig.rig.source)
        found.setdefault(json.dumps(spec, sort_keys=True), (spec, []))[1].append(scene.name)
    return {", ".join(names): spec for spec, names in found.values()}


def check_sources(gig: Gig, scenes: Sequence[Scene]) -> tuple[list[str], list[Finding]]:
    """Open every source and wait for a picture; return what was seen, and what was not."""
    lines, found = [], []
    for names, spec in sources_of(gig, scenes).items():
        kind = str(spec.get("kind", "camera"))
        said, good = _first_picture(spec, gig)
        lines.append(f"{kind}: {said}")
        if not good:
            instead = "the dancer plays instead" if kind in _LIVE else "nothing is seen of it"
            found.append(warning(f"source {kind} ({_few(names)}): {said}; {instead}"))
    return lines, found


def check_displays(gig: Gig, displays: Sequence[str], wanted: Sequence[str]) -> list[Finding]:
    """Compare the displays the gig names with those that are there; `displays`: their names."""
    if not displays:
        return [warning("no display is connected; the show draws off-screen")]
    return [
        warning(f"{gig.folder / 'rig.yaml'}: display {name!r} is not there: {', '.join(displays)}")
        for name in wanted
        if name and not any(name.lower() in known.lower() for known in displays)
    ]


def check_midi(gig: Gig, scenes: Sequence[Scene], inputs: Sequence[str] | str) -> list[Finding]:
    """Compare the controllers that are named with the `inputs` there are, or why there are none."""
    rig = gig.folder / "rig.yaml"
    asked = dict.fromkeys((name, str(rig)) for name in (*gig.rig.midi, gig.rig.clock) if name)
    bound = {**gig.rig.knobs}
    for scene in scenes:
        bound |= scene.knobs
        asked |= dict.fromkeys(
            (knob.device, str(gig.scene_files[scene.name]))
            for knob in scene.knobs.values()
            if knob.device
        )
    there = [] if isinstance(inputs, str) else list(inputs)
    found = [
        warning(f"{place}: controller {name!r} is not connected")
        for name, place in asked
        if not any(name.lower() in known.lower() for known in there)
    ]
    if not there and not found and any(knob.midi for knob in bound.values()):
        why = f" ({inputs})" if isinstance(inputs, str) else ""
        found.append(warning(f"no MIDI controller is connected{why}; the MIDI knobs rest"))
    return found


def check_ports(gig: Gig) -> Iterator[Finding]:
    """Try to take every port the rig names, and say who has it if somebody has."""
    rig = gig.rig
    wanted = [
        (socket.SOCK_DGRAM, "osc_port", rig.osc_port, "OSC does not come in"),
        (socket.SOCK_STREAM, "remote_port", rig.remote_port, "the remote page stays away"),
    ]
    for kind, key, port, so in wanted:
        if port and not _is_free(kind, port):
            who = _who_has(kind, port) or "another program"
            what = "UDP" if kind == socket.SOCK_DGRAM else "TCP"
            place = gig.folder / "rig.yaml"
            yield warning(f"{place}: {key}: {what} port {port} is taken by {who}; {so}")


def _first_picture(spec: Mapping[str, object], gig: Gig) -> tuple[str, bool]:
    height, width = gig.rig.size
    asked = {
        **spec,
        "rig": {"folder": str(gig.folder), "size": [height, width], "fps": gig.rig.fps},
    }
    command = [sys.executable, "-m", "vj.studio.soundcheck_source", json.dumps(asked)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return f"no picture within {_PATIENCE:g} s", False
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines()
    return (lines[-1] if lines else "it ended without a word"), done.returncode == 0


def _is_free(kind: int, port: int) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            # What a program that has just ended leaves behind is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, int(os.name != "nt"))
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _who_has(kind: int, port: int) -> str:
    """The program that listens on a port, by name and number; "" where the system hides it."""
    inodes = set()
    word = "udp" if kind == socket.SOCK_DGRAM else "tcp"
    for path in (Path(f"/proc/net/{word}"), Path(f"/proc/net/{word}6")):
        for line in path.read_text().splitlines()[1:] if path.is_file() else ():
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port and fields[3] in ("07", "0A"):
                inodes.add(f"socket:[{fields[9]}]")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(link) in inodes for link in (folder / "fd").iterdir()):
                words = (
                    (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                )
                name = re.sub(r"\s+", " ", words).strip()[:60]
                return f"{name!r} (process {folder.name})"
        except OSError:
            continue
    return ""


def _few(names: str) -> str:
    parts = names.split(", ")
    return names if len(parts) < 4 else f"{', '.join(parts[:3])} and {len(parts) - 3} more"
