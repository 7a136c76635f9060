"""Makes docs/gallery.md and its pictures: every style, pairs, drawings and the matte at work.

Run as `python docs/make_gallery.py PERSON.jpg STREET.jpg`; without photos only the page is written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np

from vj.capture.dancer.picture import Dancer
from vj.capture.reading import fit, to_pixels
from vj.core.gig import Gig, open_gig
from vj.core.types import Pixels
from vj.infer.engine import Engine, build_engine
from vj.infer.mattes_ready import matte_maker
from vj.infer.painter import Painter, Want

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "gallery.md"
PICTURES = ROOT / "docs" / "gallery"
SIZE, SHOWN = (288, 384), (180, 240)  # (h, w): painted, and in the sheet
MOMENTS = (3.0, 9.5)  # s, of the dance
PAIRS = (
    ("gold-leaf", "night-city"),
    ("neon-grid", "ink-wash"),
    ("molten-rock", "cyanotype-ferns"),
    ("halftone-pop", "woodcut-waves"),
)
CANNY = ((10, 40), (60, 140), (130, 240))  # thresholds: low, high
LOOKS_OF = "edges-"
CREDITS = (
    "The photos are painted here and no part of the program: "
    "`dpszu8KpHa4` and `rV9H4CoYI3M` of unsplash.com (Unsplash licence). "
    "The dancer is the program's own."
)


def page(gig: Gig) -> str:
    """Write the page: every style and every card that ships."""
    lines = ["# Gallery", ""]
    lines += ["What ships, without any download, on the processor of a laptop. Made by", ""]
    lines += ["```sh", "python docs/make_gallery.py PERSON.jpg STREET.jpg", "```", "", CREDITS, ""]
    lines += [
        "## Styles",
        "",
        "The style, then a person, a street and the dancer in it, by `brush`.",
    ]
    for style in gig.style_files:
        lines += ["", f"### {style}", "", f"![{style}](gallery/{style}.jpg)"]
    lines += ["", "## People and background", ""]
    lines += ["One style for people, another for the rest, in one pass; people found by `matte`."]
    lines += ["From the top:", ""]
    lines += [f"- `{person}` before `{background}`" for person, background in PAIRS]
    lines += ["", "![pairs](gallery/pairs.jpg)", "", "## Drawings into paintings", ""]
    thresholds = ", ".join(f"{low} and {high}" for low, high in CANNY)
    lines += ["The lines of the drawing chain and what is painted from them. From the top: "]
    lines[-1] += f"`edges.canny_low` and `edges.canny_high` at {thresholds}."
    for card in looks(gig):
        lines += ["", f"### {card}", "", f"![{card}](gallery/{card}.jpg)"]
    lines += ["", "## Finding people", "", "What `matte` takes for a person is red.", ""]
    lines += [
        "![matte](gallery/matte.jpg)",
        "",
        "## Cards",
        "",
        "| card | what it is |",
        "|---|---|",
    ]
    lines += [f"| `{name}` | {gig.card(name).title} |" for name in gig.card_files]
    return "\n".join(lines) + "\n"


def looks(gig: Gig) -> list[str]:
    """Name the cards that paint drawings."""
    return [name for name in gig.card_files if name.startswith(LOOKS_OF)]


def read(path: Path) -> Pixels:
    """Read a photo and cut it to `SIZE`."""
    pixels = to_pixels(cv2.imread(str(path)))
    if pixels is None:
        raise SystemExit(f"{path}: no picture OpenCV can read")
    return fit(pixels, SIZE)


def with_people(pixels: Pixels, gig: Gig) -> Pixels:
    """Put what the shipped matte finds into alpha."""
    matte = matte_maker("matte", gig.card_files, "cpu")()
    blank = pixels.copy()
    blank[..., 3] = 0
    blank[..., 3] = matte.matte(blank, {})
    return blank


def painted(gig: Gig, engine: Engine, pixels: Pixels, person: str, background: str) -> Pixels:
    """Paint as the show does."""
    want = Want(defaults(gig), person=((person, 1.0),), background=((background, 1.0),))
    return Painter().paint(pixels, want, engine.model, engine.shelf, engine.device)[0]


def defaults(gig: Gig) -> dict[str, float]:
    """Where every knob stands when nobody has touched it."""
    return {param.name: param.default for param in gig.table}


def style_row(gig: Gig, engine: Engine, style: str, seen: Sequence[Pixels]) -> list[Pixels]:
    """Show a style and every picture in it."""
    plate = to_pixels(cv2.imread(str(gig.style_files[style])))
    assert plate is not None
    return [fit(plate, SIZE), *(painted(gig, engine, pixels, style, style) for pixels in seen)]


def drawn_rows(gig: Gig, card: str, seen: Sequence[Pixels]) -> Iterator[list[Pixels]]:
    """Show drawing and painting side by side, a row for each pair of thresholds."""
    style = style_of(gig, card)
    engine = build_engine(gig, card, [style], SIZE, "cpu")
    for low, high in CANNY:
        values = {**defaults(gig), "edges.enabled": 1.0}
        values |= {"edges.canny_low": float(low), "edges.canny_high": float(high)}
        want = Want(values, person=((style, 1.0),), background=((style, 1.0),))
        row = []
        for pixels in seen:
            row.append(Painter().prepare(pixels, want, engine.shelf).pixels)
            row.append(Painter().paint(pixels, want, engine.model, engine.shelf, "cpu")[0])
        yield row


def style_of(gig: Gig, card: str) -> str:
    """Name the style whose strokes a scene lays between the lines of a card's paintings."""
    scenes = (gig.scene(name) for name in gig.scene_files)
    styles = (s.styles.background or s.styles.person for s in scenes if s.model == card)
    return next(styles, next(iter(gig.style_files)))


def tinted(pixels: Pixels) -> Pixels:
    """Lay the matte over a picture in red."""
    share = pixels[..., 3:].astype(np.float32) / 255 * 0.6
    red = np.array([255, 30, 30, 255], np.float32)
    return np.asarray(pixels * (1 - share) + red * share, np.uint8)


def write(name: str, rows: Sequence[Sequence[Pixels]]) -> None:
    """Write a sheet as JPEG."""
    height, width = SHOWN
    sized = [
        [cv2.resize(cell, (width, height), interpolation=cv2.INTER_AREA) for cell in row]
        for row in rows
    ]
    sheet = cv2.cvtColor(np.vstack([np.hstack(row) for row in sized]), cv2.COLOR_RGBA2BGR)
    cv2.imwrite(str(PICTURES / f"{name}.jpg"), sheet, [cv2.IMWRITE_JPEG_QUALITY, 80])


def main() -> None:
    """Write the page, and with two photos all pictures."""
    gig = open_gig(ROOT)
    PAGE.write_text(page(gig), encoding="utf-8")
    if len(sys.argv) != 3:
        return
    PICTURES.mkdir(exist_ok=True)
    person, street = (read(Path(name)) for name in sys.argv[1:])
    dancer, later = (Dancer(*SIZE).draw(moment) for moment in MOMENTS)
    brush = build_engine(gig, "brush", [], SIZE, "cpu")
    people = [with_people(pixels, gig) for pixels in (person, street, dancer, later)]
    for style in gig.style_files:
        write(style, [style_row(gig, brush, style, people[:3])])
    shown = [people[0], people[2], people[3]]
    write("pairs", [[painted(gig, brush, pixels, *pair) for pixels in shown] for pair in PAIRS])
    for card in looks(gig):
        write(card, list(drawn_rows(gig, card, (people[0], people[2]))))
    write("matte", [[tinted(pixels) for pixels in people]])


if __name__ == "__main__":
    main()
