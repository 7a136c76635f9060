"""The capture process: one source of pictures at a time, turned into frames for everybody else."""
