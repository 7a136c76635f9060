"""Which style paints people and which everything else, with cross-fades between them.

Owned by the stage's Play; its document is what infer paints with.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from vj.core.cue import Curve
from vj.stage.fades import bent

REGIONS = ("person", "background")

# Each style in a mix costs the network a little; hands that change faster than fades end keep the
# heaviest ones only.
_AT_MOST = 4


@dataclass(frozen=True)
class _Fade:
    start: Mapping[str, float]
    target: str
    elapsed: float
    seconds: float
    curve: Curve


class StyleMix:
    """Style name -> weight for each region; the weights of a region always add up to 1.

    The name "" stands for the picture itself: no style. An interrupted fade goes on from the mix
    it had reached.
    """

    def __init__(self, regions: Iterable[str] = REGIONS) -> None:
        self._mixes: dict[str, dict[str, float]] = {region: {"": 1.0} for region in regions}
        self._fades: dict[str, _Fade] = {}

    def aim(self, region: str, style: str, seconds: float, curve: Curve = "linear") -> None:
        """Let `style` take over a region (such as "person") in `seconds`."""
        self._fades.pop(region, None)
        if seconds <= 0:
            self._mixes[region] = {style: 1.0}
        elif self._mixes[region] != {style: 1.0}:
            self._fades[region] = _Fade(_heaviest(self._mixes[region]), style, 0.0, seconds, curve)

    def goal(self, region: str) -> str:
        """The style a region has, or is fading to."""
        fade = self._fades.get(region)
        return (
            fade.target if fade else max(self._mixes[region], key=self._mixes[region].__getitem__)
        )

    def tick(self, dt: float) -> None:
        """Move the fades by `dt` seconds."""
        for region, fade in list(self._fades.items()):
            elapsed = fade.elapsed + dt
            part = bent(elapsed / fade.seconds, fade.curve)
            if part >= 1.0 - 1e-9:
                self._mixes[region] = {fade.target: 1.0}
                del self._fades[region]
                continue
            mix = {style: weight * (1.0 - part) for style, weight in fade.start.items()}
            mix[fade.target] = mix.get(fade.target, 0.0) + part
            self._mixes[region] = mix
            self._fades[region] = replace(fade, elapsed=elapsed)

    def document(self) -> dict[str, list[list[object]]]:
        """Region -> [[style, weight], ...] as published; the part without a style is left out."""
        return {
            region: [[style, round(weight, 5)] for style, weight in mix.items() if style]
            for region, mix in self._mixes.items()
        }

    def restore(self, document: Mapping[str, Iterable[Iterable[object]]], seconds: float) -> None:
        """Stand where an earlier life stood and fade on to its heaviest style."""
        for region in self._mixes:
            mix = {str(style): float(str(weight)) for style, weight in document.get(region, [])}
            rest = 1.0 - sum(mix.values())
            if rest > 1e-3:
                mix[""] = rest
            self._mixes[region] = mix
            if len(mix) > 1:
                self.aim(region, self.goal(region), seconds)


def _heaviest(mix: Mapping[str, float]) -> dict[str, float]:
    kept = sorted(mix.items(), key=lambda item: -item[1])[: _AT_MOST - 1]
    total = sum(weight for _, weight in kept)
    return {style: weight / total for style, weight in kept}
