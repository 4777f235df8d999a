"""The suite of the HTTP interface runs twice: against `serve`, and against four processes that speak gRPC.

`TEST_URL` (and `TEST_ADMIN_URL` for what only metrics tell) name any other service that is there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.gateway.interface.client import Client
from tests.instance import Instance, instance, services

DEPLOYMENTS = {"serve": instance, "services": services}


@pytest.fixture(scope="session", params=["there"] if "TEST_URL" in os.environ else DEPLOYMENTS)
def service(request: pytest.FixtureRequest) -> Iterator[Instance]:
    """The service under test."""
    if request.param == "there":
        yield Instance(os.environ["TEST_URL"], os.environ["TEST_ADMIN_URL"])
    else:
        with DEPLOYMENTS[request.param]() as started:
            yield started


@pytest.fixture(scope="session")
def client(service: Instance) -> Iterator[Client]:
    """A client of it, which holds every answer against the OpenAPI document."""
    client = Client(service.url)
    yield client
    client.close()
