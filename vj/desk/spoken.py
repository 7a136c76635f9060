"""Parameters and values as a person says them, for labels, monitors and printed maps."""

from __future__ import annotations

from vj.core.params import Param


def label(param: Param) -> str:
    """Return what a fader is called: `edges.canny_low` -> "edges canny low"."""
    return param.label or param.name.replace(".", " ").replace("_", " ")


def spoken(param: Param, value: float) -> str:
    """Return a value in words: "ink-wash", "on", "30 px", "0.25"; never more than 40 characters."""
    value = param.clamp(value)
    if param.kind == "choice":
        return param.choices[int(value)][:40] if param.choices else ""
    if param.kind == "switch":
        return "on" if value else "off"
    number = f"{value:.0f}" if param.kind == "int" or abs(value) >= 100 else f"{value:.2f}"
    return f"{number} {param.unit}".rstrip()
