"""The least that a Tornado service can do: a `RequestHandler` that returns a constant. Argument: the port."""

import asyncio
import sys

from tornado.web import Application, RequestHandler


class Constant(RequestHandler):
    """Answers every GET alike."""

    def get(self) -> None:
        """The constant."""
        self.write("Hello, world")


async def main(port: int) -> None:
    """Serve for ever."""
    Application([("/lisbon", Constant)]).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


asyncio.run(main(int(sys.argv[1])))
