"""A network's answers made a matte: every n-th picture, steady, no lag, and never waited for."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.infer.mattes.finders import HEIGHT, SIDE, WIDTH, Bright, disc, overlap, picture
from vj.infer.netmatte import NetMatte

SPEED = 9  # pixels per picture, a third of the width in a second


def walk(pictures: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    for n in range(pictures):
        x = 60 + SPEED * n
        yield x, picture(x, seed=n)


def test_the_matte_has_the_picture_s_size_and_the_person_s_shape() -> None:
    found = NetMatte(Bright()).matte(picture(160), {})
    assert found.shape == (HEIGHT, WIDTH) and found.dtype == np.uint8
    # the network sees 64 x 64; the picture's own edges bring the rest
    assert overlap(found, disc(160)) > 0.97
    assert not NetMatte(Bright()).matte(picture(None), {}).any()


def test_steadiness_does_not_lag_behind_somebody_fast() -> None:
    matte = NetMatte(Bright())
    worst = [overlap(matte.matte(p, {"matte.smooth": 0.95}), disc(x)) for x, p in walk(20)]
    assert min(worst) > 0.93


def test_between_two_looks_the_matte_is_carried_along() -> None:
    finder = Bright()
    matte = NetMatte(finder)
    worst = [overlap(matte.matte(p, {"matte.every": 4}), disc(x)) for x, p in walk(20)]
    assert finder.looks == 5
    assert min(worst) > 0.9


class Nervous(Bright):
    """Changes its mind about a tenth of the squares at every look."""

    def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        odds = super().find(pixels)
        random = np.random.default_rng(self.looks).random((8, 8)) < 0.1
        return np.where(np.kron(random, np.ones((8, 8))) > 0, -odds, odds).astype(np.float32)


def test_a_nervous_network_is_calmed_where_nothing_moves() -> None:
    changes = []
    for smooth in (0.0, 0.9):
        matte = NetMatte(Nervous())
        found = [matte.matte(picture(160, seed=n), {"matte.smooth": smooth}) for n in range(30)]
        last = np.stack(found[10:]).astype(float)
        changes.append(np.abs(np.diff(last, axis=0)).mean())
    assert changes[1] < 0.15 * changes[0]


def test_threshold_asks_the_network_to_be_surer() -> None:
    class Unsure(Bright):
        def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            return super().find(pixels) / 8  # 0.73 a person

    sizes = [
        int((NetMatte(Unsure()).matte(picture(160), {"matte.threshold": t}) > 127).sum())
        for t in (0.2, 0.5, 0.8)
    ]
    assert sizes[0] > 0.9 * HEIGHT * WIDTH  # 0.27 is enough for the wall, too
    assert 0.9 < sizes[1] / disc(160).sum() < 1.1
    assert sizes[2] == 0


def test_feather_widens_the_outline() -> None:
    between = []
    for feather in (0.0, 1.0):
        found = NetMatte(Bright()).matte(picture(160), {"matte.feather": feather})
        between.append(int(np.sum((found > 20) & (found < 235))))
    assert between[1] > 2 * between[0] > 0


@pytest.mark.parametrize("threshold", [0.5, 0.9])
def test_hard_is_the_network_s_own_answer_rounded(threshold: float) -> None:
    """Stretched with the corners kept, then softmax, then rounded, and nothing else."""
    odds = np.random.default_rng(1).normal(0, 3, (1, 2, SIDE, SIDE)).astype(np.float32)

    class Two:
        def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            return odds[0, 1] - odds[0, 0]

    values = {"matte.hard": 1.0, "matte.threshold": threshold, "matte.feather": 1.0}
    found = NetMatte(Two()).matte(picture(160), values)
    full = torch.nn.functional.interpolate(
        torch.from_numpy(odds), (HEIGHT, WIDTH), mode="bilinear", align_corners=True
    )
    share = torch.softmax(full, 1)[0, 1].numpy()
    sure = np.abs(share - threshold) > 1e-5
    expected = np.round(share) * 255 if threshold == 0.5 else (share > threshold) * 255
    assert set(np.unique(found)) == {0, 255}
    assert np.array_equal(found[sure], expected[sure])


def test_a_new_size_starts_afresh() -> None:
    matte = NetMatte(Bright())
    matte.matte(picture(160), {})
    tall = np.ascontiguousarray(picture(160)[:, 100:220])
    assert overlap(matte.matte(tall, {}), disc(60, HEIGHT, 120)) > 0.95
    assert matte.matte(np.zeros((3, 5, 4), np.uint8), {}).shape == (3, 5)


class Gated(Bright):
    """Waits for permission before every look."""

    def __init__(self) -> None:
        super().__init__()
        self.go, self.began = threading.Semaphore(0), threading.Semaphore(0)

    def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.began.release()
        assert self.go.acquire(timeout=10)
        return super().find(pixels)


def test_a_slow_network_is_never_waited_for() -> None:
    finder = Gated()
    matte = NetMatte(finder, beside=True)
    pictures = list(walk(12))
    assert not matte.matte(pictures[0][1], {}).any()
    assert finder.began.acquire(timeout=10)
    for _, pixels in pictures[1:4]:
        assert not matte.matte(pixels, {}).any()  # the network still looks at the first one
    finder.go.release()
    matte._looker._looking.result(timeout=10)  # type: ignore[union-attr]
    # what it says of the first picture is carried to the fifth
    x, pixels = pictures[4]
    assert overlap(matte.matte(pixels, {}), disc(x)) > 0.8
    x, pixels = pictures[5]
    assert overlap(matte.matte(pixels, {}), disc(x)) > 0.8
    finder.go.release(10)


@pytest.mark.parametrize(("cores", "rest"), [(2, 0.6), (4, 0.2), (16, 0.2)])
def test_a_network_beside_the_show_rests(
    monkeypatch: pytest.MonkeyPatch, cores: int, rest: float
) -> None:
    now = [100.0]
    monkeypatch.setattr("vj.infer.netmatte.cores", lambda: cores)
    monkeypatch.setattr("vj.infer.netmatte.time.monotonic", lambda: now[0])
    finder = Gated()
    matte = NetMatte(finder, beside=True)
    matte.matte(picture(160), {})
    assert finder.began.acquire(timeout=10)
    now[0] += 0.2
    finder.go.release()
    matte._looker._looking.result(timeout=10)  # type: ignore[union-attr]
    matte.matte(picture(160), {})
    now[0] += rest - 0.01
    matte.matte(picture(160), {})
    assert not finder.began.acquire(blocking=False)
    now[0] += 0.02
    matte.matte(picture(160), {})
    assert finder.began.acquire(timeout=10)
    finder.go.release(10)


def test_what_goes_wrong_in_the_network_is_raised() -> None:
    class Broken:
        def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        NetMatte(Broken()).matte(picture(160), {})
    beside = NetMatte(Broken(), beside=True)
    beside.matte(picture(160), {})
    beside._looker._looking.exception(timeout=10)  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match="out of order"):
        beside.matte(picture(160), {})
