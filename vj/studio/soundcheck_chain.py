"""The soundcheck's look at the chains: what one scene says in two places that do not agree.

Reads the scenes only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from vj.core.gig import Gig
from vj.studio.soundcheck import Finding, warning
from vj.studio.soundcheck_files import Read

_BROUGHT = ("layer", "logo")  # effects that show what the scene brings under a key of that name


def check_chains(gig: Gig, scenes: Mapping[str, Read]) -> Iterator[Finding]:
    """Name effects that have nothing to show, pictures that no effect shows, and effects twice."""
    for document, scene in scenes.values():
        where = document.where(("chain",))
        # A shader in the Interactive Shader Format may take the layer for its own input.
        shaders = {name for name in scene.chain if gig.table.effects[name].suffix == ".fs"}
        for name in (name for name in _BROUGHT if name not in scene.ignore):
            brought, chained = bool(getattr(scene, name)), name in scene.chain
            if chained and not brought:
                yield warning(f"{where}: {name} shows nothing: the scene has no {name}:")
            shown = chained or "chain" in scene.ignore or (name == "layer" and shaders)
            if brought and not shown:
                place = document.where((name,))
                yield warning(f"{place}: never seen: {name} is not in the chain")
        for name in dict.fromkeys(one for one in scene.chain if scene.chain.count(one) > 1):
            yield warning(f"{where}: {name} comes twice, and the same knobs move both")
