"""Measures this machine with the real program: a whole show, hands, the mailbox.

Called by `vj bench WHAT`; figures that belong together come from one run on the same work.
"""

from __future__ import annotations

from typing import Any

from vj.bench.hands import bench_hands
from vj.bench.mailbox import bench_mailbox
from vj.bench.whole_show import bench_show
from vj.core.gig import Gig


def bench(what: str, gig: Gig, seconds: float, scene: str) -> dict[str, Any]:
    """Run one benchmark and return its figures.

    Raises: UserError when the show could not be measured.
    """
    if what == "mailbox":
        return bench_mailbox()
    if what == "hands":
        return bench_hands(gig, seconds, scene)
    return bench_show(gig, seconds, scene)
