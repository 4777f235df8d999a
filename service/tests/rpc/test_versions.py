"""Peers of an older contract: what they know works, and what they do not know is refused politely."""

from __future__ import annotations

import asyncio
from typing import Any

import grpc
import pytest
from google.protobuf import message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from citytime.domain import PlaceQuery, Point
from citytime.errors import Unavailable
from citytime.rpc.server import Server, Service
from citytime.telemetry import Metrics
from citytime.v1 import geocoding_pb2 as pb
from citytime.v1 import point_pb2
from tests.fakes.dependencies import LISBON, FakeGeocoder
from tests.rpc.live import RESOLVE, live, remote, settings

LATER_FIELDS = {
    "PlaceQuery": {"near", "lang"},
    "Place": {"kind"},
    "Candidate": {"distance_km"},
    "ResolvePlaceResponse": {"ambiguous"},
}
LATER_METHODS = {"GetGazetteer"}


class OlderContract:
    """The geocoding contract as it would have been before some fields and a method came into it."""

    def __init__(self) -> None:
        file, point = FileDescriptorProto(), FileDescriptorProto()
        pb.DESCRIPTOR.CopyToProto(file)
        point_pb2.DESCRIPTOR.CopyToProto(point)
        for message in file.message_type:
            for field in [field for field in message.field if field.name in LATER_FIELDS.get(message.name, ())]:
                message.field.remove(field)
            # Optional fields have their own, invisible oneof each, numbered in their order.
            left = [field for field in message.field if field.proto3_optional]
            del message.oneof_decl[len(left) :]
            for number, field in enumerate(left):
                field.oneof_index = number
                message.oneof_decl[number].name = f"_{field.name}"
        (service,) = file.service
        for method in [method for method in service.method if method.name in LATER_METHODS]:
            service.method.remove(method)
        self._pool = DescriptorPool()
        self._pool.Add(point)
        self._pool.Add(file)
        self.service = self._pool.FindServiceByName("citytime.v1.GeocodingService")

    def type(self, name: str) -> Any:
        return message_factory.GetMessageClass(self._pool.FindMessageTypeByName(f"citytime.v1.{name}"))


OLD = OlderContract()


def test_an_older_client_is_served() -> None:
    async def scenario() -> None:
        async with live(FakeGeocoder()) as served:
            request = OLD.type("ResolvePlaceRequest")(query={"text": "paris", "country": "FR", "limit": 3})
            assert not hasattr(request.query, "lang")
            resolve = served.channel.unary_unary(
                RESOLVE,
                request_serializer=type(request).SerializeToString,
                response_deserializer=OLD.type("ResolvePlaceResponse").FromString,
            )
            answer = await resolve(request)
            assert (answer.best.place.name, answer.best.place.country_code) == ("Paris", "FR")
            assert len(answer.alternatives) == 1

    asyncio.run(scenario())


async def resolve(request: Any, context: Any) -> Any:
    answer = OLD.type("ResolvePlaceResponse")()
    answer.best.place.name = request.query.text
    answer.best.place.point.latitude = LISBON.latitude
    answer.best.match.kind = pb.MATCH_KIND_ALTERNATE
    return answer


def add_to(server: grpc.aio.Server) -> None:
    request, answer = OLD.type("ResolvePlaceRequest"), OLD.type("ResolvePlaceResponse")
    handler = grpc.unary_unary_rpc_method_handler(resolve, request.FromString, answer.SerializeToString)
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler(OLD.service.full_name, {"ResolvePlace": handler})]
    )


def test_an_older_server_can_be_used() -> None:
    async def scenario() -> None:
        server = Server(settings(), Metrics())
        await server.start([Service(OLD.service, add_to)])
        try:
            async with remote(server.url) as client:
                found = await client.resolve(PlaceQuery("lisboa", Point(1, 2), "PT", "pt", 3))
                assert (found.best.place.name, found.best.place.latitude) == ("lisboa", LISBON.latitude)
                assert (found.best.match.kind, found.best.distance_km, found.ambiguous) == ("alternate", None, False)
                with pytest.raises(Unavailable, match="geocoder is of a version that does not offer this"):
                    await client.version()
        finally:
            await server.close()

    asyncio.run(scenario())
