"""`vj stylize`: pictures and films repainted into files.
Called by vj.cli; the work is done in vj.studio."""

from __future__ import annotations

import argparse
import contextlib
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vj.cli.line import Line
from vj.core.errors import UserError
from vj.core.folders import PICTURES, listed
from vj.core.gig import Gig, open_gig
from vj.core.words import size as read_size

if TYPE_CHECKING:
    from vj.studio.inputs import Job


_TURNS, _FITS = (0, 90, 180, 270), ("cut", "whole", "stretch")


def add(stylize: argparse.ArgumentParser) -> None:
    """Add the options of `vj stylize`."""
    stylize.add_argument(
        "inputs",
        nargs="+",
        metavar="IN",
        help="pictures, films, folders, a*.jpg; camera, camera:NAME, rtsp://..., dancer",
    )
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
    stylize.add_argument(
        "--style-size", type=float, default=1.0, help="strokes: 0.25 (fine) to 4 (large)"
    )
    stylize.add_argument("--preserve-color", action="store_true", help="keep the input's colours")
    stylize.add_argument(
        "--recolor-style", action="store_true", help="give the styles the input's colours first"
    )
    stylize.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="OPTION=VALUE",
        help="of the model's card, or matte.*, edges.*, style.calm, style.texture_*",
    )
    stylize.add_argument(
        "--each-style", action="store_true", help="one result per style (or picture of a folder)"
    )
    stylize.add_argument(
        "--size", default="", metavar="WxH", help="or the shorter side; default: as it is"
    )
    stylize.add_argument(
        "--rotate", type=int, choices=_TURNS, metavar="DEGREES", help="0, 90, 180, 270 clockwise"
    )
    stylize.add_argument(
        "--mirror",
        action=argparse.BooleanOptionalAction,
        help="change left and right; on for a camera",
    )
    stylize.add_argument(
        "--fit", choices=_FITS, metavar="WORD", help="into --size WxH: cut, whole, stretch"
    )
    stylize.add_argument("--seconds", type=float, help="how long, of a camera or stream")
    stylize.add_argument("--codec", default="", help="of films: h264, h265, vp9")
    stylize.add_argument(
        "--batch", type=int, default=0, metavar="N", help="pictures of a film painted at a time"
    )
    stylize.add_argument("--device", default="auto", help="auto, cpu, cuda, mps")
    stylize.add_argument("--steady", action="store_true", help="less flicker in films")
    there = stylize.add_mutually_exclusive_group()
    there.add_argument("--force", action="store_true", help="overwrite results")
    there.add_argument("--skip-existing", action="store_true", help="make only what is missing")
    stylize.add_argument("--gig", type=Path, default=Path(), metavar="DIR")
    stylize.set_defaults(run=_stylize)


def _stylize(arguments: argparse.Namespace) -> int:
    if not 0 <= arguments.batch <= 64:
        raise UserError(f"--batch {arguments.batch}: allowed: 1 to 64, or 0 to choose")
    gig, size = open_gig(arguments.gig), _size(arguments.size)
    if arguments.fit and not isinstance(size, tuple):
        raise UserError(f"--fit {arguments.fit}: only with --size WxH, the shape to be fitted into")
    rounds = [(styles, jobs) for styles, jobs in _rounds(arguments, gig) if jobs]
    if not rounds:
        print("nothing to do: every result is there")
        return 0
    from vj.studio.framed import Framed
    from vj.studio.look import Order, make_look
    from vj.studio.stylize import stylize

    # A camera or a stream turns its pictures itself, as in a scene.
    files = all(job.live is None for _, jobs in rounds for job in jobs)
    framed = Framed(**_framing(arguments)) if files else Framed()
    line = Line()
    failed = 0
    for styles, jobs in rounds:
        order = Order(
            model=arguments.model,
            styles=styles,
            person=arguments.person_style,
            background=arguments.background_style,
            matte=arguments.matte,
            strength=arguments.strength,
            size=size,
            device=arguments.device,
            steady=arguments.steady,
            preserve_color=arguments.preserve_color,
            recolor_style=arguments.recolor_style,
            style_size=arguments.style_size,
            options=dict(map(_option, arguments.set)),
            framed=framed,
        )
        look = make_look(gig, order)
        try:
            failures = stylize(jobs, look, line.say, arguments.batch)
        except KeyboardInterrupt:
            line.end()
            if any(job.film and job.live is None for job in jobs):
                print("a film that was begun goes on with the same command", file=sys.stderr)
            raise
        line.end()
        failed += len(failures)
        for source, reason in failures.items():
            prefix = "" if str(source) in reason else f"{source}: "
            print(f"vj: {prefix}{reason}", file=sys.stderr)
    every = [job for _, jobs in rounds for job in jobs]
    made = len(every) - failed
    if made:
        where = every[0].target if len(every) == 1 else every[0].target.parent
        print(f"{made} of {len(every)} done: {where}" if len(every) > 1 else f"done: {where}")
    return 1 if failed else 0


def _rounds(arguments: argparse.Namespace, gig: Gig) -> list[tuple[list[str], list[Job]]]:
    """Say which styles are mixed for which results: once all of them, or each by itself."""
    from vj.studio.inputs import plan
    from vj.studio.look import mix

    existing = "overwrite" if arguments.force else "skip" if arguments.skip_existing else "refuse"

    def jobs(label: str = "") -> list[Job]:
        found = plan(
            arguments.inputs, arguments.out, existing, arguments.seconds, arguments.codec, label
        )
        more = _framing(arguments)
        if more and any(job.live and job.live["kind"] == "dancer" for job in found):
            words = ", ".join(f"--{key}" for key in more)
            raise UserError(f"dancer: takes no {words}; it is drawn upright, in the size wanted")
        return [replace(job, live={**job.live, **more}) if job.live else job for job in found]

    if not arguments.each_style:
        return [(arguments.style, jobs())]
    if not arguments.style:
        raise UserError("--each-style: needs --style, a folder of pictures or several of them")
    each = [one for text in arguments.style for one in _pictures(text)]
    mix(each, dict(gig.style_files), gig)
    labels = [Path(style).stem for style in each]
    if len(set(labels)) < len(labels):
        raise UserError("--each-style: two styles have the same name, and so would their results")
    return [([style], jobs(label)) for style, label in zip(each, labels, strict=True)]


def _framing(arguments: argparse.Namespace) -> dict[str, Any]:
    """What was said of rotate, mirror and fit, by the keys of a scene's source."""
    keys = ("rotate", "mirror", "fit")
    return {key: vars(arguments)[key] for key in keys if vars(arguments)[key] is not None}


def _pictures(text: str) -> list[str]:
    folder = Path(text)
    if not folder.is_dir():
        return [text]
    found = [str(path) for path in listed(folder, PICTURES)]
    if not found:
        raise UserError(f"--style {text}: no picture in this folder")
    return found


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


def _size(text: str) -> tuple[int, int] | int | None:
    if not text:
        return None
    found: object = int(text) if text.isdigit() else None
    if found is None:
        try:
            found = read_size(text)
        except ValueError as error:
            raise UserError(f"--size: {error}, or 512 for the shorter side") from error
    assert isinstance(found, tuple | int)
    if not all(16 <= side <= 16384 for side in (found if isinstance(found, tuple) else [found])):
        raise UserError(f"--size {text}: allowed: 16 to 16384 pixels each")
    return found
