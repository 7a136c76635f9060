"""Where every joint of the dancer is: figures and feet become bones of fixed length.

Called by the dancer with a few moments at once: now, and the past that hair and cloth follow.
"""

from __future__ import annotations

from enum import IntEnum, auto

import numpy as np

from vj.capture.dancer.choreography import Array, Feet, Figures, feet, figures, landings

BEATS_PER_MINUTE = 110.0
_THIGH = 0.445  # and the shin
_UPPER, _FORE, _HAND = 0.285, 0.255, 0.115
_ANKLE = 0.085
_HIP_HEIGHT = 0.935
_HIP_HALF, _SHOULDER_HALF = 0.082, 0.162
_FORE_LATE, _HAND_LATE = 0.11, 0.2  # beats


class J(IntEnum):
    """Joints; _L is on the right of the picture while the dancer faces us."""

    PELVIS = 0
    WAIST = auto()
    RIBS = auto()
    NECK = auto()
    HEAD = auto()
    CHIN = auto()
    CROWN = auto()
    FACE = auto()
    LIPS = auto()
    HAIR = auto()
    NAPE = auto()
    HIP_L = auto()
    KNEE_L = auto()
    ANKLE_L = auto()
    HEEL_L = auto()
    TOE_L = auto()
    SHOULDER_L = auto()
    ELBOW_L = auto()
    WRIST_L = auto()
    HAND_L = auto()
    EYE_L = auto()
    RIB_L = auto()
    HIP_R = auto()
    KNEE_R = auto()
    ANKLE_R = auto()
    HEEL_R = auto()
    TOE_R = auto()
    SHOULDER_R = auto()
    ELBOW_R = auto()
    WRIST_R = auto()
    HAND_R = auto()
    EYE_R = auto()
    RIB_R = auto()


_SIDE = J.HIP_R - J.HIP_L
_HEAD = {  # m from the middle of the skull
    J.CROWN: (0.0, 0.04, -0.012),
    J.CHIN: (0.0, -0.072, 0.034),
    J.FACE: (0.0, -0.024, 0.075),
    J.LIPS: (0.0, -0.056, 0.0665),
    J.EYE_L: (0.030, 0.006, 0.0605),
    J.EYE_R: (-0.030, 0.006, 0.0605),
    J.HAIR: (0.0, 0.053, -0.024),
    J.NAPE: (0.0, 0.05, -0.115),
}


def _turn(yaw: Array, roll: Array, fold: Array) -> Array:
    """Rotation (T, 3, 3): bends forward, then to the side (+x), then turns about the vertical."""
    (cy, sy), (cr, sr), (cf, sf) = ((np.cos(a), np.sin(a)) for a in (yaw, -roll, fold))
    rows = [
        [cy * cr, -cy * sr * cf + sy * sf, cy * sr * sf + sy * cf],
        [sr, cr * cf, -cr * sf],
        [-sy * cr, sy * sr * cf + cy * sf, -sy * sr * sf + cy * cf],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def _at(rotation: Array, offset: tuple[float, float, float]) -> Array:
    return np.asarray(rotation @ np.array(offset))


def _unit(vector: Array) -> Array:
    length = np.sqrt(np.einsum("...i,...i", vector, vector))
    return np.asarray(vector / np.maximum(length, 1e-9)[..., None])


def _bend(start: Array, end: Array, bone: float, towards: Array) -> Array:
    """The middle joint (T, 3) of two bones of length `bone` between start and end."""
    line = end - start
    length = np.linalg.norm(line, axis=-1, keepdims=True)
    along = line / np.maximum(length, 1e-9)
    aside = _unit(towards - np.sum(towards * along, axis=-1, keepdims=True) * along)
    rest = np.sqrt(np.maximum(bone * bone - (length / 2.0) ** 2, 0.0))
    return np.asarray(start + line / 2.0 + aside * rest)


def skeleton(seconds: Array, seed: int) -> Array:
    """Return the joints at `seconds` (T,).

    Shape (T, len(J), 3), metres: x to the right of the picture, y up from the floor, z to the
    audience. Continuous in time; the same for the same seed.
    """
    beats = np.asarray(seconds, dtype=np.float64) * (BEATS_PER_MINUTE / 60.0)
    count, fall = beats.size, landings(beats)
    past = (beats, beats - _FORE_LATE, beats - _HAND_LATE, fall.ravel() + 0.3)
    asked = figures(np.concatenate(past), seed)
    stand = feet(beats, fall, asked.channels(slice(3 * count, None)))
    c, joints = asked.channels(slice(count)), np.zeros((count, len(J), 3))
    heading = stand.heading.mean(axis=1) + asked.spin[:count]
    hips = heading + c["yaw"]
    _lower(joints, beats, asked, stand, _turn(hips, c["roll"], 0.3 * c["fold"]))
    spine = _turn(hips + 0.5 * c["twist"], 0.4 * c["side"], 0.6 * c["fold"])
    chest = _turn(hips + c["twist"], c["side"], c["fold"])
    facing = hips + 0.6 * c["twist"] + c["look"]
    head = _turn(facing, 0.5 * c["side"] + c["tilt"], 0.4 * c["fold"] + c["nod"])
    _upper(joints, spine, chest, head)
    _arms(joints, chest, asked.channels(slice(3 * count)))
    return joints


def _lower(joints: Array, beats: Array, asked: Figures, stand: Feet, pelvis: Array) -> None:
    """Place hips and legs: the hips over the feet, as high as both planted legs allow."""
    count, place = beats.size, stand.place
    c, shift, spin = asked.channels(slice(count)), asked.shift[:count], asked.spin[:count]
    apart = place[:, 0, ::2] - place[:, 1, ::2]
    wide = np.linalg.norm(apart, axis=-1)
    held = np.abs(shift)
    lean = np.cos(np.pi * (beats - 0.5)) * 0.16 / (wide + 0.16)
    weight = lean * (1.0 - held) + 0.94 * shift
    root = place[:, :, ::2].mean(axis=1) + 0.5 * weight[:, None] * apart
    ahead = stand.heading.mean(axis=1)
    root += c["sway"][:, None] * np.stack([np.cos(ahead), -np.sin(ahead)], axis=-1)
    across = [_at(pelvis, (side * _HIP_HALF, 0.0, 0.0)) for side in (1.0, -1.0)]
    yaw = _turn(ahead + spin, 0.0 * ahead, 0.0 * ahead)
    wanted = (
        _HIP_HEIGHT - c["drop"] - 0.034 * c["bounce"] * (0.5 + 0.5 * np.cos(2.0 * np.pi * beats))
    )
    ankles, limits = [], [wanted]
    for side, hip in enumerate(across):
        free = asked.free[:count, side] * (1.0 - 2.0 * side, 1.0, 1.0)
        free = (yaw @ free[:, :, None])[:, :, 0]
        free[:, ::2] += root
        lift = asked.lift[:count, side, None]
        ankle = place[:, side] * (1.0 - lift) + free * lift
        ankle[:, 1] += _ANKLE
        ankles.append(ankle)
        flat = np.linalg.norm(root + hip[:, ::2] - ankle[:, ::2], axis=-1)
        reach = np.sqrt(np.maximum((0.985 * 2.0 * _THIGH) ** 2 - flat**2, 0.01))
        limits.append(ankle[:, 1] + reach - hip[:, 1] + 0.6 * lift[:, 0])
    height = -0.012 * np.log(np.sum(np.exp(-np.stack(limits) / 0.012), axis=0))
    joints[:, J.PELVIS] = np.stack([root[:, 0], height, root[:, 1]], axis=-1)
    for side, hip in enumerate(across):
        joints[:, J.HIP_L + side * _SIDE] = joints[:, J.PELVIS] + hip
        point = np.clip(asked.lift[:count, side] + 0.5 * stand.air[:, side], 0.0, 1.0)
        _leg(joints, side, ankles[side], stand.heading[:, side] + spin, point)


def _leg(joints: Array, side: int, ankle: Array, heading: Array, point: Array) -> None:
    """Bend one leg to its ankle and set the foot: flat on the floor, or pointed (0..1)."""
    at = side * _SIDE
    hip = joints[:, J.HIP_L + at]
    reach = ankle - hip
    length = np.linalg.norm(reach, axis=-1, keepdims=True)
    ankle = hip + reach * np.minimum(1.0, 0.99 * 2.0 * _THIGH / length)
    out = heading + (1.0 - 2.0 * side) * (0.38 + 0.75 * point)
    ahead = np.stack([np.sin(out), 0.0 * out, np.cos(out)], axis=-1)
    knee = _bend(hip, ankle, _THIGH, ahead)
    shin, amount = _unit(ankle - knee), point[:, None]
    toes = _unit(ahead * (1.0 - 0.65 * amount) + 0.85 * amount * shin)
    sole = _unit((1.0 - amount) * np.array([0.0, -1.0, 0.0]) + amount * (shin - 0.4 * ahead))
    joints[:, J.KNEE_L + at], joints[:, J.ANKLE_L + at] = knee, ankle
    joints[:, J.HEEL_L + at] = ankle - 0.045 * toes + 0.05 * sole
    joints[:, J.TOE_L + at] = ankle + 0.15 * toes + (0.055 - 0.03 * amount) * sole


def _upper(joints: Array, spine: Array, chest: Array, head: Array) -> None:
    """Place trunk, shoulders' middle and head."""
    waist = joints[:, J.PELVIS] + _at(spine, (0.0, 0.17, 0.0))
    neck = waist + _at(chest, (0.0, 0.345, -0.012))
    skull = neck + _at(head, (0.0, 0.165, 0.022))
    joints[:, J.WAIST], joints[:, J.NECK], joints[:, J.HEAD] = waist, neck, skull
    joints[:, J.RIBS] = waist + _at(chest, (0.0, 0.17, 0.01))
    joints[:, J.RIB_L] = waist + _at(chest, (0.056, 0.17, 0.018))
    joints[:, J.RIB_R] = waist + _at(chest, (-0.056, 0.17, 0.018))
    for joint, offset in _HEAD.items():
        joints[:, joint] = skull + _at(head, offset)


def _arms(joints: Array, chest: Array, c: dict[str, Array]) -> None:
    """Hang the arms on the chest; `c` (3 T,): channels now, and for forearm and hand earlier."""
    both = [
        np.stack([c["l_" + word], c["r_" + word]]) for word in ("raise", "swing", "bend", "turn")
    ]
    up, swing, bend, turn = (angle.reshape(2, 3, -1) for angle in both)  # (2, 3, T)
    bend = 1.15 * (1.0 + np.tanh((bend - 1.15) / 1.15))
    sign = np.array([1.0, -1.0])[:, None, None]
    (cu, su), (cs, ss) = (np.cos(up), np.sin(up)), (np.cos(swing), np.sin(swing))
    (cb, sb), (ct, st) = (np.cos(bend), np.sin(bend)), (np.cos(turn), np.sin(turn))
    upper = np.stack([sign * su * cs, -cu, su * ss], axis=-1)
    rise = np.stack([sign * cu * cs, su, cu * ss], axis=-1)
    front = np.stack([-sign * ss, 0.0 * cs, cs], axis=-1)
    hinge = ct[..., None] * rise + st[..., None] * front
    fore = cb[..., None] * upper + sb[..., None] * hinge
    raised = np.clip(up[:, 0] / np.pi, 0.0, 1.0)
    root = np.stack(
        [sign[:, 0] * (_SHOULDER_HALF - 0.02 * raised), 0.29 + 0.055 * raised, 0.0 * raised - 0.01],
        axis=-1,
    )
    bones = np.stack([root, _UPPER * upper[:, 0], _FORE * fore[:, 1], _HAND * fore[:, 2]])
    chain = np.cumsum((chest @ bones[..., None])[..., 0], axis=0)  # (4, 2, T, 3)
    for side in (0, 1):
        first = J.SHOULDER_L + side * _SIDE
        joints[:, first : first + 4] = joints[:, None, J.WAIST] + chain[:, side].swapaxes(0, 1)
