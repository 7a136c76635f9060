"""The token: who brings it gets in, who guesses is shut out, whatever the guess is made of."""

from __future__ import annotations

import pytest

from vj.desk.remote_token import Token


@pytest.mark.parametrize("guess", ["", "x", "\ud800", "\udcff", "\U0001f3b9", None, 7, ["x"]])
def test_five_wrong_guesses_shut_a_host_out(guess: object) -> None:
    token = Token(needed=True)
    for _ in range(4):
        assert not token.opens(guess, "a")
    assert token.opens(token.text, "a")
    assert not token.opens(guess, "a")
    assert not token.opens(token.text, "a")
    assert token.opens(token.text, "b")
