"""Trains the `brush` network: any painting's style onto any photo, steady in time.
Called by `vj train brush`; stops and goes on exactly where its last checkpoint was written.
"""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from vj.core.errors import UserError, unknown
from vj.core.memory import keep_memory
from vj.infer.brush_network import SIZES, Brush
from vj.infer.load import choose_device
from vj.studio.brush_batches import Recipe, Steps, batches
from vj.studio.brush_export import export
from vj.studio.brush_losses import losses
from vj.studio.brush_sheet import write_sheet
from vj.studio.brush_widen import widened
from vj.studio.perceptual import load_perceptual
from vj.studio.pictures import read_pictures
from vj.studio.precision import low_precision_is_quick

log = logging.getLogger(__name__)

PATIENCE = 50  # bad steps in a row before giving up
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
    size: str = "brush"  # a key of SIZES: how wide the network is
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
    progress: Callable[[str], None] | None = None


@dataclass
class Run:
    """Everything a checkpoint holds."""

    model: Brush
    average: Brush
    optimiser: torch.optim.Adam
    step: int = 0
    drawn: int = 0  # batches drawn; those that were not finite count here but not as steps
    elapsed: float = 0.0  # seconds of training
    pace: float = 0.0  # seconds per step, smoothed
    losses: dict[str, float] = field(default_factory=dict)  # smoothed


def train(options: Options) -> None:
    """Train until the minutes or the steps are used up, then export weights and card.

    Raises: UserError when pictures or the perceptual network are missing, when neither minutes
    nor steps are given, or when training diverges.
    """
    if options.minutes is None and options.steps is None:
        raise UserError("say how long to train: --minutes or --steps")
    device = choose_device(options.device)
    perceptual = load_perceptual(options.perceptual).to(device)
    perceptual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    photos = read_pictures(options.photos, "photos")
    styles = read_pictures(options.styles, "styles")
    options.out.mkdir(parents=True, exist_ok=True)
    run = _started(options, device)
    keep_memory()
    torch.backends.cudnn.benchmark = True  # a few sizes, each of them thousands of times
    torch.set_float32_matmul_precision("high")
    low = options.recipe.low_precision and low_precision_is_quick(device)
    quick = torch.autocast(device.split(":")[0], torch.bfloat16, enabled=low)
    _say(options, f"{len(photos)} photos, {len(styles)} styles, from step {run.step} on {device}")
    saved = shown = run.elapsed
    bad = 0
    steps = Steps(options.recipe, photos, styles, options.seed)
    began = time.perf_counter()
    for batch in batches(steps, run.drawn, options.workers):
        _set_rate(options, run)
        run.drawn += 1
        with quick:
            terms = losses(
                options.recipe, run.model, perceptual, batch.to(device), _calm(options, run)
            )
        if not _stepped(run, terms):
            bad += 1
            if bad >= PATIENCE:
                raise UserError(f"training diverged at step {run.step}: lower the rate")
            continue
        bad = 0
        run.step += 1
        _remember(run, terms)
        now = time.perf_counter()
        _count_time(run, now - began)
        began = now
        if run.step % 25 == 0:
            _say(options, _line(options, run))
        if run.elapsed - saved > 60 * options.save_minutes:
            saved = run.elapsed
            save(run, options.out)
            _export(options, run, device, len(photos), len(styles))
        if run.elapsed - shown > 60 * options.sheet_minutes:
            shown = run.elapsed
            write_sheet(run.average, photos, styles, options.out / f"sheet_{run.step:06d}.png")
        if _progress(options, run) >= 1:
            break
    save(run, options.out)
    write_sheet(run.average, photos, styles, options.out / f"sheet_{run.step:06d}.png")
    _export(options, run, device, len(photos), len(styles))


def _started(options: Options, device: str) -> Run:
    widths = SIZES.get(options.size)
    if widths is None:
        raise unknown("size", options.size, SIZES)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        model = Brush(widths).to(device)
    if options.start is not None:
        _fill(model, options.start)
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(model).requires_grad_(False)
    optimiser = torch.optim.Adam(model.parameters(), options.rate, betas=(0.9, 0.99))
    run = Run(model, average, optimiser)
    path = options.out / "state.pt"
    if options.resume:
        if not path.is_file():
            raise UserError(f"nothing to resume: {path} is not there")
        state = torch.load(path, map_location=device, weights_only=True)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        run.step, run.drawn = state["step"], state["drawn"]
        run.elapsed, run.pace = state["elapsed"], state["pace"]
        run.losses = state["losses"]
    return run


def _fill(model: Brush, path: Path) -> None:
    try:
        tensors = safetensors.torch.load_file(path)
        model.load_state_dict(widened(tensors, model.widths))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise UserError(f"{path} does not hold brush weights of this size") from error


def save(run: Run, folder: Path) -> None:
    """Write the whole run beside its place and move it there, so it is never half a file."""
    fresh = folder / "state.pt.new"
    torch.save(
        {
            "model": run.model.state_dict(),
            "average": run.average.state_dict(),
            "optimiser": run.optimiser.state_dict(),
            "step": run.step,
            "drawn": run.drawn,
            "elapsed": run.elapsed,
            "pace": run.pace,
            "losses": run.losses,
        },
        fresh,
    )
    fresh.replace(folder / "state.pt")


def _progress(options: Options, run: Run) -> float:
    by_time = run.elapsed / (60 * options.minutes) if options.minutes else 0.0
    by_steps = run.step / options.steps if options.steps else 0.0
    return max(by_time, by_steps)


def _set_rate(options: Options, run: Run) -> None:
    warm = min(1.0, (run.step + 1) / options.warm_up)
    fade = 0.5 * (1 + math.cos(math.pi * min(1.0, _progress(options, run))))
    for group in run.optimiser.param_groups:
        group["lr"] = options.rate * warm * max(fade, 0.01)


def _calm(options: Options, run: Run) -> float:
    """Steadiness counts little at first: asked for at once, it forbids strokes for good."""
    if options.start is not None:
        return 1.0
    return min(1.0, 0.1 + 0.9 * _progress(options, run) / CALM_AT)


def _stepped(run: Run, terms: dict[str, Tensor]) -> bool:
    total = torch.stack(list(terms.values())).sum()
    run.optimiser.zero_grad(set_to_none=True)
    if not bool(torch.isfinite(total)):
        log.warning("loss is not finite at step %d, batch skipped", run.step)
        return False
    total.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(run.model.parameters(), 5.0)
    if not bool(torch.isfinite(norm)):
        log.warning("gradient is not finite at step %d, batch skipped", run.step)
        return False
    run.optimiser.step()
    run.model.painter.tie()
    keep = min(0.998, (1 + run.step) / (10 + run.step))
    with torch.no_grad():
        torch._foreach_lerp_(list(run.average.parameters()), list(run.model.parameters()), 1 - keep)
    return True


def _count_time(run: Run, seconds: float) -> None:
    # a paused process comes back with one enormous step, which was not training
    counted = min(seconds, 5 * run.pace) if run.pace else seconds
    run.pace = counted if not run.pace else 0.98 * run.pace + 0.02 * counted
    run.elapsed += counted


def _remember(run: Run, terms: dict[str, Tensor]) -> None:
    now = {name: float(value.detach()) for name, value in terms.items()}
    past = run.losses
    # not every step has every term
    fresh = {name: 0.98 * past.get(name, value) + 0.02 * value for name, value in now.items()}
    run.losses = {**past, **fresh}


def _line(options: Options, run: Run) -> str:
    done = _progress(options, run)
    left = run.elapsed / done * (1 - done) / 60 if done else 0.0
    parts = " ".join(f"{name} {value:.3f}" for name, value in run.losses.items())
    return (
        f"step {run.step}  {done:5.1%}  {1 / max(run.pace, 1e-9):.2f} steps/s  "
        f"{left:.0f} min left  {parts}"
    )


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)


def _export(options: Options, run: Run, device: str, photos: int, styles: int) -> None:
    facts = _facts(options, run, device, photos, styles)
    export(run.average, options.name or options.size, options.out, facts, options.licence)


def _facts(options: Options, run: Run, device: str, photos: int, styles: int) -> dict[str, object]:
    return {
        "steps": run.step,
        "minutes": round(run.elapsed / 60, 1),
        "seed": options.seed,
        "rate": options.rate,
        "recipe": {name: _plain(value) for name, value in asdict(options.recipe).items()},
        "machine": torch.cuda.get_device_name() if device == "cuda" else device,
        "photos": photos,
        "styles": styles,
        "losses": {name: round(value, 4) for name, value in run.losses.items()},
        "perceptual": options.perceptual.name,
        "notes": options.notes,
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
