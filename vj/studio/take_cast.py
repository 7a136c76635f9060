"""Whether everything a take was played with is there, looked for before hours of rendering.

Called by the rendering of takes; the folder may have been edited since the show.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from vj.core.errors import UserError, unknown
from vj.core.gig import Gig
from vj.core.take import changed, read_score
from vj.infer.style_picture import decode_style
from vj.infer.want import want_of
from vj.studio.take_painter import Instead

log = logging.getLogger(__name__)


def check_cast(folder: Path, gig: Gig, instead: Instead) -> None:
    """Look for every network, matte, style and effect a take was played with.

    An effect that is not there is told and left out, as a show would; so is that a file was
    another one for a part of the show.
    Raises: UserError for anything else that is not there or cannot be read.
    """
    models, mattes, styles, effects = _played(folder)
    for name in sorted(
        {line.event["saved"] for line in read_score(folder) if "saved" in line.event}
    ):
        log.warning(
            "%s: %s was saved anew while it was played; rendered as it was last", folder, name
        )
    for model in {instead.model} if instead.model else models:
        _there("model", model, gig.card_files, folder, "--model takes another one")
        card = gig.card(model)
        if card.weights:
            card.weights_bytes()
    for matte in mattes:
        gig.check_matte(matte)
    if not (instead.person and instead.background):
        for style in styles:
            _there("style", style, gig.style_files, folder, "--style takes another one")
            decode_style(gig.style_files[style])
    for effect in sorted(effects - gig.table.effects.keys()):
        log.warning("%s: played with the effect %r, rendered without it", folder, effect)


def _there(what: str, name: str, names: Collection[str], folder: Path, way: str) -> None:
    if name not in names:
        raise UserError(f"{unknown(what, name, names, str(folder))} {way}.")


def _played(folder: Path) -> tuple[set[str], set[str], set[str], set[str]]:
    """The names of networks, mattes, style pictures and effects in a take's score."""
    models, mattes, styles, effects = set[str](), set[str](), set[str](), set[str]()
    state: Mapping[str, Any] = {}
    for line in read_score(folder):
        if not line.change.keys() & {"model", "matte", "styles", "chain"}:
            continue
        state = changed(state, line.change)
        want = want_of(state)
        models.add(want.model)
        mattes.add(want.matte)
        styles |= {name for name, _ in (*want.person, *want.background) if name}
        effects |= {str(name) for name, _ in state.get("chain", ())}
    return models, mattes, styles, effects
