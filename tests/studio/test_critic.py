"""The critic: judges patches by look and drawing, learns to tell, and cannot shout."""

from __future__ import annotations

import torch

from vj.studio.critic import Critic, critic_loss


def judge(looks: int = 2) -> Critic:
    with torch.random.fork_rng():
        torch.manual_seed(1)
        return Critic(looks).eval()


def test_there_is_a_score_for_every_patch() -> None:
    scores = judge()(torch.rand(3, 3, 96, 64), torch.rand(3, 1, 96, 64), torch.tensor([0, 1, 0]))
    assert scores.shape == (3, 1, 6, 4)


def test_it_sees_the_picture_the_drawing_and_the_look() -> None:
    critic, looks = judge().requires_grad_(False), torch.tensor([0])
    dice = torch.Generator().manual_seed(2)
    picture, drawing = (torch.rand(1, c, 64, 64, generator=dice) for c in (3, 1))
    scores = critic(picture, drawing, looks)
    for other in (
        critic(1 - picture, drawing, looks),
        critic(picture, 1 - drawing, looks),
        critic(picture, drawing, looks + 1),
    ):
        assert float((scores - other).abs().mean()) > 1e-3


def test_a_patch_is_judged_by_its_surroundings_only() -> None:
    critic, looks, drawing = judge(), torch.tensor([0]), torch.zeros(1, 1, 64, 256)
    picture = torch.rand(1, 3, 64, 256)
    changed = picture.clone()
    changed[..., :32] = 0
    before, after = (critic(each, drawing, looks) for each in (picture, changed))
    assert torch.equal(before[..., -8:], after[..., -8:])
    assert not torch.equal(before[..., :2], after[..., :2])


def test_nothing_is_lost_on_what_is_told_apart_clearly() -> None:
    real, fake = torch.full((2, 1, 4, 4), 1.5), torch.full((2, 1, 4, 4), -1.5)
    assert float(critic_loss(real, fake)) == 0
    assert float(critic_loss(fake, real)) == 5
    assert float(critic_loss(real * 0, fake * 0)) == 2


def test_it_learns_to_tell_and_stays_bounded() -> None:
    critic = judge(1).train()
    optimiser = torch.optim.Adam(critic.parameters(), 2e-3, betas=(0.5, 0.99))
    dice = torch.Generator().manual_seed(3)
    looks, drawing = torch.zeros(4, dtype=torch.long), torch.zeros(4, 1, 32, 32)

    def step() -> float:
        rough = torch.rand(4, 3, 32, 32, generator=dice)
        smooth = torch.rand(4, 3, 1, 1, generator=dice).expand(4, 3, 32, 32)
        real, fake = critic(rough, drawing, looks), critic(smooth, drawing, looks)
        optimiser.zero_grad()
        loss = critic_loss(real, fake)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        return float(loss.detach())

    losses = [step() for _ in range(40)]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
    # spectral norms: a step in the picture moves no score by more than a bounded multiple
    critic.eval().requires_grad_(False)
    x = torch.rand(1, 3, 32, 32, generator=dice)
    gap = critic(x, drawing[:1], looks[:1]) - critic(x + 1e-2, drawing[:1], looks[:1])
    assert float(gap.abs().max()) < 2.0
