"""What a remote page is told: the whole show once, the scene's faders, changes, health.

Pure functions from table, mirror and status boards to JSON-ready documents; used by the remote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vj.core.brief import brief
from vj.core.params import Param
from vj.core.table import TRIGGERS, Table
from vj.desk.bindings import Bound, springs_back, travel
from vj.desk.midi import MidiHand
from vj.desk.mirror import Wanted


def show(table: Table, scenes: Sequence[str], titles: Mapping[str, str]) -> dict[str, object]:
    """What hardly ever changes during a show: parameters, the set list, triggers."""
    return {
        "kind": "show",
        "params": [_param(param) for param in table],
        "scenes": [{"name": name, "title": titles.get(name, name)} for name in scenes],
        "triggers": dict(TRIGGERS),
        "effects": list(table.effects),
    }


def _param(param: Param) -> dict[str, object]:
    group, _, short = param.name.rpartition(".")
    return {
        "name": param.name,
        "group": group or "show",
        "label": param.label or short.replace("_", " "),
        "kind": param.kind,
        "low": param.low,
        "high": param.high,
        "default": param.default,
        "unit": param.unit,
        "doc": param.doc,
        "choices": list(param.choices),
    }


def bound(found: Bound, table: Table) -> dict[str, object]:
    """The faders the current scene binds, each with the range its knob really travels."""
    faders = []
    for name, knob in found.knobs.items():
        if name in table.params:
            way = travel(table.params[name], knob)
            ends = [way.value(0.0), way.value(1.0)]
            springs = springs_back(table.params[name], knob)
            hint = knob.midi or knob.osc
            faders.append({"name": name, "range": ends, "hint": hint, "springs": springs})
    triggers = [name for name in found.knobs if name in TRIGGERS]
    return {"kind": "scene", "scene": found.scene, "faders": faders, "triggers": triggers}


def news(wanted: Wanted, found: Bound, table: Table, told: dict[str, float]) -> dict[str, object]:
    """Values a page does not know yet: name -> [natural value, fader position]; updates `told`."""
    values: dict[str, list[float]] = {}
    for param in table:
        value = wanted.values.get(param.name)
        if value is None or told.get(param.name) == value:
            continue
        told[param.name] = value
        way = travel(param, found.knobs.get(param.name))
        values[param.name] = [value, round(way.position(value), 5)]
    return {"kind": "state", "values": values, "scene": wanted.scene}


def health(
    documents: Mapping[str, Mapping[str, Any] | None],
    alive: Sequence[str],
    wanted: Wanted,
    growing: Sequence[str] = (),
) -> dict[str, object]:
    """How every process is: alive or not, its pictures per second, its delay, its trouble.

    `growing`: what the show says of processes that take more and more memory.
    """
    processes = {}
    for name, document in documents.items():
        known = document or {}
        processes[name] = {
            "alive": name in alive,
            "fps": _first(known, "stage_fps", "fps"),
            "delay_ms": _first(known, "latency_ms"),
            "error": (_complaints(known) or [""])[-1],
        }
    state = wanted.document
    return {
        "kind": "health",
        "processes": processes,
        "model": str(state.get("model", "")),
        "source": str((state.get("source") or {}).get("kind", "")),
        "painted_at": _first(documents.get("infer") or {}, "share"),
        "rung": rung(documents, alive),
        "trouble": [*trouble(documents, alive), *growing],
        "beat": float(state.get("beat", 0.0)),
        "bpm": float(wanted.values.get("tempo.bpm", 0.0)),
        "stage": {key: state[key] for key in _STAGE if key in state},
    }


_MOST_LETTERS, _MOST_TROUBLE = 300, 3
# What pages know how to draw of the stage's state, beside values.
_STAGE = ("mapping", "cued", "next", "held", "advance_in", "record", "kept", "order")


def rung(documents: Mapping[str, Mapping[str, Any] | None], alive: Sequence[str]) -> str:
    """Say in a few words what the audience sees instead of the painting, "" when all is well."""
    capture, infer = documents.get("capture") or {}, documents.get("infer") or {}
    if "stage" in documents and "stage" not in alive:
        return "the last picture, until the stage is back"
    if "capture" in documents and "capture" not in alive:
        return "the last picture, until the camera is back"
    if capture.get("lost") and capture.get("source") == "dancer":
        return f"the dancer, until the {capture.get('wanted') or 'source'} is back"
    if capture.get("lost"):
        return f"the last picture of the {capture.get('wanted') or 'source'}"
    if "stage" in documents and ("infer" not in alive or not infer.get("ready", True)):
        loading = infer.get("loading")
        return f"the plain picture, {loading} is loading" if loading else "the plain picture"
    return ""


def trouble(documents: Mapping[str, Mapping[str, Any] | None], alive: Sequence[str]) -> list[str]:
    """Return what a performer can mend: mistakes in the gig's files, a disk that is full."""
    found = []
    if "stage" in alive:
        found += _complaints(documents.get("stage") or {})[-_MOST_TROUBLE:]
    if "record" in alive:
        found += [f"Recorder: {text}" for text in _complaints(documents.get("record") or {})]
    return found


def _complaints(document: Mapping[str, Any]) -> list[str]:
    """Return what a process says is wrong, the newest last."""
    one = document.get("error") or document.get("message")
    return [
        brief(str(text), _MOST_LETTERS) for text in ([one] if one else document.get("errors") or [])
    ]


def hands(midi: MidiHand) -> dict[str, object]:
    """What controllers do: who is here, what is learned, where faders stand that hold nothing."""
    status = midi.status()
    return {
        "kind": "hands",
        "devices": status["devices"],
        "missing": status["missing"],
        "learn": status["learn"],
        "ghosts": midi.ghosts(),
    }


def _first(document: Mapping[str, Any], *keys: str) -> float | None:
    for key in keys:
        value = document.get(key)
        if isinstance(value, Mapping):
            value = value.get("p50")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    return None
