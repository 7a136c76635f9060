"""The map of one scene's knobs and keys on one page: for a terminal, and for paper.

Called by `vj layout keys`; pure.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from vj.core.binding import Knob, parse_midi
from vj.core.controller import Controller
from vj.core.scene import Scene
from vj.core.table import TRIGGERS, Table
from vj.desk.addresses import address_of
from vj.desk.spoken import label

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is played: what it is called, the control, its address, its colour."""

    title: str
    control: str
    osc: str
    colour: Rgb | None = None


@dataclass(frozen=True)
class Map:
    """Everything on the page; `keys` are (key, what it does) of the computer's keyboard."""

    title: str
    keys: Sequence[tuple[str, str]]
    knobs: Sequence[Row]
    pads: Sequence[Row]
    scenes: Sequence[str]


def build_map(
    scene: Scene,
    title: str,
    table: Table,
    knobs: Mapping[str, Knob],
    profiles: Iterable[Controller],
    keys: Sequence[tuple[str, str]],
    scenes: Sequence[str],
    colours: Mapping[str, Rgb],
) -> Map:
    """Collect a scene's map; controls are called by the names their makers gave them."""
    names = _names(profiles)
    rows, pads = [], []
    for name, knob in knobs.items():
        param = table.params.get(name)
        root = knob.osc or address_of(name)
        address = parse_midi(knob.midi) if "/" in knob.midi else None
        if (
            param is not None
            and param.kind == "choice"
            and address
            and address.last > address.first
        ):
            for step, word in enumerate(param.choices[: address.last - address.first + 1]):
                place = f"{address.kind}/{address.channel or 'any'}/{address.first + step}"
                osc = f"{address_of(name)}/{step}"
                pads.append(
                    Row(
                        f"{name.rpartition('.')[2]}: {word}",
                        _named(place, names),
                        osc,
                        colours.get(word),
                    )
                )
            continue
        said = TRIGGERS[name] if name in TRIGGERS else label(param) if param else name
        osc = root if knob.osc or param is None or param.kind == "switch" else f"{root}/norm"
        rows.append(Row(said, _named(knob.midi, names), osc))
    return Map(f"{title} ({scene.name})", keys, rows, pads, scenes)


def _names(profiles: Iterable[Controller]) -> dict[str, list[str]]:
    """Address -> what controllers call it, with the controller's name."""
    found: dict[str, list[str]] = {}
    for profile in profiles:
        for name, at in profile.controls.items():
            found.setdefault(at, []).append(f"{profile.title or '?'}: {name}")
    return found


def _named(midi: str, names: Mapping[str, list[str]]) -> str:
    known = names.get(midi, [])
    return f"{midi} ({'; '.join(known[:2])})" if known else midi


def as_text(found: Map) -> str:
    """Return the page for a terminal."""
    lines = [found.title, "", "keys"]
    lines += [f"  {key:18} {what}" for key, what in found.keys]
    for head, rows in (("knobs", found.knobs), ("pads", found.pads)):
        if rows:
            lines += ["", head]
            lines += [f"  {row.control or '-':34} {row.title:36} {row.osc}" for row in rows]
    lines += ["", "scenes"]
    lines += [f"  {number:2}  {title}" for number, title in enumerate(found.scenes, 1)]
    return "\n".join(lines)


_STYLE = """
@page { size: A4; margin: 12mm }
body { font: 8.5pt/1.25 system-ui, sans-serif; color: #111; max-width: 186mm; margin: 0 auto }
h1 { font-size: 16pt; margin: 0 0 2mm } h2 { font-size: 10.5pt; margin: 3.5mm 0 1mm; color: #555 }
main { columns: 2; column-gap: 8mm } section { break-inside: avoid }
table { border-collapse: collapse; width: 100% } td { padding: .5mm 1mm; vertical-align: top }
tr { border-bottom: .2mm solid #ddd; break-inside: avoid } code { font-size: 7pt; color: #333 }
kbd { border: .3mm solid #999; border-radius: 1mm; padding: 0 1.2mm; white-space: nowrap }
.knobs { column-span: all } span { display: inline-block; width: 32% } p { margin: 0 }
i { display: inline-block; width: 4mm; height: 4mm; border-radius: 1mm;
  vertical-align: -.6mm; print-color-adjust: exact; -webkit-print-color-adjust: exact }
"""


def as_html(found: Map) -> str:
    """Return the page for paper, A4, with nothing to load."""
    keys = "".join(f"<tr><td><kbd>{_e(key)}</kbd><td>{_e(what)}" for key, what in found.keys)
    scenes = "".join(
        f"<span><b>{n}</b> {_e(title)}</span> " for n, title in enumerate(found.scenes, 1)
    )
    parts = [
        _section("knobs", "knobs", _rows(found.knobs)) if found.knobs else "",
        _section("pads", "pads", _rows(found.pads)) if found.pads else "",
        _section("keys", "", keys),
        f"<section><h2>scenes</h2><p>{scenes}</p></section>",
    ]
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{_e(found.title)}</title>"
        f"<style>{_STYLE}</style><h1>{_e(found.title)}</h1><main>{''.join(parts)}</main></html>\n"
    )


def _section(head: str, kind: str, rows: str) -> str:
    span = " class=knobs" if kind == "knobs" else ""
    return f"<section{span}><h2>{head}</h2><table>{rows}</table></section>"


def _rows(rows: Iterable[Row]) -> str:
    return "".join(
        f"<tr><td>{_chip(row.colour)}{_e(row.title)}<td><b>{_e(row.control or '-')}</b>"
        f"<td><code>{_e(row.osc)}</code>"
        for row in rows
    )


def _chip(colour: Rgb | None) -> str:
    return f"<i style='background:rgb{colour}'></i> " if colour else ""


def _e(text: str) -> str:
    return html.escape(text)
