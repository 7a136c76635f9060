"""What effects are drawn with while one scene gives way to another: plain numbers, no pictures.

The dress rehearsal plays every change of the set list with it, long before it is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vj.core.cue import leaves
from vj.core.modulator import Modulator
from vj.core.scene import Scene
from vj.core.table import Table
from vj.stage.asked import values_of
from vj.stage.fades import manner_of
from vj.stage.lineup import Lineup
from vj.stage.values import Params

_STEPS = 48  # moments of a change: whole numbers travel through what lies between them
_LONGEST = 600.0

Moved = Mapping[str, Modulator | Sequence[Modulator]]
Way = tuple[list[str], Mapping[str, float]]


class Ways:
    """Scenes as they stand, and what lies between two of them.

    `shaping`: effect -> the knobs that say which programs it is drawn with.
    """

    def __init__(self, table: Table, shaping: Mapping[str, set[str]]) -> None:
        self._table, self._shaping = table, shaping
        self._asked: dict[str, dict[str, float]] = {}

    def at_rest(self, scene: Scene) -> Way:
        """A scene as it stands: its effects in order, and the value of every knob it turns."""
        return list(_lineup(scene).order), self._values(scene)

    def swayed(self, scene: Scene) -> set[str]:
        """The knobs, by full name, that a scene's modulators keep moving."""
        return {self._table.find(name).name for name in scene.modulate}

    def between(self, before: Scene, after: Scene) -> Iterator[Way]:
        """Moments on the way from one scene to the next, one at least.

        Further ones are given where a knob begins to stand so that another program may be drawn.
        """
        lineup = _lineup(before)
        if not leaves(after.ignore, "chain"):
            lineup.change(after.chain, 1.0)
        names = [name for name, _ in lineup.tick(0.5)]
        # Whoever leaves is tried with what it had; on its way out it goes to its defaults.
        leaving = set(names) - set(after.chain)
        old, new = self._values(before), self._values(after)
        rest = {**old, **new}
        rest |= {name: value for name, value in old.items() if name.partition(".")[0] in leaving}
        wanted = {knob for name in names for knob in self._shaping.get(name, ())}
        moved = self._moved(before, wanted), self._moved(after, wanted)
        if not any(moved) and all(old.get(name) == new.get(name) for name in wanted):
            yield names, rest
            return
        former: dict[str, float] | None = None
        for now in self._on_the_way(before, after, wanted, moved):
            if now != former:
                yield names, {**rest, **now}
            former = now

    def _on_the_way(
        self, before: Scene, after: Scene, wanted: set[str], moved: tuple[Moved, Moved]
    ) -> Iterator[dict[str, float]]:
        """Play the change with a few knobs only."""
        few = Table({name: self._table.params[name] for name in wanted}, {})
        params, how = Params(few), manner_of(after, few)
        params.fade_to(self._values(before), 0.0)
        params.modulate(moved[0], 0.0)
        params.fade_to(self._values(after), how)
        if not leaves(after.ignore, "modulate"):
            params.modulate(moved[1], how.seconds)
        slowest = max([how.seconds, *(seconds for seconds, _ in how.own.values())])
        step = min(slowest, _LONGEST) / _STEPS
        for number in range(1, _STEPS + 2):
            yield dict(params.tick(number * step, step, number * step))

    def _values(self, scene: Scene) -> dict[str, float]:
        if scene.name not in self._asked:
            self._asked[scene.name] = values_of(scene, self._table)
        return self._asked[scene.name]

    def _moved(self, scene: Scene, wanted: set[str]) -> Moved:
        """A scene's modulators of the knobs that are wanted, by full name."""
        found = {self._table.find(name).name: moved for name, moved in scene.modulate.items()}
        return {name: moved for name, moved in found.items() if name in wanted}


def _lineup(scene: Scene) -> Lineup:
    lineup = Lineup()
    lineup.change(scene.chain, 0.0)
    return lineup
