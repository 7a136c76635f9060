"""Paints every plate, or the named ones, into a folder: `python -m vj.studio.plates styles [NAME...]`.

Called by hand after a plate was changed.
"""

import sys
from pathlib import Path

from vj.studio import plates

folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for name in sys.argv[2:] or plates.names():
    (folder / f"{name}.jpg").write_bytes(plates.encode(plates.paint(name)))
