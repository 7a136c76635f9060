"""Buckets let bursts through, hold a rate, and one greedy sender does not starve another."""

from __future__ import annotations

from vj.desk.budget import Budget


def test_a_second_of_burst_then_the_rate() -> None:
    budget = Budget(10, 100)
    assert sum(budget.allows("a", 5.0) for _ in range(50)) == 10
    assert sum(budget.allows("a", 5.5) for _ in range(50)) == 5
    assert sum(budget.allows("a", 60.0) for _ in range(50)) == 10


def test_senders_have_their_own_and_share_one() -> None:
    budget = Budget(10, 25)
    assert sum(budget.allows("a", 1.0) for _ in range(1000)) == 10
    assert sum(budget.allows("b", 1.0) for _ in range(1000)) == 10
    assert sum(budget.allows("c", 1.0) for _ in range(1000)) == 5


def test_forged_addresses_do_not_fill_the_memory() -> None:
    budget = Budget(10, 1e9)
    for number in range(10_000):
        budget.allows(f"10.0.{number // 256}.{number % 256}", 1.0)
    assert len(budget._senders) <= 256


def test_what_has_cost_much_is_paid_for_afterwards() -> None:
    budget = Budget(10, 100)
    assert budget.allows("a", 1.0)
    budget.charge("a", 29.0)  # 20 in debt
    assert [budget.allows("a", now) for now in (2.0, 3.0, 3.2)] == [False, False, True]
    assert budget.allows("b", 3.2), "nobody else waits for it"
    budget.charge("b", 200.0)
    assert not budget.allows("c", 3.3), "all together have spent what there is"
