# ruff: noqa: S603, S607
"""Make the image's root file system: what serving opens, and nothing else. Runs in the Dockerfile, nowhere else.

    rootfs.py wheels SITE_PACKAGES     take from installed wheels what no process imports, and strip their libraries
    rootfs.py python VENV ROOT         copy to ROOT the interpreter that VENV is of, its library, and what they link to
    rootfs.py bytecode DIRECTORY...    leave compiled modules only

Where Python lies is asked of Python, and what it links to of ldd, so that both the official image (in /usr/local) and
Debian's own Python (in /usr) will do.
"""

from __future__ import annotations

import compileall
import os
import py_compile
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from pathlib import Path

UNUSED = (
    # for those who write, compile or check against a package
    "**/tests",
    "**/test",
    "**/*.pyi",
    "**/*.pyx",
    "**/*.pxd",
    "**/*.pxi",
    "**/*.[ach]",
    "**/*.hpp",
    "**/py.typed",
    "numpy/f2py",
    "numpy/_core/include",
    "numpy/_core/lib",
    "numpy/_core/*_tests.*.so",
    "numpy/_core/_simd.*.so",
    "lib64",  # h3's headers
    # parts of a package that it imports on demand only, or does without: no process of ours demands them
    "numpy/fft",
    "numpy/linalg/lapack_lite.*.so",
    "numpy/ma",
    "numpy/polynomial",
    "numpy/random",
    "numpy/testing",
    "grpc/_cython/_credentials",  # the system's certificates are named to it
    "rapidfuzz/fuzz_cpp*.so",
    "rapidfuzz/process_cpp*.so",
    # picture formats and colour management that `images` refuses or does without
    "PIL/_avif.*.so",
    "PIL/_imagingcms.*.so",
    "PIL/_imagingtk.*.so",
    "pillow.libs/libavif-*",
    "pillow.libs/liblcms2-*",
)
"""What no process of ours imports, by patterns in site-packages."""

UNUSED_MODULES = re.compile(
    r"_?(test|tkinter|idlelib|turtle|ensurepip|pydoc|lib2to3|venv|pyrepl|curses|dbm|gdbm|readline|xx)"
    r"|(antigravity|cProfile|doctest|mailbox|pdb|pickletools|profile|this|trace|unittest|xmlrpc)(\.py)?$"
    r"|_(pydatetime|pydecimal|pyio)\.py$|_codecs_(cn|hk|iso2022|jp|kr|tw)\."
    r"|config-|fetch_macholib|site-packages|dist-packages|__pycache__|_ctypes_test|sitecustomize"
)
"""What is left out of the standard library, by the beginnings of names: what is for a person at a terminal or for
tests, the slow twins of what there is in C, character sets that the web has left."""

IDENTITY = {
    "etc/passwd": "root:x:0:0:root:/:/sbin/nologin\ncitytime:x:65532:65532:citytime:/:/sbin/nologin\n",
    "etc/group": "root:x:0:\ncitytime:x:65532:\n",
    "etc/nsswitch.conf": "hosts: files dns\n",
}

CERTIFICATES, RELEASE, PACKAGES = (
    Path("/etc/ssl/certs/ca-certificates.crt"),
    Path("/etc/os-release"),
    Path("/var/lib/dpkg/status.d"),
)


def slim_wheels(site: Path) -> None:
    """Take out what is not used, then the symbols of what is."""
    for pattern in UNUSED:
        for path in list(site.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    for library in elf_files(site):
        subprocess.run(["strip", "--strip-unneeded", library], check=True)


def leave_bytecode(directory: Path) -> None:
    """Compile all modules to where they are, without looking at their sources' time, and take the sources away."""
    done = compileall.compile_dir(
        directory, quiet=1, legacy=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    if not done:
        raise SystemExit(f"{directory} does not compile")
    for cache in list(directory.rglob("__pycache__")):
        shutil.rmtree(cache)
    for source in list(directory.rglob("*.py")):
        source.unlink()


def copy_python(venv: Path, root: Path) -> None:
    """Copy the interpreter and all that it and the venv's libraries need of the system."""
    for link in (Path("/lib"), Path("/lib64")):  # Debian's are links into /usr
        if link.is_symlink():
            (root / "usr" / link.name).mkdir(parents=True, exist_ok=True)
            (root / link.name).symlink_to(os.readlink(link))
    executable = venv / "bin" / "python"
    while executable.is_symlink():  # by way of other links, as a rule
        leads_to = os.readlink(executable)
        if venv not in executable.parents:
            place(executable, root).symlink_to(leads_to)
        executable = executable.parent / leads_to
    copy(executable, root)
    library = Path(sysconfig.get_path("stdlib"))
    for source in library.iterdir():
        if not UNUSED_MODULES.match(source.name):
            copy(source, root)
    for path in shared_libraries([*originals(root), *elf_files(venv)]):
        if venv not in path.parents:
            copy(path, root)
    copy(CERTIFICATES, root)
    copy(RELEASE, root)
    describe(owners([*originals(root), library / "os.py", CERTIFICATES]), root)
    for name, text in IDENTITY.items():
        (root / name).write_text(text)
    (root / "tmp").mkdir(mode=0o1777)
    (root / "tmp").chmod(0o1777)


def place(path: Path, root: Path) -> Path:
    """Where a path is below `root`; its directory is made."""
    target = root / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def copy(path: Path, root: Path) -> None:
    """Copy a file, or a directory without what is left out, to its place below `root`; a link as what it leads to."""
    if path.is_dir():
        shutil.copytree(path, place(path, root), ignore=lambda _, names: set(filter(UNUSED_MODULES.match, names)))
    else:
        shutil.copy2(path, place(path, root))


def originals(root: Path) -> list[Path]:
    """Where the libraries and programs below `root` were copied from."""
    return [Path("/", path.relative_to(root)) for path in elf_files(root)]


def elf_files(directory: Path) -> Iterator[Path]:
    """The libraries and programs in a directory tree, links to them left out."""
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                if file.read(4) == b"\x7fELF":
                    yield path


def shared_libraries(files: Iterable[Path]) -> set[Path]:
    """What the loader opens for some programs and libraries, itself included."""
    found = set()
    for file in files:
        listing = subprocess.run(["ldd", file], check=True, capture_output=True, text=True).stdout
        if "not found" in listing:
            raise SystemExit(f"{file} links to what is not there:\n{listing}")
        found |= {Path(path) for path in re.findall(r"(/\S+) \(0x", listing)}
    return found


def owners(files: Iterable[Path]) -> set[str]:
    """The Debian packages that files are from; Python itself may be from none."""
    packages = set()
    for file in files:
        for path in (file, file.resolve(), Path("/", *file.resolve().parts[2:])):  # /usr/lib/x may be known as /lib/x
            search = subprocess.run(["dpkg-query", "--search", path], capture_output=True, text=True, check=False)
            if search.returncode == 0:
                named = [line for line in search.stdout.splitlines() if not line.startswith("diversion ")]
                packages |= {package for line in named for package in line.rpartition(": ")[0].split(", ")}
                break
    return packages


def describe(packages: Iterable[str], root: Path) -> None:
    """Leave each package's description, for those who look for known holes, and its licence."""
    for package in sorted(packages):
        name = package.partition(":")[0]
        status = subprocess.run(["dpkg-query", "--status", package], check=True, capture_output=True).stdout
        place(PACKAGES / name, root).write_bytes(status)
        licence = Path("/usr/share/doc", name, "copyright")
        if licence.is_file():
            copy(licence, root)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["wheels", site]:
            slim_wheels(Path(site))
        case ["python", venv, root]:
            copy_python(Path(venv), Path(root))
        case ["bytecode", *directories]:
            for directory in directories:
                leave_bytecode(Path(directory))
        case _:
            raise SystemExit(__doc__)
