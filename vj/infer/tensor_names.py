"""Looking tensors up by the names other projects gave them; what an import makes of them.
Called by the import_* files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from vj.core.errors import UserError

Tensors = Mapping[str, Tensor]
Made = tuple[dict[str, Tensor], dict[str, object]]  # tensors to keep, facts for the card
Make = Callable[[Sequence[Tensors]], Made]


def take(tensors: Tensors, *keys: str) -> Tensor:
    """Return the first tensor there is under one of the names, as float32.

    Raises: UserError naming the first when none is there.
    """
    for key in keys:
        if key in tensors:
            return tensors[key].float()
    raise UserError(f"no tensor {keys[0]!r} in these files")
