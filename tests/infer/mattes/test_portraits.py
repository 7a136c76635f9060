"""SINet and ExtremeC3: the official names, the official input, and the people they find."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from vj.core.card import read_card
from vj.core.errors import UserError
from vj.infer.import_weights import import_weights
from vj.infer.mattes import extremec3, sinet
from vj.infer.netmatte import NetMatte
from vj.infer.portrait import LOOK

SINET = {
    "encoder.level1.conv.weight": (12, 3, 3, 3),
    "encoder.level2_0.conv.1.dense.0.weight": (12, 12),
    "encoder.level2.0.c1.conv.weight": (24, 8, 1, 1),
    "encoder.level2.0.d2.conv.0.weight": (24, 1, 5, 5),
    "encoder.level3_0.conv.1.dense.2.weight": (64, 32),
    "encoder.level3.7.d2.act_conv1x1.1.weight": (48, 48, 1, 1),
    "encoder.BR3.bn.weight": (144,),
    "encoder.classifier.conv.weight": (2, 144, 1, 1),
    "level2_C.act.weight": (2,),
    "bn_3.running_mean": (2,),
    "classifier.1.weight": (2, 2, 3, 3),
}


def clip(shared_data: Path, name: str, number: int) -> NDArray[np.uint8]:
    video = cv2.VideoCapture(str(shared_data / "videos" / name))
    for _ in range(number):
        video.read()
    ok, bgr = video.read()
    assert ok
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGBA), np.uint8)


def test_sinet_has_the_official_names_and_shapes(tmp_path: Path) -> None:
    network = sinet.SINet().eval()
    tensors = network.state_dict()
    assert {key: tuple(tensors[key].shape) for key in SINET} == SINET
    assert sum(weight.numel() for weight in network.parameters()) == 86_910
    torch.save(tensors, tmp_path / "SINet.pth")
    card = read_card(import_weights([tmp_path / "SINet.pth"], "me", None, tmp_path))
    assert card.model == "sinet"
    odds = sinet.load(card, "cpu").find(np.full((36, 64, 4), 90, np.uint8))
    assert odds.shape == (224, 224) and np.isfinite(odds).all()


def test_both_see_bgr_with_the_training_s_numbers() -> None:
    """In training: levels minus the mean, by the deviation, and that by 255."""
    levels = np.array([10.0, 100.0, 200.0])  # blue, green, red
    trained = (levels - [107.304565, 115.69884, 132.35703]) / [63.97182, 65.1337, 68.29726] / 255
    ours = (levels / 255 - np.array(LOOK.mean)) / np.array(LOOK.std)
    assert LOOK.bgr and LOOK.size == (224, 224) and np.allclose(trained, ours)


@pytest.fixture
def card_path(shared_data: Path, tmp_path: Path) -> Path:
    return import_weights(
        [shared_data / "weights" / "sinet" / "ExtremeC3.pth"], "c3", None, tmp_path
    )


def test_extremec3_finds_the_person_before_the_camera(card_path: Path, shared_data: Path) -> None:
    card = read_card(card_path)
    assert card.model == "extremec3"
    pixels = clip(shared_data, "asl_book.mkv", 20)
    found = NetMatte(extremec3.load(card, "cpu")).matte(pixels, {})
    height, width = found.shape
    assert found[height // 2, width // 2] > 200  # the yellow pullover
    assert found[height // 4, width // 2 - 10] > 200  # the face
    assert np.mean(found[: height // 8] > 127) < 0.02  # the wall above
    assert 0.1 < np.mean(found > 127) < 0.5


def test_the_other_network_s_weights_are_refused(card_path: Path) -> None:
    with pytest.raises(UserError, match=r"c3.*does not fit.*encoder\."):
        sinet.load(read_card(card_path), "cpu")
