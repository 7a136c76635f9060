"""`vj models list|info|import`: the cards of a gig and how foreign weights become one.
Called by vj.cli.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from vj.core.errors import UserError
from vj.core.gig import open_gig


def add(models: argparse.ArgumentParser) -> None:
    """Add the actions of `vj models`."""
    actions = models.add_subparsers(required=True, metavar="ACTION")
    for name, text in (("list", "all cards"), ("info", "one card")):
        action = actions.add_parser(name, help=text)
        if name == "info":
            action.add_argument("name")
        action.add_argument("--gig", default=".")
        action.add_argument("--json", action="store_true")
        action.set_defaults(run=_models_list if name == "list" else _models_info)
    bring = actions.add_parser("import", help="turn downloaded weights into a card")
    bring.add_argument("files", nargs="+", type=Path)
    bring.add_argument("--name", required=True)
    bring.add_argument("--as", dest="word", default=None, help="model word when it is not obvious")
    bring.add_argument("--gig", default=".")
    bring.set_defaults(run=_models_import)


def _models_list(arguments: argparse.Namespace) -> int:
    gig = open_gig(Path(arguments.gig))
    cards = [gig.card(name) for name in gig.card_files]
    if arguments.json:
        print(json.dumps([card.model_dump(mode="json") for card in cards], indent=2))
        return 0
    for card in cards:
        print(f"{card.name:16} {card.model:12} {card.licence:12} {card.title}")
    return 0


def _models_info(arguments: argparse.Namespace) -> int:
    card = open_gig(Path(arguments.gig)).card(arguments.name)
    fields = card.model_dump(mode="json")
    if arguments.json:
        print(json.dumps(fields, indent=2))
    else:
        for key, value in fields.items():
            print(f"{key:12} {value}")
    return 0


def _models_import(arguments: argparse.Namespace) -> int:
    from vj.infer.import_weights import import_weights

    for path in arguments.files:
        if not path.is_file():
            raise UserError(f"{path}: no such file")
    gig = open_gig(Path(arguments.gig))
    folder = gig.folder / "checkpoints"
    card = import_weights(arguments.files, arguments.name, arguments.word, folder)
    print(f"{card}: ready; a scene uses it with  model: {arguments.name}")
    return 0
