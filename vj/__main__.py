"""Lets `python -m vj` do what `vj` does."""

from vj.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
