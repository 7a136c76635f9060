"""Teaches a narrower network to paint as a wider one does, for the same pictures in less time.
Called by `vj train slim`; stops and goes on exactly where its last checkpoint was written.
"""

from __future__ import annotations

import copy
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor

from vj.core.card import Card, read_card, write_card
from vj.core.errors import UserError
from vj.core.folders import make_folder
from vj.core.memory import keep_memory
from vj.infer import brush_network
from vj.infer.load import choose_device, read_weights
from vj.infer.models import edges
from vj.studio.course import Course, check_beginning, follow
from vj.studio.perceptual import (
    Perceptual,
    content_distance,
    load_perceptual,
    look,
    style_distance,
)
from vj.studio.pictures import read_pictures
from vj.studio.slim_brush import BrushLessons
from vj.studio.slim_edges import EdgesLessons
from vj.studio.slim_widths import check_widths
from vj.studio.weights_file import write_weights

log = logging.getLogger(__name__)

STATE = "state.pt"
MADE = "made quicker with `vj train slim`"
COLOUR, FEATURES = 20.0, ("11", "21", "31")  # weight of plain differences; taps compared as such
WARM_UP, KEPT = 100, 0.998  # steps; of the average of the weights at each step
SAY, SAVE = 20.0, 75.0  # seconds

Lessons = BrushLessons | EdgesLessons


@dataclass(frozen=True)
class Options:
    """What to make narrower, with what pictures and for how long.

    card: of the wider network; widths: those wanted, of a brush also its blocks, none for those of
    the networks that ship.
    """

    card: Path
    photos: tuple[Path, ...]
    perceptual: Path
    out: Path
    styles: tuple[Path, ...] = ()  # for a brush
    widths: tuple[int, ...] = ()
    minutes: float | None = None
    steps: int | None = None
    resume: bool = False
    device: str = "auto"
    batch: int = 4
    sizes: tuple[int, ...] = (128, 160, 192)  # pixels, one of them per step
    rate: float = 1e-3
    seed: int = 1
    notes: str = ""
    stop: Callable[[], bool] = lambda: False  # asked after every step
    progress: Callable[[str], None] | None = None


def train(options: Options) -> list[Path]:
    """Learn until the time is used up or `stop` says so; weights and cards are written as it goes.

    Returns the files a show needs, the weights last.
    Raises: UserError for a card of another kind or a network that is no wider, when pictures are
    missing, when neither minutes nor steps are given, when there is a training already, or when
    training diverges.
    """
    if options.minutes is None and options.steps is None:
        raise UserError("say how long to train: --minutes or --steps")
    card = read_card(options.card)
    check_beginning(options.out / STATE, options.out / card.weights, options.resume)
    if any(size < 32 or size % 32 for size in options.sizes):
        raise UserError(f"crops {list(options.sizes)}: each must be a multiple of 32 pixels")
    if options.batch < 1:
        raise UserError(f"--batch {options.batch}: allowed: 1 or more")
    course = Course(options.minutes, options.steps)
    device = choose_device(options.device)
    perceptual = load_perceptual(options.perceptual).to(device)
    perceptual.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    lessons = _lessons(options, card, device)
    make_folder(options.out)
    pupil = lessons.pupil
    average = copy.deepcopy(pupil).requires_grad_(False)
    optimiser = torch.optim.Adam(lessons.groups(), options.rate, betas=(0.9, 0.99))
    parts = {"pupil": pupil, "average": average, "optimiser": optimiser}
    if options.resume:
        course.resume(options.out / STATE, parts, "is of another network")
        _check_teacher(card, options.out / options.card.name)
    learning = [p for group in optimiser.param_groups for p in group["params"]]
    keep_memory()
    last = said = saved = time.monotonic()
    while course.done < 1 and not options.stop():
        for group in optimiser.param_groups:
            group["lr"] = options.rate * group["share"] * course.rate(WARM_UP)
        dice = torch.Generator().manual_seed(options.seed * 1_000_003 + course.step)
        size = options.sizes[int(torch.randint(len(options.sizes), (), generator=dice))]
        got, wanted = lessons.example(options.batch, size, dice)
        terms = losses(perceptual, got, wanted)
        optimiser.zero_grad(set_to_none=True)
        torch.stack(list(terms.values())).sum().backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(learning, 5.0)
        optimiser.step()
        lessons.settle()
        course.step += 1
        follow(average, pupil, course.step, KEPT)
        apart = (got.detach() - wanted).square().mean()
        course.remember({**terms, "apart": apart.sqrt() * 255}, 0.05)
        now = time.monotonic()
        course.count(now - last)
        last = now
        if now - said > SAY or course.step == 1:
            said = now
            _say(options, course.line())
        if now - saved > SAVE and course.done < 1:
            saved = now
            _keep(options, course, parts, lessons, card, device)
    return _keep(options, course, parts, lessons, card, device)


def losses(perceptual: Perceptual, got: Tensor, wanted: Tensor) -> dict[str, Tensor]:
    """Weigh how far paintings (B, 3, h, w) are from those wanted: colours, shapes, strokes."""
    with torch.no_grad():
        aim = perceptual(wanted)
    seen = perceptual(got)
    gaps = [
        (seen[tap] - aim[tap]).square().mean() / (aim[tap].square().mean() + 1e-4)
        for tap in FEATURES
    ]
    return {
        "colour": COLOUR * (got - wanted).abs().mean(),
        "features": torch.stack(gaps).sum(),
        "shape": content_distance(seen, aim).mean(),
        "strokes": style_distance(look(seen), look(aim)).mean(),
    }


def _check_teacher(teacher: Card, made: Path) -> None:
    """See that a card that was made before was learned from this teacher.

    Raises: UserError.
    """
    if made.is_file() and read_card(made).training.get("learned_from") != teacher.sha256:
        raise UserError(
            f"{made}: learned from other weights than {teacher.name} has now; "
            "another --out begins anew"
        )


def _lessons(options: Options, card: Card, device: str) -> Lessons:
    count = {"brush": 4, "edges": 5}.get(card.model)
    if count is None:
        raise UserError(f"card {card.name!r}: {card.model} cannot be made narrower: brush, edges")
    if options.widths and len(options.widths) != count:
        raise UserError(f"--widths: {card.model} has {count} of them")
    tensors = read_weights(card)
    if card.model == "brush":
        given = brush_network.Widths(*options.widths)
        wanted = given if options.widths else brush_network.SLIM
        check_widths(wanted, tensors)
        photos = read_pictures(options.photos, "photos")
        styles = read_pictures(options.styles, "styles")
        return BrushLessons(tensors, wanted, photos, styles, device)
    widths = edges.Widths(*options.widths) if options.widths else edges.SLIM
    check_widths(widths, tensors)
    return EdgesLessons(tensors, widths, read_pictures(options.photos, "photos"), device)


def _keep(
    options: Options,
    course: Course,
    parts: Mapping[str, Any],
    lessons: Lessons,
    card: Card,
    device: str,
) -> list[Path]:
    if not all(math.isfinite(value) for value in course.losses.values()):
        raise UserError(f"training diverged before step {course.step}: resume with a lower --rate")
    course.keep(options.out / STATE, parts)
    with torch.no_grad():
        pair = lessons.example(4, max(options.sizes), torch.Generator().manual_seed(1))
    _draw(pair[::-1], options.out / f"sheet_{course.step:06d}.png")
    sha256 = write_weights(parts["average"], options.out / card.weights)
    facts = {
        **course.facts(),
        "batch": options.batch,
        "crops": list(options.sizes),
        "seed": options.seed,
        "rate": options.rate,
        "device": torch.cuda.get_device_name() if device.startswith("cuda") else device,
        "perceptual": options.perceptual.name,
        "notes": options.notes,
    }
    written = []
    for path in sorted(options.card.parent.glob("*.yaml")):
        one = read_card(path)
        if one.weights != card.weights:
            continue
        told = one.model_dump(exclude_defaults=True, exclude={"name", "training", "sha256"})
        told["sha256"] = sha256
        told["origin"] = one.origin if one.origin.endswith(MADE) else f"{one.origin}, {MADE}"
        told["training"] = {"learned_from": one.sha256, **facts, "teacher": one.training}
        written.append(options.out / path.name)
        write_card(written[-1], told)
    return [*written, options.out / card.weights]


def _draw(pair: Sequence[Tensor], path: Path) -> None:
    """What was wanted above, what was painted below."""
    rows = [torch.cat(list(pictures.detach().cpu()), 2) for pictures in pair]
    sheet = torch.cat(rows, 1).permute(1, 2, 0).mul(255).round().clamp(0, 255)
    cv2.imwrite(str(path), np.ascontiguousarray(sheet.numpy().astype(np.uint8)[..., ::-1]))


def _say(options: Options, text: str) -> None:
    log.info("%s", text)
    if options.progress:
        options.progress(text)
