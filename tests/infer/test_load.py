"""Words, cards and weights: what loads, and what is said when something does not."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import safetensors.torch
import torch

import vj.infer.models
from vj.core.card import Card
from vj.core.errors import UserError
from vj.infer.load import choose_device, fill, load_model, quickest_dtype, read_weights, words

MODELS = Path(vj.infer.models.__file__).parent


def card_with(folder: Path, data: bytes, sha256: str = "") -> Card:
    (folder / "w.safetensors").write_bytes(data)
    return Card(
        name="mine", folder=str(folder), model="microast", weights="w.safetensors", sha256=sha256
    )


def test_words_are_the_file_names() -> None:
    assert {"passthrough", "microast"} <= set(words("models"))
    assert {"source", "motion", "none"} <= set(words("mattes"))


@pytest.mark.parametrize("word", words("models"))
def test_a_network_without_a_look_of_its_own_needs_a_style(word: str) -> None:
    """The networks whose painting asks nothing of a style are those that say so."""
    text = (MODELS / f"{word}.py").read_text()
    own = "return one_look(" in text or word == "passthrough"
    assert Card(model=word).needs_style is not own


def test_an_unknown_word_lists_the_files() -> None:
    with pytest.raises(UserError, match=r"'mikroast'.*passthrough.*'microast'\?"):
        load_model(Card(name="x", model="mikroast"), "cpu")


def test_a_card_that_finds_people_is_no_model() -> None:
    with pytest.raises(UserError, match="matte: mine"):
        load_model(Card(name="mine", model="selfie"), "cpu")


def test_weights_are_checked_against_the_card(tmp_path: Path) -> None:
    data = safetensors.torch.save({"a": torch.ones(2)})
    good = hashlib.sha256(data).hexdigest()
    assert read_weights(card_with(tmp_path, data, good))["a"].tolist() == [1.0, 1.0]
    assert read_weights(card_with(tmp_path, data))["a"].tolist() == [1.0, 1.0]
    damaged = data[:-1] + b"\x01"
    with pytest.raises(UserError, match=rf"w\.safetensors.*sha256.*{good}"):
        read_weights(card_with(tmp_path, damaged, good))


def test_missing_and_foreign_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no safetensors file"):
        read_weights(card_with(tmp_path, b"\x80\x02pickle"))
    with pytest.raises(UserError, match=r"gone\.safetensors"):
        read_weights(
            Card(name="x", model="microast", folder=str(tmp_path), weights="gone.safetensors")
        )
    with pytest.raises(UserError, match="needs weights"):
        read_weights(Card(name="x", model="microast"))


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    card = card_with(tmp_path, safetensors.torch.save({"bias": torch.ones(2)}))
    with pytest.raises(UserError, match="does not fit"):
        fill(torch.nn.Linear(2, 2), read_weights(card), card)
    with pytest.raises(UserError, match="does not fit"):
        load_model(card, "cpu")


def test_the_device_is_one_this_machine_has() -> None:
    assert choose_device("cpu") == "cpu"
    assert choose_device("auto") in ("cpu", "mps", "cuda")
    with pytest.raises(UserError, match="allowed: auto, cpu"):
        choose_device("tpu")


def test_a_processor_without_bfloat16_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial was 96 % of a network's loading there, and the set list waited for it."""

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        raise AssertionError("a trial")

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx2": True}, raising=False)
    assert quickest_dtype("cpu", ready) == torch.float32


def test_a_processor_with_bfloat16_takes_what_is_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"amx_bf16": True}, raising=False)

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        return lambda: time.sleep(0.001 if dtype == torch.bfloat16 else 0.002)

    assert quickest_dtype("cpu", ready) == torch.bfloat16


def test_a_format_that_is_far_behind_is_not_tried_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where bfloat16 is slow, most of a network's loading was the trial of it."""
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True}, raising=False)
    turns = {torch.float32: 0, torch.bfloat16: 0}

    def ready(dtype: torch.dtype) -> Callable[[], object]:
        def run() -> None:
            turns[dtype] += 1
            time.sleep(0.05 if dtype == torch.bfloat16 else 0.001)

        return run

    assert quickest_dtype("cpu", ready) == torch.float32
    assert turns == {torch.float32: 2, torch.bfloat16: 2}
