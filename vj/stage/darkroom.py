"""The stage without a stage: draws the pictures of a take one by one, as exactly as asked for.

Started by `vj take`, which posts an order on the state board and waits for its picture.
"""

from __future__ import annotations

import time
from dataclasses import replace

from vj.core.board import Board
from vj.core.house import House
from vj.stage.chain import Moment
from vj.stage.frame import Stage, build_stage, compose
from vj.stage.offscreen import Offscreen

_POLL = 0.0005


def main(house: House) -> None:
    """Draw every order of the state board until the process is ended."""
    # Orders lie on the state board, nothing that could be restored.
    stage = build_stage(replace(house, state=Board.create()), Offscreen().context, 0.0)
    seq = 0
    while True:
        found = house.state.read(seq)
        if found is None or "order" not in found[1]:
            time.sleep(_POLL)
            continue
        seq, order = found
        develop(stage, order)


def develop(stage: Stage, order: dict[str, object]) -> None:
    """Draw one picture and publish it under the order's number.

    An order has `order` (its number), `values`, `chain`, `time` and `dt` in seconds, `beat`, and
    `fresh` when feedback starts anew.
    """
    if order["fresh"]:
        stage.chain.reset()
    moment = Moment(order["time"], order["beat"], order["dt"])  # type: ignore[arg-type]
    chain = [(str(name), float(amount)) for name, amount in order["chain"]]  # type: ignore[attr-defined]
    compose(stage, order["values"], chain, moment)  # type: ignore[arg-type]
    stage.output.start_reading(int(order["order"]))  # type: ignore[call-overload]
    stage.output.publish()
    stage.house.status["stage"].post({"errors": list(stage.chain.errors.values())[-6:]})
