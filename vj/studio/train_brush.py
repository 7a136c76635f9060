"""Trains the `brush` network: any painting's style onto any photo, steady in time.
Called by `vj train brush`; stops and goes on exactly where its last checkpoint was written.

Source: Ghiasi et al. 2017 (end-to-end style predictor), Wang et al. 2020 CompoundVST (steadiness
from single pictures by synthetic motion); the shift term forbids patterns tied to the pixel grid.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.core.errors import UserError
from vj.infer.models.brush import Brush, Mixture
from vj.studio.brush_export import export
from vj.studio.brush_sheet import write_sheet
from vj.studio.perceptual import (
    Look,
    Perceptual,
    content_distance,
    load_perceptual,
    look,
    mixed_look,
    style_distance,
)
from vj.studio.pictures import (
    Picture,
    chance,
    photo,
    picked,
    read_pictures,
    smooth_flow,
    varied_style,
)

log = logging.getLogger(__name__)

REACH = 8  # pixels: the largest shift or bend the picture has to survive
PATIENCE = 50  # bad steps in a row before giving up


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
    batch: int = 4
    sizes: tuple[int, ...] = (160, 192, 224)
    plate: int = 192  # pixels: side of a style cut
    rate: float = 1e-3
    warm_up: int = 200
    seed: int = 1
    style_weight: float = 3.0
    identity_weight: float = 4.0
    shift_weight: float = 60.0
    bend_weight: float = 30.0
    smooth_weight: float = 0.3
    save_minutes: float = 4.0
    sheet_minutes: float = 4.0
    low_precision: bool | None = None  # None: bfloat16 where this CPU computes it natively
    licence: str = "MIT"
    notes: str = ""
    progress: Callable[[str], None] | None = None


@dataclass
class Run:
    """Everything a checkpoint holds."""

    model: Brush
    average: Brush
    optimiser: torch.optim.Adam
    generator: torch.Generator
    step: int = 0
    elapsed: float = 0.0  # seconds of training
    pace: float = 0.0  # seconds per step, smoothed
    losses: dict[str, float] | None = None


def train(options: Options) -> None:
    """Train until the minutes or the steps are used up, then export weights and card.

    Raises: UserError when pictures or the perceptual network are missing, when neither minutes
    nor steps are given, or when training diverges.
    """
    if options.minutes is None and options.steps is None:
        raise UserError("say how long to train: --minutes or --steps")
    perceptual = load_perceptual(options.perceptual)
    perceptual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    photos = read_pictures(options.photos, "photos")
    styles = read_pictures(options.styles, "styles")
    options.out.mkdir(parents=True, exist_ok=True)
    run = _started(options)
    low = options.low_precision
    if low is None:
        low = bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
    _say(options, f"{len(photos)} photos, {len(styles)} styles, from step {run.step}, bf16 {low}")
    saved = shown = run.elapsed
    bad = 0
    while _progress(options, run) < 1:
        began = time.perf_counter()
        _set_rate(options, run)
        terms = losses(options, run, perceptual, photos, styles, low)
        if not _stepped(run, terms):
            bad += 1
            if bad >= PATIENCE:
                raise UserError(f"training diverged at step {run.step}: lower the rate")
            continue
        bad = 0
        run.step += 1
        _count_time(run, time.perf_counter() - began)
        _remember(run, terms)
        if run.step % 25 == 0:
            _say(options, _line(options, run))
        if run.elapsed - saved > 60 * options.save_minutes:
            saved = run.elapsed
            save(run, options.out)
        if run.elapsed - shown > 60 * options.sheet_minutes:
            shown = run.elapsed
            write_sheet(run.average, photos, styles, options.out / f"sheet_{run.step:06d}.png")
    save(run, options.out)
    write_sheet(run.average, photos, styles, options.out / f"sheet_{run.step:06d}.png")
    export(
        run.average, options.out, _facts(options, run, len(photos), len(styles)), options.licence
    )


def losses(
    options: Options,
    run: Run,
    perceptual: Perceptual,
    photos: list[Picture],
    styles: list[Picture],
    low: bool,
) -> dict[str, Tensor]:
    """One batch's weighted loss terms, each a scalar."""
    dice = run.generator
    size = options.sizes[int(torch.randint(len(options.sizes), (), generator=dice))]
    batch = options.batch
    wide = torch.cat([photo(picked(photos, dice), size + 2 * REACH, dice) for _ in range(batch)])
    plates = torch.cat(
        [varied_style(picked(styles, dice), options.plate, dice) for _ in range(batch)]
    )
    wide, plates = _lasting(wide), _lasting(plates)
    contents = wide[:, :, REACH : REACH + size, REACH : REACH + size]
    small = F.interpolate(contents, (128, 128), mode="bilinear", antialias=True)
    quick = torch.autocast("cpu", torch.bfloat16, enabled=low)
    with quick, torch.no_grad():
        wanted, aim = perceptual(contents), perceptual(plates)
    target = look(aim)
    vectors = run.model.style(plates)  # (B, VECTOR)
    own = run.model.style(small)  # the photos' own vectors
    # a share of the batch is painted half-way between two styles, or between style and itself
    share = torch.zeros(batch)
    share[-1] = chance(dice, 0, 1)
    to_self = chance(dice, 0, 1) < 0.5
    partner = own if to_self else vectors.roll(1, 0)
    target = mixed_look(target, look(wanted) if to_self else _rolled(target), share)
    vectors = torch.lerp(vectors, partner, share[:, None])

    # one more picture a step: the first photo moved a little, and now and then a photo as itself
    drift = _Drift.shift(dice) if chance(dice, 0, 1) < 0.5 else _Drift.bend(dice, size)
    inputs, codes = [contents, drift.moved(wide[:1], size)], [vectors, vectors[:1]]
    itself = batch - 2 if chance(dice, 0, 1) < 0.5 else None
    if itself is not None:
        inputs.append(contents[itself][None])
        codes.append(own[itself][None])
    painted = run.model.painter(_lasting(torch.cat(inputs)), Mixture(torch.cat(codes)))
    main = painted[:batch]
    got = perceptual(main)
    rough = (main.diff(dim=2).abs().mean() + main.diff(dim=3).abs().mean()) / 2
    terms = {
        "content": content_distance(got, wanted).mean(),
        "style": options.style_weight * style_distance(look(got), target).mean(),
        "smooth": options.smooth_weight * rough,
    }
    apart = drift.apart(main[:1], painted[batch][None])
    weight = options.shift_weight if drift.flow is None else options.bend_weight
    terms["shift" if drift.flow is None else "bend"] = weight * apart
    if itself is not None:
        away = (painted[-1] - contents[itself]).abs().mean()
        terms["identity"] = options.identity_weight * away
    return terms


@dataclass(frozen=True)
class _Drift:
    """A small motion: a whole-pixel shift, or a smooth bend with noise."""

    down: int = 0
    right: int = 0
    flow: Tensor | None = None  # (1, size, size, 2)
    noise: Tensor | None = None

    @staticmethod
    def shift(dice: torch.Generator) -> _Drift:
        down, right = (int(n) for n in torch.randint(-7, 8, (2,), generator=dice))
        return _Drift(down, right)

    @staticmethod
    def bend(dice: torch.Generator, size: int) -> _Drift:
        flow = smooth_flow(size, dice, float(REACH))
        return _Drift(0, 0, flow, torch.randn((1, 3, size, size), generator=dice) * 0.02)

    def moved(self, wide: Tensor, size: int) -> Tensor:
        """The middle of the wide picture after the motion, (1, 3, size, size)."""
        top, left = REACH + self.down, REACH + self.right
        middle = wide[:, :, top : top + size, left : left + size]
        if self.flow is None or self.noise is None:
            return middle
        return (_warped(middle, self.flow) + self.noise).clamp(0, 1)

    def apart(self, still: Tensor, moved: Tensor) -> Tensor:
        """How much painting and moving fail to commute, as a mean square."""
        size = still.shape[2]
        if self.flow is not None:
            # the warp blurs, so only what survives a small average is compared
            gap = F.avg_pool2d(moved - _warped(still, self.flow), 2)
            return gap[:, :, REACH:-REACH, REACH:-REACH].square().mean()
        here = [slice(max(0, d), size + min(0, d)) for d in (self.down, self.right)]
        there = [slice(max(0, -d), size + min(0, -d)) for d in (self.down, self.right)]
        gap = still[:, :, here[0], here[1]] - moved[:, :, there[0], there[1]]
        return gap.square().mean()


def _lasting(x: Tensor) -> Tensor:
    return x.contiguous(memory_format=torch.channels_last)


def _rolled(target: Look) -> Look:
    return Look(*(tuple(t.roll(1, 0) for t in ts) for ts in _parts(target)))


def _parts(target: Look) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...], tuple[Tensor, ...]]:
    return target.means, target.deviations, target.covariances


def _warped(x: Tensor, flow: Tensor) -> Tensor:
    return F.grid_sample(x.float(), flow, padding_mode="reflection", align_corners=False)


def _started(options: Options) -> Run:
    generator = torch.Generator().manual_seed(options.seed)
    with torch.random.fork_rng():
        torch.manual_seed(options.seed)
        model, average = Brush(), Brush()
    model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average.load_state_dict(model.state_dict())
    average.requires_grad_(False)
    optimiser = torch.optim.Adam(model.parameters(), options.rate, betas=(0.9, 0.99))
    run = Run(model, average, optimiser, generator)
    path = options.out / "state.pt"
    if options.resume:
        if not path.is_file():
            raise UserError(f"nothing to resume: {path} is not there")
        state = torch.load(path, weights_only=True)
        model.load_state_dict(state["model"])
        average.load_state_dict(state["average"])
        optimiser.load_state_dict(state["optimiser"])
        generator.set_state(state["generator"])
        run.step, run.elapsed, run.pace = state["step"], state["elapsed"], state["pace"]
        run.losses = state["losses"]
    return run


def save(run: Run, folder: Path) -> None:
    """Write the whole run beside its place and move it there, so it is never half a file."""
    fresh = folder / "state.pt.new"
    torch.save(
        {
            "model": run.model.state_dict(),
            "average": run.average.state_dict(),
            "optimiser": run.optimiser.state_dict(),
            "generator": run.generator.get_state(),
            "step": run.step,
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
    keep = min(0.999, (1 + run.step) / (10 + run.step))
    with torch.no_grad():
        for mean, value in zip(run.average.parameters(), run.model.parameters(), strict=True):
            mean.lerp_(value, 1 - keep)
    return True


def _count_time(run: Run, seconds: float) -> None:
    # a paused process comes back with one enormous step, which was not training
    counted = min(seconds, 5 * run.pace) if run.pace else seconds
    run.pace = counted if not run.pace else 0.98 * run.pace + 0.02 * counted
    run.elapsed += counted


def _remember(run: Run, terms: dict[str, Tensor]) -> None:
    now = {name: float(value.detach()) for name, value in terms.items()}
    past = run.losses or {}
    # not every step has every term
    fresh = {name: 0.98 * past.get(name, value) + 0.02 * value for name, value in now.items()}
    run.losses = {**past, **fresh}


def _line(options: Options, run: Run) -> str:
    done = _progress(options, run)
    left = run.elapsed / done * (1 - done) / 60 if done else 0.0
    parts = " ".join(f"{name} {value:.3f}" for name, value in (run.losses or {}).items())
    return (
        f"step {run.step}  {done:5.1%}  {1 / max(run.pace, 1e-9):.2f} steps/s  "
        f"{left:.0f} min left  {parts}"
    )


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)


def _facts(options: Options, run: Run, photos: int, styles: int) -> dict[str, object]:
    return {
        "steps": run.step,
        "minutes": round(run.elapsed / 60, 1),
        "batch": options.batch,
        "crops": list(options.sizes),
        "seed": options.seed,
        "rate": options.rate,
        "photos": photos,
        "styles": styles,
        "losses": {name: round(value, 4) for name, value in (run.losses or {}).items()},
        "perceptual": options.perceptual.name,
        "notes": options.notes,
    }
