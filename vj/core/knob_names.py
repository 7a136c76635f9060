"""What a knob may move: a parameter, within its range, or a trigger; the names of both, when a name
is neither.

Used by whoever reads the `knobs:` of a scene or of the rig.
"""

from __future__ import annotations

from vj.core.binding import Knob
from vj.core.errors import UserError, unknown
from vj.core.table import TRIGGERS, Table


def check_knob(name: str, knob: Knob, table: Table, where: str = "") -> None:
    """See that a parameter (or an alias of one) or a trigger is called `name`.

    Raises: UserError with the nearest right names of both kinds, or with what the parameter's range
    is when the knob's goes beyond it.
    """
    if name in TRIGGERS:
        return
    param = next((one for one in table if name == one.name or name in one.aliases), None)
    if param is not None:
        for end in knob.range or ():
            if not param.low <= end <= param.high:
                allowed = f"{param.low:g} to {param.high:g} {param.unit}".rstrip()
                raise UserError(f"{where}: range: {end:g} is out of range; allowed: {allowed}")
        return
    names = (*table.params, *TRIGGERS)
    group = [known for known in names if known.split(".")[0] == name.split(".")[0]]
    raise unknown("parameter or trigger", name, group or names, where)
