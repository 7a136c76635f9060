"""The matte that finds nobody."""

from __future__ import annotations

import numpy as np

from tests.infer.fakes import half_person
from vj.infer.mattes.none import make


def test_none_is_nobody() -> None:
    found = make().matte(half_person(), {})
    assert found.shape == (40, 64) and found.dtype == np.uint8 and not found.any()
