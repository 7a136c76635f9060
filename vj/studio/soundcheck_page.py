"""The page for the table: the set list with pictures, knobs and keys, for one sheet or two of A4.

Written by `vj check --page`; one HTML file with everything in it, made for printing.
"""

from __future__ import annotations

import base64
import html
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vj.studio.soundcheck import Line, Soundcheck

_WIDTH = 360  # pixels of a scene's picture: sharp on paper at the size it is printed

_STYLE = """
@page { size: A4; margin: 10mm }
* { box-sizing: border-box }
body { font: 12px/1.35 system-ui, sans-serif; color: #111; background: #fff; margin: 16px auto;
  max-width: 190mm }
header { display: flex; align-items: baseline; gap: 12px; border-bottom: 2px solid #111;
  padding-bottom: 4px; margin-bottom: 8px }
h1 { font-size: 20px; margin: 0 }
header span { color: #555 }
header .state { margin-left: auto; font-weight: 700 }
.bad { color: #b00020 }
ol { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: 1fr 1fr;
  gap: 6px }
li.scene { display: grid; grid-template-columns: 34mm 1fr; gap: 8px; border: 1px solid #ccc;
  border-radius: 4px; padding: 5px; break-inside: avoid; align-content: start }
li.scene img, li.scene .none { width: 34mm; height: 19.2mm; object-fit: cover; border-radius: 2px;
  background: #ddd; display: block }
.number { font-size: 17px; font-weight: 800; margin-right: 5px }
.name { font-weight: 700; font-size: 13px }
.facts { color: #555 }
.knobs { grid-column: 1 / 3; display: flex; flex-wrap: wrap; gap: 2px 10px; align-content: start }
.knobs b { font-weight: 600; font-family: ui-monospace, monospace; font-size: 11px }
.warn { background: #111; color: #fff; border-radius: 3px; padding: 0 4px; font-size: 11px }
section { break-inside: avoid; margin-top: 10px }
h2 { font-size: 13px; margin: 0 0 3px }
.keys { columns: 3; margin: 0; padding: 0; list-style: none }
.keys li { display: grid; grid-template-columns: 44px 1fr; break-inside: avoid }
.keys b { font-family: ui-monospace, monospace }
.said { margin: 0; padding-left: 16px }
.said li { overflow-wrap: anywhere }
"""


def page(check: Soundcheck, keys: Sequence[tuple[str, str]], printed_at: float) -> str:
    """Return the page as HTML; `keys`: key and what it does; `printed_at`: wall clock, s."""
    date = time.strftime("%Y-%m-%d %H:%M", time.localtime(printed_at))
    name = Path(check.gig).name
    state = "ready to play" if check.playable else "something is broken"
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><meta charset="utf-8">',
            f"<title>{_text(name)}: set list</title>",
            f"<style>{_STYLE}</style>",
            f"<header><h1>{_text(name)}</h1><span>{len(check.lines)} scenes, {date}</span>",
            f'<span class="state{"" if check.playable else " bad"}">{state}</span></header>',
            f"<ol>{''.join(map(_scene, check.lines))}</ol>",
            f'<section><h2>Keys</h2><ul class="keys">{"".join(map(_key, keys))}</ul></section>',
            _said("Broken", check.said("broken")),
            _said("Look at", check.said("warning")),
            _said(
                "Machine",
                [f"{kind}: {', '.join(w) or 'none'}" for kind, w in check.machine.items()],
            ),
            "</html>\n",
        ]
    )


def _scene(line: Line) -> str:
    shown = '<span class="none"></span>'
    if line.picture is not None:
        shown = f'<img alt="" src="data:image/jpeg;base64,{_jpeg(line.picture)}">'
    marks = '<span class="warn">broken</span> ' if line.broken else ""
    marks += '<span class="warn">flashes</span>' if line.flashes else ""
    facts = [line.model, line.styles]
    if line.painted is not None:
        at = f" at {100 * line.share:.0f}\u00a0%" if line.share < 1 else ""
        facts.append(f"{line.painted:.1f}\u00a0painted/s{at}")
    knobs = "".join(f"<span><b>{_text(at)}</b> {_text(to)}</span>" for at, to in line.knobs)
    return (
        f'<li class="scene">{shown}<div><span class="number">{line.number}</span>'
        f'<span class="name">{_text(line.title or line.name)}</span> {marks}'
        f'<div class="facts">{_text(line.name)}<br>{_text(", ".join(filter(None, facts)))}</div>'
        f'</div><div class="knobs">{knobs}</div></li>'
    )


def _key(entry: tuple[str, str]) -> str:
    return f"<li><b>{_text(entry[0])}</b><span>{_text(entry[1])}</span></li>"


def _said(title: str, sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    items = "".join(f"<li>{_text(sentence)}</li>" for sentence in sentences)
    return f'<section><h2>{title}</h2><ul class="said">{items}</ul></section>'


def _jpeg(pixels: NDArray[np.uint8]) -> str:
    """A small JPEG of (h, w, 4) RGBA in base64."""
    height, width = pixels.shape[:2]
    size = (_WIDTH, max(round(height * _WIDTH / width), 1))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    bgr = cv2.cvtColor(small, cv2.COLOR_RGBA2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 82])
    return base64.b64encode(data.tobytes()).decode()


def _text(text: str) -> str:
    return html.escape(text)
