"""Keeps displays awake where asking the X server is not enough: desktops, Windows, macOS.

The stage window calls it while a picture fills a display.
"""

from __future__ import annotations

import ctypes
import logging
import os
import shutil
import subprocess
import sys

log = logging.getLogger(__name__)

_CONTINUOUS, _SYSTEM, _DISPLAY = 0x80000000, 0x1, 0x2


class Awake:
    """Asks once, by the system's own program; that ends together with this process."""

    def __init__(self) -> None:
        self._asked = False
        self._program: subprocess.Popen[bytes] | None = None

    def keep(self) -> None:
        """Inhibit screen saver and display sleep until this process ends."""
        if self._asked:
            return
        self._asked = True
        if sys.platform == "win32":
            ctypes.windll.kernel32.SetThreadExecutionState(_CONTINUOUS | _SYSTEM | _DISPLAY)
            return
        command = command_for(os.getpid())
        if command:
            quiet = subprocess.DEVNULL
            self._program = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)
            log.info("displays are kept awake by %s", command[0])


def command_for(process: int) -> list[str]:
    """The program that keeps this system awake while a process lives; empty when there is none."""
    if shutil.which("caffeinate"):
        return ["caffeinate", "-d", "-i", "-w", str(process)]
    if shutil.which("systemd-inhibit") and shutil.which("tail"):
        wait = ["tail", f"--pid={process}", "-f", "/dev/null"]
        return ["systemd-inhibit", "--what=idle:sleep", "--who=vj", "--why=a show", *wait]
    return []
