"""A whole show on the dancer, off-screen: rates and delays.

Called by `vj bench show`; the other benchmarks start their shows as this one does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vj.core.errors import UserError
from vj.core.gig import Gig
from vj.core.house import Options, build_house
from vj.show import Show


def quiet(gig: Gig, **rig: object) -> Gig:
    """Return the same gig on free ports, so that a running show is not disturbed; `rig` changes."""
    ports = {"osc_port": 0, "remote_port": 0, "feedback_port": 0}
    return replace(gig, rig=gig.rig.model_copy(update={**ports, **rig}))


def bench_show(gig: Gig, seconds: float, scene: str) -> dict[str, Any]:
    """Run the show off-screen on the dancer and return its report.

    Rates are means from the first stylised picture on; delays are from the camera's time stamp.
    """
    options = Options(scene=scene, source={"kind": "dancer"}, headless=True, seconds=seconds)
    show = Show(build_house(quiet(gig), options), lambda line: None)
    if show.run() != 0:
        raise UserError("bench show: the stage showed nothing; try: vj show --headless")
    return show.figures
