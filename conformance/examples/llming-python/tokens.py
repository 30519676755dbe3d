"""Signed tokens, and the cookies that carry them."""

from __future__ import annotations

import hashlib
import hmac
import re

from clock import Clock
from web import Request

# Not int() alone: it also takes "+1", "1_000" and the digits of other scripts.
TIMESTAMP = re.compile(r"0|[1-9][0-9]{0,15}")


class Tokens:
    """Signs and verifies `<value>.<ts>.<signature>`, of two kinds: "auth" names a session, "identity" a person."""

    def __init__(self, secret: str | None, app_name: str | None, limits: dict[str, int], clock: Clock) -> None:
        self._secret = secret
        self._clock = clock
        self._future_skew_s = limits["tokenFutureSkewS"]
        self._max_age_s = {"auth": limits["authTokenMaxAgeS"], "identity": limits["identityTokenMaxAgeS"]}
        prefix = (app_name or "llming").replace("-", "_")
        self.cookie_names = {kind: f"{prefix}_{kind}" for kind in ("auth", "session", "identity")}

    @property
    def can_sign(self) -> bool:
        # An empty secret is none: with it everybody could sign.
        return bool(self._secret)

    def sign(self, kind: str, value: str) -> str:
        ts = str(self._clock.now() // 1000)
        return f"{value}.{ts}.{self._signature(kind, value, ts)}"

    def verify(self, kind: str, token: str | None, max_age_s: int | None = None) -> str | None:
        """The value of a good token, else None."""
        parts = (token or "").split(".")
        if len(parts) != 3 or not self.can_sign:
            return None
        value, ts, signature = parts
        if not value or not TIMESTAMP.fullmatch(ts):
            return None
        age_s = self._clock.now() // 1000 - int(ts)
        if not -self._future_skew_s <= age_s <= (self._max_age_s[kind] if max_age_s is None else max_age_s):
            return None
        expected = self._signature(kind, value, ts)
        # compare_digest raises for text outside ASCII, but takes any bytes.
        return value if hmac.compare_digest(signature.encode(), expected.encode()) else None

    def in_cookie(self, kind: str, request: Request, max_age_s: int | None = None) -> str | None:
        return self.verify(kind, request.cookie(self.cookie_names[kind]), max_age_s)

    def sessions_named_by(self, request: Request) -> list[str]:
        """Ids of all sessions for which the request carries a token; the first one that exists counts."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        tokens = [
            request.cookie(self.cookie_names["auth"]),
            bearer if scheme.lower() == "bearer" else None,
            request.query.get("session_id"),
            request.query.get("sid"),
        ]
        return [value for value in (self.verify("auth", token) for token in tokens) if value]

    def _signature(self, kind: str, value: str, ts: str) -> str:
        if not self.can_sign:
            raise ValueError("there is no secret to sign with")
        signed = f"id:{value}:{ts}" if kind == "identity" else f"{value}.{ts}"
        return hmac.new(self._secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
