"""What is added to a gig or saved while the show runs: style pictures, model cards, effects.

Made with the stage and asked by the frame order; threads of its own look at the folders.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vj.core.effect_knobs import EFFECTS
from vj.core.folders import PICTURES
from vj.core.gig import Gig
from vj.stage.watch import Watch


class Arrivals:
    """Watches the gig's folders and the program's own; what goes away is not its business."""

    def __init__(self, gig: Gig) -> None:
        self._effect_folders = gig.effect_folders
        self.styles = [Watch(folder, PICTURES, _itself) for folder in gig.style_folders]
        self.cards = [Watch(folder, ".yaml", _itself) for folder in gig.card_folders]
        self.effects = [Watch(folder, EFFECTS, _itself) for folder in gig.effect_folders]

    def start(self) -> Arrivals:
        """Begin to look, four times a second."""
        for watch in (*self.styles, *self.cards, *self.effects):
            watch.start()
        return self

    def saved_styles(self) -> list[str]:
        """Names of the style pictures saved since the last call."""
        return [path.stem for path in _taken(self.styles)]

    def saved_cards(self) -> list[str]:
        """Names of the model cards saved since the last call."""
        return [path.stem for path in _taken(self.cards)]

    def saved_effects(self) -> list[Path]:
        """Effect files saved since the last call, but for those another folder's take over."""
        return [path for path in _taken(self.effects) if not self._hidden(path)]

    def _hidden(self, path: Path) -> bool:
        return any(
            (later / path.name).is_file()
            for number, folder in enumerate(self._effect_folders)
            if folder == path.parent
            for later in self._effect_folders[number + 1 :]
        )


def _itself(_: bytes, path: Path) -> Path:
    return path


def _taken(watches: list[Watch[Path]]) -> Iterator[Path]:
    for watch in watches:
        while watch.found:
            path, saved = watch.found.popleft()
            if saved is not None:
                yield path
