# ruff: noqa: S603, S607
"""What is in a container image, and how large each part is: `image_size.py IMAGE` (docs/image.md).

Sizes are those of the files, uncompressed, as `docker image ls` counts them. Exit code 1 where all together are over
the limit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, cast

LIMIT = 200_000_000
"""Bytes."""

LARGEST = 14
"""Parts that are named."""


PROJECTS = {"pil": "pillow", "grpc": "grpcio", "google": "protobuf", "timezonefinder": "timezonefinder, boundaries"}
"""Projects whose packages are called otherwise."""


def part(name: str) -> str:
    """The part that a file belongs to."""
    _, packages, inside = name.partition("/site-packages/")
    if packages:
        package = inside.partition("/")[0].removesuffix(".libs").removesuffix("_data").lower()
        return PROJECTS.get(package, package)
    if name.endswith("gazetteer.sqlite"):
        return "geo database"
    if "/python3." in name or "bin/python" in name or "libpython3" in name:
        return "Python and its library"
    return "shared libraries of the system" if ".so" in name else "everything else"


@contextmanager
def exported(image: str) -> Iterator[IO[bytes]]:
    """The image's files as a tar archive."""
    made = subprocess.run(["docker", "create", image], check=True, capture_output=True, text=True).stdout.strip()
    try:
        with subprocess.Popen(["docker", "export", made], stdout=subprocess.PIPE) as export:
            yield cast("IO[bytes]", export.stdout)
        if export.returncode:
            raise subprocess.CalledProcessError(export.returncode, "docker export")
    finally:
        subprocess.run(["docker", "rm", made], check=True, capture_output=True)


def parts(image: str) -> Counter[str]:
    """The bytes of an image by part."""
    sizes: Counter[str] = Counter()
    with exported(image) as archive, tarfile.open(fileobj=archive, mode="r|") as files:
        for file in files:
            sizes[part(file.name)] += file.size
    return sizes


def main() -> int:
    """Print the table; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("image")
    sizes = parts(parser.parse_args().image)
    for name, size in sizes.most_common(LARGEST):
        print(f"{size / 1e6:7.1f} MB  {name}")
    rest = sizes.total() - sum(size for _, size in sizes.most_common(LARGEST))
    print(f"{rest / 1e6:7.1f} MB  {max(len(sizes) - LARGEST, 0)} smaller parts")
    print(f"{sizes.total() / 1e6:7.1f} MB  together; the limit is {LIMIT / 1e6:.0f} MB")
    return int(sizes.total() > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
