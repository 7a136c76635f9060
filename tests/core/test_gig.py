"""A gig's mattes: words and cards a scene may name, and weights that must be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from vj.core.errors import UserError
from vj.core.gig import Gig, open_gig


@pytest.fixture
def gig(tmp_path: Path) -> Gig:
    (tmp_path / "scenes").mkdir()
    (tmp_path / "checkpoints").mkdir()
    return open_gig(tmp_path)


def say(gig: Gig, matte: str) -> None:
    (gig.folder / "scenes" / "01.yaml").write_text(f"model: passthrough\nmatte: {matte}\n")


def card(gig: Gig, name: str, text: str) -> None:
    (gig.folder / "checkpoints" / f"{name}.yaml").write_text(text)


def test_a_card_that_finds_people_is_a_matte_and_no_model(gig: Gig) -> None:
    card(gig, "me", "title: mine\nmodel: selfie\nweights: me.tflite\n")
    assert {"me", "selfie", "motion"} <= gig.choices.mattes
    assert "me" not in gig.choices.models and "passthrough" in gig.choices.models
    assert "passthrough" not in gig.choices.mattes
    say(gig, "mi")
    with pytest.raises(UserError, match=r"unknown matte 'mi'; allowed: .*, me, motion"):
        gig.check()


def test_a_matte_without_weights_is_said_before_the_show(gig: Gig) -> None:
    say(gig, "selfie")
    with pytest.raises(UserError, match="matte 'selfie' has no weights here: vj models pull"):
        gig.check()
    card(gig, "me", "model: selfie\nweights: me.tflite\n")
    for name in ("selfie", "me"):
        say(gig, name)
        with pytest.raises(UserError, match=r"me\.tflite is missing"):
            gig.check()
    (gig.folder / "checkpoints" / "me.tflite").write_bytes(b"weights")
    assert gig.check()[0].matte == "me"


def test_a_word_without_weights_needs_none(gig: Gig) -> None:
    card(gig, "motion", "model: selfie\nweights: gone.tflite\n")  # the word comes first
    say(gig, "motion")
    assert gig.check()[0].matte == "motion"


def test_only_a_deliberate_word_lets_the_picture_flash(tmp_path: Path) -> None:
    rig = tmp_path / "rig.yaml"
    for text, wanted in (("fps: 30\n", True), ("flash_limit: off\n", False)):
        rig.write_text(text)
        assert open_gig(tmp_path).rig.flash_limit is wanted
    rig.write_text("flash_limit: 0\n")
    with pytest.raises(UserError, match=r"rig\.yaml:1: flash_limit.*allowed: on, off"):
        open_gig(tmp_path)
