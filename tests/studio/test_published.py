"""The two dearest networks give what their public programs compute, which are slower."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.infer.models import manners
from tests.infer.models.manners import apart, paintings, photo, saved, small_files, uniform
from vj.infer.decorator import swapped
from vj.infer.import_weights import import_weights
from vj.infer.models.avatar_net import AvatarNet
from vj.infer.models.sanet import SANet
from vj.studio.published import as_published, plain_avatar_net, plain_sanet, plain_swap


def halves(height: int, width: int) -> Tensor:
    masks = torch.zeros(2, height, width)
    masks[0, :, : width // 2], masks[1, :, width // 2 :] = 1, 1
    return masks


def test_exchanging_patches_is_convolution_and_choice() -> None:
    torch.manual_seed(3)
    content, style = torch.randn(1, 6, 9, 11), torch.randn(1, 6, 7, 8)
    for size in (1, 3, 5):
        assert torch.allclose(
            swapped(content, style, size), plain_swap(content, style, size), atol=1e-5
        )


@pytest.mark.parametrize("layout", ["official", "small"])
def test_sanet_paints_as_published(
    layout: str, shared_data: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if layout == "official":
        torch.manual_seed(1)
        files = [
            saved(manners.random_vgg(), tmp_path / "vgg.pth"),
            saved(manners.random_decoder(), tmp_path / "decoder.pth"),
            saved(manners.random_transform(), tmp_path / "transformer.pth"),
        ]
    else:
        files = small_files(shared_data, "e4", "d4")
    model = manners.load_precise(import_weights(files, "s", "sanet", tmp_path))
    assert isinstance(model, SANet)
    plain = as_published(model)
    assert isinstance(plain, SANet)
    content, images = photo(shared_data), paintings(shared_data)
    with torch.inference_mode():
        ones = torch.ones(1, *content.shape[2:])
        wanted = plain_sanet(plain, content, images[:1], ones)
        got = model.paint(content, [model.prepare(images[0])], uniform(1.0))
        assert apart(got, wanted) < 1e-4
        # far from where they meet, two styles are what each alone would be
        both = plain_sanet(plain, content, images, halves(96, 128))
        styles = [model.prepare(image) for image in images]
        ours = model.paint(content, styles, halves(96, 128))
        assert apart(ours[..., :24], both[..., :24]) < 1e-3
        assert apart(ours[..., -24:], both[..., -24:]) < 1e-3


def test_avatar_net_paints_as_published(shared_data: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    file = saved(manners.random_avatar(), tmp_path / "avatar.pth")
    content, images = photo(shared_data), paintings(shared_data)
    for files, word in (([file], None), (small_files(shared_data, "e4", "d4"), "avatar_net")):
        path = import_weights(files, f"a{word}", word, tmp_path)
        model = manners.load_precise(path)
        assert isinstance(model, AvatarNet)
        plain = as_published(model)
        assert isinstance(plain, AvatarNet)
        with torch.inference_mode():
            ones = torch.ones(1, *content.shape[2:])
            wanted = plain_avatar_net(plain, content, images[:1], ones)
            got = model.paint(content, [model.prepare(images[0])], uniform(1.0))
            assert apart(got, wanted) < 2e-3
            split = plain_avatar_net(plain, content, images, halves(96, 128))
            assert split.shape == content.shape and bool(torch.isfinite(split).all())


def test_a_style_at_one_side_is_swapped_as_over_the_whole_picture(
    shared_data: Path, tmp_path: Path
) -> None:
    """Only the box around a region is exchanged; its rim must not show."""
    files = small_files(shared_data, "e4", "d4")
    model = manners.load_precise(import_weights(files, "a", "avatar_net", tmp_path))
    assert isinstance(model, AvatarNet)
    content = photo(shared_data)
    style = model.prepare(paintings(shared_data)[0])
    with torch.inference_mode():
        features = model._features(content, (4,))[0]
        whole = model._decorated(features, [style], manners.one_share())
        sided = torch.zeros(2, 12, 16)
        sided[0, 3:8, 5:9] = 1
        sided[1] = 1 - sided[0]
        parts = model._decorated(
            features, [style, style], manners.Shares(sided, torch.device("cpu"))
        )
    assert torch.allclose(parts, whole, atol=1e-4)
