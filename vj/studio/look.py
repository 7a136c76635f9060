"""What pictures and films are to become: a model, its styles per region, strength, matte, size.
Made once by `vj stylize`; a `Brush` is the part of it that remembers, one per film or picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np

from vj.core.errors import UserError, unknown
from vj.core.folders import PICTURES
from vj.core.gig import Gig
from vj.core.types import Pixels
from vj.infer.colour import kept
from vj.infer.edges import EdgeChain, settings
from vj.infer.load import choose_device, load_model
from vj.infer.mattes import Matte
from vj.infer.mattes_ready import matte_card, matte_maker
from vj.infer.painter import Sketch, as_tensor, finish
from vj.infer.plain_places import TEXTURE
from vj.infer.protocol import Mix, Model
from vj.infer.styles import LEAST, OWN, SIZE, Shelf
from vj.studio.asked import Asked
from vj.studio.easel import Easel
from vj.studio.framed import Framed
from vj.studio.inputs import FILMS
from vj.studio.scene_values import CALM, DRAWS, PARAMS, values_of
from vj.studio.style_film import StyleFilm


@dataclass(frozen=True)
class Order:
    """What the user asked for, in words; styles are `NAME`, `FILE` or either with `=weight`.

    `styles` go to both regions unless a region has its own; `size`: (height, width) or None;
    `preserve_color`: the input's colours in the result; `recolor_style`: in the styles, before
    anything is painted; `style_size`: 0.25..4, of the strokes; `options` override those
    of the model's card; `framed`: how the pictures come into the frame.
    """

    model: str
    styles: Sequence[str] = ()
    person: Sequence[str] = ()
    background: Sequence[str] = ()
    matte: str = ""
    strength: float = 1.0
    size: tuple[int, int] | int | None = None
    device: str = "auto"
    steady: bool = False
    preserve_color: bool = False
    recolor_style: bool = False
    style_size: float = 1.0
    options: Mapping[str, float | int | str | bool] = field(default_factory=dict)
    framed: Framed = field(default_factory=Framed)


@dataclass(frozen=True)
class Look:
    """An order made ready: everything is loaded and every style can be had.

    `new_matte` makes one for a film, `values` are parameters of `PARAMS`. `facts` tell two looks
    apart that would not give the same pictures.
    """

    model: Model
    shelf: Shelf
    device: str
    person: Mix
    background: Mix
    matte: str
    new_matte: Callable[[], Matte]
    values: Mapping[str, float]
    strength: float
    size: tuple[int, int] | int | None
    steady: bool
    preserve_color: bool
    facts: Mapping[str, object]
    style_films: Sequence[StyleFilm] = ()
    framed: Framed = field(default_factory=Framed)

    @property
    def draws(self) -> bool:
        """Whether the network is shown drawings, as the live chain makes them."""
        return self.values.get(DRAWS, 0.0) >= 0.5

    @property
    def remembers(self) -> bool:
        """Whether a picture's matte or drawing depends on the pictures before it."""
        drawings = self.draws and settings(self.values).remembers
        return drawings or self.matte not in ("none", "source")


class Brush:
    """Paints the pictures of one film, or one picture, in a look; remembers what was before.

    `goes_on`: whether a painting depends on the one before it; `alone`: whether pictures must be
    painted one after the other.
    """

    def __init__(self, look: Look) -> None:
        self._look = look
        self._matte, self._chain = look.new_matte(), EdgeChain()
        self._easel = look.model if isinstance(look.model, Easel) else None
        self.goes_on = self._easel is not None and self._easel.remembers
        self.alone = self.goes_on or bool(look.style_films)

    def turn(self, number: int) -> None:
        """Go on to a film's picture `number`, counted from 0, before it is painted."""
        for film in self._look.style_films:
            film.show(number)

    def begin(self, seen: Pixels) -> None:
        """Look at a film's first picture, from `look_at`, before any is painted."""
        if self._easel is not None:
            self._easel.begin(as_tensor(seen, self._look.device))

    def resume(self, drawn: Pixels, painted: Pixels) -> None:
        """Go on after a picture, from `draw`, that was painted earlier."""
        if self._easel is not None:
            pair = (as_tensor(pixels, self._look.device) for pixels in (drawn, painted))
            self._easel.resume(*pair)

    def sized(self, pixels: Pixels) -> Pixels:
        """Turn (h, w, 4) uint8 as the look wants it and bring it to its size, if it has one."""
        return self._look.framed.pixels(pixels, self._look.size)

    def look_at(self, pixels: Pixels) -> Pixels:
        """Bring (h, w, 4) uint8 to size and find the person; alpha becomes the matte."""
        wanted = self.sized(pixels)
        if self._look.matte == "source":
            return wanted
        found = self._matte.matte(wanted, self._look.values)
        seen = wanted.copy()
        cv2.insertChannel(np.ascontiguousarray(found), seen, 3)
        return seen

    def draw(self, seen: Pixels) -> Pixels:
        """Make what the network is shown of a picture from `look_at`: a drawing, or itself."""
        look = self._look
        return self._chain.run(seen, settings(look.values)) if look.draws else seen

    def paint(self, seen: Pixels, drawn: Pixels) -> Pixels:
        """Paint what `draw` made of what `look_at` gave; (h, w, 4) uint8, the same alpha."""
        look = self._look
        height, width = seen.shape[:2]
        # Networks pad by reflection: a picture narrower than that is mirrored to the right size.
        down, right = max(LEAST - height, 0), max(LEAST - width, 0)
        whole = cv2.copyMakeBorder(drawn, 0, down, 0, right, cv2.BORDER_REFLECT)
        person, background = (look.values[name] for name in TEXTURE)
        sketch = Sketch(
            pixels=np.asarray(whole, np.uint8),
            person=look.person,
            background=look.background,
            strength=look.strength,
            calm=look.values[CALM],
            texture=(person, background),
            hard=look.values.get("matte.hard", 0.0) >= 0.5,
        )
        painted, _ = finish(sketch, look.model, look.shelf, look.device)
        cut = np.ascontiguousarray(painted[:height, :width])
        return kept(cut, seen, float(look.preserve_color))  # not the colours of a drawing


def make_look(gig: Gig, order: Order) -> Look:
    """Check an order word by word, then load its model and prepare its styles.

    Raises: UserError for anything that does not exist, cannot be read or is out of range.
    """
    if not 0 <= order.strength <= 1:
        raise UserError(f"--strength {order.strength:g}: allowed: 0 (the picture itself) to 1")
    if not 0.25 <= order.style_size <= 4:
        raise UserError(f"--style-size {order.style_size:g}: allowed: 0.25 (fine) to 4 (large)")
    files = dict(gig.style_files)
    common = mix(order.styles, files, gig)
    person = mix(order.person, files, gig) or common
    background = mix(order.background, files, gig) or common
    matte = order.matte or ("none" if person == background else "auto")
    matte_files = gig.card_files
    found = matte_card(matte, matte_files)
    new_matte = matte_maker(matte, matte_files, order.device)
    given = {k: v for k, v in order.options.items() if not k.startswith(PARAMS)}
    if order.model in set(gig.card_files) - gig.choices.models:
        raise unknown("model", order.model, gig.choices.models, "--model")
    card = gig.card(order.model)
    values = values_of(order.options, gig, card.model)
    options = Asked({**card.options, **given})
    card = card.model_copy(update={"options": options})
    device = choose_device(order.device)
    model = load_model(card, device)
    if not person and not background:
        if card.needs_style:
            raise UserError(f"model {order.model!r} needs a style: --style NAME or --style FILE")
        person = background = ((OWN, 1.0),)
    used = {name for name, _ in {*person, *background}} - {OWN}
    styles = {name: _stamp(files[name]) for name in used}
    moving = {n: StyleFilm(files[n]) for n in used if files[n].suffix.lower() in FILMS}
    files |= {name: film.still for name, film in moving.items()}
    easel = Easel(model, order.recolor_style)
    shelf = Shelf(easel, lambda: files, int(options.get("style_size", SIZE)), own_look=True)
    options.refuse(given)
    shelf.zoom = order.style_size
    for name in used:
        if shelf.get(name) is None:
            raise UserError(shelf.problems[name])
    facts = {
        "model": order.model,
        "weights": _stamp(card.weights_path()),
        "styles": styles,
        "person": person,
        "background": background,
        "matte": [matte, _stamp(found.weights_path() if found else None)],
        "strength": order.strength,
        "size": order.size,
        "steady": order.steady,
        "preserve_color": order.preserve_color,
        "recolor_style": order.recolor_style,
        "style_size": order.style_size,
        "options": dict(order.options),
        "values": values,
        "framed": asdict(order.framed),
    }
    return Look(
        easel,
        shelf,
        device,
        person,
        background,
        matte,
        new_matte,
        values,
        order.strength,
        order.size,
        order.steady,
        order.preserve_color,
        facts,
        tuple(moving.values()),
        order.framed,
    )


def mix(texts: Sequence[str], files: dict[str, Path], gig: Gig) -> Mix:
    """Read styles with their weights; the shares sum to 1.

    files: style name -> picture; pictures given as paths are added under their path.
    Raises: UserError for an unknown name, naming the nearest, and for a wrong weight.
    """
    found = [_style(text, files, gig) for text in texts]
    total = sum(weight for _, weight in found)
    if found and total <= 0:
        raise UserError("--style: the weights of all styles are 0")
    return tuple((name, weight / total) for name, weight in found)


def _style(text: str, files: dict[str, Path], gig: Gig) -> tuple[str, float]:
    name, weight = text, 1.0
    if text not in files and not Path(text).is_file() and "=" in text:
        name, _, number = text.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            raise UserError(f"--style {text}: {number!r} is no weight; like {name}=0.5") from None
        if not (math.isfinite(weight) and weight >= 0):
            raise UserError(f"--style {text}: a weight is 0 or more")
    if name in files:
        return name, weight
    path = Path(name)
    if path.is_file():
        files[str(path)] = path
        return str(path), weight
    if path.suffix.lower() in PICTURES or len(path.parts) > 1:
        raise UserError(f"--style {name}: no such file")
    raise unknown("style", name, files, "--style")


def _stamp(path: Path | None) -> list[int]:
    """Size and time of a file: enough to notice that it is another one now."""
    if path is None:
        return []
    facts = path.stat()
    return [facts.st_size, facts.st_mtime_ns]
