"""Fixtures that several packages of tests share."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from citytime.geocoder.compile.build import build
from citytime.geocoder.compile.progress import Progress
from tests.fakes.geonames_dump import GeonamesDump


@pytest.fixture(scope="session")
def geonames_dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a whole, small dump."""
    return GeonamesDump().write(tmp_path_factory.mktemp("dump"), zipped=["alternateNamesV2"])


@pytest.fixture(scope="session")
def small_gazetteer(tmp_path_factory: pytest.TempPathFactory, geonames_dump: Path) -> Path:
    """The geo database compiled from it, with all airports and areas; not to be changed."""
    target = tmp_path_factory.mktemp("gazetteer") / "gazetteer.sqlite"
    build(target, geonames_dump, Progress(io.StringIO()))
    return target
