"""The setting: what the picture is made of and by, apart from knobs, styles and effects.

Kept by the stage's Play, published for capture and infer; a scene may leave parts of it alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vj.core.cue import leaves
from vj.core.scene import Scene


@dataclass(frozen=True)
class Setting:
    """Network, matte, source, the second source and the logo, as scenes name them."""

    model: str = ""
    matte: str = ""
    source: Mapping[str, object] = field(default_factory=dict)
    layer: Mapping[str, object] = field(default_factory=dict)
    logo: str = ""


def setting_of(scene: Scene, before: Setting, otherwise: Mapping[str, object]) -> Setting:
    """The setting while a scene plays, after `before`.

    `otherwise`: the source of a scene that names none.
    """

    def stays(key: str) -> bool:
        return leaves(scene.ignore, key) and bool(getattr(before, key))

    return Setting(
        before.model if stays("model") else scene.model,
        before.matte if stays("matte") else scene.matte,
        before.source if stays("source") else (scene.source or otherwise),
        before.layer if stays("layer") else scene.layer,
        before.logo if stays("logo") else scene.logo,
    )


def setting_in(document: Mapping[str, Any]) -> Setting:
    """The setting an earlier life of the stage has published; empty where it is none."""
    words = [document.get(key) for key in ("model", "matte", "logo")]
    specs = [document.get(key) for key in ("source", "layer")]
    model, matte, logo = (word if isinstance(word, str) else "" for word in words)
    source, layer = (spec if isinstance(spec, dict) else {} for spec in specs)
    return Setting(model, matte, source, layer, logo)
