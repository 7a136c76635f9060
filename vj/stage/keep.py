"""Writes looks into scene files, on a thread of its own: the frame never waits for a disk.

Owned by the stage's Play, which hands over looks and takes in what became of them.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vj.core.document import parse_document
from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.rewrite import set_entry, write_text
from vj.core.scene import Scene, parse_scene
from vj.stage.look import Entry, Key
from vj.stage.new_name import new_name, title_for

log = logging.getLogger(__name__)

Kind = Literal["save", "duplicate", "new", "undo"]
_AT_MOST = 8  # orders that may wait for a slow disk


@dataclass(frozen=True)
class Order:
    """What to write: the scene's name, the entries to set in it, a name for a new scene."""

    kind: Kind
    scene: str
    entries: Sequence[Entry] = ()
    called: str = ""


@dataclass(frozen=True)
class Kept:
    """What became of an order: the scene as it is in its file now, or one line that says why not.

    `origin`: the name of the scene it began with.
    After an undo `scene` is None: the edit is taken in like anybody's.
    """

    kind: Kind
    origin: str
    scene: Scene | None = None
    problem: str = ""


class Keep:
    """The writing thread, started with the first order, and what it has done."""

    def __init__(self, gig: Gig) -> None:
        self._gig = gig
        self._orders: queue.Queue[Order] = queue.Queue(_AT_MOST)
        self._done: deque[Kept] = deque()
        self._thread: threading.Thread | None = None

    def order(self, order: Order) -> bool:
        """Have something written soon; False while too much is waiting already."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="keep", daemon=True)
            self._thread.start()
        try:
            self._orders.put_nowait(order)
        except queue.Full:
            return False
        return True

    def taken(self) -> Iterator[Kept]:
        """What was done since the last call."""
        while self._done:
            yield self._done.popleft()

    def settle(self) -> None:
        """Wait until every order is done; for tests and the end of a show."""
        self._orders.join()

    def _run(self) -> None:
        while True:
            order = self._orders.get()
            try:
                self._done.append(self._do(order))
            except UserError as error:
                self._done.append(Kept(order.kind, order.scene, None, str(error)))
            except Exception as error:  # the thread's loop top: the next order may go well
                log.exception("writing %s failed", order.scene)
                self._done.append(Kept(order.kind, order.scene, None, f"{order.scene}: {error}"))
            finally:
                self._orders.task_done()

    def _do(self, order: Order) -> Kept:
        path = self._gig.scene_file(order.scene)
        if order.kind == "undo":
            return self._undo(path)
        text = _read(path)
        entries = [(self._key(key, text, path), value) for key, value in order.entries]
        if order.kind == "save":
            target, after = path, _written(text, entries, path)
        else:
            names = list(self._gig.scene_files)
            target = path.with_name(f"{new_name(order.scene, names, order.called)}.yaml")
            title = parse_document(text.encode(), path).data.get("title") or order.scene
            said = order.called or title_for(str(title), target.stem)
            after = _written(text, [*entries, (("title",), said)], path)
        scene = parse_scene(after.encode(), target, self._gig.table, self._gig.choices)
        if order.kind == "save" and after != text:
            write_text(former(path), text)
        if after != text or target != path:
            write_text(target, after)
        return Kept(order.kind, order.scene, scene)

    def _key(self, key: Key, text: str, path: Path) -> Key:
        """A parameter stands in a file under any of its names."""
        params = parse_document(text.encode(), path).data.get("params")
        if key[0] != "params" or len(key) < 2 or not isinstance(params, dict):
            return key
        names = (key[1], *self._gig.table.find(key[1]).aliases)
        return next(((key[0], name) for name in names if name in params), key)

    def _undo(self, path: Path) -> Kept:
        if not former(path).is_file():
            raise UserError(f"{path.name}: nothing was saved over it that could be taken back")
        now, before = _read(path), _read(former(path))
        write_text(path, before)
        write_text(former(path), now)
        return Kept("undo", path.stem)


def former(path: Path) -> Path:
    """Where the text lies that a scene file had before it was last saved from the stage."""
    return path.with_name(f"{path.name}.bak")


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path}: not UTF-8 text (byte {error.start})") from error


def _written(text: str, entries: Sequence[Entry], path: Path) -> str:
    for key, value in entries:
        text = set_entry(text, key, value, path)
    return text
