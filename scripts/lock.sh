#!/bin/sh
# Write service/requirements/*.txt from service/pyproject.toml: every version with its hashes, for all platforms and
# Pythons from 3.11, the same for each. run.txt is what serving needs, build.txt adds compiling the geo database, dev.txt
# adds the tests; image.txt is what the container image is built with, and nothing else. load/requirements.txt is what the load
# generator runs on.
# Versions stay as they are unless asked: scripts/lock.sh --upgrade, or --upgrade-package NAME.
set -eu
cd "$(dirname "$0")/../service"
command -v uv >/dev/null || { echo "lock.sh needs uv (https://docs.astral.sh/uv/)" >&2; exit 1; }

lock() {
    output=$1
    shift
    uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" --output-file "$output" "$@"
}

lock requirements/dev.txt pyproject.toml --group build --group dev "$@"
lock requirements/build.txt pyproject.toml --group build --constraint requirements/dev.txt
lock requirements/run.txt pyproject.toml --constraint requirements/dev.txt
lock requirements/image.txt --group image --constraint requirements/dev.txt
lock ../load/requirements.txt ../load/requirements.in "$@"
