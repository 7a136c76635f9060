"""A misspelt command or word of one is answered in one sentence with the nearest right one."""

from __future__ import annotations

import pytest

from vj.cli import main


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["trian"], "vj: unknown command 'trian'; allowed: bench, check, "),
        (["bench", "stge"], "vj: bench: unknown measure 'stge'; allowed: carry, "),
        (["train", "brsh"], "vj: train: unknown model 'brsh'; allowed: brush, "),
        (["models", "lst"], "vj: models: unknown action 'lst'; allowed: import, "),
        (
            ["train", "pix2pix", "--direction", "AtB"],
            "vj: train pix2pix: --direction: unknown word 'AtB'; allowed: AtoB, BtoA. ",
        ),
    ],
)
def test_a_wrong_word(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    said = capsys.readouterr().err
    assert said.startswith(says)
    assert said.count("\n") == 1 and "Did you mean" in said


@pytest.mark.parametrize("words", [["--help"], ["bench", "--help"], ["train", "slim", "--help"]])
def test_help_is_still_there(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 0 and "usage: vj" in capsys.readouterr().out
