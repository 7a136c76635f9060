"""What pyglet cannot do under X11: drop a window's frame later, not flash black, ask little.

Window and curtain use it on X11 only; other systems need none of it.
"""

from __future__ import annotations

import ctypes
from typing import Any

_DECORATIONS = 2  # the Motif hint flag that says the decorations field counts


def keep_background(window: Any) -> None:
    """Let the server leave on screen what is there until the first picture is drawn."""
    from pyglet.libs.x11 import xlib

    for handle in (window._window, window._view):
        xlib.XSetWindowBackgroundPixmap(window._x_display, handle, 0)


def decorate(window: Any, frame: bool) -> None:
    """Ask the window manager to draw a frame around a window, or none."""
    from pyglet.libs.x11 import xlib

    hints = (ctypes.c_ulong * 5)(_DECORATIONS, 0, int(frame), 0, 0)
    name = xlib.XInternAtom(window._x_display, b"_MOTIF_WM_HINTS", False)
    data = ctypes.cast(hints, ctypes.POINTER(ctypes.c_ubyte))
    xlib.XChangeProperty(
        window._x_display, window._window, name, name, 32, xlib.PropModeReplace, data, 5
    )


def desktop_mark(window: Any) -> tuple[int, ...]:
    """Numbers that change whenever a display comes, goes, moves or changes its size.

    Asks the server only for what it already knows; asking for the displays themselves makes it
    talk to the hardware, long enough to be seen. Without RandR the mark is the desktop's size.
    """
    from pyglet.libs.x11 import xlib

    display = window._x_display
    root = xlib.XDefaultRootWindow(display)
    try:
        from pyglet.libs.x11 import xrandr
    except ImportError:
        attributes = xlib.XWindowAttributes()
        xlib.XGetWindowAttributes(display, root, ctypes.byref(attributes))
        return attributes.width, attributes.height
    resources = xrandr.XRRGetScreenResourcesCurrent(display, root)
    if not resources:
        return ()
    mark = int(resources.contents.timestamp), int(resources.contents.configTimestamp)
    xrandr.XRRFreeScreenResources(resources)
    return mark


def unmanage(window: Any) -> None:
    """Keep window managers away from a window: no frame, no focus, no entry in a task bar."""
    from pyglet.libs.x11 import xlib

    attributes = xlib.XSetWindowAttributes()
    attributes.override_redirect = True
    xlib.XChangeWindowAttributes(
        window._x_display, window._window, xlib.CWOverrideRedirect, ctypes.byref(attributes)
    )


def stack(window: Any, on_top: bool) -> None:
    """Put a window above or below all others, at once."""
    from pyglet.libs.x11 import xlib

    move = xlib.XRaiseWindow if on_top else xlib.XLowerWindow
    move(window._x_display, window._window)
    xlib.XFlush(window._x_display)


def keep_awake(window: Any) -> None:
    """Tell the server that somebody is here: no screen saver, no sleeping projector."""
    from pyglet.libs.x11 import xlib

    xlib.XResetScreenSaver(window._x_display)
