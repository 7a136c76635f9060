"""One picture through matte, chain, mixture and a predictable network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from tests.infer.fakes import BLUE, GREEN, RED, ColourModel, half_person, write_style
from vj.infer.composite import one_look
from vj.infer.models.passthrough import Passthrough
from vj.infer.painter import (
    Painter,
    Sketch,
    as_pixels,
    as_tensor,
    finish,
    padded,
    paint,
    weights,
)
from vj.infer.protocol import Style
from vj.infer.styles import Shelf
from vj.infer.want import Want, want_of


class Whitewash(ColourModel):
    """A network whose only look is white."""

    def prepare(self, image: torch.Tensor) -> Style:
        return Style("", {})

    def paint(
        self, content: torch.Tensor, styles: Sequence[Style], weights: torch.Tensor
    ) -> torch.Tensor:
        return one_look(content, styles, weights, torch.ones_like)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    colours = {"red": RED, "green": GREEN, "blue": BLUE}
    files = {name: write_style(tmp_path / f"{name}.png", rgb) for name, rgb in colours.items()}
    files["broken"] = tmp_path / "broken.png"
    files["broken"].write_bytes(b"\x89PNG but not really")
    return Shelf(ColourModel(), lambda: files)


def test_two_regions_get_their_own_styles(shelf: Shelf) -> None:
    pixels = half_person()
    out = paint(ColourModel(), shelf, "cpu", pixels, [("red", 1.0)], [("blue", 1.0)], 1.0)
    assert out.shape == pixels.shape and out.dtype == np.uint8
    assert out[20, 5].tolist() == [255, 0, 0, 255]
    assert out[20, -5].tolist() == [0, 0, 255, 0]


def test_strength_and_shares_are_linear(shelf: Shelf) -> None:
    mix = [("red", 0.25), ("green", 0.75)]
    out = paint(ColourModel(), shelf, "cpu", half_person(level=100), mix, mix, 0.5)
    assert np.abs(out[20, 20, :3].astype(int) - [50 + 32, 50 + 96, 50]).max() <= 1


def test_no_strength_gives_the_picture_back(shelf: Shelf) -> None:
    pixels = half_person()
    mix = [("red", 1.0)]
    assert np.array_equal(paint(ColourModel(), shelf, "cpu", pixels, mix, mix, 0.0), pixels)


def test_a_region_without_style_stays_dry(shelf: Shelf) -> None:
    out = paint(ColourModel(), shelf, "cpu", half_person(), [("red", 1.0)], [], 1.0)
    assert out[20, 5].tolist() == [255, 0, 0, 255]
    assert out[20, -5].tolist() == [100, 100, 100, 0]


def test_one_mix_for_both_regions_is_uniform() -> None:
    matte = half_person()[..., 3]
    names, maps = weights([("a", 0.5), ("b", 0.5)], [("b", 0.5), ("a", 0.5)], matte, 0.8)
    assert names == ["a", "b"] and maps.shape == (2, 1, 1)
    assert np.allclose(maps, 0.4)


def test_nobody_there_is_uniform_with_the_background_only() -> None:
    names, maps = weights([("a", 1.0)], [("b", 1.0)], np.zeros((40, 64), np.uint8), 1.0)
    assert names == ["b"] and maps.shape == (1, 1, 1) and maps.item() == 1.0


def test_maps_sum_to_the_strength_everywhere() -> None:
    matte = np.random.default_rng(1).integers(0, 256, (40, 64)).astype(np.uint8)
    names, maps = weights([("a", 1.0)], [("b", 0.3), ("a", 0.7)], matte, 0.6)
    assert names == ["a", "b"] and maps.shape == (2, 10, 16) and maps.dtype == np.float32
    assert np.allclose(maps.sum(0), 0.6, atol=1e-6)


def test_any_size_is_padded_for_the_network_and_cropped(shelf: Shelf) -> None:
    model = ColourModel(16)
    pixels = half_person(37, 51)
    out = paint(model, shelf, "cpu", pixels, [("red", 1.0)], [("blue", 1.0)], 0.5)
    assert out.shape == (37, 51, 4) and model.sizes == [(48, 64)]
    assert padded(half_person(3, 5), 8).shape == (8, 8, 4)


def test_a_look_in_the_weights_needs_no_style(tmp_path: Path) -> None:
    """Scenes with such a network once showed the bare camera until a style was named."""
    red = write_style(tmp_path / "red.png", RED)
    shelf = Shelf(Whitewash(), lambda: {"red": red}, own_look=True)

    def light(
        person: float, background: float, strength: float = 1.0, share: float = 1.0
    ) -> list[int]:
        want = Want(
            values={"style.strength": strength},
            person=[("red", person)] if person else [],
            background=[("red", background)] if background else [],
        )
        sketch = Painter().prepare(half_person(level=105), want, shelf)
        out, _ = finish(replace(sketch, share=share), Whitewash(), shelf, "cpu")
        return [int(out[20, x, 0]) for x in (5, -5)]

    assert light(0, 0) == [255, 255]
    assert light(0, 0, strength=0.5) == [180, 180] and light(0, 0, strength=0) == [105, 105]
    # a scene that comes from one with styles, or goes to it, is painted all the time
    assert light(0.5, 0.5) == light(1, 1) == light(0.999, 0.999) == [255, 255]
    # a style for one region alone leaves the other dry, as ever, and it gets so gradually
    assert light(1, 0) == [255, 105] and light(0.5, 0) == [255, 180]


def test_a_network_that_needs_a_style_paints_nothing_without(shelf: Shelf) -> None:
    pixels = half_person()
    out, _ = Painter().paint(pixels, Want(), ColourModel(), shelf, "cpu")
    assert np.array_equal(out[..., :3], pixels[..., :3])
    assert not shelf.problems


def test_an_unreadable_style_keeps_the_last_one(shelf: Shelf) -> None:
    painter, model = Painter(), ColourModel()
    for person, expected in (("red", 255), ("broken", 255)):
        want = Want(person=[(person, 1.0)], background=[("blue", 1.0)])
        out, _ = painter.paint(half_person(), want, model, shelf, "cpu")
        assert out[20, 5, 0] == expected
    assert "broken" in shelf.problems


def test_a_fade_to_an_unreadable_style_stays_whole(shelf: Shelf) -> None:
    mix = [("red", 0.4), ("broken", 0.6)]
    want = Want(person=mix, background=mix)
    out, _ = Painter().paint(half_person(), want, ColourModel(), shelf, "cpu")
    assert out[20, 20].tolist() == [255, 0, 0, 255]


def test_a_style_that_comes_in_from_nothing_comes_gradually(shelf: Shelf) -> None:
    """A fade from the dry picture leaves a share without a style; it once popped in at once."""
    mix = [("red", 0.25)]
    want = Want(person=mix, background=mix)
    out, _ = Painter().paint(half_person(level=100), want, ColourModel(), shelf, "cpu")
    assert np.abs(out[20, 20, :3].astype(int) - [75 + 64, 75, 75]).max() <= 1


def test_the_chain_runs_only_when_enabled_and_flips_the_matte() -> None:
    values = {"edges.enabled": 1.0, "edges.flip_h": 1.0, "edges.canny": 0.0, "edges.invert": 1.0}
    shelf = Shelf(Passthrough(), dict)
    on, ms = Painter().paint(half_person(), Want(values=values), Passthrough(), shelf, "cpu")
    assert on[20, 5].tolist() == [155, 155, 155, 0] and on[20, -5, 3] == 255
    assert set(ms) == {"matte", "edges", "paint"}
    values["edges.enabled"] = 0.0
    off, _ = Painter().paint(half_person(), Want(values=values), Passthrough(), shelf, "cpu")
    assert np.array_equal(off, half_person())


class Sine:
    """A network whose answer depends on the style and on where in the picture it is."""

    multiple = 8

    def prepare(self, image: torch.Tensor) -> Style:
        return Style("", {"colour": image.mean((0, 2, 3))})

    def paint(
        self, content: torch.Tensor, styles: Sequence[Style], weights: torch.Tensor
    ) -> torch.Tensor:
        assert weights.shape[1:] == (1, 1)  # the whole picture in one mix
        colours = torch.stack([style.tensors["colour"] for style in styles])
        colour = (weights[:, 0, 0, None] * colours).sum(0).view(1, 3, 1, 1)
        place = torch.linspace(0, 9, content.shape[3])
        return content * 0.5 + 1.5 * colour * torch.sin(place) ** 2 + 0.02 * content.mean()


def test_hard_is_the_original_composite(shelf: Shelf) -> None:
    """Paint whole twice, round the mask, multiply, add, clamp; done here in numpy."""
    random = np.random.default_rng(4)
    pixels = random.integers(0, 256, (37, 51, 4)).astype(np.uint8)
    pixels[..., 3] = cv2.GaussianBlur(pixels[..., 3], (0, 0), 5)
    model = Sine()
    painted = []
    for mix in ([("red", 0.5), ("green", 0.5)], [("blue", 1.0)]):
        whole = as_tensor(padded(pixels, 8), "cpu")
        styles = [shelf.get(name) for name, _ in mix]
        shares = torch.tensor([share for _, share in mix]).view(-1, 1, 1) * 0.8
        painted.append(model.paint(whole, styles, shares)[0].permute(1, 2, 0).numpy()[:37, :51])
    mask = np.round(pixels[..., 3:] / 255.0)
    expected = np.clip(painted[0] * mask + painted[1] * (1 - mask), 0, 1)
    mixes = ([("red", 0.5), ("green", 0.5)], [("blue", 1.0)])
    out = paint(model, shelf, "cpu", pixels, *mixes, 0.8, hard=True)
    assert np.array_equal(out[..., :3], np.floor(expected * np.float32(255) + 0.5))
    assert 0 < mask.mean() < 1 and np.array_equal(out[..., 3], pixels[..., 3])


def test_hard_paints_only_what_will_be_seen(shelf: Shelf) -> None:
    model = ColourModel()
    for alpha, colour in ((0, BLUE), (255, RED)):
        pixels = half_person()
        pixels[..., 3] = alpha
        out = paint(model, shelf, "cpu", pixels, [("red", 1.0)], [("blue", 1.0)], 1.0, hard=True)
        assert out[20, 20, :3].tolist() == list(colour)
    assert len(model.sizes) == 2


def test_the_knob_makes_the_matte_hard_for_everybody(shelf: Shelf) -> None:
    pixels = half_person()
    pixels[:, 20:40, 3] = np.linspace(255, 0, 20).astype(np.uint8)
    for hard in (0.0, 1.0):
        want = Want(values={"matte.hard": hard}, person=[("red", 1.0)], background=[("blue", 1.0)])
        out, _ = Painter().paint(pixels, want, ColourModel(), shelf, "cpu")
        assert bool(((out[..., 3] > 0) & (out[..., 3] < 255)).any()) != bool(hard)
        assert bool((out[..., 0] % 255).any()) != bool(hard)


def test_the_knob_sets_the_size_of_the_strokes(shelf: Shelf) -> None:
    for value, zoom in ((2.0, 2.0), (99.0, 4.0), (0.0, 0.25)):
        Painter().prepare(half_person(), Want(values={"style.size": value}), shelf)
        assert shelf.zoom == zoom


def test_no_matte_means_all_background(shelf: Shelf) -> None:
    want = Want(matte="none", person=[("red", 1.0)], background=[("blue", 1.0)])
    out, _ = Painter().paint(half_person(), want, ColourModel(), shelf, "cpu")
    assert out[20, 5].tolist() == [0, 0, 255, 0]


def test_pixels_survive_the_way_through_a_tensor() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (9, 7, 4)).astype(np.uint8)
    tensor = as_tensor(pixels, "cpu")
    assert tensor.shape == (1, 3, 9, 7) and tensor.dtype == torch.float32
    assert np.array_equal(as_pixels(tensor, pixels[..., 3]), pixels)


def test_a_picture_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        as_pixels(torch.full((1, 3, 4, 4), torch.nan), np.zeros((4, 4), np.uint8))


def test_want_reads_the_state_document() -> None:
    want = want_of(
        {
            "values": {"style.strength": 0.5},
            "model": "brush",
            "matte": "motion",
            "source": {"kind": "camera"},
            "styles": {"person": [["ink", 1.0]], "background": [["a", 0.5], ["b", 0.5]]},
        }
    )
    assert want.model == "brush" and want.matte == "motion"
    assert want.person == (("ink", 1.0),) and want.background == (("a", 0.5), ("b", 0.5))
    assert want_of({}) == Want(source="''")


def test_the_picture_s_own_colours_can_stay(shelf: Shelf) -> None:
    """Colours could be kept in files only, and live with one model."""
    pixels, mix = half_person(level=128), (("red", 1.0),)
    grey = {}
    for share in (0.0, 0.5, 1.0):
        want = Want({"style.keep_color": share}, person=mix, background=mix)
        out, _ = Painter().paint(pixels, want, ColourModel(), shelf, "cpu")
        grey[share] = int(out[20, 20, 0]) - int(out[20, 20, 1])
        assert np.array_equal(out[..., 3], pixels[..., 3])
    assert grey[0.0] == 255 and grey[0.0] > grey[0.5] + 50 and abs(grey[1.0]) <= 2


def test_a_share_of_the_size_is_painted_and_the_whole_comes_back(shelf: Shelf) -> None:
    model = ColourModel()
    pixels = half_person(256, 320)
    sketch = Sketch(pixels, [("red", 1.0)], [("blue", 1.0)], share=0.5)
    out, _ = finish(sketch, model, shelf, "cpu")
    assert model.sizes == [(128, 160)] and out.shape == pixels.shape
    assert out[128, 40].tolist() == [255, 0, 0, 255] and out[128, -40].tolist() == [0, 0, 255, 0]


def test_without_any_style_a_share_is_the_picture_itself(shelf: Shelf) -> None:
    pixels = half_person(256, 320)
    assert finish(Sketch(pixels, [], [], share=0.5), ColourModel(), shelf, "cpu")[0] is pixels
