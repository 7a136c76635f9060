"""Encoder and decoder: sizes of what they give, widths read from tensors, options refused."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.vgg import (
    FULL,
    SMALL,
    Decoder,
    Encoder,
    decoder_for,
    encoder_for,
    fraction,
    layers,
    normed,
    quickest,
    statistics,
)


@pytest.mark.parametrize("reflect", [True, False])
def test_features_halve_from_level_to_level(reflect: bool) -> None:
    encoder = Encoder(5, SMALL, {}, reflect).eval()
    found = encoder(torch.rand(1, 3, 48, 80), (1, 2, 3, 4, 5))
    assert [tuple(x.shape[1:]) for x in found] == [
        (16, 48, 80), (32, 24, 40), (64, 12, 20), (128, 6, 10), (128, 3, 5),
    ]  # fmt: skip
    assert encoder(torch.rand(1, 3, 16, 16), (3,))[0].shape == (1, 64, 4, 4)


def test_odd_sizes_round_up_when_reflected_and_down_when_not() -> None:
    x = torch.rand(1, 3, 37, 45)
    up, down = (Encoder(4, SMALL, {}, r)(x, (4,))[0].shape[2:] for r in (True, False))
    assert up == (5, 6) and down == (4, 5)


def test_a_single_pixel_deep_down_is_no_obstacle() -> None:
    picture = torch.rand(1, 3, 16, 16)
    (deep,) = Encoder(5, SMALL, {}, True)(picture, (5,))
    assert deep.shape[2:] == (1, 1)
    assert Decoder(5, SMALL)(deep).shape == picture.shape


def test_a_decoder_mirrors_and_lets_its_features_be_changed() -> None:
    seen: list[tuple[str, int]] = []

    def note(name: str, features: Tensor) -> Tensor:
        seen.append((name, features.shape[1]))
        return features

    assert Decoder(4, SMALL)(torch.rand(1, 128, 3, 5), note).shape == (1, 3, 24, 40)
    assert [name for name, _ in seen] == list(reversed(layers(4)))[:-1]
    assert dict(seen)["32"] == 64 and dict(seen)["22"] == 32 and dict(seen)["12"] == 16


def test_widths_come_from_the_tensors_and_are_full_without() -> None:
    encoder, decoder = Encoder(4, SMALL, {"41": 512}, True), Decoder(4, SMALL)
    tensors = {f"e.{key}": value for key, value in encoder.state_dict().items()}
    tensors |= {f"d.{key}": value for key, value in decoder.state_dict().items()}
    again = encoder_for(tensors, "e.", 4)
    again.load_state_dict(encoder.state_dict())
    x = torch.rand(1, 3, 32, 32)
    assert torch.equal(again(x, (4,))[0], encoder(x, (4,))[0])
    assert again(x, (4,))[0].shape[1] == 512
    decoder_for(tensors, "d.", 4).load_state_dict(decoder.state_dict())
    assert encoder_for({}, "e.", 2).get_submodule("conv21").out_channels == FULL["21"]


def test_unknown_paddings_and_fractions_are_refused() -> None:
    with pytest.raises(UserError, match="'wrap'; reflect or zeros"):
        encoder_for({}, "e.", 2, "wrap")
    card = Card(name="x", model="wct", options={"a": 0.5, "b": "much", "c": -1})
    assert fraction(card, "a", 1.0) == 0.5 and fraction(card, "d", 0.7) == 0.7
    for key in ("b", "c"):
        with pytest.raises(UserError, match=f"options: {key}: .*a number from 0 to 1"):
            fraction(card, key, 1.0)


def test_normed_features_have_no_mean_and_deviation_one() -> None:
    even = normed(torch.rand(1, 5, 9, 7) * 4 + 2)
    found = statistics(even)
    assert torch.allclose(found[0], torch.zeros(5), atol=1e-5)
    assert torch.allclose(found[1], torch.ones(5), atol=1e-3)
    assert bool(torch.isfinite(normed(torch.rand(1, 5, 1, 1))).all())


def test_the_quickest_format_is_tried_with_the_model_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    made: list[torch.dtype] = []

    class Tried:
        multiple = 1

        def __init__(self, dtype: torch.dtype) -> None:
            made.append(dtype)

        def prepare(self, image: Tensor) -> Tensor:
            return image

        def paint(self, content: Tensor, styles: object, weights: Tensor) -> Tensor:
            return content

    quickest("cpu", Tried)  # type: ignore[type-var]
    assert made[:2] == [torch.float32, torch.bfloat16] and made[2] in made[:2]
