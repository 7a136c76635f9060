"""`vj bench matte`: how well networks find people, on pictures none of them was trained on.
Called by vj.cli.bench; the measuring is done in vj.studio.matte_quality.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

HELP = "networks that find people: agreement, flicker and speed, side by side"


def add(matte: argparse.ArgumentParser) -> None:
    """Add the options."""
    matte.add_argument("cards", nargs="+", help="names of cards, or card files")
    matte.add_argument("--films", type=Path, nargs="+", default=[], metavar="FILE")
    matte.add_argument("--pictures", type=int, default=48, help="of each film, its first ones")
    matte.add_argument("--teacher", default="", help="card to compare with on the films")
    matte.add_argument("--coco", type=Path, default=None, metavar="DIR", help="pictures, masks")
    without = "file with names of COCO pictures to leave out, because something was trained on them"
    matte.add_argument("--without", type=Path, default=None, metavar="FILE", help=without)
    matte.add_argument("--device", default="cpu")
    matte.add_argument("--json", action="store_true")
    matte.set_defaults(run=_matte)


def _matte(arguments: argparse.Namespace) -> int:
    from vj.cli.gig import find_gig
    from vj.core.card import Card, read_card
    from vj.infer.load import choose_device
    from vj.studio.coco import read_coco
    from vj.studio.matte_quality import Material, judge, load_finder, read_film

    gig, _ = find_gig("")
    device = choose_device(arguments.device)

    def named(word: str) -> Card:
        return read_card(Path(word)) if Path(word).is_file() else gig.card(word)

    left_out = set()
    if arguments.without:
        left_out = {Path(line.split()[0]).stem for line in arguments.without.open() if line.strip()}
    films = {path.stem: read_film(path, arguments.pictures) for path in arguments.films}
    scenes = list(read_coco(arguments.coco)) if arguments.coco else []
    scenes = [scene for scene in scenes if scene.name not in left_out]
    teacher = load_finder(named(arguments.teacher), device) if arguments.teacher else None
    material = Material(films, teacher, scenes)
    figures = {}
    for word in arguments.cards:
        card = named(word)
        figures[card.name] = judge(load_finder(card, device), material)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return 0
    for name, values in figures.items():
        print(name)
        for figure, value in values.items():
            print(f"  {figure:28} {value:.4f}")
    return 0
