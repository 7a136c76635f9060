"""What the next picture shall be: the stage's state document, checked.
Read by the infer process for every picture, and by the studio for takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.infer.protocol import Mix


@dataclass(frozen=True)
class Want:
    """What the next picture shall be; the stage's state document, checked.

    `source` only tells that the picture comes from somewhere else now; `faces`: an effect wants to
    know where they are.
    """

    values: Mapping[str, float] = field(default_factory=dict)
    model: str = ""
    matte: str = "source"
    person: Mix = ()
    background: Mix = ()
    source: str = ""
    faces: bool = False


def want_of(document: Mapping[str, Any]) -> Want:
    """Read a state document; what is missing stays at its default."""
    styles = document.get("styles", {})
    mixes = {
        region: tuple((str(name), float(share)) for name, share in styles.get(region, ()))
        for region in ("person", "background")
    }
    return Want(
        values=document.get("values", {}),
        model=str(document.get("model", "")),
        matte=str(document.get("matte", "source")),
        source=repr(document.get("source", "")),
        faces=bool(document.get("faces", False)),
        **mixes,
    )


def first_want(gig: Gig, asked: str) -> Want:
    """Guess what the stage will ask for, so that the model loads while the window opens."""
    name = asked or next(iter(gig.scene_files), "")
    try:
        scene = gig.scene(name)
    except UserError:
        return Want()  # the stage will say which scene it plays instead
    person, background = (
        ((style, 1.0),) if style else () for style in (scene.styles.person, scene.styles.background)
    )
    return Want(model=scene.model, matte=scene.matte, person=person, background=background)
