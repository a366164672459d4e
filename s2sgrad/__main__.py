"""``python -m s2sgrad``, the same as the command ``s2sgrad``."""

import sys

from s2sgrad.cli import main

if __name__ == "__main__":
    sys.exit(main())
