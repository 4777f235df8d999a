"""The contract's files: style, what was promised, and the code made of them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2]
PROTO = SERVICE / "proto"


def buf(*argv: str, cwd: Path = PROTO) -> subprocess.CompletedProcess[str]:
    command = shutil.which("buf", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    assert command, "buf comes with requirements/dev.txt"
    return subprocess.run([command, *argv], cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    "argv", [["lint"], ["format", "--diff", "--exit-code"], ["breaking", "--against", "released.binpb"]]
)
def test_the_contract_keeps_its_style_and_its_promises(argv: list[str]) -> None:
    done = buf(*argv)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_promise_broken_would_be_noticed(tmp_path: Path) -> None:
    copy = shutil.copytree(PROTO, tmp_path / "proto")
    geocoding = copy / "citytime/v1/geocoding.proto"
    geocoding.write_text(geocoding.read_text().replace("int64 population = 7;", "string population = 7;"))
    done = buf("breaking", "--against", "released.binpb", cwd=copy)
    assert (done.returncode, 'changed type from "int64" to "string"' in done.stdout) == (100, True)


def test_the_generated_code_is_that_of_the_contract(tmp_path: Path) -> None:
    subprocess.run(
        [SERVICE.parent / "scripts/proto.sh", tmp_path], env=os.environ | {"PYTHON": sys.executable}, check=True
    )
    made = {path.name: path.read_text() for path in (tmp_path / "citytime/v1").iterdir()}
    kept = {path.name: path.read_text() for path in (SERVICE / "src/citytime/v1").glob("*_pb2*")}
    assert made == kept, "run `make proto`"
