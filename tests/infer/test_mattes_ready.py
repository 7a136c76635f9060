"""From a name to a matte: words, cards, what is missing, and networks loaded beside the show."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.infer.fakes import half_person
from tests.infer.mattes.finders import Bright, disc, overlap, picture
from vj.core.card import read_card
from vj.core.catalogue import read_catalogue
from vj.core.errors import UserError
from vj.infer import mattes_ready
from vj.infer.load import words
from vj.infer.mattes.auto import AutoMatte
from vj.infer.mattes.motion import MotionMatte
from vj.infer.mattes_ready import Mattes, matte_card, matte_maker
from vj.infer.netmatte import NetMatte

PLAIN = ("auto", "motion", "none", "source")


@pytest.fixture
def cards(tmp_path: Path) -> Callable[[], dict[str, Path]]:
    def listed() -> dict[str, Path]:
        return {path.stem: path for path in sorted(tmp_path.glob("*.yaml"))}

    (tmp_path / "brush.yaml").write_text("model: brush\n")
    return listed


@pytest.fixture
def bright(monkeypatch: pytest.MonkeyPatch) -> Bright:
    """Every card's network."""
    finder = Bright()
    real = mattes_ready._module
    monkeypatch.setattr(
        mattes_ready,
        "_module",
        lambda word: SimpleNamespace(load=lambda *_: finder) if word == "sinet" else real(word),
    )
    return finder


def settle(mattes: Mattes, name: str, until: Callable[[], bool]) -> NDArray[np.uint8]:
    """Show the same picture until something is true of the mattes."""
    end = time.monotonic() + 20
    while True:
        found = mattes.matte(name, "here", picture(160), {})
        if until():
            return found
        assert time.monotonic() < end, mattes.problem
        time.sleep(0.002)


def test_every_word_is_a_matte_or_a_network() -> None:
    for word in words("mattes"):
        module: Any = mattes_ready._module(word)
        assert hasattr(module, "make") == (word in PLAIN)
        assert hasattr(module, "load") == (word not in PLAIN)


def test_what_a_network_needs_can_be_pulled(root: Path) -> None:
    shipped = {read_card(path).model for path in (root / "checkpoints").glob("*.yaml")}
    for word in set(words("mattes")) - shipped - set(PLAIN):
        assert read_catalogue()[word].word == word


def test_plain_words_are_made_fresh_for_every_film() -> None:
    for word in PLAIN:
        make = matte_maker(word, {}, "cpu")
        assert make() is not make()


def test_a_word_stands_for_its_card_or_the_first_of_its_kind(
    cards: Callable[[], dict[str, Path]], tmp_path: Path
) -> None:
    for name in ("b-mine", "a-mine"):
        (tmp_path / f"{name}.yaml").write_text("model: sinet\n")
    for name, expected in (("b-mine", "b-mine"), ("sinet", "a-mine")):
        card = matte_card(name, cards())
        assert card is not None and card.name == expected
    (tmp_path / "sinet.yaml").write_text("model: sinet\n")
    card = matte_card("sinet", cards())
    assert card is not None and card.name == "sinet"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("selfie", r"'selfie' has no weights here: vj models pull selfie, or .*--as selfie"),
        ("selfy", r"'selfy'.*Did you mean 'selfie'"),
        ("brush", r"'brush'.*brush\.yaml finds nobody, its model is 'brush'"),
    ],
)
def test_what_cannot_be_is_said(cards: Callable[[], dict[str, Path]], name: str, said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        matte_maker(name, cards(), "cpu")
    assert "\n" not in str(caught.value)


def test_one_network_serves_many_films(
    cards: Callable[[], dict[str, Path]], tmp_path: Path, bright: Bright
) -> None:
    (tmp_path / "me.yaml").write_text("model: sinet\n")
    make = matte_maker("me", cards(), "cpu")
    for _ in range(2):
        assert overlap(make().matte(picture(160), {}), disc(160)) > 0.9
    assert bright.looks == 2


def test_a_network_is_loaded_beside_the_show(
    cards: Callable[[], dict[str, Path]], tmp_path: Path, bright: Bright
) -> None:
    (tmp_path / "me.yaml").write_text("model: sinet\n")
    mattes = Mattes(cards, "cpu")
    assert not mattes.matte("source", "here", picture(160), {}).any()
    found = settle(mattes, "me", lambda: isinstance(mattes._matte, NetMatte))
    found = settle(mattes, "me", lambda: bright.looks > 3)
    assert overlap(found, disc(160)) > 0.9 and mattes.problem == ""


def test_another_source_begins_without_the_past() -> None:
    mattes = Mattes()
    assert mattes.matte("auto", "dancer", half_person(), {}).any()
    mattes.matte("motion", "camera", half_person(), {})
    assert isinstance(mattes._matte, MotionMatte)
    first = mattes._matte
    mattes.matte("motion", "camera", half_person(), {})
    assert mattes._matte is first
    mattes.matte("motion", "another camera", half_person(), {})
    assert mattes._matte is not first


def test_a_missing_card_is_said_and_found_when_it_comes(
    cards: Callable[[], dict[str, Path]],
    tmp_path: Path,
    bright: Bright,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mattes_ready, "RETRY", 0.0)
    mattes = Mattes(cards, "cpu")
    settle(mattes, "sinet", lambda: "vj models pull sinet" in mattes.problem)
    assert isinstance(mattes._matte, AutoMatte)
    (tmp_path / "sinet.yaml").write_text("model: sinet\n")
    settle(mattes, "sinet", lambda: isinstance(mattes._matte, NetMatte))
    assert mattes.problem == ""


def test_a_network_that_fails_at_a_picture_is_left(
    cards: Callable[[], dict[str, Path]],
    tmp_path: Path,
    bright: Bright,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "me.yaml").write_text("model: sinet\n")
    mattes = Mattes(cards, "cpu")
    settle(mattes, "me", lambda: isinstance(mattes._matte, NetMatte))

    def broken(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(bright, "find", broken)
    settle(mattes, "me", lambda: "out of memory" in mattes.problem)
    assert isinstance(mattes._matte, AutoMatte)


def test_auto_looks_with_the_house_network_where_a_source_brings_nothing(
    cards: Callable[[], dict[str, Path]], tmp_path: Path, bright: Bright
) -> None:
    (tmp_path / "matte.yaml").write_text("model: sinet\n")
    mattes = Mattes(cards, "cpu")
    for _ in range(3):
        mattes.matte("auto", "dancer", half_person(), {})
    assert mattes._loading is None, "a source with a matte of its own needs no network"
    settle(mattes, "auto", lambda: mattes._has_network())
    assert isinstance(mattes._matte, AutoMatte) and mattes.problem == ""
    still = matte_maker("auto", cards(), "cpu")()
    assert isinstance(still, AutoMatte) and isinstance(still.seeing, NetMatte)


def test_auto_lives_on_when_the_house_network_fails(
    cards: Callable[[], dict[str, Path]],
    tmp_path: Path,
    bright: Bright,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mattes_ready, "RETRY", 0.0)
    (tmp_path / "matte.yaml").write_text("model: motion\n")
    mattes = Mattes(cards, "cpu")
    settle(mattes, "auto", lambda: "finds nobody" in mattes.problem)
    (tmp_path / "matte.yaml").write_text("model: sinet\n")
    settle(mattes, "auto", lambda: mattes._has_network() and not mattes.problem)


def test_a_lost_graphics_card_is_no_matter_of_mattes(
    cards: Callable[[], dict[str, Path]], monkeypatch: pytest.MonkeyPatch
) -> None:
    mattes = Mattes(cards, "cpu")

    class Lost:
        def find(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")

    mattes.matte("auto", "here", picture(160), {})
    mattes._matte = NetMatte(Lost())
    with pytest.raises(RuntimeError, match="CUDA error"):
        mattes.matte("auto", "here", picture(160), {})
