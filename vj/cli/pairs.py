"""`vj pairs`: folders of pictures and films into side-by-side pairs for pix2pix.
Called by vj.cli; the work is done in vj.studio.pairs.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from vj.cli.pages import MOST_EVERY, add_pages, make_pages, within
from vj.core.errors import UserError

if TYPE_CHECKING:
    from vj.studio.pairs import Wanted

HELP = "make training pairs [picture | drawing] for vj train pix2pix"


def add(pairs: argparse.ArgumentParser) -> None:
    """Add the options."""
    add_pages(pairs, "pairs", "")
    add = pairs.add_argument
    add("--size", type=int, default=256, help="pixels of each square half (default 256)")
    add("--crop", action="store_true", help="cut the middle square out; without it: stretch")
    hand = pairs.add_mutually_exclusive_group()
    hand.add_argument(
        "--canny",
        type=int,
        nargs=2,
        default=(100, 200),
        metavar=("LOW", "HIGH"),
        help="thresholds of the lines (default 100 200)",
    )
    hand.add_argument(
        "--pen",
        type=int,
        nargs=2,
        metavar=("BLOCK", "C"),
        help="a pen drawing by local threshold instead of lines, such as 6 4",
    )
    add("--soft", action="store_true", help="lines as bright as they are strong, like HED's")
    add(
        "--median",
        type=int,
        default=0,
        metavar="N",
        help="median of 2N+1 pixels before (default 0)",
    )
    add("--blur", type=int, default=0, metavar="N", help="blur of 2N+1 pixels before (default 0)")
    add("--invert", action="store_true", help="black on white")
    pairs.set_defaults(run=_pairs)


def _pairs(arguments: argparse.Namespace) -> int:
    from vj.studio.pairs import make_pairs

    wanted = _wanted(arguments)
    inputs, out, force = arguments.inputs, arguments.out, arguments.force
    return make_pages(arguments, "pairs", lambda say: make_pairs(inputs, out, wanted, say, force))


def _wanted(arguments: argparse.Namespace) -> Wanted:
    from vj.infer.edges import Settings
    from vj.studio.drawings import Hand
    from vj.studio.pairs import Wanted

    low, high = arguments.canny
    block, c = arguments.pen or (1, 2)
    within(
        ("--size", arguments.size, 32, 2048),
        ("--every", arguments.every, 1, MOST_EVERY),
        ("--canny LOW", low, 0, 2000),
        ("--canny HIGH", high, 0, 2000),
        ("--pen BLOCK", block, 1, 100),
        ("--pen C", c, -20, 20),
        ("--median", arguments.median, 0, 50),
        ("--blur", arguments.blur, 0, 50),
    )
    if arguments.pen and arguments.soft:
        raise UserError("--soft is about lines: it does not go with --pen")
    settings = Settings(
        pre_blur=arguments.blur,
        pre_median=arguments.median,
        adaptive_thresh=arguments.pen is not None,
        adaptive_thresh_block=block,
        adaptive_thresh_c=c,
        canny=arguments.pen is None,
        canny_low=low,
        canny_high=high,
    )
    return Wanted(
        size=arguments.size,
        crop=arguments.crop,
        hand=Hand(settings, negative=arguments.invert),
        soft=arguments.soft,
        every=arguments.every,
    )
