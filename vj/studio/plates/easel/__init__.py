"""The easel: noise, colour, brushes and surfaces that the plates share.

Called by the plates; lengths are pixels of a 768 px plate unless said otherwise.
"""
