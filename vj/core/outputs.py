"""Outputs as `rig.yaml` describes them: which display, which part, how it is bent and lit.

Read with the rig; the stage draws by them, the mapping is edited on stage and written back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from vj.core.document import Document
from vj.core.errors import UserError
from vj.core.mapping import CORNERS, Mapping, Point, convex, grid
from vj.core.words import Switch

MOST_POINTS = 16
_SHARE = Annotated[float, Field(ge=0, le=1)]


def _point(value: object) -> object:
    numbers = isinstance(value, list) and all(
        isinstance(n, (int, float)) and not isinstance(n, bool) for n in value
    )
    if not numbers or not isinstance(value, list) or len(value) != 2:
        raise ValueError(f"{value!r} is no point; it looks like [0.25, 0.5] (x, y; 0, 0 top left)")
    if not all(-1 <= n <= 2 for n in value):
        raise ValueError(f"{value!r}: a point lies between -1 and 2; the output is 0 to 1")
    return float(value[0]), float(value[1])


_Point = Annotated[tuple[float, float], BeforeValidator(_point)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Part(_Strict):
    """A part of the show's picture, 0..1, from top left."""

    x: _SHARE = 0.0
    y: _SHARE = 0.0
    width: Annotated[float, Field(gt=0, le=1)] = 1.0
    height: Annotated[float, Field(gt=0, le=1)] = 1.0

    @model_validator(mode="after")
    def _inside(self) -> Part:
        for at, size, words in (
            (self.x, self.width, "x + width"),
            (self.y, self.height, "y + height"),
        ):
            if at + size > 1 + 1e-6:
                raise ValueError(f"{words} is {at + size:g}; a part ends at 1 at the latest")
        return self


class Blend(_Strict):
    """Soft edges: how wide, in the same units as the part; `gamma` of the projector."""

    left: _SHARE = 0.0
    right: _SHARE = 0.0
    top: _SHARE = 0.0
    bottom: _SHARE = 0.0
    gamma: Annotated[float, Field(ge=1, le=4)] = 2.2


class Colour(_Strict):
    """Colour correction of one projector; gains come last."""

    brightness: Annotated[float, Field(ge=-1, le=1)] = 0.0
    contrast: Annotated[float, Field(ge=0, le=4)] = 1.0
    gamma: Annotated[float, Field(ge=0.2, le=5)] = 1.0
    red: Annotated[float, Field(ge=0, le=2)] = 1.0
    green: Annotated[float, Field(ge=0, le=2)] = 1.0
    blue: Annotated[float, Field(ge=0, le=2)] = 1.0


def _mesh_size(value: object) -> object:
    match = re.fullmatch(r"(\d{1,2})\s*x\s*(\d{1,2})", value) if isinstance(value, str) else None
    size = (int(match[1]), int(match[2])) if match else (0, 0)
    if not all(2 <= count <= MOST_POINTS for count in size):
        raise ValueError(
            f"{value!r} is no mesh; it looks like 4x3 (points across x points down, 2 to "
            f"{MOST_POINTS})"
        )
    return size


class Mesh(_Strict):
    """A mesh of points; without `points` it is even between the corners."""

    size: Annotated[tuple[int, int], BeforeValidator(_mesh_size)]
    points: list[_Point] = []
    curved: Switch = True

    @model_validator(mode="after")
    def _complete(self) -> Mesh:
        wanted = self.size[0] * self.size[1]
        if self.points and len(self.points) != wanted:
            raise ValueError(
                f"{len(self.points)} points; a mesh of {self.size[0]}x{self.size[1]} has {wanted}, "
                "row by row from top left"
            )
        return self


def _mesh(value: object) -> object:
    return {"size": value} if isinstance(value, str) else value


def _four(value: object) -> object:
    if not isinstance(value, list) or len(value) != 4:
        raise ValueError("four points, clockwise from top left: [[0, 0], [1, 0], [1, 1], [0, 1]]")
    return value


def _convex(corners: list[Point]) -> list[Point]:
    if not convex(corners):
        raise ValueError(
            "these corners cross or lie on a line; they go clockwise from top left: "
            "[[0, 0], [1, 0], [1, 1], [0, 1]]"
        )
    return corners


_Corners = Annotated[list[_Point], BeforeValidator(_four), AfterValidator(_convex)]


def _mask(value: object) -> object:
    if isinstance(value, list):
        if len(value) < 3:
            raise ValueError("a mask of points has at least three of them")
        return value
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no mask; it is a list of points or a PNG file of the gig")
    if value and Path(value).suffix.lower() != ".png":
        raise ValueError(f"{value!r} is no mask; allowed: a list of points or a PNG file")
    return value


class OutputSpec(_Strict):
    """One output: a display and what it gets.

    `display`: by name, or a whole line of `vj devices`; `fit`: `cut` fills the display and loses
    an edge, `stretch` bends the picture to it, `whole` leaves bars; empty is `stretch` where a
    part is named and `cut` elsewhere. `rotate`: degrees clockwise; `mirror`: for projection from
    behind. `mask`: where light may fall, as points of a polygon or a PNG file, white lets through.
    """

    display: str = ""
    part: Part | None = None
    fit: Literal["", "cut", "stretch", "whole"] = ""
    corners: _Corners = list(CORNERS)
    mesh: Annotated[Mesh | None, BeforeValidator(_mesh)] = None
    blend: Blend = Blend()
    rotate: Literal[0, 90, 180, 270] = 0
    mirror: Switch = False
    colour: Colour = Colour()
    mask: Annotated[list[_Point] | str, BeforeValidator(_mask)] = ""

    @property
    def mapping(self) -> Mapping:
        """The mapping as the file has it."""
        if self.mesh is None:
            return Mapping(tuple(self.corners))
        points: Sequence[Point] = self.mesh.points or grid(self.corners, *self.mesh.size)
        return Mapping(tuple(points), self.mesh.size, self.mesh.curved)

    @property
    def is_plain(self) -> bool:
        """Whether it only shows the whole picture, apart from its mapping."""
        apart = {"display": self.display, "corners": self.corners, "mesh": self.mesh}
        return self == OutputSpec().model_copy(update=apart)


def check_outputs(outputs: Sequence[OutputSpec], document: Document, folder: Path) -> None:
    """Look at what one output alone cannot know: masks that exist, one display for each.

    Raises: UserError naming file and line.
    """
    names: list[str] = []
    for index, output in enumerate(outputs):
        if isinstance(output.mask, str) and output.mask:
            path = folder / output.mask
            if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
                where = document.where(("outputs", index, "mask"))
                raise UserError(f"{where}: no file {output.mask!r} in {folder}")
        where = document.where(("outputs", index, "display"))
        if index and not output.display:
            raise UserError(f"{where}: every further output names one; `vj devices` lists them")
        if output.display and output.display.lower() in names:
            raise UserError(f"{where}: {output.display!r} has an output already")
        names.append(output.display.lower())
