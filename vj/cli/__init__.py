"""The command line: one file per group of commands, each adds its words and runs them.
Each command imports what it needs when it runs, so `vj show` starts fast.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from vj import __version__
from vj.cli.parser import Parser
from vj.core.errors import UserError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; a user's mistake is one sentence on stderr and code 2, Ctrl-C 130.

    Nobody who reads on, as behind `| head`, ends it without a word and with 141.
    """
    _open_streams()
    try:
        try:
            return _run(argv)
        finally:
            _tell()  # --help leaves by SystemExit and wants this, too
    except BrokenPipeError:
        if not _unheard():
            raise
        return 128 + 13  # what a shell says of a program that SIGPIPE has ended


def _open_streams() -> None:
    """Give streams that were closed before the start to nobody, as some daemons start programs.

    The next files opened would get their numbers, and what is logged would be written into them.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115


def _run(argv: Sequence[str] | None) -> int:
    try:
        arguments = _parser().parse_args(argv)
        return int(arguments.run(arguments))
    except UserError as error:
        print(f"vj: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("vj: stopped", file=sys.stderr)
        return 130


def _tell() -> None:
    """Hand on what was printed. A full disk is left to the interpreter: the work is done."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError:
        pass


def _unheard() -> bool:
    """Say whether it was our own output that nobody reads; what is left of it goes nowhere."""
    closed = []
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.write("\n")  # one without a buffer has nothing left that would tell
            stream.flush()
        except BrokenPipeError:
            closed.append(stream)
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    return bool(closed)


def _parser() -> argparse.ArgumentParser:
    # Read here, so that Ctrl-C in the first half second is heard as at any other time.
    from vj.cli import (
        bench,
        check,
        gig,
        layout,
        masks,
        models,
        monitor,
        pairs,
        show,
        stylize,
        take,
        train,
    )

    parser = Parser(prog="vj", description="live neural video for the stage")
    parser.add_argument("--version", action="version", version=f"vj {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    show.add(commands.add_parser("show", help="open the show"))
    check.add(commands.add_parser("check", help=check.HELP))
    gig.add_devices(commands.add_parser("devices", help="list cameras, displays, MIDI ports"))
    monitor.add(commands.add_parser("monitor", help=monitor.HELP))
    layout.add(commands.add_parser("layout", help="a tablet's layout, a map of keys and knobs"))
    gig.add_new(commands.add_parser("new", help="make a gig folder of your own"))
    stylize.add(commands.add_parser("stylize", help="repaint pictures and films"))
    take.add(commands.add_parser("take", help=take.HELP))
    models.add(commands.add_parser("models", help="list and import model weights"))
    pairs.add(commands.add_parser("pairs", help=pairs.HELP))
    masks.add(commands.add_parser("masks", help=masks.HELP))
    train.add(commands.add_parser("train", help="train weights of your own"))
    bench.add(commands.add_parser("bench", help="measure this machine"))
    return parser
