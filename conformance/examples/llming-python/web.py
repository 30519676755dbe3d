"""HTTP and WebSockets on one port.

websockets reads handshakes but no other HTTP requests: in particular no POST. So this module reads the head of each
request itself. A request for an upgrade goes on to the library's Sans-I/O protocol, which does all the framing.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qs

from websockets.frames import Opcode

try:
    from websockets.protocol import State
    from websockets.server import ServerProtocol
except ImportError:  # their names before websockets 11, which is what Debian 12 has
    from websockets.connection import State
    from websockets.server import ServerConnection as ServerProtocol

MAX_BODY_BYTES = 1_048_576
CLOSE_TIMEOUT_S = 10


class BadRequest(Exception):
    """A request that gets `status` for an answer, and nothing more is read after it."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: Message
    head: bytes
    body: bytes = b""

    @property
    def wants_websocket(self) -> bool:
        return self.method == "GET" and self.headers.get("upgrade", "").lower() == "websocket"

    def cookie(self, name: str) -> str | None:
        for pair in self.headers.get("cookie", "").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                return value
        return None


@dataclass
class Response:
    status: int
    body: object
    headers: dict[str, str] = field(default_factory=dict)

    def encode(self) -> bytes:
        body = json.dumps(self.body).encode()
        headers = {"content-type": "application/json", "content-length": str(len(body)), **self.headers}
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "\r\n"]).encode() + body


class WebSocket:
    """One WebSocket: the bytes of a connection on one side, messages on the other."""

    def __init__(self, protocol: ServerProtocol, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._protocol = protocol
        self._reader = reader
        self._writer = writer
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def open(self) -> bool:
        return self._protocol.state is State.OPEN and not self._writer.is_closing()

    def send(self, text: str) -> bool:
        """Sends a text frame. False if the connection has ended."""
        if not self.open:
            return False
        self._protocol.send_text(text.encode())
        self.flush()
        return True

    def close(self, code: int, reason: str = "") -> None:
        """Sends the close frame, and waits for nobody: messages() ends when the other side has answered."""
        if self.open:
            self._protocol.send_close(code, reason)
            self.flush()

    def cut(self) -> None:
        """Ends the TCP connection without a close frame."""
        self._writer.transport.abort()

    async def drain(self) -> None:
        """Waits while the other side is slow to read."""
        try:
            await self._writer.drain()
        except ConnectionError:
            pass  # messages() ends too

    async def messages(self) -> AsyncIterator[str | bytes]:
        """Text and binary messages, until the connection ends. Pings and closes are answered on the way."""
        opcode, parts = Opcode.TEXT, []
        try:
            while data := await self._reader.read(65_536):
                self._protocol.receive_data(data)
                self.flush()
                for frame in self._protocol.events_received():
                    if frame.opcode not in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
                        continue
                    if frame.opcode is not Opcode.CONT:
                        opcode, parts = frame.opcode, []
                    parts.append(frame.data)
                    if not frame.fin:
                        continue
                    message = b"".join(parts)
                    try:
                        yield message.decode() if opcode is Opcode.TEXT else message
                    except UnicodeDecodeError:
                        self._protocol.fail(1007, "invalid UTF-8")
                        self.flush()
                        break
        except ConnectionError:
            pass
        finally:
            if self._deadline:
                self._deadline.cancel()

    def flush(self) -> None:
        """Writes what the protocol has to say."""
        if self._writer.is_closing():
            return
        for data in self._protocol.data_to_send():
            if data:
                self._writer.write(data)
            elif self._writer.can_write_eof():
                self._writer.write_eof()
        if self._protocol.close_expected() and self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(CLOSE_TIMEOUT_S, self.cut)


class App(Protocol):
    """What is served."""

    max_message_bytes: int

    async def respond(self, request: Request) -> Response: ...

    def has_websocket_at(self, path: str) -> bool: ...

    async def talk(self, request: Request, websocket: WebSocket) -> None: ...


async def serve_connection(app: App, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serves one TCP connection: HTTP requests one after another, or a WebSocket."""
    try:
        while request := await read_request(reader):
            if request.wants_websocket and app.has_websocket_at(request.path):
                return await upgrade(app, request, reader, writer)
            writer.write((await app.respond(request)).encode())
            await writer.drain()
    except BadRequest as error:
        writer.write(Response(error.status, {"error": str(error)}, {"connection": "close"}).encode())
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def read_request(reader: asyncio.StreamReader) -> Request | None:
    """The next request, or None when there is none to come."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise BadRequest(431, "the head of the request is too long") from None
    line, _, fields = head.partition(b"\r\n")
    try:
        method, target, _ = line.decode("ascii").split(" ")
        headers = http.client.parse_headers(io.BytesIO(fields))
        length = int(headers.get("content-length", "0"))
    except (ValueError, http.client.HTTPException):
        raise BadRequest(400, "this is not HTTP") from None
    if "transfer-encoding" in headers:
        raise BadRequest(411, "send the body with a content-length")
    if not 0 <= length <= MAX_BODY_BYTES:
        raise BadRequest(413, f"a body has at most {MAX_BODY_BYTES} bytes")
    path, _, query = target.partition("?")
    first = {name: values[0] for name, values in parse_qs(query).items()}
    return Request(method, path, first, headers, head, await reader.readexactly(length))


async def upgrade(app: App, request: Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    host = request.headers.get("host", "")
    protocol = ServerProtocol(
        # Programs send no origin. A page from elsewhere must not speak for its visitor.
        origins=[None, f"http://{host}", f"https://{host}"],
        max_size=app.max_message_bytes,
    )
    try:
        protocol.receive_data(request.head)
        [handshake] = protocol.events_received()
    except Exception as error:  # of many kinds, and more in later versions of the library
        raise BadRequest(400, f"this is no WebSocket handshake: {error}") from error
    protocol.send_response(protocol.accept(handshake))
    websocket = WebSocket(protocol, reader, writer)
    websocket.flush()
    if websocket.open:
        await app.talk(request, websocket)
