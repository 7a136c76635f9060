"""A misspelt command or word of one is answered in one sentence with the nearest right one."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys

import pytest

from vj import cli
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


@pytest.mark.parametrize(
    ("words", "unbuffered", "deaf"),
    [
        (["models", "list"], "", "stdout"),
        (["models", "list"], "1", "stdout"),
        (["--help"], "", "stdout"),
        (["trian"], "1", "stderr"),
    ],
)
def test_nobody_reads_on(words: list[str], unbuffered: str, deaf: str) -> None:
    """`vj models list | head -1` ended in a traceback about a broken pipe."""
    reader, writer = os.pipe()
    os.close(reader)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, deaf: writer}
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    command = [sys.executable, "-m", "vj", *words]
    with subprocess.Popen(command, env=environment, text=True, **pipes) as running:
        os.close(writer)
        said = running.communicate()
    assert running.returncode == 141
    assert not "".join(text or "" for text in said).strip()


@pytest.mark.skipif(os.name != "posix", reason="needs a shell that can close them")
@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_not_end_it_and_give_nobody_their_numbers(closed: str) -> None:
    """A show started with `>&- 2>&-` died at its first process; its next file had number 1."""
    program = (
        "import os, sys; from vj.cli import main; "
        "done = main(['models', 'list']); sys.exit(done or os.open(os.devnull, 0) <= 2)"
    )
    command = f'"$0" -c "$1" {closed}'
    assert subprocess.run(["sh", "-c", command, sys.executable, program]).returncode == 0


def test_a_full_disk_does_not_undo_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(cli, "_run", lambda argv: 0)
    monkeypatch.setattr(sys, "stdout", Full())
    assert main(["models", "list"]) == 0


def test_a_pipe_of_another_program_is_no_end_without_a_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(argv: object) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(cli, "_run", broken)
    with pytest.raises(BrokenPipeError):
        main(["models", "list"])


def test_what_takes_long_to_import_comes_when_ctrl_c_is_heard() -> None:
    """Else a Ctrl-C in the first half second ended in a traceback."""
    code = "import sys, vj.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"numpy", "pydantic", "vj.core.gig"} & set(done.stdout.split())
