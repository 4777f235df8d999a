#!/bin/sh
# Write service/requirements/*.txt from service/pyproject.toml: every version with its hashes, for all platforms and
# Pythons from 3.11, the same for each. run.txt is what serving needs, build.txt adds compiling the geo database, dev.txt
# adds the tests; image.txt is what the container image is built with, and nothing else.
# Versions stay as they are unless asked: scripts/lock.sh --upgrade, or --upgrade-package NAME.
set -eu
cd "$(dirname "$0")/../service"
command -v uv >/dev/null || { echo "lock.sh needs uv (https://docs.astral.sh/uv/)" >&2; exit 1; }

lock() {
    output=requirements/$1.txt
    shift
    uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" --output-file "$output" "$@"
}

lock dev pyproject.toml --group build --group dev "$@"
lock build pyproject.toml --group build --constraint requirements/dev.txt
lock run pyproject.toml --constraint requirements/dev.txt
lock image --group image --constraint requirements/dev.txt
