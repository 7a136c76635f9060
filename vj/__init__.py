"""vj: paints a live camera picture with neural networks and projects it.

The folders below are processes (capture, infer, stage, desk, record) plus what they share (core).
"""

__version__ = "0.1.0"
