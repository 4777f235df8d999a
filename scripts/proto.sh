#!/bin/sh
# Generate service/src/citytime/v1/ from service/proto/: messages, stubs and their types.
# scripts/proto.sh DIR writes the package under DIR instead (the test of its freshness compares the two).
set -eu
cd "$(dirname "$0")/../service"
out=${1:-src}
mkdir -p "$out"
PATH=${PYTHON:+$(dirname "$PYTHON"):}$PATH
"${PYTHON:-python3}" -m grpc_tools.protoc --proto_path=proto \
    --python_out="$out" --mypy_out="quiet:$out" --grpc_python_out="$out" --mypy_grpc_out="quiet:$out" \
    proto/citytime/v1/*.proto
