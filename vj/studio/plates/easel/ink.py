"""Ink and water: transparent washes that darken at their edges, bleed and settle in the paper.

Called by the wet plates (ink wash, watercolour). Colours multiply, as pigment on paper does.
"""

import cv2
import numpy as np

from vj.studio.plates.easel.colour import Field, Rgb
from vj.studio.plates.easel.noise import fbm, smoothstep
from vj.studio.plates.easel.surface import blur


def glaze(paper: Rgb, colour: Rgb, density: Field) -> Rgb:
    """Lay a transparent pigment over the paper; density 1 gives the pigment's own colour."""
    absorbed = -np.log(np.clip(colour, 0.02, 1)).astype(np.float32)
    return np.asarray(paper * np.exp(-density[..., None] * absorbed), np.float32)


def push(mask: Field, dx: Field, dy: Field) -> Field:
    """Move a mask by offsets in parts of the width."""
    size = mask.shape[1]
    line = np.arange(size, dtype=np.float32)
    x, y = np.meshgrid(line, line)
    return np.asarray(
        cv2.remap(mask, x + dx * size, y + dy * size, cv2.INTER_LINEAR, None, cv2.BORDER_REPLICATE),
        np.float32,
    )


def bleed(
    mask: Field,
    x: Field,
    y: Field,
    rng: np.random.Generator,
    wet: float = 6.0,
    rough: float = 0.004,
) -> Field:
    """Let a drawn shape run into the paper: frayed, softened, darker at the rim, granulated.

    Args: mask 0..1 (h, w); wet: how far the water runs, in 768ths; rough: fraying in widths.
    Returns the pigment's density (h, w) float32, about 0..1.3.
    """
    frayed = push(mask, rough * fbm(x, y, rng, 28, 4, 0.65), rough * fbm(x, y, rng, 28, 4, 0.65))
    shore = blur(frayed, wet)
    damp = smoothstep(-0.3, 0.5, fbm(x, y, rng, 5, 3))
    core = frayed * (1 - 0.5 * damp) + shore * 0.5 * damp
    rim = np.clip(frayed - shore, 0, 1)
    settle = 1 + 0.16 * fbm(x, y, rng, 60, 3, 0.8) + 0.2 * fbm(x, y, rng, 7, 3)
    return np.asarray(
        (core * 0.85 + 0.55 * rim) * settle + 0.06 * blur(frayed, wet * 3), np.float32
    )
