"""Small pictures for the tests of the stage: upload them, look at what was drawn."""

from __future__ import annotations

import moderngl
import numpy as np

from vj.core.types import Pixels

HEIGHT, WIDTH = 48, 64


def plain(red: int, green: int, blue: int, matte: int = 0) -> Pixels:
    """A picture of one colour."""
    return np.full((HEIGHT, WIDTH, 4), (red, green, blue, matte), np.uint8)


def halves(matte: int = 255) -> Pixels:
    """Red on the left where nobody is, blue on the right with a person; white first row."""
    pixels = plain(200, 0, 0)
    pixels[:, WIDTH // 2 :] = (0, 0, 200, matte)
    pixels[0, :, :3] = 255
    return pixels


def upload(context: moderngl.Context, pixels: Pixels) -> moderngl.Texture:
    """Make a texture of a picture."""
    return context.texture(pixels.shape[1::-1], 4, data=np.ascontiguousarray(pixels))


def look(texture: moderngl.Texture) -> Pixels:
    """Read a texture of any kind back as a picture, top row first."""
    kind = {"f1": np.uint8, "f4": np.float32}[texture.dtype]
    data = np.frombuffer(texture.read(), kind).reshape(texture.height, texture.width, 4)
    if kind is np.uint8:
        return data
    assert np.isfinite(data).all()
    return np.round(np.clip(data, 0.0, 1.0) * 255).astype(np.uint8)
