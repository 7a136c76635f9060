"""`vj models list|info|pull|import`: the cards of a gig and how foreign weights become one.
Called by vj.cli.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from vj.cli.line import Line
from vj.core.amounts import in_bytes, in_words
from vj.core.card import Card, read_card
from vj.core.errors import UserError, unknown
from vj.core.gig import Gig, open_gig

if TYPE_CHECKING:
    from vj.core.catalogue import Entry
    from vj.infer.download import Sofar

SHOW_EVERY = 0.2  # seconds
USE = {
    "model": "a scene uses it with  model: {}",
    "matte": "a scene uses it with  matte: {}",
    "faces": "effects that look for faces find them now",
}


def add(models: argparse.ArgumentParser) -> None:
    """Add the actions of `vj models`."""
    actions = models.add_subparsers(required=True, metavar="ACTION")
    for name, text in (
        ("list", "all cards, and what can be pulled"),
        ("info", "one card, or what can be pulled"),
    ):
        action = actions.add_parser(name, help=text)
        if name == "info":
            action.add_argument("name")
        action.add_argument("--gig", default=".")
        action.add_argument("--json", action="store_true")
        action.set_defaults(run=_list if name == "list" else _info)
    get = actions.add_parser("pull", help="fetch a public checkpoint and make it a card")
    get.add_argument("names", nargs="+", metavar="NAME", help="see vj models list")
    get.add_argument("--name", default="", help="what the card is called; default: the same")
    get.add_argument("--trust", action="store_true", help="also files of unknown sha256")
    get.add_argument("--gig", default=".")
    get.set_defaults(run=_pull)
    bring = actions.add_parser("import", help="turn downloaded weights into a card")
    bring.add_argument("files", nargs="+", type=Path)
    bring.add_argument("--name", required=True)
    bring.add_argument("--as", dest="word", default=None, help="model word when it is not obvious")
    bring.add_argument("--gig", default=".")
    bring.set_defaults(run=_import)


def _list(arguments: argparse.Namespace) -> int:
    from vj.core.catalogue import read_catalogue

    gig = open_gig(Path(arguments.gig))
    cards, problems = _cards(gig)
    absent = {name: entry for name, entry in read_catalogue().items() if name not in gig.card_files}
    if arguments.json:
        here = [{**card.model_dump(mode="json"), "installed": True} for card in cards]
        there = [_told(name, entry) for name, entry in absent.items()]
        print(json.dumps(here + there, indent=2))
        return 0
    for card in cards:
        print(f"{card.name:24} {card.model:14} {_short(card.licence):14} {card.title}")
    for problem in problems:
        print(f"vj: {problem}", file=sys.stderr)
    print("\nto be had with  vj models pull NAME  (* with --trust: nobody wrote down its sha256)")
    for name, entry in absent.items():
        size = in_bytes(entry.megabytes * 1e6)
        mark = " " if entry.proven else "*"
        way = "" if entry.files else " (by hand: vj models info tells how)"
        print(f"{name:23}{mark} {size:>8}      {_short(entry.licence):14} {entry.title}{way}")
    return 0


def _cards(gig: Gig) -> tuple[list[Card], list[str]]:
    """Read every card; what is wrong with one must not hide the others."""
    cards, problems = [], []
    for name in gig.card_files:
        try:
            cards.append(gig.card(name))
        except UserError as error:
            problems.append(str(error))
    return cards, problems


def _short(licence: str) -> str:
    return licence if len(licence) <= 14 else f"{licence[:13]}…"


def _told(name: str, entry: Entry) -> dict[str, object]:
    facts = entry.model_dump(mode="json", exclude={"files", "word"})
    files = [
        part.model_dump(mode="json", include={"url", "size", "sha256"}) for part in entry.parts
    ]
    return {"name": name, "model": entry.word, **facts, "installed": False, "files": files}


def _info(arguments: argparse.Namespace) -> int:
    from vj.core.catalogue import read_catalogue

    gig, catalogue = open_gig(Path(arguments.gig)), read_catalogue()
    name = arguments.name
    if name in gig.card_files:
        fields = gig.card(name).model_dump(mode="json")
    elif name in catalogue:
        fields = _told(name, catalogue[name])
    else:
        raise unknown("model", name, {**gig.card_files, **catalogue})
    if arguments.json:
        print(json.dumps(fields, indent=2))
        return 0
    files = fields.pop("files", [])
    for key, value in fields.items():
        print(f"{key:12} {value}")
    assert isinstance(files, list)
    for file in files:
        print(f"{'file':12} {file['url']}\n{'':12} sha256 {file['sha256'] or 'unknown'}")
    return 0


def _pull(arguments: argparse.Namespace) -> int:
    from vj.core.catalogue import find_entry, read_catalogue

    if arguments.name and len(arguments.names) > 1:
        raise UserError("--name: for one checkpoint at a time")
    catalogue = read_catalogue()
    entries = {name: find_entry(name, catalogue) for name in arguments.names}
    from vj.infer.pull import pull

    gig = open_gig(Path(arguments.gig))
    _check_free(gig, arguments.name)
    folder = gig.folder / "checkpoints"
    for name, entry in entries.items():
        line = _Progress()
        try:
            card = pull(name, entry, folder, arguments.name or name, arguments.trust, line.say)
        finally:
            line.end()
        print(f"{card}: ready, licence: {entry.licence}; {USE[entry.kind].format(card.stem)}")
    return 0


class _Progress:
    """How far a file is, on one line."""

    def __init__(self) -> None:
        self._line = Line()
        self._said = float("-inf")
        self.end = self._line.end

    def say(self, name: str, sofar: Sofar) -> None:
        """Show bytes, rate and time left, a few times a second."""
        now = time.monotonic()
        if sofar.done != sofar.total and now - self._said < SHOW_EVERY:
            return
        self._said = now
        whole = f" of {in_bytes(sofar.total)}" if sofar.total else ""
        left = (sofar.total - sofar.done) / max(sofar.rate, 1.0)
        rest = f", {in_words(left)} left" if sofar.total and sofar.done < sofar.total else ""
        self._line.say(f"{name}: {in_bytes(sofar.done)}{whole}, {in_bytes(sofar.rate)}/s{rest}")


def _check_free(gig: Gig, name: str) -> None:
    """See that a new card of the gig's would not hide one of the program's.

    Raises: UserError when it would.
    """
    path = gig.card_files.get(name)
    if path is not None and path.parent != gig.folder / "checkpoints":
        raise UserError(
            f"--name {name}: the program's own card of this name would be hidden from every scene "
            "of the gig; choose another --name"
        )


def _import(arguments: argparse.Namespace) -> int:
    from vj.infer.import_weights import import_weights
    from vj.infer.load import words

    gig = open_gig(Path(arguments.gig))
    _check_free(gig, arguments.name)
    folder = gig.folder / "checkpoints"
    path = import_weights(arguments.files, arguments.name, arguments.word, folder)
    card = read_card(path)
    kind = "faces" if card.model == "faces" else "model"
    kind = "matte" if card.model in words("mattes") else kind
    print(f"recognised: {card.model} ({card.title or card.name}); {card.origin}")
    print(f"{path}: ready, licence: {card.licence}; {USE[kind].format(path.stem)}")
    return 0
