"""How long a process has waited for a processor: one that is starved does not hang.

Asked by a Keeper (`vj.core.child`) when a heartbeat is late, on Linux.
"""

from __future__ import annotations

import contextlib
from pathlib import Path


def queued_s(pid: int) -> dict[str, float]:
    """Return for each of its threads the seconds it was ready to run and did not, since birth.

    Empty where a system does not say.
    """
    found: dict[str, float] = {}
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError, ValueError, IndexError):  # threads come and go
                found[task.name] = int((task / "schedstat").read_text().split()[1]) / 1e9
    return found
