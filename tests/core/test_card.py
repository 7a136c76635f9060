"""Model cards: what a card file may say, and that what is written can be read again."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from vj.core.card import read_card, write_card
from vj.core.errors import UserError


def test_value_ranges_are_read_from_a_list(tmp_path: Path) -> None:
    """YAML has no tuples: no card with a range of its own could be read at all."""
    path = tmp_path / "net.yaml"
    write_card(path, {"model": "fast_style", "range_in": [0, 255], "range_out": [-1.0, 1.0]})
    card = read_card(path)
    assert card.name == "net" and card.range_in == (0, 255) and card.range_out == (-1, 1)


@pytest.mark.parametrize("bounds", ["[0]", "[0, 1, 2]", "[0, '1']", "'01'", "5"])
def test_a_range_is_two_numbers(tmp_path: Path, bounds: str) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(f"model: fast_style\nrange_out: {bounds}\n")
    with pytest.raises(UserError, match="range_out"):
        read_card(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("modl: brush", r"1: modl: unknown key; .*mean 'model'\?$"),
        ("title: x", r"1: key 'model' is missing$"),
        ("model: brsh", r"1: model: unknown network 'brsh'; .*mean 'brush'\?$"),
        ("model:", r"1: model: nothing; a word is expected$"),
        ("model: 3", r"1: model: 3; a word is expected, in quotes where it is a number: '3'$"),
        ("model: brush\nname: mine", r"2: name: unknown key; allowed: channels, licence, mean_in,"),
        ("model: brush\nfolder: x", r"2: folder: unknown key; (?!.*(folder|name))"),
        ("model: brush\nmultiple: 8.5", r"2: multiple: 8\.5; a whole number is expected$"),
        ("model: brush\nrange_in: 255", r"2: range_in: 255 stands alone; numbers in brackets"),
        ("model: brush\nrange_in: [0]", r"2: range_in: \[0\]: more numbers are expected$"),
        ("model: brush\nstd_in: [a]", r"2: std_in\.0: 'a'; a number is expected$"),
        ("model: brush\noptions: [1]", r"2: options: \[1\]; key: value lines are expected"),
        ("model: brush\noptions:", r"2: options: nothing; key: value lines are expected"),
        ("model: brush\nchannels: bgrr", r"2: channels: unknown channels 'bgrr'; .*mean 'bgr'\?$"),
    ],
)
def test_a_mistake_in_a_card_is_said_in_plain_words(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "net.yaml"
    path.write_text(f"{text}\n")
    with pytest.raises(UserError, match=rf"net\.yaml:{says}"):
        read_card(path)


def test_weights_lie_beside_the_card(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("model: brush\nweights: net.safetensors\n")
    assert read_card(path).weights_path() == tmp_path / "net.safetensors"
    path.write_text("model: passthrough\n")
    assert read_card(path).weights_path() is None


def test_a_card_is_never_half_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A show reads cards while a training writes them."""

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = tmp_path / "net.yaml"
    write_card(path, {"model": "brush", "title": "first"})
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UserError, match=r"net\.yaml: cannot be written \(No space left"):
        write_card(path, {"model": "brush", "title": "second"})
    assert read_card(path).title == "first" and list(tmp_path.iterdir()) == [path]


def test_means_are_one_number_or_three(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    write_card(path, {"model": "exported", "mean_in": [0.485, 0.456, 0.406], "std_in": [0.2]})
    card = read_card(path)
    assert card.mean_in == (0.485, 0.456, 0.406) and card.std_in == (0.2,)
    assert card.mean_out == (0,) and card.std_out == (1,)
    for wrong in ("[1, 2]", "[]", "5", "['a', 'b', 'c']"):
        path.write_text(f"model: exported\nmean_in: {wrong}\n")
        with pytest.raises(UserError, match="mean_in"):
            read_card(path)
