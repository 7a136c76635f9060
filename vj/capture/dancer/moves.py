"""The dancer's repertoire as one table: which joint swings how far, how often and when.

Read by the choreography; a new dance move is a new row.
"""

from __future__ import annotations

from dataclasses import dataclass

Wave = tuple[float, ...]
"""(amplitude, cycles per beat, phase in cycles[, hardness]); a hard wave rests at its ends."""

CHANNELS = {
    "travel": 0.0,  # m, where the feet go, to the side
    "depth": 0.0,  # m, where the feet go, towards the audience
    "stance": 0.26,  # m between the feet
    "tap": 0.0,  # 0..1, how much a foot lifts when it steps in place
    "face": 0.0,  # rad, where the feet look
    "sway": 0.0,  # m, hips to the side
    "drop": 0.02,  # m, hips down
    "bounce": 0.5,  # 0..1, hips down on the beat
    "roll": 0.0,  # rad, hips tilted
    "yaw": 0.0,  # rad, hips against the feet
    "side": 0.0,  # rad, chest to the side
    "fold": 0.03,  # rad, chest forward
    "twist": 0.0,  # rad, chest against the hips
    "nod": 0.0,  # rad, head down
    "tilt": 0.0,  # rad, head to the side
    "look": 0.0,  # rad, head turned
    "l_raise": 0.25,  # rad, arm from hanging (0) to overhead (pi)
    "l_swing": 0.3,  # rad, arm from the side (0) to the front (pi / 2)
    "l_bend": 0.4,  # rad, elbow
    "l_turn": 0.3,  # rad, forearm bends up (0), forward (pi / 2) or down (pi)
    "r_raise": 0.25,
    "r_swing": 0.3,
    "r_bend": 0.4,
    "r_turn": 0.3,
}


@dataclass(frozen=True)
class Lift:
    """A free leg: `side` -1 or 1, beats from and to, foot place in metres from the hips' floor."""

    side: int
    start: float
    end: float
    out: float
    up: float
    forward: float


@dataclass(frozen=True)
class Move:
    """Two bars of dance: waves per channel (first the middle, then the waves), legs, a turn."""

    waves: dict[str, tuple[float, *tuple[Wave, ...]]]
    lifts: tuple[Lift, ...] = ()
    spin: tuple[float, float] | None = None


_PASSE = {"out": 0.26, "up": 0.5, "forward": 0.16}
_LONG = {"out": 0.82, "up": 0.62, "forward": 0.1}

MOVES = (
    Move(  # groove: everything small, everything on the beat
        {
            "stance": (0.34,),
            "tap": (0.8,),
            "drop": (0.05, (0.015, 0.5, 0.1)),
            "bounce": (1.0,),
            "roll": (0.0, (0.10, 0.5, 0.0)),
            "yaw": (0.0, (0.16, 0.5, 0.2)),
            "side": (0.0, (0.11, 0.5, 0.55)),
            "twist": (0.0, (0.24, 0.5, 0.7)),
            "nod": (0.06, (0.12, 1.0, 0.0)),
            "tilt": (0.0, (0.10, 0.5, 0.3)),
            "l_raise": (0.62, (0.26, 0.5, 0.0), (0.1, 1.0, 0.2)),
            "l_swing": (0.95, (0.45, 0.5, 0.1)),
            "l_bend": (1.55, (0.45, 0.5, 0.2), (0.2, 1.0, 0.0)),
            "r_raise": (0.62, (0.26, 0.5, 0.5), (0.1, 1.0, 0.2)),
            "r_swing": (0.95, (0.45, 0.5, 0.6)),
            "r_bend": (1.55, (0.45, 0.5, 0.7), (0.2, 1.0, 0.0)),
        }
    ),
    Move(  # reach: one long diagonal, then the other
        {
            "stance": (0.62,),
            "sway": (0.0, (0.13, 0.25, 0.0, 1.8)),
            "drop": (0.07, (0.03, 0.5, 0.0)),
            "bounce": (0.6,),
            "roll": (0.0, (0.14, 0.25, 0.5, 1.5)),
            "side": (0.0, (0.20, 0.25, 0.5, 1.6)),
            "twist": (0.0, (0.28, 0.25, 0.05)),
            "tilt": (0.0, (0.16, 0.25, 0.0)),
            "look": (0.0, (0.5, 0.25, 0.0, 1.5)),
            "nod": (-0.18, (0.08, 1.0, 0.0)),
            "l_raise": (1.50, (1.02, 0.25, 0.0, 1.7)),
            "l_swing": (0.35, (0.3, 0.25, 0.4)),
            "l_bend": (0.48, (0.28, 0.25, 0.55)),
            "l_turn": (0.8,),
            "r_raise": (1.50, (1.02, 0.25, 0.5, 1.7)),
            "r_swing": (0.35, (0.3, 0.25, 0.9)),
            "r_bend": (0.48, (0.28, 0.25, 0.05)),
            "r_turn": (0.8,),
        }
    ),
    Move(  # slow port de bras, arms through the second into the fifth, one leg unfolds
        {
            "stance": (0.27,),
            "face": (0.35,),
            "drop": (0.0,),
            "bounce": (0.12,),
            "side": (0.0, (0.14, 0.125, 0.1)),
            "fold": (-0.06, (0.06, 0.25, 0.0)),
            "tilt": (0.0, (0.18, 0.125, 0.15)),
            "look": (-0.2, (0.3, 0.125, 0.0)),
            "nod": (-0.1,),
            "l_raise": (1.62, (0.85, 0.125, 0.9)),
            "l_swing": (0.35, (0.25, 0.125, 0.4)),
            "l_bend": (0.55, (0.2, 0.25, 0.0)),
            "l_turn": (0.35,),
            "r_raise": (1.62, (0.75, 0.125, 0.0)),
            "r_swing": (0.35, (0.25, 0.125, 0.5)),
            "r_bend": (0.55, (0.2, 0.25, 0.1)),
            "r_turn": (0.35,),
        },
        lifts=(Lift(1, 2.2, 4.4, **_PASSE), Lift(-1, 4.9, 7.1, **_LONG)),
    ),
    Move(  # step-touch across the stage with open arms
        {
            "travel": (0.0, (0.22, 0.25, 0.0)),
            "stance": (0.36,),
            "tap": (1.0,),
            "drop": (0.04, (0.02, 1.0, 0.1)),
            "bounce": (1.0,),
            "yaw": (0.0, (0.2, 0.25, 0.25)),
            "side": (0.0, (0.14, 0.25, 0.2)),
            "twist": (0.0, (0.3, 0.25, 0.3)),
            "nod": (0.03, (0.09, 1.0, 0.1)),
            "look": (0.0, (0.35, 0.25, 0.25)),
            "l_raise": (1.12, (0.42, 0.25, 0.25), (0.12, 1.0, 0.0)),
            "l_swing": (0.5, (0.5, 0.25, 0.75)),
            "l_bend": (0.9, (0.5, 0.5, 0.1)),
            "l_turn": (0.4,),
            "r_raise": (1.12, (0.42, 0.25, 0.75), (0.12, 1.0, 0.0)),
            "r_swing": (0.5, (0.5, 0.25, 0.25)),
            "r_bend": (0.9, (0.5, 0.5, 0.6)),
            "r_turn": (0.4,),
        }
    ),
    Move(  # waves overhead
        {
            "stance": (0.44,),
            "tap": (0.3,),
            "sway": (0.0, (0.09, 0.5, 0.0)),
            "drop": (0.05, (0.02, 1.0, 0.0)),
            "bounce": (0.8,),
            "roll": (0.0, (0.13, 0.5, 0.5)),
            "side": (0.0, (0.17, 0.5, 0.05)),
            "tilt": (0.0, (0.15, 0.5, 0.1)),
            "nod": (-0.12, (0.07, 1.0, 0.0)),
            "l_raise": (2.42, (0.30, 0.5, 0.0), (0.08, 0.25, 0.0)),
            "l_swing": (0.45, (0.25, 0.25, 0.0)),
            "l_bend": (0.62, (0.42, 0.5, 0.3)),
            "l_turn": (0.1, (0.3, 0.5, 0.2)),
            "r_raise": (2.42, (0.30, 0.5, 0.5), (0.08, 0.25, 0.5)),
            "r_swing": (0.45, (0.25, 0.25, 0.5)),
            "r_bend": (0.62, (0.42, 0.5, 0.8)),
            "r_turn": (0.1, (0.3, 0.5, 0.7)),
        }
    ),
    Move(  # gather, a turn on one leg, open
        {
            "stance": (0.28,),
            "drop": (0.01,),
            "bounce": (0.2,),
            "side": (0.0, (0.08, 0.125, 0.3)),
            "nod": (-0.05,),
            "l_raise": (1.42, (0.38, 0.125, 0.5, 1.4)),
            "l_swing": (0.75, (0.55, 0.125, 0.9, 1.5)),
            "l_bend": (0.95, (0.55, 0.125, 0.9, 1.5)),
            "l_turn": (1.2,),
            "r_raise": (1.42, (0.38, 0.125, 0.45, 1.4)),
            "r_swing": (0.75, (0.55, 0.125, 0.9, 1.5)),
            "r_bend": (0.95, (0.55, 0.125, 0.9, 1.5)),
            "r_turn": (1.2,),
        },
        lifts=(Lift(-1, 2.2, 5.6, **_PASSE),),
        spin=(2.3, 5.3),
    ),
    Move(  # lunges: wide, low, held on the beat
        {
            "stance": (0.92,),
            "sway": (0.0, (0.20, 0.25, 0.0, 2.2)),
            "drop": (0.17, (0.03, 0.5, 0.2)),
            "bounce": (0.3,),
            "roll": (0.0, (0.10, 0.25, 0.5, 2.0)),
            "yaw": (0.0, (0.3, 0.25, 0.5, 2.0)),
            "side": (0.0, (0.16, 0.25, 0.0, 1.8)),
            "fold": (0.10, (0.06, 0.5, 0.0)),
            "twist": (0.0, (0.35, 0.25, 0.5, 2.0)),
            "look": (0.0, (0.45, 0.25, 0.0, 2.0)),
            "nod": (-0.05,),
            "l_raise": (1.55, (0.42, 0.25, 0.5, 2.0)),
            "l_swing": (0.2, (0.35, 0.25, 0.0)),
            "l_bend": (0.35, (0.2, 0.25, 0.1)),
            "l_turn": (0.7,),
            "r_raise": (1.55, (0.42, 0.25, 0.0, 2.0)),
            "r_swing": (0.2, (0.35, 0.25, 0.5)),
            "r_bend": (0.35, (0.2, 0.25, 0.6)),
            "r_turn": (0.7,),
        }
    ),
    Move(  # frames: sharp angles around the face
        {
            "stance": (0.40,),
            "face": (-0.3,),
            "sway": (0.0, (0.08, 0.5, 0.1, 2.0)),
            "drop": (0.06, (0.02, 0.5, 0.0)),
            "bounce": (0.7,),
            "roll": (0.0, (0.13, 0.5, 0.6, 1.8)),
            "yaw": (0.0, (0.15, 0.5, 0.0, 1.5)),
            "twist": (0.0, (0.22, 0.25, 0.0, 2.0)),
            "tilt": (0.0, (0.2, 0.25, 0.25, 2.0)),
            "look": (0.15, (0.35, 0.25, 0.0, 2.0)),
            "l_raise": (1.75, (0.45, 0.25, 0.0, 2.4)),
            "l_swing": (0.45, (0.25, 0.5, 0.0)),
            "l_bend": (1.75, (0.55, 0.25, 0.25, 2.2)),
            "l_turn": (0.3, (0.5, 0.25, 0.1)),
            "r_raise": (1.35, (0.5, 0.25, 0.5, 2.4)),
            "r_swing": (0.45, (0.25, 0.5, 0.5)),
            "r_bend": (1.75, (0.55, 0.25, 0.6, 2.2)),
            "r_turn": (0.5, (0.5, 0.25, 0.6)),
        }
    ),
    Move(  # walk on the spot, relaxed, one hand conducting
        {
            "travel": (0.0, (0.22, 0.125, 0.0)),
            "depth": (0.0, (0.16, 0.125, 0.25)),
            "stance": (0.28,),
            "tap": (1.0,),
            "face": (0.0, (0.5, 0.125, 0.25)),
            "bounce": (0.8,),
            "roll": (0.0, (0.09, 0.5, 0.1)),
            "yaw": (0.0, (0.14, 0.5, 0.0)),
            "twist": (0.0, (0.26, 0.5, 0.5)),
            "side": (0.0, (0.07, 0.5, 0.6)),
            "look": (0.0, (0.3, 0.125, 0.8)),
            "l_raise": (0.5, (0.2, 0.5, 0.0)),
            "l_swing": (0.8, (0.6, 0.5, 0.0)),
            "l_bend": (0.9, (0.3, 0.5, 0.1)),
            "r_raise": (1.75, (0.5, 0.25, 0.0), (0.15, 0.5, 0.2)),
            "r_swing": (0.6, (0.4, 0.25, 0.3)),
            "r_bend": (0.8, (0.4, 0.5, 0.3)),
            "r_turn": (0.5,),
        }
    ),
)
