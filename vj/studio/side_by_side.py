"""Several pictures of a film painted at a time, each on its share of the cores, written in order.
Used by the stylising of films and cameras.

One picture on all cores waits for threads to wake some hundred times; two on half of them each do
not, and one is decoded and written while the others are painted.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import torch

from vj.core.types import Pixels
from vj.infer.lanes import cores
from vj.studio.reel import Reel
from vj.studio.steady import Steady

T = TypeVar("T")
R = TypeVar("R")

MOST = 64  # pictures at a time; each needs the memory of one


@dataclass(frozen=True)
class Order:
    """A picture to be painted: its number from 0, its time in ticks, and what is to be seen."""

    number: int
    pts: int
    seen: Pixels
    paint: Callable[[Pixels], Pixels]


def at_a_time(wanted: int) -> int:
    """Choose how many pictures to paint at a time; `wanted` 0: two, where there are two cores."""
    return wanted or min(2, cores())


def side_by_side(orders: Iterable[tuple[T, Callable[[], R]]], count: int) -> Iterator[tuple[T, R]]:
    """Work on `count` orders at a time and give each result with its tag, in the orders' order.

    The first is worked on alone: what is prepared once must not be prepared by two. With a count of
    1 everything happens here and now, without threads.
    Raises: what an order raises, when its turn has come.
    """
    orders = iter(orders)
    for tag, work in orders:
        yield tag, work()
        if count > 1:
            break
    threads = max(cores() // count, 1)
    running: deque[tuple[T, Future[R]]] = deque()
    pool = ThreadPoolExecutor(count, "side", initializer=torch.set_num_threads, initargs=(threads,))
    try:
        for tag, work in orders:
            running.append((tag, pool.submit(work)))
            if len(running) == count:
                done, future = running.popleft()
                yield done, future.result()
        for done, future in running:
            yield done, future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def develop(
    orders: Iterable[Order],
    reel: Reel,
    steady: Steady | None,
    keep: bool,
    count: int,
    tell: Callable[[int], None],
) -> int:
    """Paint every order and write it to the reel; returns how many pictures were written.

    keep: the last picture of each piece shall be found again. tell: called with the number of
    pictures made so far.
    """
    written = 0
    work = ((order, lambda order=order: order.paint(order.seen)) for order in orders)
    for order, result in side_by_side(work, count):
        painted = steady.steady(order.seen, result) if steady else result
        reel.write(painted, order.pts, keep=keep)
        written += 1
        tell(order.number + 1)
    return written
