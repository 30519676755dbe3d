"""The llming protocol: sessions that outlive their connections, and a router for what arrives on them."""

from __future__ import annotations

import asyncio
import inspect
import json
import logging
import math
import re
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from clock import Clock
from web import Request, WebSocket

log = logging.getLogger("llming")

# Names and defaults as in the specification, without those that only other parts of the protocol need.
DEFAULT_LIMITS = {
    "rateLimit.messages": 100,
    "rateLimit.windowMs": 60_000,
    "maxMessageBytes": 16_777_216,
    "sessionTtlMs": 300_000,
    "heartbeatTtlMs": 120_000,
    "sweepMs": 60_000,
    "authTokenMaxAgeS": 86_400,
    "identityTokenMaxAgeS": 2_592_000,
    "tokenFutureSkewS": 300,
}
SESSION_ID = re.compile(r"[^./?#\s]+")
# Frames that may wait behind a slow handler before the server stops reading.
MAX_WAITING = 256

Message = dict[str, Any]


def parse(text: str) -> Message | None:
    """The message in a frame, or None if it holds no JSON object."""
    try:
        message = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large")
    return number


class Router:
    """Named handlers with a prefix, and further routers. A handler is a function; its parameters are its arguments."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._handlers: dict[str, Callable] = {}
        self._included: list[Router] = []

    def handler(self, name: str) -> Callable[[Callable], Callable]:
        def register(function: Callable) -> Callable:
            self._handlers[name] = function
            return function

        return register

    def include(self, router: Router) -> None:
        self._included.append(router)

    def routes(self) -> dict[str, Callable]:
        """All handlers by their full names."""
        found = dict(self._handlers)
        for router in self._included:
            found.update(router.routes())
        return {f"{self.prefix}.{name}" if self.prefix else name: handler for name, handler in found.items()}


class MissingArgument(Exception):
    pass


def bind(handler: Callable, message: Message, injected: Message) -> Message:
    """The arguments of a handler. What the server injects cannot be replaced by the message."""
    arguments = {}
    for name, parameter in inspect.signature(handler).parameters.items():
        if name in injected:
            arguments[name] = injected[name]
        elif name in message:
            arguments[name] = message[name]
        elif parameter.default is parameter.empty:
            raise MissingArgument(f"{name} is missing")
    return arguments


class Controller:
    """Acts for a session: sends to its connection, and answers what comes from there."""

    def __init__(self, session: Session, routes: dict[str, Callable], clock: Clock) -> None:
        self.session = session
        self.clock = clock
        self._routes = routes

    def send(self, message: Message) -> bool:
        connection = self.session.connection
        return connection is not None and connection.send(message)

    async def handle(self, message: Message, connection: Connection) -> None:
        """Answers on the connection that asked, even if the session has another one by now."""
        kind = message.get("type")
        if kind == "heartbeat":
            connection.send({"type": "heartbeat_ack"})
            return
        handler = self._routes.get(kind) if isinstance(kind, str) else None
        if handler is None:
            return
        req_id = {"_req_id": message["_req_id"]} if "_req_id" in message else {}
        try:
            result = handler(**bind(handler, message, {"controller": self, "send": connection.send}))
            if inspect.isawaitable(result):
                result = await result
            if result is None:
                return
            if not isinstance(result, dict):
                raise TypeError(f"{kind} returned {type(result).__name__}, not an object")
            connection.send({"type": kind, **result, **req_id})
        except MissingArgument:
            connection.send({"type": kind, "error": "Missing argument", **req_id})
        except Exception as error:
            log.warning("%s failed: %r", kind, error)
            connection.send({"type": kind, "error": "Request failed", **req_id})


@dataclass(eq=False)
class Session:
    id: str
    user_id: str
    user_name: str
    user_email: str
    app_type: str
    controller: Controller | None = None
    connection: Connection | None = None
    # What the application keeps for it.
    data: dict[str, Any] = field(default_factory=dict)
    last_activity: int = 0
    last_heartbeat: int = 0


class Window:
    """A sliding window. What it does not admit takes no place in it."""

    def __init__(self, limit: int, window_ms: int) -> None:
        self._limit = limit
        self._window_ms = window_ms
        self._arrivals: deque[int] = deque()

    def admits(self, now: int) -> bool:
        while self._arrivals and now - self._arrivals[0] >= self._window_ms:
            self._arrivals.popleft()
        if len(self._arrivals) >= self._limit:
            return False
        self._arrivals.append(now)
        return True


class Connection:
    """One WebSocket of a session, from its handshake to its end."""

    def __init__(self, server: Server, session: Session, websocket: WebSocket) -> None:
        self.session = session
        self._server = server
        self._websocket = websocket
        self._window = Window(server.limits["rateLimit.messages"], server.limits["rateLimit.windowMs"])
        self._closing = False

    def send(self, message: Message) -> bool:
        return self._websocket.send(json.dumps(message, allow_nan=False))

    def close(self, code: int, reason: str = "") -> None:
        """From now on nothing that still arrives is served."""
        self._closing = True
        self._websocket.close(code, reason)

    def cut(self) -> None:
        self._websocket.cut()

    async def run(self) -> None:
        """Takes the session over, then reads until the connection ends."""
        older, self.session.connection = self.session.connection, self
        if older is not None:
            older.close(4001, "Superseded by new connection")
        self.session.last_activity = self.session.last_heartbeat = self._server.clock.now()
        try:
            self._server.on_connect(self.session)
        except Exception as error:
            log.warning("the connect hook failed: %r", error)
            self.close(1011, "Internal error")
        # Reading goes on while a handler runs, so that pings are answered and the end of the connection is noticed.
        waiting: asyncio.Queue[str | bytes | None] = asyncio.Queue(MAX_WAITING)
        worker = asyncio.create_task(self._work(waiting))
        try:
            async for frame in self._websocket.messages():
                await waiting.put(frame)
        finally:
            self._left()
            await waiting.put(None)
            await worker

    def _left(self) -> None:
        self._closing = True
        # A connection that was superseded may end long after the newer one has opened. That one stays.
        if self.session.connection is self:
            self.session.connection = None
            self.session.last_activity = self._server.clock.now()

    async def _work(self, waiting: asyncio.Queue[str | bytes | None]) -> None:
        """Serves one frame after another."""
        while (frame := await waiting.get()) is not None:
            try:
                await self._serve(frame)
                await self._websocket.drain()
            except Exception:
                log.exception("a frame could not be served")

    async def _serve(self, frame: str | bytes) -> None:
        if self._closing:
            return
        if isinstance(frame, bytes):
            return self.close(1003, "Binary frames are not served")
        if len(frame.encode()) > self._server.limits["maxMessageBytes"]:
            return
        message = parse(frame)
        heartbeat = message is not None and message.get("type") == "heartbeat"
        if not heartbeat and not self._window.admits(self._server.clock.now()):
            return
        if heartbeat:
            self.session.last_heartbeat = self._server.clock.now()
        if message is not None and self.session.controller is not None:
            await self.session.controller.handle(message, self)


class Server:
    """Keeps the sessions, and gives each new WebSocket to its own."""

    def __init__(self, router: Router, limits: dict[str, int], clock: Clock) -> None:
        self.limits = DEFAULT_LIMITS | limits
        self.clock = clock
        self._routes = router.routes()
        self._sessions: dict[str, Session] = {}
        self._sweeper: asyncio.Task | None = None

    # Hooks of the application.

    def on_connect(self, session: Session) -> None: ...

    def on_expired(self, session: Session) -> None: ...

    # Sessions.

    def create(
        self, id: str | None = None, user_id: str = "", user_name: str = "", user_email: str = "", app_type: str = ""
    ) -> Session:
        if id is not None and not SESSION_ID.fullmatch(id):
            raise ValueError("a session id is one path segment without a dot")
        session = Session(id or secrets.token_urlsafe(24), user_id, user_name, user_email, app_type)
        session.controller = Controller(session, self._routes, self.clock)
        session.last_activity = self.clock.now()
        replaced = self._sessions.get(session.id)
        if replaced is not None:
            self.end(replaced, 4001, "Superseded by new connection")
        self._sessions[session.id] = session
        return session

    def get(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    def end(self, session: Session, code: int = 1000, reason: str = "") -> None:
        del self._sessions[session.id]
        if session.connection is not None:
            session.connection.close(code, reason)

    def revoke(self, user_email: str) -> list[str]:
        matching = [session for session in self._sessions.values() if session.user_email == user_email]
        for session in matching:
            self.end(session)
        return [session.id for session in matching]

    def drop_connections(self) -> None:
        for session in self._sessions.values():
            if session.connection is not None:
                session.connection.cut()

    def start(self) -> None:
        self._sweeper = asyncio.create_task(self._sweep_for_ever())

    def stop(self) -> None:
        if self._sweeper is not None:
            self._sweeper.cancel()
        for session in list(self._sessions.values()):
            self.end(session, 1012, "Service restart")

    async def _sweep_for_ever(self) -> None:
        while True:
            await self.clock.sleep(self.limits["sweepMs"])
            for session in [each for each in self._sessions.values() if self._is_expired(each)]:
                self.end(session, 4004, "Heartbeat timeout")
                try:
                    self.on_expired(session)
                except Exception as error:
                    log.warning("the hook for expired sessions failed: %r", error)

    def _is_expired(self, session: Session) -> bool:
        """A session with a connection has to send heartbeats; one without waits for the next."""
        if session.connection is not None:
            return self.clock.now() - session.last_heartbeat > self.limits["heartbeatTtlMs"]
        return self.clock.now() - session.last_activity > self.limits["sessionTtlMs"]

    # WebSockets.

    @property
    def max_message_bytes(self) -> int:
        """Beyond this the library itself closes with 1009. A configured limit that is lower only makes us ignore."""
        return max(self.limits["maxMessageBytes"], DEFAULT_LIMITS["maxMessageBytes"])

    def has_websocket_at(self, path: str) -> bool:
        return session_id_in(path) is not None

    async def talk(self, request: Request, websocket: WebSocket) -> None:
        session = self._sessions.get(session_id_in(request.path) or "")
        if session is not None:
            return await Connection(self, session, websocket).run()
        # A browser sees a close code only after the handshake.
        websocket.close(4004, "Session not found")
        async for _ in websocket.messages():
            pass


def session_id_in(path: str) -> str | None:
    match = re.fullmatch(r"/ws/([^/]+)", path)
    session_id = unquote(match[1]) if match else ""
    return session_id if session_id and "/" not in session_id else None
