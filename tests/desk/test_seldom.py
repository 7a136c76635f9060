"""A storm of the same record becomes one a second that tells how many there were."""

from __future__ import annotations

import logging

import pytest
from aiohttp.log import server_logger

from vj.desk.seldom import Seldom, hush


def _said(seldom: Seldom, name: str, text: str, *words: object) -> str | None:
    record = logging.LogRecord(name, logging.ERROR, "", 0, text, words, None)
    return record.getMessage() if seldom.filter(record) else None


def test_one_a_second_of_each_kind() -> None:
    now = 10.0
    seldom = Seldom(lambda: now)
    assert _said(seldom, "aiohttp.server", "request from %s", "a") == "request from a"
    for host in "bcd":
        assert _said(seldom, "aiohttp.server", "request from %s", host) is None
    assert _said(seldom, "asyncio", "request from %s", "e") == "request from e"
    assert _said(seldom, "asyncio", "no more sockets\nsocket: <1>")
    assert _said(seldom, "asyncio", "no more sockets\nsocket: <2>") is None
    now = 11.0
    said = _said(seldom, "aiohttp.server", "request from %s", "100 %")
    assert said == "request from 100 % (3 more like this were left out)"
    now = 12.0
    assert _said(seldom, "aiohttp.server", "request from %s", "g") == "request from g"


def test_kinds_that_never_come_again_take_no_memory() -> None:
    seldom = Seldom(lambda: 0.0)
    for number in range(5000):
        assert _said(seldom, "asyncio", f"task {number}")
    assert len(seldom._said) <= 256


def test_the_libraries_loggers_are_hushed(caplog: pytest.LogCaptureFixture) -> None:
    loggers = [server_logger, logging.getLogger("asyncio")]
    before = {logger: list(logger.filters) for logger in loggers}
    try:
        hush()
        for logger in loggers:
            for _ in range(500):
                logger.error("socket.accept() out of system resource")
    finally:
        for name in logging.Logger.manager.loggerDict:
            logger = logging.getLogger(name)
            logger.filters = [f for f in logger.filters if not isinstance(f, Seldom)]
    assert all(logger.filters == before[logger] for logger in loggers)
    assert len(caplog.records) <= 4
