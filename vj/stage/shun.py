"""Effects the graphics driver did not come back from: left out by the stage after.

A shader without an end hangs the stage while it is tried. The stage says on its status board what
it is about to try; what still stands there when the next one begins was the end of the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from vj.core.board import Board
from vj.core.gig import PROGRAM

_TRYING_S = 20.0  # for one effect while nothing is shown yet; drivers may compile for seconds
_STARTING_S = 90.0


def together(paths: Iterable[Path]) -> Path:
    """The name under which effects are tried in one program: its end says nothing of each."""
    own = [str(path) for path in paths if PROGRAM not in path.parents]
    return Path(f"{' + '.join(own)} in one") if own else PROGRAM / "effects in one"


class Shun:
    """Keeps the list of files, by path; `starting` ends with the first picture."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self.starting = True
        found = board.read()
        document = found[1] if found else {}
        self.paths = {str(path) for path in document.get("shunned", ())}
        self.paths |= {str(document["loading"])} if document.get("loading") else set()

    @contextmanager
    def trying(self, path: Path) -> Iterator[None]:
        """Say that a file is tried, and that it went well or only failed."""
        if PROGRAM in path.parents:
            yield
            return
        self._say(str(path), _TRYING_S if self.starting else 0.0)
        try:
            yield
        finally:
            self.paths.discard(str(path))
            self._say("", _STARTING_S if self.starting else 0.0)

    def document(self) -> list[str]:
        """What the status says, for the next stage."""
        return sorted(self.paths)

    def _say(self, loading: str, lease: float) -> None:
        self._board.post({"loading": loading, "shunned": self.document(), "lease": lease})
