"""A painting in progress: a picture changed step by step, from a small sketch to its full size.
Used by the model gatys, which says for how long.

Source: Gatys, Ecker, Bethge, CVPR 2016 (L-BFGS on pixels); coarse to fine: Gatys et al.,
"Controlling Perceptual Factors in Neural Style Transfer", CVPR 2017.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from vj.infer.composite import resized
from vj.infer.judge import Judge

HISTORY = 12  # steps L-BFGS remembers
WORSE = 3.0  # times the best loss: L-BFGS has lost its way
LEAST_SIDE = 32  # pixels of a sketch
Size = tuple[int, int]


def levels(size: Size, sketch: int) -> list[Size]:
    """List the sizes a painting goes through: halves of (h, w) down to about `sketch` pixels.

    sketch: longest side of the first one, 0 for no smaller ones at all.
    """
    count = max(round(math.log2(max(size) / sketch)), 0) if sketch else 0
    while count and min(size) / 2**count < LEAST_SIDE:
        count -= 1
    return [(round(size[0] / 2**n), round(size[1] / 2**n)) for n in range(count, -1, -1)]


class Canvas:
    """One painting: where it is in its sizes and what the optimiser remembers.

    `level`: the number of the present size; `steps`: made so far; `total`: to be made.
    """

    def __init__(
        self,
        start: Tensor,
        sizes: list[Size],
        judge: Callable[[Size], Judge] | None,
        iterations: int,
        optimizer: str = "lbfgs",
        rate: float = 0.03,
        level: int = 0,
    ) -> None:
        """Take what to begin with, (1, 3, h, w) 0..1, and who judges a picture of a size.

        iterations: steps of the first size, every larger one takes half as many; 0 for a painting
        that is done. optimizer: "lbfgs" or "adam", which has a learning `rate` in colours. level:
        the size to begin with.
        """
        self._sizes, self._judge_of = sizes, judge
        self._iterations, self._optimizer, self._rate = iterations, optimizer, rate
        self._picture = self._safe = self._before = start
        # what a sketch cannot hold of it; on stage it goes as the strokes come
        whole = (start.shape[2], start.shape[3])
        self._fine = start - resized(resized(start, sizes[level]), whole)
        self._first = self.level = level
        self.steps, self.total = 0, sum(self._steps(n) for n in range(level, len(sizes)))
        self._left, self._best = 0, math.inf
        self._judge: Judge | None = None
        self._optimiser: torch.optim.Optimizer | None = None

    @property
    def done(self) -> bool:
        """Whether all steps are made."""
        return self.steps == self.total

    def step(self) -> None:
        """Make one step of the optimiser; there must be one left."""
        if self._left == 0:
            self.level += self._judge is not None
            self._begin(self._sizes[self.level])
        optimiser = self._optimiser = self._optimiser or self._made()
        if self._optimizer == "adam":  # ever finer, or its strokes end as noise
            optimiser.param_groups[0]["lr"] = self._rate * self._left / self._steps(self.level)
        with torch.enable_grad():
            loss = optimiser.step(self._look)  # before the step
        assert loss is not None
        self._left -= 1
        self.steps += 1
        if loss <= self._best:
            self._best = loss
            self._safe.copy_(self._before)
        elif not loss < WORSE * self._best:  # or not a number at all
            self._picture.data.copy_(self._safe)
            self._optimiser = None

    def picture(self, size: Size) -> Tensor:
        """Return the best of what was judged so far, at a size, (1, 3, h, w) 0..1."""
        picture = resized(self._safe, size)
        begun = self._judge is not None and self.level == self._first and not self.done
        if begun and self._fine.shape == picture.shape:
            picture = picture + self._fine * (self._left / self._steps(self.level))
        return picture.clamp(0, 1)

    def _steps(self, level: int) -> int:
        return math.ceil(self._iterations / 2.0**level)

    def _begin(self, size: Size) -> None:
        assert self._judge_of is not None
        self._judge = self._judge_of(size)
        self._left, self._best = self._steps(self.level), math.inf
        # whatever the memory of what came in: L-BFGS makes one long vector of it
        self._safe = resized(self._picture.detach(), size).clone(
            memory_format=torch.contiguous_format
        )
        self._before = self._safe.clone()
        self._picture = self._safe.clone().requires_grad_()
        self._optimiser = None

    def _made(self) -> torch.optim.Optimizer:
        if self._optimizer == "adam":
            return torch.optim.Adam([self._picture], self._rate)
        # one step at a time, and never content with too little: time is what ends it
        return torch.optim.LBFGS(
            [self._picture],
            max_iter=1,
            max_eval=1,
            tolerance_grad=0,
            tolerance_change=0,
            history_size=HISTORY,
        )

    def _look(self) -> float:
        assert self._judge is not None
        self._before.copy_(self._picture.detach())
        return float(self._judge.judge(self._picture))
