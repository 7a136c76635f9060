"""What the drawing painter is asked for while it learns, term by term.
One call of `painted_terms` per batch; used by vj.studio.train_pix2pix.

Source: Isola et al. 2017 (L1 and a critic), Johnson et al. 2016 (features). Steadiness is asked for
in three ways: a drawing made again from a noisier picture, shifted by whole pixels, and bent.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.infer.models.edges import Network, grain
from vj.studio.critic import Critic
from vj.studio.perceptual import Perceptual, content_distance, look, style_distance
from vj.studio.pictures import smooth_flow
from vj.studio.sketchbook import AGAIN, MARGIN
from vj.studio.stylist import luma


@dataclass(frozen=True)
class Wishes:
    """How strongly each wish counts."""

    colour: float = 8.0
    shape: float = 1.5
    strokes: float = 1.0
    critic: float = 0.6
    again: float = 6.0
    shift: float = 800.0
    bend: float = 80.0


@dataclass(frozen=True)
class Task:
    """One batch on its device: wide drawings with their grain, and what is wanted of the middle."""

    size: int
    drawings: Tensor  # (B, 4, size + 2 MARGIN, same)
    again: Tensor  # (B / AGAIN, 4, same, same)
    wanted: Tensor  # (B, 3, size, size)
    looks: Tensor  # (B,)

    @property
    def lines(self) -> Tensor:
        """Brightness of the drawings' middle, (B, 1, size, size)."""
        return luma(middle(self.drawings[:, :3], self.size))


def middle(wide: Tensor, size: int, down: int = 0, right: int = 0) -> Tensor:
    """The middle of a wide picture (B, C, size + 2 MARGIN, same), shifted by whole pixels."""
    top, left = MARGIN + down, MARGIN + right
    return wide[:, :, top : top + size, left : left + size]


def with_grain(drawings: Tensor, dice: torch.Generator) -> Tensor:
    """Lay drawings (B, 3, h, w) on paper: (B, 4, h, w)."""
    h, w = drawings.shape[2:]
    # one sheet per batch, cut in many places: a new one for every picture would take long
    sheet = grain((2 * h, 2 * w), dice, drawings.device)
    corners = torch.randint(min(h, w), (len(drawings), 2), generator=dice).tolist()
    papers = [sheet[:, :, top : top + h, left : left + w] for top, left in corners]
    return torch.cat((drawings, torch.cat(papers)), 1)


def painted_terms(
    wishes: Wishes,
    network: Network,
    critic: Critic,
    perceptual: Perceptual,
    task: Task,
    dice: torch.Generator,
    critic_share: float,
    low_precision: bool = False,
) -> tuple[dict[str, Tensor], Tensor]:
    """Paint a batch and weigh the result; returns the weighted terms and the paintings.

    low_precision: bfloat16 inside the painter and the encoder; statistics stay precise.
    """
    quick = torch.autocast(task.wanted.device.type, torch.bfloat16, enabled=low_precision)
    size, count = task.size, len(task.wanted)
    few = max(1, count // AGAIN)
    vectors = network.vectors()[task.looks]
    bent = float(torch.rand((), generator=dice)) < 0.4
    still_wide = task.drawings[-few:]
    if bent:
        flow = smooth_flow(size, dice, float(MARGIN)).to(task.wanted.device)
        moved = _warped(middle(still_wide, size), flow)
        down = right = 0
    else:
        down, right = (int(n) for n in torch.randint(1 - MARGIN, MARGIN, (2,), generator=dice))
        moved = middle(still_wide, size, down, right)
    inputs = torch.cat((middle(task.drawings, size), middle(task.again, size), moved))
    codes = torch.cat((vectors, vectors[:few], vectors[-few:]))
    with quick:
        painted = network.painter(inputs.contiguous(memory_format=torch.channels_last), codes)
        main, again, shifted = painted.split((count, few, few))
        with torch.no_grad():
            wanted = perceptual(task.wanted)
        got = perceptual(main)
    with torch.no_grad():
        aim = look(wanted)
    terms = {
        "colour": wishes.colour * (main - task.wanted).abs().mean(),
        "shape": wishes.shape * content_distance(got, wanted).mean(),
        "strokes": wishes.strokes * style_distance(look(got), aim).mean(),
        "again": wishes.again * (again - main[:few]).abs().mean(),
    }
    if bent:
        gap = F.avg_pool2d(shifted - _warped(main[-few:], flow), 2)
        rim = MARGIN // 2 + 2
        terms["bend"] = wishes.bend * gap[:, :, rim:-rim, rim:-rim].square().mean()
    else:
        terms["shift"] = wishes.shift * _apart(main[-few:], shifted, down, right)
    if critic_share > 0:
        scores = critic(main, task.lines, task.looks)
        terms["critic"] = -critic_share * wishes.critic * scores.mean()
    return terms, main


def _apart(still: Tensor, moved: Tensor, down: int, right: int) -> Tensor:
    """Mean square between a painting and that of the shifted drawing, where both show the same."""
    # near the rim the two see different surroundings, which is no fault
    rim = 16
    size = still.shape[2]
    here = [slice(max(0, d) + rim, size + min(0, d) - rim) for d in (down, right)]
    there = [slice(max(0, -d) + rim, size + min(0, -d) - rim) for d in (down, right)]
    gap = still[:, :, here[0], here[1]] - moved[:, :, there[0], there[1]]
    return gap.square().mean()


def _warped(x: Tensor, flow: Tensor) -> Tensor:
    grid = flow.expand(len(x), -1, -1, -1)
    return F.grid_sample(x.float(), grid, padding_mode="reflection", align_corners=False)
