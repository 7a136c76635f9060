"""What `vj pairs` and `vj masks` have in common: what goes in, where to, what is said of it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from vj.cli.line import Line
from vj.core.errors import UserError

if TYPE_CHECKING:
    from vj.studio.pages import Say, Tally

MOST_EVERY = 1_000_000


def add_pages(command: argparse.ArgumentParser, what: str, again: str) -> None:
    """Add the options both have; `what` is made, and `--force` makes it `again`."""
    add = command.add_argument
    add(
        "inputs",
        nargs="+",
        type=Path,
        metavar="IN",
        help="pictures, films, folders (with all below)",
    )
    add("out", type=Path, metavar="OUT", help="a folder")
    add(
        "--every",
        type=int,
        default=25,
        metavar="N",
        help="of a film every N-th picture (default 25)",
    )
    add("--force", action="store_true", help=f"make {what} anew that are there already{again}")


def make_pages(arguments: argparse.Namespace, what: str, make: Callable[[Say], Tally]) -> int:
    """Make them, say what failed and how many were made; return the exit code.

    Raises: UserError when OUT is a file.
    """
    if arguments.out.exists() and not arguments.out.is_dir():
        raise UserError(f"{arguments.out}: a file; {what} need a folder")
    line = Line()
    try:
        tally = make(line.say)
    finally:
        line.end()
    for reason in tally.failures.values():
        print(f"vj: {reason}", file=sys.stderr)
    kept = f", {tally.kept} kept that were there" if tally.kept else ""
    print(f"{tally.made} {what} made{kept}: {arguments.out}")
    return 1 if tally.failures else 0


def within(*limits: tuple[str, int, int, int]) -> None:
    """Check options, each (name, value, least, most).

    Raises: UserError for the first that is outside.
    """
    for option, value, least, most in limits:
        if not least <= value <= most:
            raise UserError(f"{option} {value}: allowed: {least} to {most}")
