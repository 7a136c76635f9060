"""Trains the `edges` network: drawings of any kind into paintings of one or several looks.
Called by `vj train pix2pix`; stops and goes on exactly where its last checkpoint was written.
"""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vj.core.errors import UserError
from vj.core.folders import make_folder
from vj.core.gig import STARTER
from vj.core.memory import keep_memory
from vj.infer.load import choose_device
from vj.infer.models.edges import Network
from vj.studio.course import Course, check_beginning, follow
from vj.studio.critic import Critic, critic_loss
from vj.studio.drawings import Hand, Picture
from vj.studio.perceptual import load_perceptual
from vj.studio.pictures import read_pictures
from vj.studio.pix2pix_export import HANDS, export, write_sheet
from vj.studio.pix2pix_losses import Wishes, painted_terms
from vj.studio.pix2pix_material import Wanted, read_material, task_of
from vj.studio.sketchbook import Recipe, Source, batches

log = logging.getLogger(__name__)

# shares of the rate: a look is one vector and has to move far; a quick critic wins too early
LOOKS_SHARE, CRITIC_SHARE = 5.0, 0.5
STATE = "state.pt"
ALONE = 400  # steps until the critic is first listened to, and as many until fully
Examples = tuple[Sequence[Picture], Sequence[Hand]]  # for the sheets: pictures, and who draws them
SAY, SAVE = 20.0, 75.0  # seconds between progress lines, and between states with their sheets


@dataclass(frozen=True)
class Options:
    """What to train with, for how long, and how strongly each wish counts."""

    looks: tuple[Wanted, ...]
    perceptual: Path
    out: Path
    photos: tuple[Path, ...] = ()
    brush: Path = STARTER / "checkpoints" / "brush.yaml"
    sheet: Path | None = None  # pictures for the sample sheets, never trained on
    name: str = "edges"
    minutes: float | None = None  # by the clock, all sittings together
    steps: int | None = None
    sitting: float | None = None  # minutes after which this call ends, to be resumed
    resume: bool = False
    device: str = "auto"
    workers: int = 0
    recipe: Recipe = field(default_factory=Recipe)
    wishes: Wishes = field(default_factory=Wishes)
    rate: float = 5e-4
    warm_up: int = 200  # steps until the learning rate is full
    low_precision: bool = True  # bfloat16 on graphics cards
    licence: str = "MIT"
    notes: str = ""
    stop: Callable[[], bool] = lambda: False  # asked after every step
    progress: Callable[[str], None] | None = None


@dataclass
class Run:
    """Everything a checkpoint holds."""

    model: Network
    average: Network
    critic: Critic
    painter_optimiser: torch.optim.Adam
    critic_optimiser: torch.optim.Adam
    course: Course

    def parts(self) -> dict[str, Any]:
        """What is kept besides the course."""
        names = ("model", "average", "critic", "painter_optimiser", "critic_optimiser")
        return {name: getattr(self, name) for name in names}


def train(options: Options) -> None:
    """Train until minutes, steps or the sitting are used up or `stop` says so.

    Weights and cards are written as it goes; `resume` goes on from there.
    Raises: UserError when pictures or networks are missing, when neither minutes nor steps are
    given, when there is a training already, or when training diverges.
    """
    if options.minutes is None and options.steps is None:
        raise UserError("say how long to train: --minutes or --steps")
    weights = options.out / f"{options.name}.safetensors"
    check_beginning(options.out / STATE, weights, options.resume)
    if any(size % 32 for size in options.recipe.sizes):
        raise UserError(f"crops {list(options.recipe.sizes)}: each must be a multiple of 32 pixels")
    device = choose_device(options.device)
    perceptual = load_perceptual(options.perceptual).to(device)
    perceptual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    sources, stylist = read_material(options.looks, options.photos, options.brush, device)
    examples = _examples(options, sources)
    make_folder(options.out)
    run = _started(options, device)
    course = run.course
    keep_memory()
    torch.backends.cudnn.benchmark = True  # a few sizes, each of them thousands of times
    low = options.low_precision and device.startswith("cuda")
    _say(options, _contents(options, sources, device, course.step))
    began = last = said = saved = time.monotonic()
    for batch in batches(sources, options.recipe, course.step, options.workers):
        _set_rates(options, run)
        dice = torch.Generator().manual_seed(options.recipe.seed * 1_000_003 + course.step)
        task = task_of(batch, stylist, dice, device)
        share = min(max(course.step / ALONE - 1, 0.0), 1.0)
        run.critic.requires_grad_(False)
        terms, painted = painted_terms(
            options.wishes, run.model, run.critic, perceptual, task, dice, share, low
        )
        _painter_step(run, terms)
        run.critic.requires_grad_(True)
        real = run.critic(task.wanted, task.lines, task.looks)
        fake = run.critic(painted.detach(), task.lines, task.looks)
        terms["judge"] = critic_loss(real, fake)
        _critic_step(run, terms["judge"])
        course.step += 1
        now = time.monotonic()
        course.count(now - last)
        last = now
        if course.step % 10 == 0:
            course.remember(terms, 0.1)
        if now - said > SAY or course.step in (1, 10):
            said = now
            _say(options, course.line())
        if now - saved > SAVE:
            saved = now
            _keep(options, run, sources, examples, device)
        rested = options.sitting is not None and now - began > 60 * options.sitting
        if rested or course.done >= 1 or options.stop():
            break
    _keep(options, run, sources, examples, device)
    _say(options, f"written: {options.out} ({options.name}-*.yaml), step {course.step}")


def _started(options: Options, device: str) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.recipe.seed)
        model = Network([look.name for look in options.looks])
        critic = Critic(len(options.looks))
    for network in (model, critic):
        network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(model).requires_grad_(False)
    quick = device.startswith("cuda")
    parts = [
        {"params": list(model.painter.parameters()), "share": 1.0},
        {"params": list(model.looks.parameters()), "share": LOOKS_SHARE},
    ]
    judge = [{"params": list(critic.parameters()), "share": CRITIC_SHARE}]
    run = Run(
        model,
        average,
        critic,
        torch.optim.Adam(parts, options.rate, betas=(0.5, 0.99), fused=quick),
        torch.optim.Adam(judge, options.rate, betas=(0.5, 0.99), fused=quick),
        Course(options.minutes, options.steps),
    )
    if options.resume:
        other = "was trained on other looks: give the same ones to --resume"
        run.course.resume(options.out / STATE, run.parts(), other)
    return run


def _keep(
    options: Options, run: Run, sources: Sequence[Source], examples: Examples, device: str
) -> None:
    if not all(math.isfinite(value) for value in run.course.losses.values()):
        raise UserError(
            f"training diverged before step {run.course.step}: resume with a lower --rate"
        )
    run.course.keep(options.out / STATE, run.parts())
    write_sheet(run.average, *examples, options.out / f"sheet_{run.course.step:06d}.jpg")
    facts = _facts(options, run, sources, device)
    export(run.average, options.name, options.out, facts, options.licence)


def _examples(options: Options, sources: Sequence[Source]) -> Examples:
    if options.sheet is not None:
        return read_pictures([options.sheet], "sheet pictures"), HANDS
    for source in sources:
        if source.photos or source.targets:
            return source.photos or source.targets, HANDS
    return [drawing for drawing, _ in sources[0].pairs], ()


def _set_rates(options: Options, run: Run) -> None:
    for optimiser in (run.painter_optimiser, run.critic_optimiser):
        for group in optimiser.param_groups:
            group["lr"] = options.rate * group["share"] * run.course.rate(options.warm_up)


def _painter_step(run: Run, terms: dict[str, Tensor]) -> None:
    run.painter_optimiser.zero_grad(set_to_none=True)
    torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.model.parameters(), 5.0)
    run.painter_optimiser.step()
    run.model.painter.tie()
    follow(run.average, run.model, run.course.step, 0.999)


def _critic_step(run: Run, loss: Tensor) -> None:
    run.critic_optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(run.critic.parameters(), 5.0)
    run.critic_optimiser.step()


def _contents(options: Options, sources: Sequence[Source], device: str, step: int) -> str:
    parts = [
        f"{look.name}: {len(s.photos)} photos, {len(s.targets)} paintings, {len(s.pairs)} pairs"
        for look, s in zip(options.looks, sources, strict=True)
    ]
    return f"{'; '.join(parts)}; from step {step} on {device}"


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)


def _facts(options: Options, run: Run, sources: Sequence[Source], device: str) -> dict[str, object]:
    return {
        **run.course.facts(),
        "batch": options.recipe.batch,
        "crops": list(options.recipe.sizes),
        "seed": options.recipe.seed,
        "rate": options.rate,
        "device": torch.cuda.get_device_name() if device.startswith("cuda") else device,
        "material": _contents(options, sources, device, 0),
        "perceptual": options.perceptual.name,
        "notes": options.notes,
    }
