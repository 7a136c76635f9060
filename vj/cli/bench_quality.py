"""`vj bench quality`: how good style networks are, on pictures none of them was trained on.
Called by vj.cli.bench; the measuring is done in vj.studio.quality.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vj.cli.share import add_share, share_of

HELP = "style, shapes, steadiness, lattice and speed of style networks, side by side"


def add(quality: argparse.ArgumentParser) -> None:
    """Add the options."""
    quality.add_argument("cards", nargs="+", help="names of cards, or card files")
    quality.add_argument("--photos", type=Path, required=True, metavar="DIR")
    quality.add_argument("--styles", type=Path, required=True, metavar="DIR")
    quality.add_argument("--films", type=Path, default=None, metavar="DIR")
    quality.add_argument("--perceptual", type=Path, required=True, metavar="FILE")
    quality.add_argument("--side", type=int, default=512, help="of the squares, in pixels")
    quality.add_argument(
        "--texture",
        type=float,
        default=0.0,
        help="as style.texture_background, with networks that ask for it; 0 judges them alone",
    )
    add_share(quality)
    quality.add_argument("--seconds", type=float, default=20.0, help="of the race for speed")
    quality.add_argument("--device", default="cpu")
    quality.set_defaults(run=_quality)


def _quality(arguments: argparse.Namespace) -> int:
    from vj.cli.gig import find_gig
    from vj.core.card import read_card
    from vj.core.errors import UserError
    from vj.core.folders import PICTURES
    from vj.core.memory import keep_memory
    from vj.infer.load import choose_device, load_model
    from vj.studio.perceptual import load_perceptual
    from vj.studio.pictures import read_films, read_pictures
    from vj.studio.quality import Material, judge, speeds, squared
    from vj.studio.stroke_size import stroke_growth

    if not 0 <= arguments.texture <= 1:
        raise UserError(f"--texture {arguments.texture:g}: allowed: 0 to 1")
    share = share_of(arguments)
    keep_memory()  # as the show does, and the race for speed is about the show
    gig, _ = find_gig("")
    device = choose_device(arguments.device)
    cards = [
        read_card(Path(word)) if Path(word).is_file() else gig.card(word)
        for word in arguments.cards
    ]
    models = {card.name: load_model(card, device) for card in cards}
    styles = read_pictures([arguments.styles], "styles")
    material = Material(
        load_perceptual(arguments.perceptual),
        read_pictures([arguments.photos], "photos"),
        styles,
        read_films(arguments.films) if arguments.films else (),
        arguments.side,
        arguments.texture,
        share,
    )
    rates = speeds(models, styles[0], arguments.seconds)
    slowest = min(rates.values())
    files = sorted(p for p in arguments.styles.rglob("*") if p.suffix.lower() in PICTURES)
    square = squared(material.photos[0], arguments.side)
    for name, model in models.items():

        def said(line: str, name: str = name) -> None:
            if sys.stderr.isatty():
                print(f"\r{name}: {line}\033[K", end="", file=sys.stderr, flush=True)

        print(f"{name}\n  {'pictures/s':18} {rates[name]:.2f}")
        print(f"  {'of the slowest':18} {rates[name] / slowest:.2f}")
        for figure, value in judge(model, material, said).items():
            print(f"  {figure:18} {value:.4f}")
        said("strokes")
        print(f"  {'stroke_growth':18} {stroke_growth(model, square, files):.4f}")
        said("done\n")
    return 0
