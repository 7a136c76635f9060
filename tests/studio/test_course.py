"""The course of a training: its clock, its rate, what it keeps."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
import torch
from torch import nn

from vj.core.errors import UserError
from vj.studio.course import SETTLING, Course, check_beginning, follow


def test_it_is_over_when_minutes_or_steps_are_used_up() -> None:
    course = Course(minutes=2.0, steps=10, step=5)
    assert course.done == 0.5
    course.elapsed = 120.0
    assert course.done == 1.0
    assert Course(step=7, elapsed=9.0).done == 0.0


def test_it_says_how_far_it_is_every_25_steps_and_every_15_seconds() -> None:
    course = Course()
    said = []
    for step, elapsed in ((1, 9.0), (2, 16.0), (3, 20.0), (4, 31.5), (25, 32.0), (26, 40.0)):
        course.step, course.elapsed = step, elapsed
        said += [step] * course.due()
    assert said == [2, 4, 25]


def test_the_rate_rises_and_falls() -> None:
    course = Course(steps=1000)
    assert course.rate(warm_up=100) == pytest.approx(0.01, rel=0.01)
    course.step = 500
    assert course.rate(warm_up=100) == pytest.approx(0.5)
    course.step = 1000
    assert course.rate() == 0.01 and course.rate(least=0.2) == 0.2


def test_a_pause_is_not_training() -> None:
    course = Course()
    for _ in range(SETTLING + 1):
        course.step += 1
        course.count(0.5)
    before = course.elapsed
    course.count(3600.0)
    assert course.elapsed == pytest.approx(before + 5.0)


def test_losses_are_smoothed_and_missing_ones_stay() -> None:
    course = Course()
    course.remember({"a": torch.tensor(1.0), "b": torch.tensor(3.0)}, 0.1)
    course.remember({"a": torch.tensor(2.0)}, 0.1)
    assert course.losses == {"a": pytest.approx(1.1), "b": 3.0}
    assert "a 1.100 b 3.000" in course.line()


def test_what_is_kept_goes_on(tmp_path: Path) -> None:
    torch.manual_seed(1)
    course, net = Course(steps=9, step=4, drawn=5, elapsed=2.0, pace=0.5, losses={"a": 1.0}), _net()
    course.keep(tmp_path / "state.pt", {"model": net})
    again, other = Course(steps=20), _net()
    again.resume(tmp_path / "state.pt", {"model": other}, "is of another size")
    assert again == Course(steps=20, step=4, drawn=5, elapsed=2.0, pace=0.5, losses={"a": 1.0})
    assert torch.equal(net.weight, other.weight)
    assert [path.name for path in tmp_path.iterdir()] == ["state.pt"]


def test_a_training_that_is_over_is_not_resumed_for_one_step(tmp_path: Path) -> None:
    Course(minutes=8.0, step=70, elapsed=481.0).keep(tmp_path / "state.pt", {})
    with pytest.raises(UserError, match=r"70 steps in 8\.0 minutes; more --minutes or --steps"):
        Course(minutes=8.0).resume(tmp_path / "state.pt", {}, "")
    Course(minutes=16.0).resume(tmp_path / "state.pt", {}, "")


def test_what_cannot_be_resumed_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to resume"):
        Course().resume(tmp_path / "none.pt", {}, "")
    Course().keep(tmp_path / "state.pt", {"model": nn.Linear(3, 3)})
    with pytest.raises(UserError, match="is of another size"):
        Course().resume(tmp_path / "state.pt", {"model": _net()}, "is of another size")


def test_a_training_is_not_begun_over_another_one(tmp_path: Path) -> None:
    """A night's training was gone when its command was typed again without --resume."""
    mine, said = tmp_path / "mine.pt", r"mine.pt: a training is there already, at step 800; --res"
    weights = tmp_path / "mine.safetensors"
    check_beginning(mine, weights, resume=False)
    Course(step=800).keep(mine, {})
    check_beginning(mine, weights, resume=True)
    check_beginning(tmp_path / "other.pt", weights, resume=False)
    with pytest.raises(UserError, match=f"{said}ume goes on with it, another --out begins anew"):
        check_beginning(mine, weights, resume=False)


def test_nor_over_weights_that_came_from_elsewhere(tmp_path: Path) -> None:
    """--out my-gig/checkpoints wrote over a pulled card, and slim over the network it copied."""
    state, weights = tmp_path / "state.pt", tmp_path / "edges.safetensors"
    weights.write_bytes(b"pulled")
    for resume in (False, True):
        with pytest.raises(UserError, match=r"edges\.safetensors: a network is there already"):
            check_beginning(state, weights, resume)
    Course(step=8).keep(state, {})
    check_beginning(state, weights, resume=True)


@pytest.mark.parametrize("data", [b"", b"no state, a letter", b"PK\x03\x04 half"])
def test_a_damaged_state_is_one_sentence(tmp_path: Path, data: bytes) -> None:
    """It was a traceback, or torch's advice to read the file in a way that runs code of it."""
    path = tmp_path / "state.pt"
    path.write_bytes(data)
    with pytest.raises(UserError, match=r"state.pt: no state of a training, or a damaged one$"):
        Course().resume(path, {}, "")
    with pytest.raises(UserError, match="no state of a training"):
        check_beginning(path, tmp_path / "w.safetensors", resume=False)


def test_an_average_follows_quickly_at_first() -> None:
    average, net = _net(), _net()
    start = average.weight.detach().clone()
    follow(average, net, 0, 0.99)
    assert torch.allclose(average.weight, start + 0.9 * (net.weight - start))
    start = average.weight.detach().clone()
    follow(average, net, 10_000, 0.99)
    assert torch.allclose(average.weight, start + 0.01 * (net.weight - start))


def _net() -> nn.Linear:
    return nn.Linear(2, 2)


@pytest.mark.parametrize("end", [{"minutes": -1.0}, {"minutes": float("nan")}, {"steps": 0}])
def test_an_end_that_never_comes_is_refused(end: dict[str, float]) -> None:
    with pytest.raises(UserError, match=r"--(minutes|steps) .*: allowed: more than 0"):
        Course(**end)  # type: ignore[arg-type]


def test_a_full_disk_is_one_sentence_and_leaves_the_last_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.pt"
    Course(step=3).keep(path, {})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"cannot be written \(No space.*make room there.*--resume"):
        Course(step=4).keep(path, {})
    assert [file.name for file in tmp_path.iterdir()] == ["state.pt"]
