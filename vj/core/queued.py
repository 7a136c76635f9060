"""How long a process has waited for a processor: one that is starved does not hang.

Asked by a Keeper (`vj.core.child`) when a heartbeat is late, on Linux.
"""

from __future__ import annotations

import contextlib
from pathlib import Path


def queued_s(pid: int) -> float:
    """Return the seconds all its threads together were ready to run and did not, since birth.

    0.0 where a system does not say.
    """
    with contextlib.suppress(OSError, ValueError, IndexError):
        tasks = Path(f"/proc/{pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[1]) for task in tasks) / 1e9
    return 0.0
