"""The colours of the styles, for pads that choose them; looked up beside the show, not waited for.

Used by the MIDI hand.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from collections.abc import Mapping

from vj.core.gig import Gig

log = logging.getLogger(__name__)

_PATIENCE_S = 60.0


class StyleColours:
    """Style -> (red, green, blue) 0..255; empty until the pictures have been looked at."""

    def __init__(self, gig: Gig) -> None:
        self._gig = gig
        self._asked: tuple[str, ...] = ()
        self.found: Mapping[str, tuple[int, int, int]] = {}

    def follow(self, styles: tuple[str, ...]) -> None:
        """Look at the pictures again when the list of styles is another one; returns at once."""
        if styles != self._asked:
            self._asked = styles
            threading.Thread(target=self._look, name="style colours", daemon=True).start()

    def _look(self) -> None:
        self.found = colours_of(self._gig) or self.found


def colours_of(gig: Gig) -> dict[str, tuple[int, int, int]]:
    """Look at all style pictures, which takes a second; empty when they cannot be looked at."""
    files = {str(path): name for name, path in gig.style_files.items()}
    command = [sys.executable, "-m", "vj.capture.swatches", *files]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_PATIENCE_S, check=True)
        seen = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        log.info("pads stay white, the style pictures cannot be looked at: %s", error)
        return {}
    return {files[path]: (rgb[0], rgb[1], rgb[2]) for path, rgb in seen.items()}
