"""`python -m tests.schemathesis_run`: hold a running service against its own OpenAPI document.

Starts the service and lets schemathesis ask it, with every check that it has; further arguments are schemathesis' own.
What comes out is the same for the same seed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.instance import instance

CONFIGURATION = Path(__file__).parent / "schemathesis.toml"


def main() -> int:
    """Returns schemathesis' exit code: 0 if it found nothing."""
    with instance() as service:
        command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIGURATION)]
        arguments = ["run", f"{service.url}/openapi.json", *sys.argv[1:]]
        return subprocess.run([*command, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
