"""`vj bench models`: what every network costs, and a page's table of it.
Called by vj.cli.bench; the measuring is done in vj.studio.networks.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vj.cli.share import add_share, share_of
from vj.core.errors import UserError
from vj.core.gig import STARTER, Gig, open_gig
from vj.core.memory import keep_memory

HELP = "the networks: parameters, arithmetic, pictures per second, one style and two"
TWO = ("sanet", "avatar_net")
STYLES = ("wild-garden", "ink-wash")


def add(models: argparse.ArgumentParser) -> None:
    """Add the options."""
    models.add_argument("cards", nargs="*", help="names of cards; without any, one of each kind")
    models.add_argument("--seconds", type=float, default=6.0, help="for each network")
    text = "folder of downloaded checkpoints, to be measured as well"
    models.add_argument("--weights", type=Path, default=None, metavar="DIR", help=text)
    text = "compare sanet and avatar_net with their public programs' way"
    models.add_argument("--reference", action="store_true", help=text)
    text = "put the table into this page, between its marks"
    models.add_argument("--write", type=Path, default=None, metavar="PAGE", help=text)
    text = "paint this with every network, into pictures/models beside the page"
    models.add_argument("--photo", type=Path, default=None, metavar="FILE", help=text)
    models.add_argument("--style", default=STYLES[0], help="of the sample pictures")
    text = "measure at this size instead of 640x360"
    models.add_argument("--size", default="", metavar="WxH", help=text)
    add_share(models)
    models.add_argument("--device", default="auto")
    models.add_argument("--gig", type=Path, default=None, metavar="DIR")
    models.add_argument("--json", action="store_true")
    models.set_defaults(run=_models)


def _models(arguments: argparse.Namespace) -> int:
    from vj.infer.process import CALM_THREADS

    for variable, value in CALM_THREADS.items():  # as in a show, and before torch is loaded
        os.environ.setdefault(variable, value)
    keep_memory()
    from vj.infer.load import choose_device
    from vj.studio import network_table
    from vj.studio.networks import compare, distinct, measure

    if arguments.photo and not arguments.write:
        raise UserError("--photo: sample pictures lie beside a page: --write PAGE")
    if arguments.size and arguments.write:
        raise UserError("--size: the table of a page is of 640x360")
    share = share_of(arguments)
    if share < 1 and arguments.write:
        raise UserError("--share: the table of a page is of whole pictures")
    size = _size(arguments.size)
    device = choose_device(arguments.device)
    with _gig(arguments) as gig:
        if len(gig.style_files) < 2:
            raise UserError(f"{gig.folder / 'styles'}: two style pictures are needed")
        names = arguments.cards or distinct(gig, list(gig.card_files))
        styles = [style for style in STYLES if style in gig.style_files]
        styles = [*styles, *(style for style in gig.style_files if style not in styles)][:2]
        figures, against = [], {}
        for name in names:
            figures.append(measure(gig, name, styles, arguments.seconds, device, size, share))
            if arguments.reference and figures[-1].word in TWO:
                against[name] = compare(gig, name, styles, arguments.seconds, device)
            if not arguments.json:
                print(figures[-1].line(), flush=True)
        figures.sort(key=lambda one: one.one)
        samples = Path("pictures") / "models"
        if arguments.photo:
            folder = arguments.write.parent / samples
            network_table.draw_samples(gig, names, arguments.photo, arguments.style, folder, device)
    if arguments.json:
        brush = next((one.one for one in figures if one.name == "brush"), 0.0)
        told = {one.name: one.as_json(brush) for one in figures}
        for name, versus in against.items():
            told[name] |= versus.as_json()
        print(json.dumps(told, indent=2))
    else:
        for name, versus in against.items():
            print(f"{name:18} " + ", ".join(f"{k} {v}" for k, v in versus.as_json().items()))
    if arguments.write:
        shown = samples if (arguments.write.parent / samples).is_dir() else None
        text = network_table.table(figures, against, device, shown)
        network_table.put(text, arguments.write)
    return 0


def _size(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    width, _, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) >= 32 and int(height) >= 32):
        raise UserError(f"--size {text}: WIDTHxHEIGHT in pixels, such as 256x256, from 32 on")
    return int(height), int(width)


@contextmanager
def _gig(arguments: argparse.Namespace) -> Iterator[Gig]:
    """Open the gig, or a passing one beside it that also has the downloaded networks."""
    folder = arguments.gig or STARTER
    if arguments.weights is None:
        yield open_gig(folder)
        return
    from vj.studio.public_weights import bring

    with tempfile.TemporaryDirectory() as aside:
        checkpoints = Path(aside) / "checkpoints"
        checkpoints.mkdir()
        bring(arguments.weights, checkpoints)
        yield open_gig(Path(aside))
