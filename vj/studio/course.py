"""The course of a training: its steps, its own clock, its losses, what is kept between sittings.
Every trainer of the studio holds one, and its networks and optimisers itself.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vj.core.errors import Unwritable, UserError
from vj.core.rewrite import write_bytes
from vj.infer.torch_file import read_torch_file

SAY_EVERY, SAY_S = 25, 15.0  # steps, seconds: whichever comes first
SETTLING = 20  # steps: the first ones compile kernels and take many times as long


@dataclass
class Course:
    """How far a training is; over when its minutes or its steps are used up.

    `minutes` are of training: what a paused machine slept does not count.
    """

    minutes: float | None = None
    steps: int | None = None
    step: int = 0
    drawn: int = 0  # batches drawn; those that were not finite count here but not as steps
    elapsed: float = 0.0  # seconds of training
    pace: float = 0.0  # seconds per step, smoothed
    losses: dict[str, float] = field(default_factory=dict)  # smoothed
    told: float = 0.0  # seconds of training when it was said how far it is

    def __post_init__(self) -> None:
        """Raises: UserError for an end that never comes, or has come already."""
        for name, end in (("minutes", self.minutes), ("steps", self.steps)):
            if end is not None and not end > 0:  # nor is it for nan
                raise UserError(f"--{name} {end:g}: allowed: more than 0")

    @property
    def done(self) -> float:
        """The part that is done, 0..1 and a little over."""
        by_time = self.elapsed / (60 * self.minutes) if self.minutes else 0.0
        by_steps = self.step / self.steps if self.steps else 0.0
        return max(by_time, by_steps)

    def rate(self, warm_up: int = 0, least: float = 0.01) -> float:
        """The share of the learning rate now: up over the first steps, then down a cosine."""
        warm = min(1.0, (self.step + 1) / max(warm_up, 1))
        return warm * max(0.5 * (1 + math.cos(math.pi * min(1.0, self.done))), least)

    def count(self, seconds: float) -> None:
        """Count the time a step took; a paused process comes back with one enormous step."""
        counted = min(seconds, 10 * self.pace) if self.step > SETTLING else seconds
        self.pace = counted if not self.pace else 0.98 * self.pace + 0.02 * counted
        self.elapsed += counted

    def remember(self, terms: Mapping[str, Tensor], fresh: float) -> None:
        """Take in losses, `fresh` of them; not every step has every term.

        Reading numbers back makes a graphics card wait.
        """
        now = torch.stack([value.detach().float() for value in terms.values()]).tolist()
        for name, value in zip(terms, now, strict=True):
            past = self.losses.get(name, value)
            self.losses[name] = past + fresh * (value - past)

    def due(self) -> bool:
        """Whether to say now how far it is; asked once after every step."""
        if self.step % SAY_EVERY and self.elapsed - self.told <= SAY_S:
            return False
        self.told = self.elapsed
        return True

    def line(self) -> str:
        """Say where it is, in one line."""
        left = self.elapsed / self.done * max(1 - self.done, 0.0) / 60 if self.done else 0.0
        parts = " ".join(f"{name} {value:.3f}" for name, value in self.losses.items())
        return (
            f"step {self.step}  {self.done:5.1%}  {1 / max(self.pace, 1e-9):.2f} steps/s  "
            f"{left:.0f} min left  {parts}"
        )

    def facts(self) -> dict[str, object]:
        """What a card says of it."""
        return {
            "steps": self.step,
            "minutes": round(self.elapsed / 60, 1),
            "losses": {name: round(value, 4) for name, value in self.losses.items()},
        }

    def keep(self, path: Path, parts: Mapping[str, Any]) -> None:
        """Write it and what the `parts` hold: never half a file, not even in a power cut.

        Raises: UserError when it cannot be written, as on a full disk; the one before stays.
        """
        state = {name: part.state_dict() for name, part in parts.items()}
        kept = {name: getattr(self, name) for name in _KEPT}
        buffer = io.BytesIO()
        torch.save(state | kept, buffer)
        try:
            write_bytes(path, buffer.getvalue())
        except Unwritable as error:
            again = "; --resume then goes on from the last save" if path.is_file() else ""
            raise UserError(f"{error}: make room there, or see who may write{again}") from error

    def resume(self, path: Path, parts: Mapping[str, Any], other: str) -> None:
        """Go on where `keep` was called last.

        Raises: UserError when there is nothing, it is not of these parts (`other` says why), or
        there is nothing left to do.
        """
        if not path.is_file():
            raise UserError(f"nothing to resume: {path} is not there")
        state = _read(path)
        try:
            for name, part in parts.items():
                part.load_state_dict(state[name])
        except (KeyError, RuntimeError, ValueError) as error:
            raise UserError(f"{path} {other}") from error
        for name in _KEPT:
            setattr(self, name, state.get(name, getattr(self, name)))
        if self.done >= 1:
            raise UserError(
                f"{path}: trained to its end already, {self.step} steps in {self.elapsed / 60:.1f} "
                "minutes; more --minutes or --steps, all sittings together, go on from there"
            )


_KEPT = ("step", "drawn", "elapsed", "pace", "losses")


def check_beginning(path: Path, weights: Path, resume: bool, elsewhere: str = "--out") -> None:
    """See, before anything is read or written, that nothing is trained over that is there.

    path: of the state `keep` would write; weights: the file the training would write; elsewhere:
    the option that names another place.
    Raises: UserError when there is such a state and it is not to be resumed, or weights without it.
    """
    if weights.is_file() and not path.is_file():
        raise UserError(
            f"{weights}: a network is there already, and no training of it to go on with; another "
            f"{elsewhere} keeps it"
        )
    if path.is_file() and not resume:
        raise UserError(
            f"{path}: a training is there already, at step {_read(path).get('step', 0)}; "
            f"--resume goes on with it, another {elsewhere} begins anew"
        )


def _read(path: Path) -> dict[str, Any]:
    try:
        state = read_torch_file(path)
    except ValueError as error:
        raise UserError(f"{path}: no state of a training, or a damaged one") from error
    if not isinstance(state, dict):
        raise UserError(f"{path}: no state of a training, or a damaged one")
    return state


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, step: int, most: float) -> None:
    """Move an average of the weights towards those of now; `most` of it stays at every step."""
    keep = min(most, (1 + step) / (10 + step))
    averages: list[Tensor] = list(average.parameters())
    values: list[Tensor] = list(network.parameters())
    torch._foreach_lerp_(averages, values, 1 - keep)
