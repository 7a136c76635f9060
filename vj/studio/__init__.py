"""The work before the gig: training networks, painting style plates, writing reference pages.

Never loaded by a running show; may import infer, never the stage.
"""
