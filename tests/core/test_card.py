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
