"""Trains a network with one style of its own, the fastest kind there is.
Called by `vj train fast-style`; stops and goes on exactly where its last state was written.
"""

from __future__ import annotations

import itertools
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
from vj.core.memory import keep_memory
from vj.infer.load import choose_device
from vj.infer.models.fast_style import TransformerNet
from vj.infer.styles import read_style
from vj.studio.course import Course, check_beginning
from vj.studio.eyes import load_eyes
from vj.studio.fast_style_batches import Steps, batches, find_photos, read_photo
from vj.studio.fast_style_export import export, write_sheet
from vj.studio.fast_style_losses import Weights, losses, measured
from vj.studio.pictures import Picture

log = logging.getLogger(__name__)

SAMPLES = 3  # photos on a sheet
PATIENCE = 20  # bad steps in a row before giving up


@dataclass(frozen=True)
class Options:
    """What to train with and for how long; one of minutes, steps and epochs ends it.

    `style_size`: shorter side of the style picture as it is measured, the scale of its strokes;
    `width`: channels of the first convolution, the others have two and four times as many.
    """

    style: Path
    photos: tuple[Path, ...]  # folders
    eyes: Path
    out: Path
    name: str = ""  # of card and weights; the style's file name without an ending
    test: tuple[Path, ...] = ()  # pictures for the sheets, otherwise some of the photos
    samples: Path | None = None  # folder of the sheets
    minutes: float | None = None  # of training; pauses do not count
    steps: int | None = None
    epochs: float | None = None
    resume: bool = False
    weights: Weights = field(default_factory=Weights)
    width: int = 32
    rate: float = 1e-3
    batch: int = 4
    crop: int = 256
    style_size: int = 384
    save_steps: int = 500
    seed: int = 1
    device: str = "auto"
    workers: int = 0
    notes: str = ""
    stop: Callable[[], bool] = lambda: False  # asked after every step
    progress: Callable[[str], None] | None = None


@dataclass
class Run:
    """Everything a state holds."""

    network: TransformerNet
    optimiser: torch.optim.Adam
    course: Course

    def parts(self) -> dict[str, Any]:
        """What is kept besides the course."""
        return {"network": self.network, "optimiser": self.optimiser}


def train(options: Options) -> Path:
    """Train until the time is used up or `stop` says so; return the path of the card.

    Raises: UserError when pictures or the judging network are missing, when no end is given, when
    there is nothing to resume or it is of another width, when there is a training already, or
    when training diverges.
    """
    if options.crop % 4 or options.crop < 64:
        raise UserError(f"crops of {options.crop} pixels: allowed: 64 or more, a multiple of 4")
    name = options.name or options.style.stem
    weights = options.out / f"{name}.safetensors"
    check_beginning(_state(options, name), weights, options.resume, "--checkpoint-dir or --name")
    photos = find_photos(options.photos)
    steps = _end(options, len(photos))
    device = choose_device(options.device)
    eyes = load_eyes(options.eyes).to(device)
    eyes.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    style = read_style(options.style, options.style_size).to(device)
    wanted = measured(eyes, style)
    samples = _tests(options.test) if options.test else _samples(photos)
    for folder in (options.out, options.samples or options.out):
        make_folder(folder)
    run = _started(options, name, device, steps)
    course = run.course
    keep_memory()
    quick = torch.autocast(device.split(":")[0], torch.bfloat16, enabled=device[:4] == "cuda")
    _say(options, f"{len(photos)} photos, style {options.style.name}, step {course.step}, {device}")
    bad = 0
    began = time.perf_counter()
    source = Steps(photos, options.batch, options.crop, options.seed)
    for batch in batches(source, course.step, options.workers):
        if course.done >= 1 or options.stop():
            break
        for group in run.optimiser.param_groups:
            group["lr"] = options.rate * course.rate(least=0.02)
        pictures = batch.to(device).contiguous(memory_format=torch.channels_last).float() / 255
        with quick:
            terms = losses(options.weights, eyes, wanted, pictures, run.network(pictures))
        bad = 0 if _stepped(run, terms) else bad + 1
        if bad >= PATIENCE:
            raise UserError(f"training diverged at step {course.step}: lower --learning-rate")
        course.step += 1
        now = time.perf_counter()
        course.count(now - began)
        began = now
        if course.due():
            course.remember(terms, 0.3)
            _say(options, course.line())
        if course.step % options.save_steps == 0:
            _keep(options, run, name, style, samples)
    return _keep(options, run, name, style, samples)


def _end(options: Options, photos: int) -> int | None:
    """How many steps there are; None when minutes alone say when it is over."""
    if options.steps is None and options.epochs is None:
        if options.minutes is None:
            raise UserError("say how long to train: --epochs, --minutes or --steps")
        return None
    by_epochs = math.ceil((options.epochs or 0) * photos / options.batch)
    return options.steps or max(1, by_epochs)


def _tests(paths: Sequence[Path]) -> list[Picture]:
    found = [(path, read_photo(path)) for path in paths]
    for path, picture in found:
        if picture is None:
            raise UserError(f"{path}: no picture that can be read, or one that is too thin")
    return [picture for _, picture in found if picture is not None]


def _samples(photos: Sequence[Path]) -> list[Picture]:
    """Some of the photos, evenly spread; others stand in for those that cannot be read."""
    paths = dict.fromkeys((*photos[:: max(1, len(photos) // SAMPLES)], *photos))
    readable = (picture for picture in map(read_photo, paths) if picture is not None)
    return list(itertools.islice(readable, SAMPLES))


def _started(options: Options, name: str, device: str, steps: int | None) -> Run:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        network = TransformerNet((options.width, 2 * options.width, 4 * options.width))
    torch.nn.init.constant_(network.get_parameter("deconv3.conv2d.bias"), 0.5)  # gray
    network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = torch.optim.Adam(network.parameters(), options.rate)
    run = Run(network, optimiser, Course(options.minutes, steps))
    if options.resume:
        other = f"is of another --width than {options.width}"
        run.course.resume(_state(options, name), run.parts(), other)
    return run


def _state(options: Options, name: str) -> Path:
    return options.out / f"{name}.state.pt"


def _keep(options: Options, run: Run, name: str, style: Tensor, samples: Sequence[Picture]) -> Path:
    """Write state, sheet, weights and card; a state is never half a file."""
    run.course.keep(_state(options, name), run.parts())
    sheet = (options.samples or options.out) / f"{name}-{run.course.step:06d}.jpg"
    write_sheet(run.network, style, samples, sheet)
    title = f"{options.style.stem.replace('-', ' ').replace('_', ' ').capitalize()}, one style"
    return export(run.network, name, options.out, title, _facts(options, run))


def _stepped(run: Run, terms: dict[str, Tensor]) -> bool:
    total = torch.stack(list(terms.values())).sum()
    run.optimiser.zero_grad(set_to_none=True)
    total.backward()  # type: ignore[no-untyped-call]
    norm = torch.nn.utils.clip_grad_norm_(run.network.parameters(), 50.0)
    if not bool(torch.isfinite(norm + total)):
        log.warning("not finite at step %d, batch skipped", run.course.step)
        return False
    run.optimiser.step()
    return True


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)


def _facts(options: Options, run: Run) -> dict[str, object]:
    return {
        **run.course.facts(),
        "style": options.style.name,
        "style_size": options.style_size,
        "eyes": options.eyes.name,
        "weights": [options.weights.content, options.weights.style, options.weights.tv],
        "batch": options.batch,
        "crop": options.crop,
        "rate": options.rate,
        "seed": options.seed,
        "notes": options.notes,
    }
