"""The scene's layer and logo on the graphics card.

The frame order uploads them; the effects `layer` and `logo` lay them over the picture.
"""

from __future__ import annotations

from dataclasses import replace

import moderngl

from vj.core.mailbox import Mailbox
from vj.stage.dissolve import Dissolve
from vj.stage.inputs import Picture
from vj.stage.seen import Seen


class Overlays:
    """Their newest pictures, or the last ones when a source has stopped.

    One layer dissolves into the next; a logo is cut, as two of them have no form in common.
    """

    def __init__(
        self, context: moderngl.Context, size: tuple[int, int], layer: Mailbox, logo: Mailbox
    ) -> None:
        self.layer, self.logo = Picture(context, layer), Picture(context, logo)
        self._dissolve = Dissolve(context, size)

    def upload(self, dt: float, fade: float) -> None:
        """Upload what moved, `dt` seconds after the last frame; a dissolve takes `fade` seconds."""
        self.layer.upload()
        self._dissolve.tick(dt, fade)
        if self.layer.former is not None and fade > 0:
            self._dissolve.begin(self.layer.former)
            self.layer.former = None
        self.layer.forget_former()
        if self.logo.upload():
            self.logo.texture.build_mipmaps()
        self.logo.forget_former()

    def over(self, seen: Seen) -> Seen:
        """Add them to the pictures the chain draws from; nothing before their first ones."""
        return replace(
            seen,
            layer=self._dissolve.seen(self.layer.texture) if self.layer.seq else None,
            logo=self.logo.texture if self.logo.seq else None,
        )
