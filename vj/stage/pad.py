"""The style pad: a place in a square between four styles is a mixture of them.

Owned by the stage's Play; the network paints the mixture in one pass.
"""

from __future__ import annotations

from collections.abc import Mapping

from vj.core.table import CORNERS, PAD_KNOBS
from vj.stage.styles import REGIONS, StyleMix
from vj.stage.values import Params

Mixes = Mapping[str, list[list[object]]]
"""Region -> [[style, weight], ...], as in the state document."""

_AT_MOST = 6  # each style costs the network a little, and nobody sees the seventh
_FAINT = 0.004


class Pad:
    """Corner styles that fade into their successors, and how far each region is on the pad."""

    def __init__(self) -> None:
        self._corners = StyleMix(CORNERS)
        self._aimed: dict[str, str] = {}
        self._share = dict.fromkeys(REGIONS, 0.0)

    def tick(self, dt: float, params: Params) -> None:
        """Follow the knobs by `dt` seconds; regions and corner styles change in `style.fade`."""
        seconds = params.goal("style.fade")
        for corner, knob in zip(CORNERS, PAD_KNOBS, strict=True):
            choices = params.table.params[knob].choices
            style = choices[int(params.goal(knob))] if choices else ""
            if self._aimed.get(corner) != style:
                self._corners.aim(corner, style, seconds if corner in self._aimed else 0.0)
                self._aimed[corner] = style
        self._corners.tick(dt)
        step = dt / seconds if seconds > 0 else 1.0
        for region, share in self._share.items():
            away = params.goal(f"style.pad_{region}") - share
            self._share[region] = share + min(max(away, -step), step)

    def mixed(self, styles: Mixes, x: float, y: float) -> dict[str, list[list[object]]]:
        """Return the regions' mixtures with the pad's in their place, as far as they are on it.

        `x`, `y`: place on the pad, 0..1, (0, 0) is the bottom left corner.
        """
        if not any(self._share.values()):
            return dict(styles)
        places = ((1 - x) * y, x * y, (1 - x) * (1 - y), x * (1 - y))
        pad: dict[str, float] = {}
        for place, mix in zip(places, self._corners.document().values(), strict=True):
            for style, weight in mix:
                pad[str(style)] = pad.get(str(style), 0.0) + place * float(str(weight))
        return {
            region: _crossed(mix, pad, self._share[region]) if self._share[region] else mix
            for region, mix in styles.items()
        }

    def restore(self, on: Mapping[str, float]) -> None:
        """Stand where an earlier life of the stage stood; `on`: region -> share 0..1."""
        self._share = {region: min(max(float(on.get(region, 0.0)), 0.0), 1.0) for region in REGIONS}

    def document(self) -> dict[str, float]:
        """How far each region is on the pad, 0..1."""
        return {region: round(share, 4) for region, share in self._share.items()}


def _crossed(mix: list[list[object]], pad: Mapping[str, float], share: float) -> list[list[object]]:
    """Cross from a mixture to the pad's; what it leaves to 1, the picture itself, stays left."""
    found = {str(style): (1 - share) * float(str(weight)) for style, weight in mix}
    for style, weight in pad.items():
        found[style] = found.get(style, 0.0) + share * weight
    total = sum(found.values())
    heavy = sorted(found.items(), key=lambda item: -item[1])[:_AT_MOST]
    kept = {style: weight for style, weight in heavy if weight >= _FAINT}
    rest = sum(kept.values())
    return [[style, round(weight * total / rest, 5)] for style, weight in kept.items()]
