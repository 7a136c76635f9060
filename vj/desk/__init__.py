"""The desk process: all hands (OSC, MIDI, web remote) and what is told back to them.

Started by the show through `process.main`; only this folder knows network and controllers.
"""
