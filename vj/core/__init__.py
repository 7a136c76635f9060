"""What all processes share: types, shared memory, parameters, scene files.

Imports numpy, yaml and pydantic only; every process folder imports from here, never from another.
"""
