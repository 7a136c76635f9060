"""Where the infer process begins: what must be settled before torch is loaded, then the live loop.
Started by the show through `main`."""

from __future__ import annotations

import os

from vj.core.house import House
from vj.core.memory import keep_memory

# Threads that wait for work sleep instead of spinning. Beside a busy stage on two cores spinning
# took 180-290 ms of processor time for a brush picture of 640x360, sleeping takes 60.
CALM_THREADS = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"}


def main(house: House) -> None:
    """Run until killed."""
    for name, value in CALM_THREADS.items():
        os.environ.setdefault(name, value)
    keep_memory()
    # Imported here because the OpenMP library reads its settings when torch is loaded.
    from vj.infer.live import run

    run(house)
