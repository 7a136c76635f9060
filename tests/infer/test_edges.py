"""The live chain against a plain float32 reference written from the documented steps."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vj.infer.edges import EdgeChain, Settings, fit, lerp, settings

OFF = Settings(pre_median=0, canny=False)


def picture(seed: int = 0, height: int = 90, width: int = 120) -> NDArray[np.uint8]:
    """A smooth coloured RGBA picture with hard shapes in it and a matte in alpha."""
    random = np.random.default_rng(seed)
    noise = random.integers(0, 256, (height // 6, width // 6, 3)).astype(np.uint8)
    rgb = cv2.resize(noise, (width, height), interpolation=cv2.INTER_CUBIC)
    cv2.circle(rgb, (width // 3, height // 2), height // 5, (250, 40, 90), -1)
    cv2.line(rgb, (5, 5), (width - 9, height - 20), (10, 220, 30), 3)
    alpha = np.zeros((height, width, 1), np.uint8)
    alpha[height // 4 :, : width // 2] = 255
    return np.concatenate([rgb, alpha], axis=2)


class Reference:
    """The same chain as the documented one: everything in float32 0..1 and always RGB."""

    def __init__(self) -> None:
        self.raw: Any = None
        self.result: Any = None
        self.lerped: Any = None

    def run(self, pixels: NDArray[np.uint8], s: Settings, size: Any = None) -> NDArray[np.uint8]:
        if s.freeze and self.raw is not None:
            raw = self.raw
        else:
            raw = pixels.astype(np.float32) / 255
            if s.flip_h:
                raw = raw[:, ::-1]
            if s.flip_v:
                raw = raw[::-1]
        img, alpha = raw[..., :3], raw[..., 3:]
        if s.frame_diff:
            old = raw if self.raw is None else self.raw
            img = np.abs(img - old[..., :3])
        self.raw = raw
        img = np.ascontiguousarray(img)
        if size is not None:
            if size[0] == size[1]:
                side, cut = img.shape[0], (img.shape[1] - img.shape[0]) // 2
                img, alpha = img[:, cut : cut + side], alpha[:, cut : cut + side]
            img = cv2.resize(img, size[::-1], interpolation=cv2.INTER_AREA)
            alpha = cv2.resize(alpha, size[::-1], interpolation=cv2.INTER_AREA)[..., None]
        if s.grayscale:
            img = self.colour(cv2.cvtColor(img, cv2.COLOR_RGB2GRAY))
        if s.pre_blur:
            img = cv2.GaussianBlur(img, (2 * s.pre_blur + 1,) * 2, 0)
        if s.pre_median:
            img = self.colour(cv2.medianBlur(self.levels(img), 2 * s.pre_median + 1) / 255)
        if s.pre_thresh:
            img = np.where(img > s.pre_thresh / 255, img, 0).astype(np.float32)
        if s.adaptive_thresh:
            found = cv2.adaptiveThreshold(
                self.levels(img), 255, cv2.ADAPTIVE_THRESH_GAUSSIAN_C, cv2.THRESH_BINARY_INV,
                2 * s.adaptive_thresh_block + 1, s.adaptive_thresh_c,
            )  # fmt: skip
            img = self.colour(found / 255)
        if s.invert:
            img = 1 - img
        if s.canny:
            img = self.colour(cv2.Canny(self.levels(img), s.canny_low, s.canny_high) / 255)
        if s.post_blur:
            img = cv2.GaussianBlur(img, (2 * s.post_blur + 1,) * 2, 0)
        if s.accum_w1 > 0 and s.accum_w2 > 0:
            old = np.zeros_like(img) if self.result is None else self.result
            img = old * s.accum_w1 + img * s.accum_w2
        if s.post_thresh:
            img = (img > s.post_thresh / 255).astype(np.float32)
        self.result = img
        t = 1 - s.pre_time_lerp
        if self.lerped is not None and t > 0:
            img = self.lerped * (1 - t) + img * t
        self.lerped = img
        whole = np.concatenate([img, alpha], axis=2)
        return np.clip(np.rint(whole * 255), 0, 255).astype(np.uint8)

    @staticmethod
    def levels(img: Any) -> NDArray[np.uint8]:
        return cv2.cvtColor(np.rint(img * 255).astype(np.uint8), cv2.COLOR_RGB2GRAY)

    @staticmethod
    def colour(gray: Any) -> NDArray[np.float32]:
        return cv2.cvtColor(gray.astype(np.float32), cv2.COLOR_GRAY2RGB)


STEPS: dict[str, Settings] = {
    "nothing": OFF,
    "defaults": Settings(),
    "flip_h": replace(OFF, flip_h=True),
    "flip_v": replace(OFF, flip_v=True),
    "flip_both": replace(OFF, flip_h=True, flip_v=True),
    "frame_diff": replace(OFF, frame_diff=True),
    "grayscale": replace(OFF, grayscale=True),
    "pre_blur": replace(OFF, pre_blur=3),
    "pre_median": replace(OFF, pre_median=2),
    "pre_thresh": replace(OFF, pre_thresh=90),
    "adaptive_thresh": replace(OFF, adaptive_thresh=True),
    "adaptive_wide": replace(OFF, adaptive_thresh=True, adaptive_thresh_block=9),
    "invert": replace(OFF, invert=True),
    "canny": replace(OFF, canny=True, canny_low=60, canny_high=120),
    "post_blur": replace(OFF, canny=True, post_blur=2),
    "accum": replace(OFF, accum_w1=0.6, accum_w2=0.7),
    "accum_edges": replace(Settings(), accum_w1=0.9, accum_w2=0.3),
    "one_weight_is_off": replace(OFF, accum_w1=0.6),
    "post_thresh": replace(OFF, post_thresh=128),
    "pre_time_lerp": replace(OFF, pre_time_lerp=0.75),
    "lerp_of_one_is_off": replace(OFF, pre_time_lerp=1.0),
    "everything": Settings(
        flip_h=True, flip_v=True, frame_diff=True, grayscale=True, pre_median=1, pre_thresh=20,
        invert=True, post_blur=1, accum_w1=0.5, accum_w2=0.5, post_thresh=60, pre_time_lerp=0.3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("size", [None, (48, 48)])
def test_step_equals_the_float_reference(name: str, size: Any) -> None:
    chain, reference = EdgeChain(), Reference()
    for seed in range(4):
        pixels = picture(seed)
        got = chain.run(pixels, STEPS[name], size)
        wanted = reference.run(pixels, STEPS[name], size)
        assert got.shape == wanted.shape and got.dtype == np.uint8
        apart = np.abs(got.astype(int) - wanted.astype(int))
        # One level of rounding may move a pixel over a threshold or an edge; a wrong step moves
        # far more than three pixels in a hundred.
        assert np.mean(apart > 2) < 0.03, f"{name}: {np.mean(apart > 2):.4f} of the pixels differ"


@pytest.mark.parametrize("name", [name for name in STEPS if name not in ("nothing", "defaults")])
def test_every_step_changes_the_picture(name: str) -> None:
    base = Settings() if STEPS[name].canny and name != "canny" else OFF
    plain, changed = EdgeChain(), EdgeChain()
    for seed in range(3):
        a, b = plain.run(picture(seed), base), changed.run(picture(seed), STEPS[name])
    assert np.array_equal(a, b) == (name in ("one_weight_is_off", "lerp_of_one_is_off"))


def test_steps_can_be_switched_while_running() -> None:
    chain, reference = EdgeChain(), Reference()
    for seed, name in enumerate(["accum", "canny", "accum_edges", "grayscale", "accum", "invert"]):
        got = chain.run(picture(seed), STEPS[name])
        wanted = reference.run(picture(seed), STEPS[name])
        assert np.mean(np.abs(got.astype(int) - wanted.astype(int)) > 2) < 0.03


def test_freeze_keeps_picture_and_matte_but_not_the_knobs() -> None:
    chain = EdgeChain()
    first = chain.run(picture(0), OFF)
    frozen = chain.run(picture(1), replace(OFF, freeze=True))
    inverted = chain.run(picture(2), replace(OFF, freeze=True, invert=True))
    assert np.array_equal(first, frozen)
    assert np.array_equal(255 - first[..., :3], inverted[..., :3])
    assert np.array_equal(first[..., 3], inverted[..., 3])


def test_freeze_survives_a_reused_picture_buffer() -> None:
    chain, buffer = EdgeChain(), picture(0)
    first = chain.run(buffer, OFF).copy()
    buffer[:] = 0
    assert np.array_equal(first, chain.run(buffer, replace(OFF, freeze=True)))


def test_accumulated_light_ends_when_the_weight_goes_down() -> None:
    chain, white = EdgeChain(), np.full((8, 8, 4), 255, np.uint8)
    for _ in range(200):
        chain.run(white, replace(OFF, accum_w1=1.0, accum_w2=1.0))
    for _ in range(40):
        out = chain.run(white * 0, replace(OFF, accum_w1=0.8, accum_w2=1.0))
    assert out[..., :3].max() < 5


def test_a_new_picture_size_does_not_stop_the_chain() -> None:
    chain = EdgeChain()
    s = replace(Settings(), frame_diff=True, accum_w1=0.5, accum_w2=0.5, pre_time_lerp=0.5)
    chain.run(picture(0), s)
    assert chain.run(picture(0, 60, 80), s).shape == (60, 80, 4)


def test_lerp_at_exactly_zero_gives_the_new_picture() -> None:
    old, new = np.zeros((2, 2), np.float32), np.full((2, 2), 200, np.uint8)
    assert lerp(old, new, 0.0).max() == 200
    assert lerp(old, new, 0.25).max() == 50


def test_settings_come_from_the_values_by_name() -> None:
    values = {
        "edges.canny": 0.0,
        "edges.pre_median": 3.0,
        "edges.accum_w1": 0.5,
        "mix.person": 1.0,
    }
    assert settings(values) == Settings(canny=False, pre_median=3, accum_w1=0.5)
    assert settings({}) == Settings()


def test_fit_crops_the_centre_for_a_square() -> None:
    wide = np.zeros((10, 30, 4), np.uint8)
    wide[:, 10:20] = 255
    assert fit(wide, (5, 5)).min() == 255
    assert fit(wide, (5, 15)).shape == (5, 15, 4)
    assert fit(wide, (5, 15)).min() == 0


def test_the_default_chain_is_fast() -> None:
    chain, pixels = EdgeChain(), picture(0, 360, 640)
    chain.run(pixels, Settings())
    times = []
    for _ in range(20):
        start = time.perf_counter()
        chain.run(pixels, Settings())
        times.append(time.perf_counter() - start)
    assert min(times) < 0.006
