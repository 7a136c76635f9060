"""Ctrl-C in a training: the step is finished and saved, the second one is at once."""

from __future__ import annotations

import os
import signal

import pytest

from vj.cli.stop import Stop


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_asks_for_an_end_and_the_second_is_one(
    number: int, capfd: pytest.CaptureFixture[str]
) -> None:
    stop = Stop()
    assert not stop()
    os.kill(os.getpid(), number)
    assert stop()
    assert "stopping after this step and saving" in capfd.readouterr().err
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)
