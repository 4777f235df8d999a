"""The suite of the HTTP interface runs against any service: `TEST_URL` (and `TEST_ADMIN_URL` for what only metrics
tell) name one that is there; without them one is started.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.gateway.interface.client import Client
from tests.instance import Instance, instance


@pytest.fixture(scope="session")
def service() -> Iterator[Instance]:
    """The service under test."""
    if url := os.environ.get("TEST_URL"):
        yield Instance(url, os.environ["TEST_ADMIN_URL"])
    else:
        with instance() as started:
            yield started


@pytest.fixture(scope="session")
def client(service: Instance) -> Iterator[Client]:
    """A client of it, which holds every answer against the OpenAPI document."""
    client = Client(service.url)
    yield client
    client.close()
