"""Pictures with transparency that were taken with the camera held another way."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from tests.studio.stylizing import picture, write_picture
from vj.studio.stylize import read_picture
from vj.studio.upright import upright


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("suffix", [".png", ".webp"])
@pytest.mark.parametrize("noted", range(10))
def test_a_cut_out_lies_upright_as_the_photo_it_was_made_from(
    tmp_path: Path, suffix: str, noted: int, order: str
) -> None:
    """A portrait cut out in another program, its camera's note kept, was painted lying down:
    OpenCV turns pictures only where it leaves their transparency out."""
    rgba = np.dstack([picture(), np.full((64, 96), 200, np.uint8)])
    path = write_picture(tmp_path / f"in{suffix}", rgba)
    path.write_bytes(_with_note(path.read_bytes(), noted, order))
    wanted = {
        2: rgba[:, ::-1],
        3: np.rot90(rgba, 2),
        4: rgba[::-1],
        5: rgba.transpose(1, 0, 2),
        6: np.rot90(rgba, -1),
        7: np.rot90(rgba, 2).transpose(1, 0, 2),
        8: np.rot90(rgba),
    }.get(noted, rgba)
    pixels, transparent = read_picture(path)
    assert transparent and pixels.shape == wanted.shape and pixels.flags.c_contiguous
    assert np.abs(pixels.astype(int) - wanted).mean() < 2  # of webp


def test_a_broken_note_of_the_camera_is_no_note(tmp_path: Path) -> None:
    rgba = np.dstack([picture(), np.full((64, 96), 200, np.uint8)])
    path = write_picture(tmp_path / "in.png", rgba)
    data = _with_note(path.read_bytes(), 6)
    for cut in range(data.index(b"eXIf") - 4, data.index(b"eXIf") + 40):
        assert upright(rgba, data[:cut]).shape in {(64, 96, 4), (96, 64, 4)}
    assert upright(rgba, data[:33]).shape == upright(rgba, b"").shape == (64, 96, 4)


def _with_note(data: bytes, noted: int, order: str = ">") -> bytes:
    """Put how the camera was held, 1 to 8 of Exif, into a PNG or a WebP."""
    head = b"MM\0*" if order == ">" else b"II*\0"
    entry = struct.pack(f"{order}HHIHH", 0x0112, 3, 1, noted, 0)
    exif = head + struct.pack(f"{order}IH", 8, 1) + entry + b"\0" * 4
    if data.startswith(b"\x89PNG"):
        chunk = b"eXIf" + exif
        checked = struct.pack(">I", len(exif)) + chunk + struct.pack(">I", zlib.crc32(chunk))
        return data[:33] + checked + data[33:]
    body = data[12:] if data[12:16] == b"VP8X" else _extended(data)
    body = body[:8] + bytes([body[8] | 8]) + body[9:] + b"EXIF" + struct.pack("<I", len(exif))
    body += exif + b"\0" * (len(exif) % 2)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _extended(data: bytes) -> bytes:
    """Put the chunk before a simple WebP of `picture()` that one with notes must have."""
    sides = struct.pack("<I", 95)[:3] + struct.pack("<I", 63)[:3]
    return b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0" + sides + data[12:]
