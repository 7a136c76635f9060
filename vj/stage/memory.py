"""What an effect keeps from frame to frame: its last pictures, and those that came to it before.

The chain keeps one per effect; an effect that keeps nothing has an empty one.
"""

from __future__ import annotations

from dataclasses import dataclass

import moderngl

from vj.stage.effect import Effect, HistorySpec
from vj.stage.history import History


@dataclass
class Memory:
    """An effect's last picture and the one it draws next, its history, when it drew last."""

    targets: list[moderngl.Framebuffer]
    history: History | None
    spec: HistorySpec | None
    used_at: int = -1

    def release(self) -> None:
        """Free it on the graphics card."""
        for target in self.targets:
            texture_of(target).release()
            target.release()
        if self.history:
            self.history.release()


def blank(
    context: moderngl.Context, size: tuple[int, int], dtype: str = "f1"
) -> moderngl.Framebuffer:
    """Make a cleared target with a texture of `size` (height, width), of 8 bits or "f4"."""
    target = context.framebuffer([with_levels(context.texture(size[::-1], 4, dtype=dtype))])
    target.clear()
    return target


def with_levels(texture: moderngl.Texture) -> moderngl.Texture:
    """Give a texture its smaller sizes from the beginning.

    Drivers compile for whether there are any: got later, they would compile in the middle of a show
    whatever reads the texture.
    """
    texture.build_mipmaps()
    return texture


def texture_of(target: moderngl.Framebuffer) -> moderngl.Texture:
    """Return the texture a target draws into."""
    texture = target.color_attachments[0]
    assert isinstance(texture, moderngl.Texture)
    return texture


def memory_for(
    effect: Effect, former: Memory | None, context: moderngl.Context, size: tuple[int, int]
) -> Memory:
    """Return the effect's former memory where it still suits, else a fresh one beside it."""
    pictures = 2 * effect.feeds
    if former and len(former.targets) == pictures and former.spec == effect.history:
        return former
    dtype = "f4" if effect.precise else "f1"
    return Memory(
        targets=[blank(context, size, dtype) for _ in range(pictures)],
        history=History(context, size, effect.history) if effect.history else None,
        spec=effect.history,
    )
