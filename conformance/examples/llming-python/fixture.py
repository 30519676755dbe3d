"""The application that the kit expects on top of the server, and the control API by which the kit moves it.

Nothing of this would be in a real server. The handlers are those of spec/llming.md, section Fixture; the control API is
that of spec/control.md.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import Any, get_type_hints

from clock import Clock
from llming import Controller, MissingArgument, Router, Server, Session, bind
from tokens import Tokens
from web import Request, Response, WebSocket

CONTROL = "/control/llming"
SETTINGS = ("limits", "secret", "appName")

windows = Router("windows")
child = Router("child")
config = Router("config")
admin = Router("admin")
bare = Router()
root = Router()


@windows.handler("list")
def list_windows():
    return {"windows": [1, 2]}


@windows.handler("focus")
def focus(window_id):
    return {"ok": True, "got": window_id}


@windows.handler("dflt")
def dflt(a, b="B"):
    return {"a": a, "b": b}


@windows.handler("none")
def none():
    return None


@windows.handler("empty")
def empty():
    return {}


@windows.handler("list_result")
def list_result():
    return [1]


@windows.handler("boom")
def boom():
    raise RuntimeError("kaboom-internal-7f3a")


@windows.handler("broken")
def broken():
    return {"broken": print}


@windows.handler("retype")
def retype():
    return {"type": "other", "_req_id": "mine"}


@windows.handler("slow")
async def slow(controller, ms=300):
    await controller.clock.sleep(ms)
    return {"slept": ms}


@windows.handler("stream")
def stream(send, n=3):
    for i in range(n):
        send({"type": "chunk", "i": i})
    return {"done": n}


@windows.handler("counter")
def counter(controller):
    data = controller.session.data
    data["count"] = data.get("count", 0) + 1
    return {"count": data["count"]}


@windows.handler("injected")
def injected(controller, send):
    return {"controller": isinstance(controller, Controller), "send": callable(send)}


@windows.handler("meta")
def meta(type, _req_id=None):
    return {"got": type, "rid": _req_id}


@windows.handler("direct")
def direct(controller):
    controller.session.connection.send({"type": "direct"})


@windows.handler("dup")
def dup_first():
    return {"from": "first"}


@windows.handler("dup")
def dup_second():
    return {"from": "second"}


@windows.handler("child.same")
def same_of_parent():
    return {"from": "parent"}


@child.handler("same")
def same_of_child():
    return {"from": "child"}


@child.handler("a.b")
def dotted():
    return {"dotted": True}


@config.handler("get")
def get_config(section="x"):
    return {"section": section}


@bare.handler("flat")
def flat():
    return {"flat": True}


@root.handler("rootcmd")
def rootcmd():
    return {"root": True}


@root.handler("heartbeat")
def never_run():
    return {"shadow": True}


windows.include(child)
admin.include(config)
for router in (windows, admin, bare):
    root.include(router)


class FixtureServer(Server):
    def on_connect(self, session: Session) -> None:
        if session.data.get("greeting"):
            session.controller.send({"type": "connected", "user_id": session.user_id})

    def on_expired(self, session: Session) -> None:
        if session.data.get("expiry_hook_throws"):
            raise RuntimeError("the hook fails on purpose")


class Fixture:
    """The server, with the control API if that was asked for."""

    def __init__(self, settings: dict[str, Any], control: bool) -> None:
        self._control = control
        self._launch(settings)

    def _launch(self, settings: dict[str, Any]) -> None:
        unknown = set(settings) - set(SETTINGS)
        if unknown:
            raise ValueError(f"unknown settings: {', '.join(sorted(unknown))}")
        self.clock = Clock()
        self.limits = settings.get("limits", {})
        self.server = FixtureServer(root, self.limits, self.clock)
        self.tokens = Tokens(settings.get("secret", "k"), settings.get("appName"), self.server.limits, self.clock)
        self.server.create("boot-session")

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    # What web.py asks for.

    @property
    def max_message_bytes(self) -> int:
        return self.server.max_message_bytes

    def has_websocket_at(self, path: str) -> bool:
        return self.server.has_websocket_at(path)

    async def talk(self, request: Request, websocket: WebSocket) -> None:
        await self.server.talk(request, websocket)

    async def respond(self, request: Request) -> Response:
        if self.has_websocket_at(request.path):
            return Response(426, {"error": "this is the path of a WebSocket"}, {"upgrade": "websocket"})
        if self._control and f"{request.path}/".startswith(f"{CONTROL}/"):
            return await self._operate(request)
        return Response(404, {"error": "nothing is here"})

    async def _operate(self, request: Request) -> Response:
        """Calls the operation of the control API that a request names."""
        if "origin" in request.headers:
            return Response(403, {"error": "the control API does not answer browsers"})
        if request.path == CONTROL:
            return Response(200, self.describe())
        name = request.path.removeprefix(f"{CONTROL}/").removeprefix("elsewhere/")
        operation = OPERATIONS.get(name)
        if operation is None:
            return Response(404, {"error": f"there is no operation {name}"})
        method = "GET" if name == "whoami" else "POST"
        if request.method != method:
            return Response(405, {"error": f"expected {method}, not {request.method}"})
        try:
            arguments = arguments_of(operation, request, injected={"self": self, "request": request})
        except (ValueError, MissingArgument) as error:
            return Response(400, {"error": f"{name}: {error}"})
        try:
            result = operation(**arguments)
            if inspect.isawaitable(result):
                result = await result
            return Response(200, result or {})
        except Exception as error:
            return Response(422, {"error": f"{name}: {error}"})

    # The operations. Their arguments are called as on the wire.

    def describe(self) -> dict[str, Any]:
        return {
            "format": "agentwire-control/1",
            "profile": "llming",
            "operations": list(OPERATIONS),
            "settings": list(SETTINGS),
            "limits": self.limits,
        }

    def freeze(self) -> None:
        self.clock.freeze()

    async def advance(self, ms: int) -> None:
        await self.clock.advance(ms)

    def drop(self) -> None:
        self.server.drop_connections()

    def restart(self, settings: dict) -> None:
        old = self.server
        self._launch(settings)
        old.stop()
        self.start()

    def create_session(
        self,
        sessionId: str | None = None,
        userId: str = "u",
        userName: str = "U",
        userEmail: str = "u@e",
        appType: str = "",
        controller: bool = True,
        greeting: bool = False,
        expiryHookThrows: bool = False,
    ) -> dict[str, Any]:
        session = self.server.create(sessionId, userId, userName, userEmail, appType)
        session.data |= {"greeting": greeting, "expiry_hook_throws": expiryHookThrows}
        if not controller:
            session.controller = None
        return {
            "sessionId": session.id,
            "token": self.tokens.sign("auth", session.id) if self.tokens.can_sign else "",
            "cookieName": self.tokens.cookie_names["auth"],
        }

    def push(self, sessionId: str, message: dict) -> dict[str, Any]:
        session = self.server.get(sessionId)
        controller = session.controller if session else None
        return {"sent": controller is not None and controller.send(message)}

    def end_session(self, sessionId: str) -> None:
        session = self.server.get(sessionId)
        if session is not None:
            self.server.end(session)

    def revoke_sessions(self, userEmail: str | None = None) -> dict[str, Any]:
        # No criterion is no wish to revoke everything.
        return {"revoked": [] if userEmail is None else self.server.revoke(userEmail)}

    def sign(self, kind: str, value: str) -> dict[str, Any]:
        return {"token": self.tokens.sign(kind, value)}

    def cookie_names(self) -> dict[str, Any]:
        return self.tokens.cookie_names

    def whoami(
        self, request: Request, authMaxAgeS: int | None = None, identityMaxAgeS: int | None = None
    ) -> dict[str, Any]:
        named = self.tokens.sessions_named_by(request)
        return {
            "auth": self.tokens.in_cookie("auth", request, authMaxAgeS),
            "identity": self.tokens.in_cookie("identity", request, identityMaxAgeS),
            "resolved": next((each for each in named if self.server.get(each)), None),
        }


def arguments_of(operation: Callable, request: Request, injected: dict[str, Any]) -> dict[str, Any]:
    """Arguments come in the body, or for GET in the query. Those that an operation does not have are ignored."""
    if request.method == "GET":
        given = {name: int(value) for name, value in request.query.items() if value.isdigit()}
    else:
        given = json.loads(request.body or b"{}")
    if not isinstance(given, dict):
        raise ValueError("expected an object")
    arguments = bind(operation, given, injected)
    for name, kind in get_type_hints(operation).items():
        if name in given and name in arguments and not isinstance(given[name], kind):
            raise ValueError(f"{name} is a {type(given[name]).__name__}")
    return arguments


OPERATIONS: dict[str, Callable] = {
    "freeze": Fixture.freeze,
    "advance": Fixture.advance,
    "drop": Fixture.drop,
    "restart": Fixture.restart,
    "createSession": Fixture.create_session,
    "push": Fixture.push,
    "endSession": Fixture.end_session,
    "revokeSessions": Fixture.revoke_sessions,
    "sign": Fixture.sign,
    "cookieNames": Fixture.cookie_names,
    "whoami": Fixture.whoami,
}
