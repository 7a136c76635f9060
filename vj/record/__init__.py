"""The recorder process: the output picture into a video file. Home of PyAV."""
