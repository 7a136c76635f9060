"""What a frame is drawn from: the moment it is for and the pictures that came in.

Made by the frame order and its inputs, read by the chain and its effects.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import moderngl

from vj.core.types import Faces, no_faces


@dataclass(frozen=True, slots=True)
class Moment:
    """When a frame is drawn: seconds, beats, seconds since the last frame (> 0)."""

    time: float
    beat: float
    dt: float


@dataclass(frozen=True, slots=True)
class Seen:
    """The pictures that came in: textures, how present the painted one is (0..1), its faces.

    `layer`, `logo`: the scene's second source and its overlay, None before they came; their alpha
    is how far they cover, and their colours are multiplied by it already.
    """

    dry: moderngl.Texture
    styled: moderngl.Texture
    alive: float
    faces: Faces = field(default_factory=no_faces)
    layer: moderngl.Texture | None = None
    logo: moderngl.Texture | None = None
