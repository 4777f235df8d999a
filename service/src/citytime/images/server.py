"""The images behind gRPC."""

from __future__ import annotations

from functools import partial

from citytime.domain import Images
from citytime.images import messages
from citytime.rpc.server import Context, Service
from citytime.v1 import images_pb2 as pb
from citytime.v1 import images_pb2_grpc as pb_grpc


class ImageServicer(pb_grpc.ImageServiceServicer):
    """Answers by asking `Images`. Errors of the tree are the interceptor's to tell."""

    def __init__(self, images: Images) -> None:
        self._images = images

    async def PickImage(self, request: pb.PickImageRequest, context: Context) -> pb.PickImageResponse:
        """See the contract."""
        image = await self._images.pick(messages.check_seed(request))
        return pb.PickImageResponse(image=messages.write_image(image))

    async def DrawPostcard(self, request: pb.DrawPostcardRequest, context: Context) -> pb.DrawPostcardResponse:
        """See the contract."""
        image = await self._images.postcard(messages.check_postcard(request))
        return pb.DrawPostcardResponse(image=messages.write_image(image))


def image_service(images: Images) -> Service:
    """The service, to be added to a server."""
    add = partial(pb_grpc.add_ImageServiceServicer_to_server, ImageServicer(images))
    return Service(pb.DESCRIPTOR.services_by_name["ImageService"], add)
