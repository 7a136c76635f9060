"""The renderer's name says whether the processor draws."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from vj.stage.software import drawn_in_software


@pytest.mark.parametrize(
    ("renderer", "software"),
    [
        ("llvmpipe (LLVM 15.0.6, 256 bits)", True),
        ("Google SwiftShader", True),
        ("NVIDIA GeForce RTX 4090/PCIe/SSE2", False),
        ("Mesa Intel(R) UHD Graphics 620 (KBL GT2)", False),
    ],
)
def test_software_is_known_by_name(renderer: str, software: bool) -> None:
    context: Any = SimpleNamespace(info={"GL_RENDERER": renderer})
    assert drawn_in_software(context) == software
