"""A card's options that notice which of them a network reads: an option nobody reads is a mistake.
Used by `vj.studio.look` for what `--set` adds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from vj.core.errors import unknown

Option = float | int | str | bool


class Asked(dict[str, Option]):
    """Options as a card has them; `names`: what was asked for, there or not."""

    def __init__(self, options: Mapping[str, Option]) -> None:
        super().__init__(options)
        self.names: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        """As a dict's."""
        self.names.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Option:
        self.names.add(key)
        return super().__getitem__(key)

    def items(self) -> Any:
        """As a dict's; whoever takes all of them checks them, too."""
        self.names.update(self)
        return super().items()

    def refuse(self, given: Iterable[str]) -> None:
        """Raise UserError for an option of `--set` that nobody asked for."""
        for name in given:
            if name not in self.names:
                raise unknown("option", name, self.names, "--set")
