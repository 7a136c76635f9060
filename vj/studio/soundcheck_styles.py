"""The soundcheck's look at style pictures: all that pads, faders and scenes can reach.

Opens the files only; says which are none, which are of no use, and where a style is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.scene import Scene
from vj.infer.style_picture import decode_style
from vj.studio.soundcheck import Finding, broken, warning
from vj.studio.soundcheck_files import Read

_LEAST, _LONGEST = 32, 8  # pixels of the shorter side; the longer one as a multiple of it
_BY_HAND = ("style.person", "style.background", "style.pad_person", "style.pad_background")


def check_styles(gig: Gig, scenes: Mapping[str, Read]) -> Iterator[Finding]:
    """Decode every style of the gig's own and every one that a scene or its pad names."""
    places = _named(scenes)
    own = (gig.folder / "styles").resolve()
    for style, path in gig.style_files.items():
        if style not in places and path.parent.resolve() != own:
            continue
        place = f"{places[style]}: " if style in places else ""
        try:
            height, width = decode_style(path).shape[:2]
        except UserError as error:
            if place:
                yield broken(f"{place}{error}")
            else:
                yield warning(f"{error}; no scene names it, but pads and the remote reach it")
            continue
        if problem := _useless(height, width):
            yield warning(f"{place}style {path}: {problem}")


def check_unstyled(gig: Gig, scenes: Mapping[str, Read]) -> Iterator[Finding]:
    """Name the scenes whose network is chosen and gets no style to paint with."""
    for document, scene in scenes.values():
        if "model" in document.data and _needs_style(scene, gig):
            yield warning(
                f"{document.where(('model',))}: {scene.model} paints in the style of a picture and "
                "the scene names none, so nothing is painted; add styles: NAME"
            )


def _named(scenes: Mapping[str, Read]) -> dict[str, str]:
    """Every style that a scene names and where it is named first."""
    found: dict[str, str] = {}
    for document, scene in scenes.values():
        for key, named in (("styles", scene.styles), ("corners", scene.corners)):
            for place, style in named:
                if style:
                    found.setdefault(style, document.where((key, place)))
    return found


def _useless(height: int, width: int) -> str:
    """Why a picture of these pixels makes no style; "" where it does."""
    if min(height, width) < _LEAST:
        return f"{width}x{height} pixels are too few for strokes; allowed: {_LEAST} and more a side"
    if max(height, width) > _LONGEST * min(height, width):
        return f"{width}x{height} is a strip; cut a piece of at most {_LONGEST} to 1 out of it"
    return ""


def _needs_style(scene: Scene, gig: Gig) -> bool:
    """Whether a scene's network has nothing to paint with, and no hand that could choose it."""
    if scene.styles.person or scene.styles.background or {"model", "styles"} & {*scene.ignore}:
        return False
    moved = {*scene.params, *scene.knobs, *scene.modulate, *gig.rig.knobs}
    if moved.intersection(_BY_HAND):
        return False
    try:
        return gig.card(scene.model).needs_style
    except UserError:
        return False  # it is said elsewhere
