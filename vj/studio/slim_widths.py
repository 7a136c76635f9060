"""Which widths a network may be made narrower to, said before anything is built of them.
Used by vj.studio.train_slim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from torch import Tensor

from vj.core.errors import UserError
from vj.infer import brush_network
from vj.infer.models import edges

Widths = brush_network.Widths | edges.Widths
_LEAST_HALF = brush_network.COLOURS // 2 + 2  # a brush's own channels stand beside the colours


def check_widths(wanted: Widths, tensors: Mapping[str, Tensor]) -> None:
    """See that a network of these weights can be made as narrow as `wanted`.

    Raises: UserError naming the width that is not allowed, and what is; when the weights are of
    another network.
    """
    brush = isinstance(wanted, brush_network.Widths)
    have: Widths = brush_network.widths_of(tensors) if brush else edges.widths_of(tensors)
    for field in fields(wanted):
        width, most = getattr(wanted, field.name), getattr(have, field.name)
        paired = brush and field.name == "half"  # the last layer takes half of them
        least = _LEAST_HALF if paired else 1
        if not least <= width <= most or (paired and width % 2):
            kind = "even, " if paired else ""
            raise UserError(
                f"--widths: {field.name} is {width}; allowed: {kind}{least} to {most}, as a "
                "network can be made narrower from its weights, not wider"
            )
