"""From a matte's name to a working matte: a word of its own, or a card whose network is loaded.
Used by the painter, live (loaded in a thread, the show goes on meanwhile), and by the studio."""

from __future__ import annotations

import importlib
import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vj.core.card import Card, read_card
from vj.core.errors import UserError, unknown
from vj.core.types import Pixels
from vj.infer.load import choose_device, words
from vj.infer.mattes import Finder, Matte
from vj.infer.mattes.auto import AutoMatte
from vj.infer.netmatte import NetMatte

log = logging.getLogger(__name__)

Cards = Callable[[], Mapping[str, Path]]

QUICK = 0.012  # seconds a network may take while the picture waits for it
AUTO, HOUSE = "auto", "matte"  # the default word, and the card it looks with when there is one
RETRY = 5.0  # seconds until a matte that could not be had is tried again


def matte_card(name: str, cards: Mapping[str, Path]) -> Card | None:
    """Find the card a matte's name stands for; None for a word that needs no weights.

    A word stands for the card of that name, otherwise for the first card of that word.
    Raises: UserError for an unknown name, for a card of another kind and for a word without card.
    """
    known = words("mattes")
    if name in known and hasattr(_module(name), "make"):
        return None
    if name in cards:
        card = read_card(cards[name])
        if card.model in known and hasattr(_module(card.model), "load"):
            return card
        raise UserError(f"matte {name!r}: {cards[name]} finds nobody, its model is {card.model!r}")
    if name not in known:
        raise unknown("matte", name, {*known, *_finders(cards)})
    for card in _finders(cards).values():
        if card.model == name:
            return card
    raise UserError(
        f"matte {name!r} has no weights here: vj models pull {name}, or bring a file in by "
        f"vj models import FILE --as {name} --name {name}"
    )


def matte_maker(name: str, cards: Mapping[str, Path], device: str) -> Callable[[], Matte]:
    """Load what a matte needs, once, to make a fresh matte as often as wanted.

    Raises: UserError as `matte_card`, and for missing or foreign weights.
    """
    card = matte_card(name, cards)
    if name == AUTO and HOUSE in cards:
        house = matte_maker(HOUSE, cards, device)
        return lambda: AutoMatte(house())
    if card is None:
        make: Callable[[], Matte] = _module(name).make
        return make
    finder = load_finder(card, device)
    return lambda: NetMatte(finder)


def load_finder(card: Card, device: str) -> Finder:
    """Load the network of a card that finds people.

    device: a torch device or "auto".
    Raises: UserError for missing or foreign weights.
    """
    finder: Finder = _module(card.model).load(card, choose_device(device))
    return finder


class Mattes:
    """The mattes of a show: what is named is had at once, or soon and another until then.

    `problem`: why the matte that is wanted cannot be had, if it cannot.
    """

    def __init__(self, cards: Cards = dict, device: str = "auto") -> None:
        """Take `cards`, which lists the cards there are by name, and a torch device or "auto"."""
        self._cards, self._device = cards, device
        self._matte: Matte = AutoMatte()
        self._of = ("", "")
        self._loading: _Loading | None = None
        self._retry_at = self._look_at = -math.inf
        self._started = False  # whether the first picture of this source has been seen
        self.problem = ""

    def matte(
        self, name: str, source: str, pixels: Pixels, values: Mapping[str, Any]
    ) -> NDArray[np.uint8]:
        """Find the person in (h, w, 4) RGBA; `source` tells that it comes from somewhere else.

        Returns (h, w) uint8, 255 = person.
        """
        if self._of != (name, source):
            self._choose(name, source)
        elif self._loading is not None:
            self._take(self._loading)
        elif self.problem and time.monotonic() >= self._retry_at:
            self._loading = _Loading(HOUSE if name == AUTO else name, self._cards, self._device)
        elif isinstance(self._matte, AutoMatte) and name == AUTO:
            self._look_around(self._matte)
        try:
            return self._matte.matte(pixels, values)
        except Exception as error:  # a network may fail at any picture; the show goes on without
            if not self._has_network() or "CUDA error" in str(error):
                raise
            self._give_up(error)
        return self._matte.matte(pixels, values)

    def _look_around(self, auto: AutoMatte) -> None:
        """Have the house's network loaded for a source that brings no matte of its own."""
        if self._started and auto.alone and auto.seeing is None and not self.problem:
            now = time.monotonic()
            if now >= self._look_at and HOUSE in self._cards():
                self._loading = _Loading(HOUSE, self._cards, self._device)
            self._look_at = max(self._look_at, now + RETRY)
        self._started = True

    def _has_network(self) -> bool:
        seeing = self._matte.seeing if isinstance(self._matte, AutoMatte) else self._matte
        return isinstance(seeing, NetMatte)

    def _choose(self, name: str, source: str) -> None:
        before, self._of = self._of, (name, source)
        self.problem, self._loading, self._started = "", None, False
        self._look_at = -math.inf
        if name in words("mattes") and hasattr(_module(name), "make"):
            self._matte = _module(name).make()
            return
        if before[1] != source:
            self._matte = AutoMatte()
        self._loading = _Loading(name, self._cards, self._device)

    def _take(self, loading: _Loading) -> None:
        if loading.failure is not None:
            self._give_up(loading.failure)
        elif loading.matte is not None:
            if self._of[0] == AUTO:
                self._matte = AutoMatte(loading.matte)
            else:
                self._matte = loading.matte
            self.problem, self._loading = "", None

    def _give_up(self, failure: Exception) -> None:
        problem = f"matte {self._of[0]!r}: {failure}" if str(failure) else repr(failure)
        if isinstance(failure, UserError):
            problem = str(failure)
        if problem != self.problem:
            trace = None if isinstance(failure, UserError) else failure
            log.error("%s", problem, exc_info=trace)
        if self._has_network():
            self._matte = AutoMatte()
        self.problem, self._loading = problem, None
        self._retry_at = time.monotonic() + RETRY


class _Loading:
    """A network being loaded and timed in a thread; `matte` or `failure` is there in the end."""

    def __init__(self, name: str, cards: Cards, device: str) -> None:
        self._name, self._cards, self._device = name, cards, device
        self.matte: Matte | None = None
        self.failure: Exception | None = None
        threading.Thread(target=self._load, name="matte-loader", daemon=True).start()

    def _load(self) -> None:
        try:
            card = matte_card(self._name, self._cards())
            assert card is not None
            finder = load_finder(card, self._device)
            self.matte = NetMatte(finder, beside=seconds_of(finder) > QUICK)
        except Exception as error:  # a thread's top: whatever is wrong is said by the show's loop
            self.failure = error


def seconds_of(finder: Finder) -> float:
    """Measure how long a network looks at a picture: the best of three."""
    pixels = np.full((360, 640, 4), 127, np.uint8)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        finder.find(pixels)
        times.append(time.perf_counter() - began)
    return min(times)


def _finders(cards: Mapping[str, Path]) -> dict[str, Card]:
    """Every card that finds people, by name; unreadable ones are left out."""
    known = words("mattes")
    found = {}
    for name, path in cards.items():
        try:
            card = read_card(path)
        except UserError:
            continue
        if card.model in known:
            found[name] = card
    return found


def _module(word: str) -> Any:
    return importlib.import_module(f"vj.infer.mattes.{word}")
