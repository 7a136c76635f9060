"""Paints all plates, or the named ones: `python -m vj.studio.plates FOLDER [NAME...]`.

Called by hand after a plate was changed.
"""

import argparse
import sys
from pathlib import Path

from vj.core.errors import UserError
from vj.studio import plates

parser = argparse.ArgumentParser(prog="python -m vj.studio.plates", description=plates.__doc__)
parser.add_argument("folder", type=Path)
parser.add_argument("name", nargs="*")
parser.add_argument("--size", type=int, default=plates.FULL_SIZE)
parser.add_argument("--seed", type=int, default=0)
wish = parser.parse_args()
try:
    plates.paint_all(wish.folder, wish.size, wish.seed, wish.name)
except (UserError, OSError) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
