"""`vj stylize`: pictures and films repainted into files.
Called by vj.cli; the work is done in vj.studio."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path

from vj.cli.line import Line
from vj.core.errors import UserError
from vj.core.gig import open_gig
from vj.core.gig import size as read_size


def add(stylize: argparse.ArgumentParser) -> None:
    """Add the options of `vj stylize`."""
    stylize.add_argument("inputs", nargs="+", metavar="IN", help="pictures, films, folders, a*.jpg")
    stylize.add_argument("out", type=Path, metavar="OUT", help="a file for one input, or a folder")
    stylize.add_argument("--model", default="brush", metavar="NAME", help="see vj models list")
    for option, text in (
        ("--style", "name or picture file, may be repeated"),
        ("--person-style", "for people only"),
        ("--background-style", "for all the rest"),
    ):
        stylize.add_argument(
            option, action="append", default=[], metavar="STYLE[=WEIGHT]", help=text
        )
    stylize.add_argument("--matte", default="", metavar="NAME", help="how people are found")
    stylize.add_argument("--strength", type=float, default=1.0, help="0 (the picture) to 1")
    stylize.add_argument("--preserve-color", action="store_true", help="keep the input's colours")
    stylize.add_argument(
        "--recolor-style", action="store_true", help="give the styles the input's colours first"
    )
    stylize.add_argument(
        "--set", action="append", default=[], metavar="OPTION=VALUE", help="of the model's card"
    )
    stylize.add_argument("--size", default="", metavar="WxH", help="default: as it is")
    stylize.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    stylize.add_argument("--steady", action="store_true", help="less flicker in films")
    there = stylize.add_mutually_exclusive_group()
    there.add_argument("--force", action="store_true", help="overwrite results")
    there.add_argument("--skip-existing", action="store_true", help="make only what is missing")
    stylize.add_argument("--gig", type=Path, default=Path(), metavar="DIR")
    stylize.set_defaults(run=_stylize)


def _stylize(arguments: argparse.Namespace) -> int:
    from vj.studio.inputs import plan

    existing = "overwrite" if arguments.force else "skip" if arguments.skip_existing else "refuse"
    jobs = plan(arguments.inputs, arguments.out, existing)
    size = _size(arguments.size)
    if not jobs:
        print("nothing to do: every result is there")
        return 0
    from vj.studio.look import Order, make_look
    from vj.studio.stylize import stylize

    order = Order(
        model=arguments.model,
        styles=arguments.style,
        person=arguments.person_style,
        background=arguments.background_style,
        matte=arguments.matte,
        strength=arguments.strength,
        size=size,
        device=arguments.device,
        steady=arguments.steady,
        preserve_color=arguments.preserve_color,
        recolor_style=arguments.recolor_style,
        options=dict(map(_option, arguments.set)),
    )
    look = make_look(open_gig(arguments.gig), order)
    line = Line()
    try:
        failures = stylize(jobs, look, line.say)
    except KeyboardInterrupt:
        line.end()
        print("a film that was begun goes on with the same command", file=sys.stderr)
        raise
    line.end()
    for source, reason in failures.items():
        prefix = "" if str(source) in reason else f"{source}: "
        print(f"vj: {prefix}{reason}", file=sys.stderr)
    made = len(jobs) - len(failures)
    if made:
        where = jobs[0].target if len(jobs) == 1 else jobs[0].target.parent
        print(f"{made} of {len(jobs)} done: {where}" if len(jobs) > 1 else f"done: {where}")
    return 1 if failures else 0


def _option(text: str) -> tuple[str, float | int | str | bool]:
    """Read `style_weight=80`: a number, true, false or a word."""
    name, equals, value = text.partition("=")
    if not (name and equals and value):
        raise UserError(f"--set {text}: like style_weight=80")
    words: dict[str, float | int | str | bool] = {"true": True, "false": False}
    for kind in (int, float):
        with contextlib.suppress(ValueError):
            return name, words[value] if value in words else kind(value)
    return name, words.get(value, value)


def _size(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    try:
        found = read_size(text)
    except ValueError as error:
        raise UserError(f"--size: {error}") from error
    assert isinstance(found, tuple)
    if not all(16 <= side <= 16384 for side in found):
        raise UserError(f"--size {text}: allowed: 16 to 16384 pixels each")
    return found
