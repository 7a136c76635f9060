"""Makes docs/effects.md and its pictures: every effect at work on the dancer.

Run as `python docs/make_effects.py [EFFECT ...]`; with names only their pictures are made anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

import cv2
import moderngl
import numpy as np

from vj.capture.dancer.picture import Dancer
from vj.capture.layers import covering
from vj.capture.reading import fit, to_pixels
from vj.core.gig import Gig, open_gig
from vj.core.table import Table
from vj.core.types import Pixels
from vj.infer.engine import build_engine
from vj.infer.painter import Painter, Want
from vj.stage.chain import Chain, Moment, Seen
from vj.stage.offscreen import Offscreen

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "effects.md"
PICTURES = ROOT / "docs" / "effects"
SIZE, SHOWN = (360, 640), (400, 225)  # (h, w) drawn; (w, h) in the page
FRAMES, FPS = 50, 30
BEGINS = 3.1  # s, of the dance

LOOKS: Mapping[str, Mapping[str, float | str]] = {
    "blend": {"amount": 1, "layer": "painting", "mode": "overlay"},
    "blur": {"amount": 0.5, "region": "background"},
    "detail": {"amount": 2, "radius": 2},
    "dream": {"person": 0.85, "background": 0.9},
    "faces": {"region": "person", "fx": "sketch"},
    "glitch": {"amount": 0.9},
    "glow": {"amount": 1.4},
    "glyphs": {"amount": 1, "rows": 34, "ground": 0.4},
    "grade": {"contrast": 1.25, "saturation": 0.5, "warmth": 0.6, "vignette": 0.7},
    "grain": {"amount": 1},
    "halftone": {"amount": 1, "look": "print"},
    "hatch": {"amount": 1, "rows": 80, "chalk": 1, "colour": 0.6},
    "kaleidoscope": {"amount": 1, "side": 0.62, "region": "background"},
    "key": {"amount": 1, "by": "dark", "level": 0.22, "fill": "painting"},
    "layer": {"mode": "screen", "region": "background", "amount": 0.8},
    "logo": {"width": 0.34},
    "mirror": {"centre_x": 0.62},
    "mix": {"person": 0, "background": 1},
    "move": {"zoom": 1.5, "angle": 14, "y": 0.06},
    "palette": {"amount": 1, "colours": "painting"},
    "posterise": {"amount": 1, "tones": 4},
    "push": {"amount": 1, "wet": 0.98, "reach": 0.8},
    "ripple": {"amount": 0.8, "region": "background"},
    "scan": {"amount": 1, "lines": 90},
    "sharpen": {"amount": 2.5, "radius": 0.35},
    "shift": {"amount": 0.16, "way": "line"},
    "slit": {"delay": 2, "way": "left", "bands": 14},
    "strobe": {"amount": 1, "to": "invert", "duty": 0.05, "region": "person"},
    "tile": {"columns": 4, "rows": 3, "fx": "map", "fx_step": 5, "flip": "columns"},
    "trails": {"decay": 0.97, "zoom": 0.45, "hue": 0.3, "lighten": 0.6},
    "tunnel": {"amount": 1, "shrink": 0.82},
    "vignette": {"amount": 0.95, "reach": 0.2, "colour": 0.6, "y": 0.45},
}


def page(gig: Gig) -> str:
    """Write the page: every effect, what it does, its picture and what was set for it."""
    lines = ["# Effects", "", "Every effect at work on the built-in dancer, made by"]
    lines += [
        "`python docs/make_effects.py`. All knobs are in [parameters.md](parameters.md); how to"
    ]
    lines += [
        "order and place effects, and how shaders in the Interactive Shader Format join them,"
    ]
    lines += ["is in [scenes.md](scenes.md#chain).", ""]
    for name, path in effects(gig.table).items():
        said = ", ".join(f"`{knob}: {value}`" for knob, value in LOOKS[name].items())
        lines += [f"## {name}", "", f"![{name}](effects/{name}.jpg)", "", words(path)]
        lines += ["", f"Here: {said}."] if said else []
        lines.append("")
    return "\n".join(lines)


def effects(table: Table) -> dict[str, Path]:
    """The program's own effects, by name."""
    return {name: path for name, path in table.effects.items() if path.suffix == ".frag"}


def words(path: Path) -> str:
    """What the first lines of an effect say of it."""
    said = []
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("//") or re.match(r"//\s*[a-z ]+:", line):
            break
        said.append(line.removeprefix("//").strip())
    return " ".join(said)


def values_of(table: Table, name: str) -> dict[str, float]:
    """The values of every parameter for an effect's picture."""
    values = {param.name: param.default for param in table}
    values |= {"mix.person": 0.0, "mix.background": 0.0}
    for knob, value in LOOKS[name].items():
        param = table.find(f"{name}.{knob}")
        number = param.choices.index(value) if isinstance(value, str) else value
        values[param.name] = float(number)
    return values


def main() -> None:
    """Write the page and make the pictures of the effects named, or of all."""
    gig = open_gig(ROOT)
    PAGE.write_text(page(gig), encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    chain = Chain(Offscreen().context, SIZE, gig.table.effects)
    dancer = Dancer(*SIZE, seed=3)
    dance = [dancer.draw(BEGINS + number / FPS) for number in range(FRAMES)]
    styled = _texture(chain.context, painted(gig, dance[-1]))
    layer = _texture(chain.context, next(iter(covering([_styled_picture(gig)], None))))
    logo = _texture(chain.context, _logo())
    logo.build_mipmaps()
    for name in sys.argv[1:] or effects(gig.table):
        chain.reset()
        values = values_of(gig.table, name)
        lineup = [("mix", 1.0)] if name == "mix" else [("mix", 1.0), (name, 1.0)]
        for number, pixels in enumerate(dance):
            camera = _texture(chain.context, pixels)
            seen = Seen(camera, styled, 1.0, layer=layer, logo=logo)
            moment = Moment(number / FPS, 1.0 + number / FPS, 1 / FPS)
            picture = chain.draw(lineup, values, seen, moment)
            if number == FRAMES - 1:
                _keep(picture, PICTURES / f"{name}.jpg")
            camera.release()


def painted(gig: Gig, pixels: Pixels) -> Pixels:
    """The dancer as the brush paints it, with its matte."""
    engine = build_engine(gig, "brush", [], SIZE, "cpu")
    values = {param.name: param.default for param in gig.table}
    want = Want(values, person=(("gold-leaf", 1.0),), background=(("night-city", 1.0),))
    return Painter().paint(pixels, want, engine.model, engine.shelf, engine.device)[0]


def _styled_picture(gig: Gig) -> Pixels:
    pixels = to_pixels(cv2.imread(str(gig.style_files["marbling"])))
    assert pixels is not None
    return fit(pixels, SIZE)


def _logo() -> Pixels:
    logo = np.zeros((160, 560, 4), np.uint8)
    face = cv2.FONT_HERSHEY_DUPLEX
    cv2.putText(logo, "VJ NIGHT", (16, 112), face, 3.3, (255, 255, 255, 255), 10, cv2.LINE_AA)
    return next(iter(covering([logo], None)))


def _texture(context: moderngl.Context, pixels: Pixels) -> moderngl.Texture:
    return context.texture(pixels.shape[1::-1], 4, data=np.ascontiguousarray(pixels))


def _keep(picture: moderngl.Texture, path: Path) -> None:
    kind = np.float32 if picture.dtype == "f4" else np.uint8
    data = np.frombuffer(picture.read(), kind).reshape(picture.height, picture.width, 4)
    if kind is np.float32:
        data = np.round(np.clip(data, 0.0, 1.0) * 255).astype(np.uint8)
    small = cv2.resize(data[..., 2::-1], SHOWN, interpolation=cv2.INTER_AREA)
    for quality in (88, 80, 70, 60, 50):
        cv2.imwrite(str(path), small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if path.stat().st_size <= 40_000:
            break


if __name__ == "__main__":
    main()
