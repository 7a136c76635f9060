"""Whether OpenGL is drawn by the processor here, which then has to paint as well.
Asked by the stage: it draws less often then and carries no paintings along.
"""

from __future__ import annotations

import moderngl

_NAMES = ("llvmpipe", "softpipe", "swiftshader", "swrast")


def drawn_in_software(context: moderngl.Context) -> bool:
    """Tell whether there is no graphics card behind this context."""
    renderer = str(context.info["GL_RENDERER"]).lower()
    return any(name in renderer for name in _NAMES)
