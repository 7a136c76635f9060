"""The argument parser with the house's own words for a wrong one: what is allowed, the nearest.
Used by vj.cli for all commands and their own words.
"""

from __future__ import annotations

import argparse
from typing import Any

from vj.core.errors import unknown


class Parser(argparse.ArgumentParser):
    """As argparse's, but a wrong word is a UserError; the parsers of subcommands are such, too."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        place = [self.prog.partition(" ")[2], *action.option_strings[:1]]
        what = "word" if action.option_strings else (action.metavar or action.dest)
        where = ": ".join(filter(None, place))
        raise unknown(str(what).lower(), str(value), map(str, action.choices), where)
