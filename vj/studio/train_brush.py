"""Trains the `brush` network: any painting's style onto any photo, steady in time.
Called by `vj train brush`; stops and goes on exactly where its last checkpoint was written.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vj.core.errors import UserError, unknown
from vj.core.folders import make_folder
from vj.core.memory import keep_memory
from vj.infer.brush_network import SIZES, Brush, widths_of
from vj.infer.load import choose_device
from vj.studio.brush_batches import Recipe, Steps, batches
from vj.studio.brush_export import export
from vj.studio.brush_losses import losses
from vj.studio.brush_sheet import write_sheet
from vj.studio.brush_widen import widened
from vj.studio.course import Course, check_beginning, follow
from vj.studio.perceptual import load_perceptual
from vj.studio.pictures import Picture, read_pictures
from vj.studio.precision import low_precision_is_quick

log = logging.getLogger(__name__)

PATIENCE = 50  # bad steps in a row before giving up
STATE = "state.pt"
CALM_AT = 0.4  # of the training, when steadiness counts fully


@dataclass(frozen=True)
class Options:
    """What to train with, for how long, and how strongly each wish counts."""

    photos: tuple[Path, ...]
    styles: tuple[Path, ...]
    perceptual: Path
    out: Path
    minutes: float | None = None  # of training; pauses do not count
    steps: int | None = None
    resume: bool = False
    start: Path | None = None  # weights to begin with, of this size or narrower
    size: str = "brush"  # a key of SIZES; a brush is as wide as what it starts from
    name: str = ""  # of the card; without it the size
    device: str = "cpu"  # or "cuda", "mps", "auto"
    workers: int = 0  # processes that cut pictures ahead; 0 cuts them between the steps
    recipe: Recipe = field(default_factory=Recipe)
    rate: float = 1e-3
    warm_up: int = 200
    seed: int = 1
    save_minutes: float = 4.0
    sheet_minutes: float = 4.0
    licence: str = "MIT"
    notes: str = ""
    stop: Callable[[], bool] = lambda: False  # asked after every step
    progress: Callable[[str], None] | None = None


@dataclass
class Run:
    """Everything a checkpoint holds."""

    model: Brush
    average: Brush
    optimiser: torch.optim.Adam
    course: Course

    def parts(self) -> dict[str, Any]:
        """What is kept besides the course."""
        return {"model": self.model, "average": self.average, "optimiser": self.optimiser}


def train(options: Options) -> None:
    """Train until the time is used up or `stop` says so, then export weights and card.

    Raises: UserError when pictures or the perceptual network are missing, when neither minutes
    nor steps are given, when there is a training already, or when training diverges.
    """
    if options.minutes is None and options.steps is None:
        raise UserError("say how long to train: --minutes or --steps")
    weights = options.out / f"{options.name or options.size}.safetensors"
    check_beginning(options.out / STATE, weights, options.resume)
    device = choose_device(options.device)
    perceptual = load_perceptual(options.perceptual).to(device)
    perceptual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    photos = read_pictures(options.photos, "photos")
    styles = read_pictures(options.styles, "styles")
    make_folder(options.out)
    run = _started(options, device)
    keep_memory()
    torch.backends.cudnn.benchmark = True  # a few sizes, each of them thousands of times
    torch.set_float32_matmul_precision("high")
    low = options.recipe.low_precision and low_precision_is_quick(device)
    quick = torch.autocast(device.split(":")[0], torch.bfloat16, enabled=low)
    course = run.course
    counts = f"{len(photos)} photos, {len(styles)} styles"
    _say(options, f"{counts}, from step {course.step} on {device}")
    saved = shown = course.elapsed
    bad = 0
    steps = Steps(options.recipe, photos, styles, options.seed)
    began = time.perf_counter()
    for batch in batches(steps, course.drawn, options.workers):
        for group in run.optimiser.param_groups:
            group["lr"] = options.rate * course.rate(options.warm_up)
        course.drawn += 1
        with quick:
            terms = losses(
                options.recipe, run.model, perceptual, batch.to(device), _calm(options, course)
            )
        if not _stepped(run, terms):
            bad += 1
            if bad >= PATIENCE:
                raise UserError(f"training diverged at step {course.step}: lower the rate")
            continue
        bad = 0
        course.step += 1
        course.remember(terms, 0.02)
        now = time.perf_counter()
        course.count(now - began)
        began = now
        if course.due():
            _say(options, course.line())
        if course.elapsed - saved > 60 * options.save_minutes:
            saved = course.elapsed
            course.keep(options.out / STATE, run.parts())
            _export(options, run, device, len(photos), len(styles))
        if course.elapsed - shown > 60 * options.sheet_minutes:
            shown = course.elapsed
            _sheet(options, run, photos, styles)
        if course.done >= 1 or options.stop():
            break
    course.keep(options.out / STATE, run.parts())
    _sheet(options, run, photos, styles)
    _export(options, run, device, len(photos), len(styles))


def _sheet(
    options: Options, run: Run, photos: Sequence[Picture], styles: Sequence[Picture]
) -> None:
    path = options.out / f"sheet_{run.course.step:06d}.png"
    write_sheet(run.average, photos, styles, path)


def _started(options: Options, device: str) -> Run:
    widths = SIZES.get(options.size)
    if widths is None:
        raise unknown("size", options.size, SIZES)
    tensors = _read(options.start) if options.start is not None else {}
    if tensors and options.size == "brush":
        widths = widths_of(tensors)  # what ships is narrower than what is trained from nothing
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        model = Brush(widths).to(device)
    if tensors:
        model.load_state_dict(widened(tensors, widths))
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(model).requires_grad_(False)
    optimiser = torch.optim.Adam(model.parameters(), options.rate, betas=(0.9, 0.99))
    run = Run(model, average, optimiser, Course(options.minutes, options.steps))
    if options.resume:
        run.course.resume(options.out / STATE, run.parts(), "is of a brush of another --size")
    return run


def _read(path: Path) -> dict[str, Tensor]:
    try:
        tensors: dict[str, Tensor] = safetensors.torch.load_file(path)
        widths_of(tensors)
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path} does not hold the weights of a brush") from error
    return tensors


def _calm(options: Options, course: Course) -> float:
    """Steadiness counts little at first: asked for at once, it forbids strokes for good."""
    if options.start is not None:
        return 1.0
    return min(1.0, 0.1 + 0.9 * course.done / CALM_AT)


def _stepped(run: Run, terms: dict[str, Tensor]) -> bool:
    total = torch.stack(list(terms.values())).sum()
    run.optimiser.zero_grad(set_to_none=True)
    if not bool(torch.isfinite(total)):
        log.warning("loss is not finite at step %d, batch skipped", run.course.step)
        return False
    total.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(run.model.parameters(), 5.0)
    if not bool(torch.isfinite(norm)):
        log.warning("gradient is not finite at step %d, batch skipped", run.course.step)
        return False
    run.optimiser.step()
    run.model.painter.tie()
    follow(run.average, run.model, run.course.step, 0.998)
    return True


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)


def _export(options: Options, run: Run, device: str, photos: int, styles: int) -> None:
    facts = _facts(options, run, device, photos, styles)
    export(run.average, options.name or options.size, options.out, facts, options.licence)


def _facts(options: Options, run: Run, device: str, photos: int, styles: int) -> dict[str, object]:
    return {
        **run.course.facts(),
        "seed": options.seed,
        "rate": options.rate,
        "recipe": {name: _plain(value) for name, value in asdict(options.recipe).items()},
        "machine": torch.cuda.get_device_name() if device == "cuda" else device,
        "photos": photos,
        "styles": styles,
        "perceptual": options.perceptual.name,
        "notes": options.notes,
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
