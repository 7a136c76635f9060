"""One effect: a fragment shader file compiled, with its knobs and how it wants to be drawn.

The chain loads every file in vj/stage/effects and in the gig's own effects folder.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import moderngl

from vj.core.effect_knobs import effect_name, effect_params
from vj.core.errors import UserError, unknown
from vj.core.params import Param
from vj.stage.fill import INPUTS, SHADERS
from vj.stage.renamed import draws_once, stays_here, without_comments
from vj.stage.variants import Variants

SIGNS = {"skip when": "=", "faces while": "<", "skip without faces while": "<"}
_WISH = re.compile(r"^//\s*(?P<word>[a-z ]+?)\s*:\s*(?P<rest>.+?)\s*$", re.MULTILINE)
_HISTORY = re.compile(r"(?P<seconds>[\d.]+)\s*s(\s*,\s*1/(?P<part>\d+)\s*size)?")
_GRID = re.compile(r"(?P<columns>\w+) x (?P<rows>\w+)(\s*,\s*(?P<knob>\w+) by (?P<step>\w+))?")
_LINE = re.compile(r"\b\d+:(?P<line>\d+)")


@dataclass(frozen=True)
class HistorySpec:
    """How far an effect looks back, and that it is kept at 1/`part` of the picture's size."""

    seconds: float
    part: int


@dataclass(frozen=True)
class Grid:
    """An effect drawn in parts: the knobs that say how many, and one that goes on by steps."""

    columns: str
    rows: str
    knob: str
    step: str


@dataclass(frozen=True)
class Effect:
    """A compiled effect.

    `skip`: short knob name -> value; the pass is left out while all of them are so. `feeds`: it
    reads its own last picture, kept as float32 when `precise`. `reads`: units of the inputs it
    names. `wanders`: it reads its inputs in
    other places than the one it draws, so they have to be filtered; `mipmaps`: units of the inputs
    it reads smaller, too. `placed`: where it is seen is left to the chain. `covers`: what it
    discards stays as in `picture`. `history`: it looks back. `grid`: it is drawn part by part.
    `faces`: it asks where faces are, as long as the knob of `faces_while` is below its limit if one
    is named, and needs some while that of `needs_faces` is. `leads`: others may be drawn with it in
    one program if they come after it; `pointwise`: if they come before it, too. `helpers`: shader
    text it needs besides the header.
    """

    name: str
    variants: Variants
    knobs: tuple[Param, ...]
    skip: Mapping[str, float]
    feeds: bool
    precise: bool
    wanders: bool
    reads: tuple[int, ...] = tuple(range(len(INPUTS)))
    mipmaps: tuple[int, ...] = ()
    placed: bool = False
    covers: bool = False
    history: HistorySpec | None = None
    grid: Grid | None = None
    faces: bool = False
    faces_while: tuple[str, float] | None = None
    needs_faces: tuple[str, float] | None = None
    leads: bool = False
    pointwise: bool = False
    helpers: str = ""

    def rests(self, values: Mapping[str, float], faces: bool = True) -> bool:
        """True when its knobs stand so that it would change nothing; `faces`: whether any show."""
        if not faces and self.needs_faces and self._below(values, self.needs_faces):
            return True
        return bool(self.skip) and all(
            abs(values.get(f"{self.name}.{knob}", at - 1.0) - at) < 1e-6
            for knob, at in self.skip.items()
        )

    def seeks_faces(self, values: Mapping[str, float]) -> bool:
        """True while it would do something else if it knew where faces are."""
        if not self.faces or self.rests(values):
            return False
        return self.faces_while is None or self._below(values, self.faces_while)

    def _below(self, values: Mapping[str, float], condition: tuple[str, float]) -> bool:
        knob, limit = condition
        return self.at(values, knob) < limit

    def at(self, values: Mapping[str, float], short: str) -> float:
        """The value of one of its knobs by its short name; the default where none is given."""
        name, default = self._by_short_name[short]
        return values.get(name, default)

    @cached_property
    def filtered(self) -> frozenset[int]:
        """Units of the inputs that have to be filtered even where they are as large as drawn."""
        if not self.wanders:
            return frozenset()
        return frozenset(
            unit for unit, name in enumerate(INPUTS) if not (self.pointwise and name == "picture")
        )

    @cached_property
    def told(self) -> tuple[tuple[str, str, float, bool], ...]:
        """Of every knob what a frame needs: full name, short name, default, whether it is whole."""
        return tuple(
            (knob.name, knob.name.partition(".")[2], knob.default, knob.kind != "float")
            for knob in self.knobs
        )

    @cached_property
    def _by_short_name(self) -> dict[str, tuple[str, float]]:
        """Full name and default of every knob."""
        return {knob.name.partition(".")[2]: (knob.name, knob.default) for knob in self.knobs}

    @property
    def shaping(self) -> set[str]:
        """The knobs, by full name, that say which programs it is drawn with."""
        names = {knob.name for knob in self.variants.constants}
        if self.placed:
            names.add(f"{self.name}.region")
        if self.grid:
            grid = self.grid
            names |= {f"{self.name}.{knob}" for knob in (grid.columns, grid.rows, grid.step)}
            names.add(f"{self.name}.{grid.knob}")
        return names & {knob.name for knob in self.knobs}

    def parts(
        self, values: Mapping[str, float]
    ) -> Iterator[tuple[tuple[int, int], Mapping[str, float]]]:
        """List the parts it is drawn in, (column, row) from top left, each with its values."""
        if self.grid is None:
            yield (0, 0), values
            return
        columns, rows = self.shape(values)
        knob = next((k for k in self.knobs if k.name == f"{self.name}.{self.grid.knob}"), None)
        for row, column in itertools.product(range(rows), range(columns)):
            own = values
            if knob is not None:
                # Rows begin one further where they are even, so that two in turn make a chessboard.
                number = row * (columns | 1) + column
                step = int(self.at(values, self.grid.step))
                value = int(self.at(values, self.grid.knob)) + number * step
                own = {**values, knob.name: float(value % (int(knob.high) + 1))}
            yield (column, row), own

    def shape(self, values: Mapping[str, float]) -> tuple[int, int]:
        """How many columns and rows of parts it is drawn in now."""
        if self.grid is None:
            return 1, 1
        return int(self.at(values, self.grid.columns)), int(self.at(values, self.grid.rows))

    def release(self) -> None:
        """Free what it holds on the graphics card."""
        self.variants.release()


def load_effect(context: moderngl.Context, path: Path) -> Effect:
    """Compile one effect file.

    Raises: UserError naming the file when it does not compile or says what makes no sense.
    """
    try:
        return _read(context, path)
    except ValueError as error:
        raise UserError(f"{path}: {error}") from error


def _read(context: moderngl.Context, path: Path) -> Effect:
    source = path.read_text(encoding="utf-8", errors="replace")
    wishes = {match["word"]: match["rest"] for match in _WISH.finditer(source)}
    shared = wishes.get("uses", "")
    header = (SHADERS / "header.frag").read_text(encoding="utf-8")
    helpers = [_helper(word, path) for word in shared.split()]
    head = "\n".join((header, *helpers))
    code = without_comments(source)
    whole = without_comments("\n".join((*helpers, source)))
    knobs = tuple(effect_params(path))
    name = effect_name(path)
    _check_knobs(wishes, {knob.name.partition(".")[2] for knob in knobs}, path)
    constants = [f"{name}.{knob.strip()}" for knob in wishes.get("compiled in", "").split(",")]
    fixed = [knob for knob in knobs if knob.name in constants]
    variants = Variants(context, f"{head}\n#line 1\n", source, fixed)
    try:
        variants.find({})
    except moderngl.Error as error:
        raise UserError(said(path, str(error))) from error
    return Effect(
        name=name,
        variants=variants,
        knobs=knobs,
        skip=dict(_pairs(wishes, "skip when")),
        feeds="previous" in code,
        precise=wishes.get("previous") == "float",
        reads=tuple(_read_by(code, *helpers)),
        wanders=bool(shared) or "texture(" in code or "textureLod(" in code,
        mipmaps=tuple(_unit(word, path) for word in wishes.get("mipmaps", "").split()),
        placed=f"{name}.region" in (knob.name for knob in knobs)
        and not re.search(r"\bregion\b", code),
        covers=wishes.get("discard leaves") == "picture",
        history=_history(wishes.get("history", "")),
        grid=_grid(wishes.get("parts", "")),
        faces=bool(re.search(r"\bfaces\b", code)),
        faces_while=next(_pairs(wishes, "faces while"), None),
        needs_faces=next(_pairs(wishes, "skip without faces while"), None),
        leads=draws_once(whole) and not (wishes.keys() & {"history", "parts", "discard leaves"}),
        pointwise=stays_here(whole) and not (wishes.keys() & {"history", "parts"}),
        helpers="\n".join(helpers),
    )


def _read_by(*codes: str) -> Iterator[int]:
    """Units of the inputs that code names; the header's own words read two of them as well."""
    for unit, name in enumerate(INPUTS):
        if name in ("picture", "history") or any(re.search(rf"\b{name}\b", code) for code in codes):
            yield unit


def _unit(word: str, path: Path) -> int:
    if word not in INPUTS:
        raise unknown("input", word, INPUTS, f"{path}: mipmaps")
    return INPUTS.index(word)


def _helper(word: str, path: Path) -> str:
    """Read what `uses:` names: shaders that are no programs by themselves."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in SHADERS.glob("*.frag")}
    apart = ("header", "isf")
    found = {name: t for name, t in texts.items() if "void main" not in t and name not in apart}
    if word not in found:
        raise unknown("helper", word, found, f"{path}: uses")
    return found[word]


def _check_knobs(wishes: Mapping[str, str], knobs: Collection[str], path: Path) -> None:
    """See that the lines at an effect's top speak of knobs it has: who draws relies on it.

    Raises: UserError with the nearest right name.
    """
    grid = _grid(wishes.get("parts", ""))
    named = {word: [knob for knob, _ in _pairs(wishes, word)] for word in SIGNS}
    named["compiled in"] = [knob.strip() for knob in wishes.get("compiled in", "").split(",")]
    named["parts"] = [grid.columns, grid.rows, grid.knob, grid.step] if grid else []
    for word, names in named.items():
        for name in filter(None, names):
            if name not in knobs:
                raise unknown("knob", name, knobs, f"{path}: {word}")


def _pairs(wishes: Mapping[str, str], word: str) -> Iterator[tuple[str, float]]:
    """Knobs and numbers of a line like `skip when: zoom = 1, x = 0`."""
    sign = SIGNS[word]
    for pair in filter(None, wishes.get(word, "").split(",")):
        name, _, value = (part.strip() for part in pair.partition(sign))
        try:
            yield name, float(value)
        except ValueError as error:
            raise ValueError(f"{word}: {pair.strip()!r}; it looks like knob {sign} 0") from error


def _history(text: str) -> HistorySpec | None:
    match = _HISTORY.fullmatch(text)
    if text and not match:
        raise ValueError(f"history: {text!r}; it looks like 2 s or 2 s, 1/2 size")
    return HistorySpec(float(match["seconds"]), int(match["part"] or 1)) if match else None


def _grid(text: str) -> Grid | None:
    match = _GRID.fullmatch(text)
    if not match:
        if text:
            raise ValueError(f"parts: {text!r}; it looks like columns x rows, fx by fx_step")
        return None
    return Grid(match["columns"], match["rows"], match["knob"] or "", match["step"] or "")


def said(path: Path, words: str) -> str:
    """Return the compiler's first complaint, with the line of the file it is about."""
    lines = [line.strip() for line in words.splitlines() if "error" in line.lower()]
    complaint = next((line for line in lines if _LINE.search(line)), lines[-1] if lines else words)
    match = _LINE.search(complaint)
    return f"{path}:{match['line'] if match else 1}: {complaint}"
