"""Trains the `segmenter`, the network that tells people from what is behind them.
Called by `vj train matte`; stops and goes on exactly where its last checkpoint was written.
"""

from __future__ import annotations

import copy
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from vj.core.errors import UserError
from vj.core.folders import make_folder
from vj.infer.load import choose_device
from vj.infer.matte_network import FIRST, Segmenter
from vj.studio.course import Course, check_beginning, follow
from vj.studio.imagenet import read_squeezenet, with_fewer
from vj.studio.matte_batches import Batch, Dice, Recipe, make_batch
from vj.studio.matte_export import export, fill
from vj.studio.matte_pictures import SIDE, Album, read_album
from vj.studio.matte_sheet import Sample, read_samples, scores, write_sheet
from vj.studio.precision import low_precision_is_quick

log = logging.getLogger(__name__)

PATIENCE = 50  # bad steps in a row before giving up
STATE = "state.pt"
PROBES = 40  # pictures on which a smaller trunk is to answer like the one it starts from
TRUNK_RATE = 0.1  # a trunk that was trained before learns so much slower


@dataclass(frozen=True)
class Options:
    """What to train with and for how long."""

    pictures: tuple[Path, ...]  # a folder named twice is drawn from twice as often
    backgrounds: tuple[Path, ...]
    out: Path
    check: Path | None = None  # pictures with masks that are only looked at
    encoder: Path | None = None  # SqueezeNet 1.0 on ImageNet, to start the trunk from
    start: Path | None = None  # weights of a trained segmenter to go on from, instead
    minutes: float | None = None  # of training; pauses do not count
    steps: int | None = None
    resume: bool = False
    device: str = "auto"
    recipe: Recipe = field(default_factory=Recipe)
    rate: float = 1e-3
    warm_up: int = 100
    seed: int = 1
    save_seconds: float = 75.0
    say_seconds: float = 15.0
    licence: str = "MIT"
    notes: str = ""
    stop: Callable[[], bool] = lambda: False  # asked after every step
    progress: Callable[[str], None] | None = None


@dataclass
class Run:
    """Everything a checkpoint holds."""

    model: Segmenter
    average: Segmenter
    optimiser: torch.optim.AdamW
    course: Course

    def parts(self) -> dict[str, Any]:
        """What is kept besides the course."""
        return {"model": self.model, "average": self.average, "optimiser": self.optimiser}


def train(options: Options) -> dict[str, float]:
    """Train until the time is used up or `stop` says so, then export weights and card.

    Returns how well the pictures held back are matched, kind -> intersection over union.
    Raises: UserError when pictures or masks are missing, when neither minutes nor steps are
    given, when there is a training already, or when training diverges.
    """
    if options.minutes is None and options.steps is None:
        raise UserError("say how long to train: --minutes or --steps")
    weights = options.out / "matte.safetensors"
    check_beginning(options.out / STATE, weights, options.resume)
    device = choose_device(options.device)
    people = read_album(options.pictures, masked=True).to(device)
    places = read_album(options.backgrounds, masked=False).to(device)
    samples = read_samples(options.check)
    make_folder(options.out)
    run = _started(options, device, places)
    torch.backends.cudnn.benchmark = True  # a few sizes, each of them thousands of times
    course = run.course
    counts = f"{len(people)} pictures of people, {len(places)} backgrounds, {len(samples)} checks"
    _say(options, f"{counts}, from step {course.step} on {device}")
    low = low_precision_is_quick(device)
    quick = torch.autocast(device.split(":")[0], torch.bfloat16, enabled=low)
    saved = said = course.elapsed
    bad = 0
    terms: dict[str, Tensor] = {}
    began = time.perf_counter()
    while course.done < 1 and not options.stop():
        for group in run.optimiser.param_groups:
            group["lr"] = options.rate * group["part"] * course.rate(options.warm_up)
        batch = _batch(options, people, places, course.drawn, device)
        course.drawn += 1
        strict = min(1.0, course.step / (4 * options.warm_up))
        with quick:
            terms = losses(options.recipe, run.model, batch, strict)
        if not _stepped(run, terms):
            bad += 1
            if bad >= PATIENCE:
                raise UserError(f"training diverged at step {course.step}: lower the rate")
            continue
        bad = 0
        course.step += 1
        if course.step % 10 == 0:  # reading a number back makes a graphics card wait
            course.remember(terms, 0.1)
        now = time.perf_counter()
        course.count(now - began)
        began = now
        if course.elapsed - said > options.say_seconds:
            said = course.elapsed
            _say(options, course.line())
        if course.elapsed - saved > options.save_seconds:
            saved = course.elapsed
            _show(options, run, batch, samples)
    batch = _batch(options, people, places, course.drawn, device)
    found = _show(options, run, batch, samples)
    facts = _facts(options, run, device, (len(people), len(places)), found)
    export(run.average, options.out, facts, options.licence)
    return found


def losses(
    recipe: Recipe, model: Segmenter, batch: Batch, strict: float = 1.0
) -> dict[str, Tensor]:
    """Measure a batch: how sure the answers are, how the outline falls, how steady it all is.

    strict: 0..1, how much outline and steadiness count; at first the same grey everywhere would
    satisfy them best.
    """
    odds = model(batch.pictures).float()
    wanted = batch.masks.float()
    found = torch.sigmoid(odds)
    terms = {"sure": F.binary_cross_entropy_with_logits(odds, wanted)}
    slopes = [(found.diff(dim=axis) - wanted.diff(dim=axis)).abs().mean() for axis in (2, 3)]
    terms["edge"] = strict * recipe.edge * torch.stack(slopes).sum()
    sums = (found * wanted).sum((1, 2, 3)), (found + wanted).sum((1, 2, 3))
    terms["dice"] = recipe.dice * (1 - (2 * sums[0] + 50) / (sums[1] + 50)).mean()
    few = max(1, len(found) // 4)
    moved = batch.pictures[-few:].roll((1, 2), (2, 3)) * 0.97 + 0.01
    again = torch.sigmoid(model(moved).float()).roll((-1, -2), (2, 3))
    inner = (slice(None), slice(None), slice(4, -4), slice(4, -4))
    terms["steady"] = strict * recipe.steady * (again - found[-few:])[inner].abs().mean()
    return terms


def _batch(options: Options, people: Album, places: Album, number: int, device: str) -> Batch:
    with torch.no_grad():
        return make_batch(options.recipe, people, places, Dice(options.seed, number, device))


def _started(options: Options, device: str, places: Album) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        model = Segmenter()
    if options.encoder:
        pictures = places.sheets[:PROBES, :3, :: SIDE // 160, :: SIDE // 160].float().cpu() / 255
        model.start_from(with_fewer(read_squeezenet(options.encoder), FIRST, pictures))
    if options.start:
        fill(model, options.start)
    model.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = copy.deepcopy(model).requires_grad_(False)
    slower = TRUNK_RATE if options.encoder or options.start else 1.0
    others = [p for name, p in model.named_parameters() if not name.startswith("trunk")]
    groups = [
        {"params": list(model.trunk.parameters()), "part": slower},
        {"params": others, "part": 1.0},
    ]
    optimiser = torch.optim.AdamW(groups, options.rate, betas=(0.9, 0.99), weight_decay=1e-2)
    run = Run(model, average, optimiser, Course(options.minutes, options.steps))
    if options.resume:
        run.course.resume(options.out / STATE, run.parts(), "is of another network")
    return run


def _stepped(run: Run, terms: dict[str, Tensor]) -> bool:
    total = torch.stack(list(terms.values())).sum()
    run.optimiser.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(run.model.parameters(), 2.0)
    if not bool(torch.isfinite(norm)):
        log.warning("gradient is not finite at step %d, batch skipped", run.course.step)
        return False
    run.optimiser.step()
    follow(run.average, run.model, run.course.step, 0.999)
    return True


def _show(options: Options, run: Run, batch: Batch, samples: list[Sample]) -> dict[str, float]:
    run.course.keep(options.out / STATE, run.parts())
    sheet = options.out / f"sheet_{run.course.step:06d}.png"
    write_sheet(run.average, batch, samples, sheet)
    found = scores(run.average, samples)
    if found:
        _say(options, "held back: " + " ".join(f"{k} {v:.3f}" for k, v in found.items()))
    return found


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)


def _facts(
    options: Options, run: Run, device: str, counts: tuple[int, int], found: dict[str, float]
) -> dict[str, object]:
    began = options.start or options.encoder
    recipe = {k: str(v) if isinstance(v, tuple) else v for k, v in asdict(options.recipe).items()}
    return {
        **run.course.facts(),
        "seed": options.seed,
        "rate": options.rate,
        "recipe": recipe,
        "machine": torch.cuda.get_device_name() if device.startswith("cuda") else device,
        "pictures": counts[0],
        "backgrounds": counts[1],
        "began_with": began.name if began else "chance",
        "held_back_iou": found,
        "notes": options.notes,
    }
