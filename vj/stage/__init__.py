"""The stage: the window, the shaders, the parameter values, the scenes; it draws and never waits.

The home of pyglet and moderngl; its process is started by the show.
"""
