"""`vj masks`: people in pictures and films, cut out as well as a network can, to train another one.
Called by vj.cli; the work is done in vj.studio.masks.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vj.cli.pages import MOST_EVERY, add_pages, make_pages, within
from vj.core.gig import open_gig

HELP = "make first masks of people for vj train matte"


def add(masks: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_pages(masks, "masks", ", mended ones too")
    masks.add_argument(
        "--matte", default="matte", metavar="NAME", help="what finds people (default matte)"
    )
    masks.add_argument("--gig", type=Path, default=Path(), help="gig folder (default: here)")
    masks.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    masks.set_defaults(run=_masks)


def _masks(arguments: argparse.Namespace) -> int:
    from vj.infer.mattes_ready import matte_maker
    from vj.studio.masks import make_masks

    within(("--every", arguments.every, 1, MOST_EVERY))
    cards = open_gig(arguments.gig).card_files
    matte = matte_maker(arguments.matte, cards, arguments.device)
    inputs, out, every = arguments.inputs, arguments.out, arguments.every
    return make_pages(
        arguments,
        "masks",
        lambda say: make_masks(inputs, out, every, matte, say, arguments.force),
    )
