"""Avatar-Net: official file key for key, published arithmetic, patches, strength, regions."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from tests.infer.models import manners
from tests.infer.models.manners import apart, paintings, photo, saved, small_files, uniform
from tests.infer.test_decorator import published as published_swap
from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.load import load_model, read_weights
from vj.infer.models.avatar_net import AvatarNet
from vj.infer.protocol import Style
from vj.infer.shares import Shares
from vj.infer.whitening import colourer, moments, whitener

MEAN, STD = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """check_point.pth with random numbers in it, wrapped as the training wrote it."""
    torch.manual_seed(1)
    path = tmp_path_factory.mktemp("official") / "check_point.pth"
    torch.save({"state_dict": manners.random_avatar(), "iteration": 40000}, path)
    return path


@pytest.fixture(scope="module")
def full(official: Path, tmp_path_factory: pytest.TempPathFactory) -> AvatarNet:
    path = import_weights([official], "full", None, tmp_path_factory.mktemp("cards"))
    card = read_card(path)
    assert card.model == "avatar_net" and card.multiple == 8
    assert card.options["padding"] == "zeros" and card.options["fusion"] == "encoder"
    loaded = manners.load_precise(path)
    assert isinstance(loaded, AvatarNet)
    return loaded


@pytest.fixture(scope="module")
def small(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> AvatarNet:
    files = small_files(shared_data, "e4", "d4")
    path = import_weights(files, "small", "avatar_net", tmp_path_factory.mktemp("cards"))
    assert "not trained for it" in read_card(path).title
    loaded = manners.load_precise(path)
    assert isinstance(loaded, AvatarNet)
    return loaded


def encoded(t: dict[str, Tensor], image: Tensor) -> list[Tensor]:
    """The official encoder: torchvision's VGG-19 behind ImageNet's mean and deviation."""
    x = (image - MEAN.view(3, 1, 1)) / STD.view(3, 1, 1)
    found = []
    for stage, steps in enumerate([(0,), (2, -1, 5), (7, -1, 10), (12, 14, 16, -1, 19)]):
        for step in steps:
            if step < 0:
                x = functional.max_pool2d(x, 2)
                continue
            key = f"encoder.encoder.{stage}.{step}"
            x = functional.conv2d(x, t[f"{key}.weight"], t[f"{key}.bias"], padding=1).relu()
        found.append(x)
    return found


def decoded(t: dict[str, Tensor], x: Tensor, style: list[Tensor]) -> Tensor:
    """The official decoder with its AdaIN after the first three stages."""
    for stage, steps in enumerate([(1, -1, 5, 8, 11), (14, -1, 18), (21, -1, 25), (28,)]):
        for step in steps:
            if step < 0:
                x = functional.interpolate(x, scale_factor=2)
                continue
            key = f"decoder.decoder.{stage}.{step}"
            x = functional.pad(x, (1, 1, 1, 1), mode="reflect")
            x = functional.conv2d(x, t[f"{key}.weight"], t[f"{key}.bias"])
            x = x if step == 28 else x.relu()
        if stage < 3:
            s = style[2 - stage]
            even = (x - x.mean((2, 3), True)) / (x.std((2, 3), keepdim=True) + 1e-5)
            x = even * s.std((2, 3), keepdim=True) + s.mean((2, 3), True)
    return x * STD.view(3, 1, 1) + MEAN.view(3, 1, 1)


def test_encoder_fusion_and_decoder_are_the_published_ones(full: AvatarNet, official: Path) -> None:
    """All but the decorator, which has tests of its own: content features go straight through."""
    tensors = torch.load(official, weights_only=True)["state_dict"]
    torch.manual_seed(2)
    content, image = torch.rand(1, 3, 32, 48), torch.rand(1, 3, 43, 37) ** 2
    found, wanted = full._features(image, (1, 2, 3, 4)), encoded(tensors, image)
    assert all(torch.allclose(a, b, atol=1e-3) for a, b in zip(found, wanted, strict=True))

    class Straight(AvatarNet):
        def _decorated(self, features: Tensor, styles: object, shares: object) -> Tensor:
            return features

    straight = Straight(full.network, "cpu", torch.float32)
    got = straight.paint(content, [straight.prepare(image)], uniform(1.0))
    picture = decoded(tensors, encoded(tensors, content)[3], wanted[:3]).clamp(0, 1)
    assert float(picture.std()) > 0.05
    assert apart(got, picture) < 4e-3  # deviations are kept from 0 by another small constant


def test_every_official_tensor_is_kept(official: Path, tmp_path: Path) -> None:
    card = read_card(import_weights([official], "x", None, tmp_path))
    theirs, kept = torch.load(official, weights_only=True)["state_dict"], read_weights(card)
    for ours, key in (
        ("encoder.conv11", "encoder.encoder.0.0"),
        ("encoder.conv22", "encoder.encoder.2.7"),
        ("encoder.conv41", "encoder.encoder.3.19"),
        ("decoder.conv41", "decoder.decoder.0.1"),
        ("decoder.conv12", "decoder.decoder.2.25"),
    ):
        assert torch.equal(kept[f"{ours}.weight"], theirs[f"{key}.weight"])
        assert torch.equal(kept[f"{ours}.bias"], theirs[f"{key}.bias"])
    assert len(kept) == len(theirs) + 2
    again = import_weights([tmp_path / "x.safetensors"], "again", "avatar_net", tmp_path)
    assert read_card(again).sha256 == card.sha256
    assert read_card(again).options == card.options


@pytest.mark.parametrize(
    ("key", "tensor", "said"),
    [
        ("decoder.decoder.1.18.bias", torch.ones(3), r"'decoder\.decoder\.1\.18\.bias' has shape"),
        ("encoder.encoder.2.10.weight", None, r"'encoder\.encoder\.2\.10\.weight' is missing"),
        ("decoder.extra.weight", torch.ones(3), r"'decoder\.extra\.weight' does not belong"),
    ],
)
def test_a_wrong_tensor_is_named(
    official: Path, tmp_path: Path, key: str, tensor: Tensor | None, said: str
) -> None:
    tensors = torch.load(official, weights_only=True)["state_dict"]
    tensors.pop(key, None)
    if tensor is not None:
        tensors[key] = tensor
    with pytest.raises(UserError, match=said):
        import_weights([saved(tensors, tmp_path / "a.pth")], "x", None, tmp_path)


def test_official_weights_paint(full: AvatarNet) -> None:
    torch.manual_seed(3)
    styles = [full.prepare(torch.rand(1, 3, 40, 50)), full.prepare(torch.rand(1, 3, 50, 33) ** 2)]
    content = torch.rand(1, 3, 32, 40)
    assert bool(torch.isfinite(full.paint(content, styles, uniform(0.5, 0.3))).all())
    assert torch.equal(full.paint(content, styles, torch.zeros(2, 3, 3)), content)


def test_the_decorator_whitens_swaps_and_colours(small: AvatarNet) -> None:
    """Against the published formulation with its loop, on features of full rank."""
    torch.manual_seed(4)
    content, deep = torch.randn(1, 8, 9, 10), torch.randn(1, 8, 11, 7) * 3 + 1

    def white(x: Tensor) -> Tensor:
        mean, covariance = moments(x)
        return (whitener(covariance) @ (x[0].flatten(1) - mean[:, None])).view_as(x)

    mean, covariance = moments(deep)
    tensors = {"white": white(deep), "colour": colourer(covariance), "mean": mean}
    for share in (1.0, 0.4):
        got = small._decorated(
            content, [Style("", tensors)], Shares(uniform(share), torch.device("cpu"))
        )
        swap = published_swap(white(content), white(deep), 3, 1)[0].flatten(1)
        full = (colourer(covariance) @ swap + mean[:, None]).view_as(content)
        assert torch.allclose(got, share * full + (1 - share) * content, atol=1e-3)


def test_manners_on_the_small_network(small: AvatarNet, shared_data: Path) -> None:
    styles = [small.prepare(image) for image in paintings(shared_data)]
    manners.check_manners(small, photo(shared_data), styles)
    # one patch everywhere, averaged over fewer overlaps at the rim: a frame, but a still one
    manners.check_flat(small, styles, calm=0.3)
    manners.check_halves(small, photo(shared_data), styles, near=0.8)  # regions differ from wholes
    manners.check_strength(small, photo(shared_data), styles[0])


def test_two_regions_do_not_drive_each_other_away(small: AvatarNet, shared_data: Path) -> None:
    """Side by side, a black and a white style each kept the mean brightness they have alone.

    Measured over the whole picture, the fused statistics made light regions blank and dark black.
    """
    content = photo(shared_data)
    painting = paintings(shared_data)[0]
    styles = [small.prepare(painting * 0.3), small.prepare(1 - 0.3 * painting)]
    split = torch.zeros(2, 12, 16)
    split[0, :, :8], split[1, :, 8:] = 1, 1
    both = small.paint(content, styles, split)
    for number, half in enumerate([(..., slice(0, 48)), (..., slice(80, 128))]):
        alone = small.paint(content, [styles[number]], uniform(1.0))
        assert abs(float(both[half].mean() - alone.mean())) < 0.1
        assert float(both[half].std()) > 0.5 * float(alone.std())


def test_a_picture_in_its_own_style_is_its_reconstruction(
    small: AvatarNet, shared_data: Path
) -> None:
    content = photo(shared_data)
    same = small.paint(content, [small.prepare(content)], uniform(1.0))
    with torch.inference_mode():
        plain = small.network.decoder(small._features(content, (4,))[0]).clamp(0, 1)
    assert apart(same, plain) < 0.01


def test_patch_size_stride_and_fusion_change_the_picture(
    small: AvatarNet, shared_data: Path
) -> None:
    content, image = photo(shared_data), paintings(shared_data)[0]

    def painted(patch: int, stride: int, fusion: str) -> Tensor:
        model = AvatarNet(small.network, "cpu", torch.float32, patch, stride, fusion)
        return model.paint(content, [model.prepare(image)], uniform(1.0))

    plain = painted(3, 1, "decoder")
    for other in (painted(5, 1, "decoder"), painted(3, 3, "decoder"), painted(3, 1, "none")):
        assert apart(plain, other) > 0.01 and bool(torch.isfinite(other).all())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("patch_size: 3", "patch_size: 4", "patch_size: 4; an odd number from 1 to 9"),
        ("patch_stride: 1", "patch_stride: 0", "patch_stride: 0; 1 to 9"),
        ("fusion: decoder", "fusion: both", "fusion: 'both'; encoder, decoder or none"),
        ("padding: reflect", "padding: wrap", "padding: 'wrap'; reflect or zeros"),
    ],
)
def test_wrong_options_are_refused(
    shared_data: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = import_weights(small_files(shared_data, "e4", "d4"), "s", "avatar_net", tmp_path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(UserError, match=said):
        load_model(read_card(path), "cpu")
