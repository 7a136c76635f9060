"""vj: paints a live camera picture with neural networks and projects it.

The folders below are processes (capture, infer, stage, desk, record) plus what they share (core).
"""

import os

__version__ = "0.1.0"

# A few kB of picture file can unpack to gigabytes. OpenCV reads this once, and every process of
# ours comes by here before.
os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(1 << 27))
