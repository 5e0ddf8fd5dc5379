"""``python -m lifemask``."""

from lifemask.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
