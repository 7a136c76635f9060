"""Style decorator: every patch of the content's features becomes the style patch most like it.
Used by avatar_net.

Source: Sheng et al., "Avatar-Net: Multi-scale Zero-shot Style Transfer by Feature Decoration",
CVPR 2018; Chen and Schmidt, "Fast Patch-based Style Transfer of Arbitrary Style", 2016. A patch's
likeness is the sum of its positions' likenesses, so one product of positions and a few shifted
sums replace a convolution with thousands of kernels: patch_size**2 times less arithmetic.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

ENTRIES = 2 * 2**20  # likenesses at a time: about what a CPU's cache holds
ON_ACCELERATOR = 32  # times that, few large steps


def swapped(content: Tensor, style: Tensor, size: int = 3, stride: int = 1) -> Tensor:
    """Replace content patches by style patches, overlapping ones averaged.

    content, style: whitened features (1, C, h, w) and (1, C, h', w'); patches are size x size (odd)
    around each position of the content and every stride-th of the style, zero outside.
    Returns (1, C, h, w), the content's dtype.
    """
    best = matches(content, style, size, stride)
    return reassembled(best, style, size)


def matches(content: Tensor, style: Tensor, size: int, stride: int) -> Tensor:
    """Find for each content patch the style patch of highest normalised correlation.

    Returns (h, w, 2) int64: row and column of that patch's centre in the style.
    """
    rim = size // 2
    height, width = content.shape[2:]
    rows, columns = style.shape[2:]
    keys = style[0].flatten(1)  # (C, h' w')
    ones = style.new_ones(1, 1, size, size)
    energy = functional.conv2d((style**2).sum(1, keepdim=True), ones, padding=rim)[0, 0]
    # divided by the patch's length; a patch without any is never the best
    lengths = energy.clamp_min(1e-12).rsqrt()[::stride, ::stride]
    across = lengths.shape[1]
    entries = ENTRIES if content.device.type == "cpu" else ENTRIES * ON_ACCELERATOR
    band = max(entries // (width * rows * columns) - 2 * rim, 2 * rim + 2)
    found = []
    for top in range(0, height, band):
        first, last = max(top - rim, 0), min(top + band + rim, height)
        part = content[0, :, first:last].flatten(1).T.contiguous() @ keys
        likeness = part.view(last - first, width, rows, columns)
        likeness = _summed(_summed(likeness, rim, 0, 2), rim, 1, 3)
        likeness = likeness[top - first : top - first + min(band, height - top)]
        scores = likeness[:, :, ::stride, ::stride].mul_(lengths)
        found.append(scores.flatten(2).argmax(2))
    index = torch.cat(found)  # (h, w)
    return torch.stack([index // across, index % across], 2) * stride


def _summed(likeness: Tensor, rim: int, here: int, there: int) -> Tensor:
    """Sum likenesses whose positions, along one axis of both maps, are shifted by -rim..rim."""
    out = likeness.clone()
    for shift in range(1, rim + 1):
        for a, b in ((shift, 0), (0, shift)):
            counts = [likeness.shape[axis] - shift for axis in (here, there)]
            if min(counts) > 0:
                target = out.narrow(here, b, counts[0]).narrow(there, b, counts[1])
                target += likeness.narrow(here, a, counts[0]).narrow(there, a, counts[1])
    return out


def reassembled(centres: Tensor, style: Tensor, size: int) -> Tensor:
    """Lay the chosen style patches (h, w, 2) over each other and average where they overlap."""
    rim = size // 2
    height, width = centres.shape[:2]
    padded = functional.pad(style, (rim,) * 4)[0].permute(1, 2, 0)  # zero outside
    across = padded.shape[1]
    flat = padded.reshape(padded.shape[0] * across, -1)  # (positions, C)
    out = flat.new_zeros(height, width, flat.shape[1])
    count = flat.new_zeros(height, width, 1)
    start = centres[..., 0] * across + centres[..., 1]  # the patch's first corner
    for down in range(size):
        for right in range(size):
            # this pixel of every patch, laid where that patch's content centre + offset is
            y, x = down - rim, right - rim
            to = (slice(max(y, 0), height + min(y, 0)), slice(max(x, 0), width + min(x, 0)))
            of = (slice(max(-y, 0), height + min(-y, 0)), slice(max(-x, 0), width + min(-x, 0)))
            out[to] += flat[start[of] + down * across + right]
            count[to] += 1
    return (out / count).permute(2, 0, 1)[None]
