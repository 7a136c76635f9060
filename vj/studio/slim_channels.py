"""Which channels of a trained network count: by the size of the filters that make and read them.
Used by vj.studio.slim_brush and vj.studio.slim_edges.

Source: Li et al. 2017, "Pruning Filters for Efficient ConvNets".
"""

from __future__ import annotations

from torch import Tensor


def outgoing(weight: Tensor) -> Tensor:
    """How much makes each output of a convolution (O, I, h, w): (O,)."""
    size: Tensor = weight.flatten(1).norm(dim=1)
    return size


def incoming(weight: Tensor) -> Tensor:
    """How much reads each input of a convolution (O, I, h, w): (I,)."""
    return outgoing(weight.transpose(0, 1))


def strongest(scores: Tensor, count: int) -> Tensor:
    """The numbers of the `count` highest scores, in their order."""
    return scores.topk(count).indices.sort().values
