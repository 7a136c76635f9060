"""Fixtures for all tests: the folder of shared real material, and the repository root."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# As in the infer process: threads that wait for work sleep, or tests starve each other's processes.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "0")
# Shows that tests kill must not be where the user's own next show goes on.
_STATE = tempfile.TemporaryDirectory(prefix="vj-tests-state-")
os.environ["XDG_STATE_HOME"] = _STATE.name

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository root, which is also the starter gig."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real weights, photos and videos beside the project; skips where they are absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no ../shared/data beside the project")
    return folder


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    """Put back what Ctrl-C and a request to end did before the test; commands change it."""
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in numbers]
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)
