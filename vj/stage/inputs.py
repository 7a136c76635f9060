"""The pictures that come in: the newest camera picture and the newest painted one, as textures.

The frame order lets it upload what moved; a picture is copied twice, from shared memory and up.
"""

from __future__ import annotations

from dataclasses import dataclass

import moderngl
import numpy as np

from vj.core.house import House
from vj.core.mailbox import Mailbox
from vj.core.types import Faces, Pixels, no_faces
from vj.stage.carry import Carry, fresh
from vj.stage.dissolve import Dissolve
from vj.stage.fill import SHADERS, compile_fill, write
from vj.stage.ladder import Ladder
from vj.stage.memory import with_levels
from vj.stage.seen import Moment, Seen
from vj.stage.standin import StandIn


class Picture:
    """One mailbox's newest picture on the graphics card.

    `former`: the last picture of the take before, when the newest is the first of another;
    `faces`: where faces are in the newest.
    """

    def __init__(self, context: moderngl.Context, mailbox: Mailbox) -> None:
        self._context, self._mailbox = context, mailbox
        self._out: Pixels = np.zeros((1, 1, 4), np.uint8)
        self.texture = context.texture((1, 1), 4, data=self._out)
        self.former: moderngl.Texture | None = None
        self.seq = self.take = 0
        self.captured_at = 0
        self.faces: Faces = no_faces()

    @property
    def waiting_since(self) -> int:
        """When the camera took the newest picture, if that is not here yet; else 0."""
        return self._mailbox.newest_captured_at if self._mailbox.newest != self.seq else 0

    def upload(self) -> bool:
        """Upload the newest picture if it is not here yet; True when one came."""
        frame = self._mailbox.latest(self.seq, self._out)
        if frame is None:
            return False
        other = frame.take != self.take
        if other or frame.pixels.shape != self._out.shape:
            height, width = frame.pixels.shape[:2]
            self.forget_former()
            self.former = self.texture
            if not (other and self.seq):
                self.forget_former()
            self.texture = with_levels(self._context.texture((width, height), 4))
            self._out = frame.pixels
        self.texture.write(frame.pixels)
        self.seq, self.captured_at, self.take = frame.seq, frame.captured_at, frame.take
        self.faces = frame.faces
        return True

    def forget_former(self) -> None:
        """Free the last take's picture if it is still here."""
        if self.former is not None:
            self.former.release()
        self.former = None


@dataclass(frozen=True, slots=True)
class News:
    """What came in with this frame."""

    dry: bool
    styled: bool


class Inputs:
    """Camera and painting; before the first camera picture, curtains of light."""

    def __init__(self, context: moderngl.Context, size: tuple[int, int], house: House) -> None:
        self.camera = Picture(context, house.camera)
        self.styled = Picture(context, house.styled)
        self.ladder = Ladder()
        self._carry = Carry(context, house.motion, house.origin)
        self._standin = StandIn(context, house.status["capture"])
        self._amount = 0.0
        self._dissolve = Dissolve(context, size)
        height, width = size
        self._waiting = context.framebuffer([context.texture((width, height), 4)])
        header = (SHADERS / "header.frag").read_text(encoding="utf-8")
        body = (SHADERS / "waiting.frag").read_text(encoding="utf-8")
        self._curtains = compile_fill(context, f"{header}\n{body}")
        write(self._curtains, "size", (float(width), float(height)))
        self._triangle = context.vertex_array(self._curtains, [])

    def rehearse(self, painted: tuple[int, int]) -> None:
        """Have compiled what another network's pictures of `painted` (height, width) come in by."""
        self._dissolve.rehearse(painted)

    def upload(self, dt: float, fade: float = 0.0, carry: float = 0.0, wanted: bool = True) -> News:
        """Upload what moved and let the painting come in or go out by `dt` seconds.

        `fade`: seconds in which another network's pictures take the place of the former one's;
        `carry`: 0..1, how far a painting moves along with the camera; `wanted`: whether the scene
        has a network.
        """
        self._amount = carry
        if carry > 0.0:
            self._carry.upload(dt)
        dry, waiting = self.camera.upload(), self.styled.waiting_since
        waits = waiting and carry > 0.0 and self._carry.waits(waiting, dt)
        news = News(dry, not waits and self.styled.upload())
        self._dissolve.tick(dt, fade)
        if self.styled.former is not None:
            if self.ladder.alive > 0 and fade > 0:
                self._dissolve.begin(self.styled.former)
                self.styled.former = None
            else:
                self._dissolve.end()
            self.styled.forget_former()
        if news.styled:
            self.ladder.painted()
        lag = (self.camera.captured_at - self.styled.captured_at) / 1e9
        self._standin.follow(dt)
        self.ladder.tick(dt, lag if self.styled.seq else None, self._standin.known, wanted)
        return news

    def seen(self, moment: Moment) -> Seen:
        """The textures the chain draws from in this frame."""
        if self.camera.seq:
            now, ladder = self.camera.texture, self.ladder
            age = (self.camera.captured_at - self.styled.captured_at) / 1e9
            amount = self._amount * fresh(age)
            styled = self._carry.seen(self.styled.texture, self.styled.captured_at, now, amount)
            styled = self._standin.seen(self._dissolve.seen(styled), now, ladder.look)
            return Seen(now, styled, ladder.alive, self.styled.faces)
        write(self._curtains, "time", moment.time % 6283.0)
        self._waiting.use()
        self._triangle.render(moderngl.TRIANGLES, 3)
        waiting = self._waiting.color_attachments[0]
        assert isinstance(waiting, moderngl.Texture)
        return Seen(waiting, self.styled.texture, 0.0)
