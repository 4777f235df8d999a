"""`python -m citytime` and the command `citytime`."""

import sys

from citytime.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
