"""The parameters of a scene that files have, too: checked, and what they are without being set.
Called by vj.studio.look: matte, calm, the style's own strokes, and the drawing chain.
"""

from __future__ import annotations

from collections.abc import Mapping

from vj.core.errors import UserError, unknown
from vj.core.gig import Gig
from vj.infer.plain_places import TEXTURE

CALM = "style.calm"
CHAIN, DRAWS = "edges.", "edges.enabled"
PARAMS = ("matte.", CHAIN, CALM, *TEXTURE)
ON_STAGE = {  # and what files have instead
    "edges.freeze": "",
    "edges.flip_h": "; for files --mirror",
    "edges.flip_v": "; for files --rotate 180 --mirror",
}
FROM_DRAWINGS = ("edges",)  # what paints drawings gets one, as the live chain makes it
DRAWING = {"edges.canny_low": 80.0, "edges.canny_high": 200.0}


def values_of(
    options: Mapping[str, float | int | str | bool], gig: Gig, model: str
) -> dict[str, float]:
    """Check the options that are parameters; on, off, true and false are numbers.

    model: the word of the card; of the drawing chain nothing is among the values unless it draws.
    Raises: UserError for a name files do not have, a value out of range, and a knob of the chain
    while nothing is drawn.
    """
    values = {name: float(gig.table.find(name).default) for name in (CALM, *TEXTURE)}
    chain = {DRAWS: float(model in FROM_DRAWINGS)}
    for name, value in options.items():
        if name.startswith("style.") and name not in PARAMS:
            raise unknown("parameter of files", name, (CALM, *TEXTURE), "--set")
        if not name.startswith(PARAMS):
            continue
        if name in ON_STAGE:
            raise UserError(f"--set {name}: only on stage{ON_STAGE[name]}")
        param = gig.table.find(name, "--set")
        number = {"on": 1.0, "off": 0.0}.get(value, value) if isinstance(value, str) else value
        if isinstance(number, str) or not param.low <= number <= param.high:
            allowed = f"{param.low:g} to {param.high:g}" if param.kind != "switch" else "on, off"
            raise UserError(f"--set {name}={value}: allowed: {allowed}")
        (chain if name.startswith(CHAIN) else values)[param.name] = float(number)
    if chain[DRAWS] >= 0.5:
        return {**values, **DRAWING, **chain}
    if len(chain) > 1:
        raise UserError(f"--set {list(chain)[1]}: nothing is drawn without edges.enabled=on")
    return values
