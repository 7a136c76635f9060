"""A model made ready in a thread beside the one that is playing: loaded, styles prepared, warm.
Used by the infer process, so that changing the model never stops the pictures."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.infer.ease import least_share
from vj.infer.edits import Origin, state_of
from vj.infer.load import choose_device, load_model
from vj.infer.painter import paint
from vj.infer.protocol import Model
from vj.infer.styles import OWN, SIZE, Shelf

log = logging.getLogger(__name__)

AHEAD_PAUSE = 0.2  # seconds between styles prepared ahead, so that the live picture keeps its pace


@dataclass(frozen=True)
class Engine:
    """A model that can paint at once: loaded on its device, its styles on the shelf.

    `seconds`: what a picture took when it was made ready, 0 where none could be painted.
    """

    name: str
    model: Model
    shelf: Shelf
    device: str
    origin: Origin
    seconds: float = 0.0

    def least_share(self, size: tuple[int, int]) -> float:
        """The smallest share of each side of `size` (h, w) that is painted sooner than a larger."""
        return least_share(size) if getattr(self.model, "any_size", True) else 1.0

    @property
    def beside(self) -> int | None:
        """How many pictures it paints side by side; None: one on every share of the cores."""
        return None if self.device == "cpu" else 1


def build_engine(
    gig: Gig, name: str, styles: Sequence[str], size: tuple[int, int], device: str
) -> Engine:
    """Load a card's model, prepare `styles` and paint two pictures of `size` (h, w) to warm up.

    device: a torch device or "auto".
    Raises: UserError for anything wrong with the card, its weights or the device; whatever the
    network itself raises.
    """
    card = gig.card(name)
    weights = card.weights_path()
    origin = Origin(name, weights, state_of(gig, name, weights))
    where = choose_device(device)
    model = load_model(card, where)
    shelf = Shelf(
        model,
        lambda: gig.style_files,
        int(card.options.get("style_size", SIZE)),
        beside=True,
        own_look=not card.needs_style,
    )
    seconds = 0.0
    ready = [style for style in styles or [OWN] if shelf.get(style) is not None]
    if ready:
        picture = np.full((*size, 4), 127, np.uint8)
        picture[: size[0] // 2, :, 3] = 255  # two regions: the dearest mixture
        person, background = ((ready[0], 1.0),), ((ready[-1], 1.0),)
        for _ in range(2):
            began = time.monotonic()
            paint(model, shelf, where, picture, person, background, 1.0)
            seconds = time.monotonic() - began
    for style in ready:
        lay_out(model, shelf, style, size)
    return Engine(name, model, shelf, where, origin, seconds)


def lay_out(model: Model, shelf: Shelf, style: str, size: tuple[int, int]) -> None:
    """Lay a style's strokes out for walls of (h, w) before they are seen; some tenths of a second.

    Only for networks whose walls get any.
    """
    if getattr(model, "calm", 0.0):
        shelf.strokes(style, size)


def styles_of(gig: Gig) -> Iterator[str]:
    """Name the styles of all scenes in set-list order, each once; unreadable scenes are skipped."""
    seen: set[str] = set()
    for name in gig.scene_files:
        try:
            styles = gig.scene(name).styles
        except UserError:
            continue  # the stage says so, and it is not playing this scene either
        for style in (styles.person, styles.background):
            if style and style not in seen:
                seen.add(style)
                yield style


class Loader:
    """Builds one engine at a time in a thread; a newer order makes an older one worthless.

    `wanted`: the model being built or last built; `failure`: why the last one failed, if it did.
    """

    def __init__(self, gig: Gig, device: str) -> None:
        self._gig, self._device = gig, device
        self._order = 0
        self._result: Engine | None = None
        self.busy = False
        self.wanted = ""
        self.failure: Exception | None = None
        self._said = ""

    def start(self, name: str, styles: Sequence[str], size: tuple[int, int]) -> None:
        """Begin to build an engine; returns at once."""
        self._order += 1
        self.busy, self.wanted, self.failure, self._result = True, name, None, None
        thread = threading.Thread(
            target=self._build, args=(self._order, name, styles, size), name="loader", daemon=True
        )
        thread.start()

    def forget(self, name: str) -> None:
        """Drop what is being built: `name` is playing and wanted again."""
        self._order += 1
        self.busy, self.wanted, self.failure, self._result = False, name, None, None

    def take(self) -> Engine | None:
        """Return the finished engine, once."""
        engine, self._result = self._result, None
        return engine

    def _build(self, order: int, name: str, styles: Sequence[str], size: tuple[int, int]) -> None:
        try:
            engine = build_engine(self._gig, name, styles, size, self._device)
        except Exception as error:  # a thread's loop top: the old model must go on playing
            if order == self._order:
                self.failure, self.busy = error, False
            self._say(name, error)
            return
        if order == self._order:
            self._result, self.busy = engine, False
            self._prepare_ahead(order, engine, size)

    def _say(self, name: str, error: Exception) -> None:
        cause = f"{name}: {error}"
        if cause != self._said:
            self._said = cause
            trace = None if isinstance(error, UserError) else error
            log.error("model %r cannot be made ready: %s", name, error, exc_info=trace)

    def _prepare_ahead(self, order: int, engine: Engine, size: tuple[int, int]) -> None:
        try:
            for style in styles_of(self._gig):
                if order != self._order:
                    return
                if engine.shelf.get(style) is not None:
                    lay_out(engine.model, engine.shelf, style, size)
                time.sleep(AHEAD_PAUSE)
        except Exception:  # only a convenience: the style is prepared when it is played
            log.exception("styles cannot be prepared ahead")
