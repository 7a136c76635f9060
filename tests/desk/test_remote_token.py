"""The token: who brings it gets in, who guesses is shut out, whatever the guess is made of."""

from __future__ import annotations

import pytest

from vj.desk.remote_token import Token


@pytest.mark.parametrize("guess", ["", "x", "\ud800", "\udcff", "\U0001f3b9", None, 7, ["x"]])
def test_five_wrong_guesses_shut_a_host_out(guess: object) -> None:
    token = Token(needed=True)
    for _ in range(4):
        assert not token.opens(guess, "a")
    assert token.opens(token.play, "a") == "play"
    assert not token.opens(guess, "a")
    assert not token.opens(token.play, "a")
    assert not token.opens(token.look, "a")
    assert token.opens(token.play, "b") == "play"


def test_one_token_plays_and_another_only_looks() -> None:
    token = Token(needed=True)
    assert token.play != token.look
    for _ in range(9):
        assert token.opens(token.look, "a") == "look", "which is no guess"
    assert token.opens(token.play, "a") == "play"


def test_renewed_it_knows_nobody_any_more() -> None:
    token = Token(needed=True)
    before = token.play, token.look
    token.renew()
    assert not any(token.opens(one, "a") for one in before)
    assert token.opens(token.play, "a") == "play"


def test_where_none_is_needed_everybody_plays() -> None:
    token = Token(needed=False)
    token.renew()
    assert (token.play, token.look) == ("", "")
    assert token.opens("", "a") == token.opens("anything", "a") == "play"
