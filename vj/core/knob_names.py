"""What a knob may move: a parameter or a trigger; the names of both, when a name is neither.

Used by whoever reads the `knobs:` of a scene or of the rig.
"""

from __future__ import annotations

from vj.core.errors import unknown
from vj.core.table import TRIGGERS, Table


def check_knob(name: str, table: Table, where: str = "") -> None:
    """See that a parameter (or an alias of one) or a trigger is called `name`.

    Raises: UserError with the nearest right names of both kinds.
    """
    if name in TRIGGERS or name in table.params:
        return
    if any(name in param.aliases for param in table):
        return
    names = (*table.params, *TRIGGERS)
    group = [known for known in names if known.split(".")[0] == name.split(".")[0]]
    raise unknown("parameter or trigger", name, group or names, where)
