// Generated from the pages beside it. To change it, change a page and run "npm run generate".

/** One normative sentence. */
export interface Requirement {
  id: RequirementId
  level: 'MUST' | 'SHOULD' | 'MAY'
  role: 'server' | 'client'
  /** The paragraph of the page, as plain text. */
  text: string
  revision?: number
  slow?: true
  destructive?: true
  /** Why no tester can judge it from outside. */
  untestable?: string
  /** Stated, but not judged yet. */
  unchecked?: true
}

export type RequirementId = ServerRequirementId | ClientRequirementId

/** The ids of one profile and role. */
export type IdOf<Profile extends string, Role extends 'server' | 'client'> = Extract<
  Role extends 'server' ? ServerRequirementId : ClientRequirementId,
  `${Profile}/${string}`
>

export const requirements: readonly Requirement[] = [
  {
    "id": "llming/access/token-format",
    "level": "MUST",
    "role": "server",
    "text": "A token MUST have the form `<value>.<ts>.<sig>`.\n\n- `<value>` is the session id or the identity.\n- `<ts>` is the moment of signing in whole seconds since the Unix epoch, in decimal digits without sign, leading zero or separator.\n- `<sig>` is an HMAC-SHA256 in 64 lower-case hexadecimal digits. The key is the secret in UTF-8. The signed text, in UTF-8, is `<value>.<ts>` for a session token and `id:<value>:<ts>` for an identity token.\n\nThe server produces this form and accepts every token of this form that was signed with its secret, is not too old and does not come from the future, no matter who did the signing. It refuses a token signed with another secret. Worked examples are under Token vectors."
  },
  {
    "id": "llming/access/tokens-expire",
    "level": "MUST",
    "role": "server",
    "text": "The age of a token is the present time minus its `<ts>`. A token MUST be accepted up to the greatest age of its kind and refused beyond it. That age is authTokenMaxAgeS for session tokens and identityTokenMaxAgeS for identity tokens; an age of exactly the limit still passes."
  },
  {
    "id": "llming/access/session-token-tamper-proof",
    "level": "MUST",
    "role": "server",
    "text": "Whoever replaces, inserts or deletes a single character of a session token, wherever it stands, has an invalid token, and the server MUST refuse it. This covers the dots, the digits of the timestamp, and the case of a letter in the signature."
  },
  {
    "id": "llming/access/identity-token-tamper-proof",
    "level": "MUST",
    "role": "server",
    "text": "A server MUST NOT accept any altered form of an identity token, neither as an identity token nor as a session token, whether the token it was made from is fresh or expired. Altered means in particular:\n\n- any one character replaced, inserted or deleted, a dot included;\n- the timestamp spelled in another way that denotes the same number: with a leading zero, a plus sign or a digit separator;\n- the parts joined anew, so that the signed text becomes the value of a shorter token: `<id>:<ts>.<sig>` as an identity token, `id:<id>:<ts>.<sig>` as a session token."
  },
  {
    "id": "llming/access/tokens-domain-separated",
    "level": "MUST",
    "role": "server",
    "text": "The two kinds MUST NOT stand in for each other. A fresh identity token in the auth cookie names no session, and a fresh session token in the identity cookie names no identity."
  },
  {
    "id": "llming/access/legacy-token-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "An older form of token has two parts and no timestamp: `<sid>.<sig>` with the HMAC of `<sid>` for a session, `<id>.<sig>` with the HMAC of `id:<id>` for an identity. Such a token can never expire. A server SHOULD refuse it."
  },
  {
    "id": "llming/access/future-token-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "A token of either kind whose timestamp is more than tokenFutureSkewS ahead of the server's clock SHOULD be refused."
  },
  {
    "id": "llming/access/malformed-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "Where a token is expected, ASCII text that is not a token MUST count as no token at all: the request is served as if it carried none, and no server error results. Examples are the empty text, text without a dot, four parts, a timestamp that is not a number, and a signature that is too short."
  },
  {
    "id": "llming/access/non-ascii-credential-refused",
    "level": "MUST",
    "role": "server",
    "text": "A token or a key that contains a byte outside ASCII MUST be treated like any other wrong one. In a token it means that the request has no session or no identity; the status stays below 500. In `x-debug-key` or `x-mcp-key` it means a refusal with 401, or with 400 where the HTTP layer already rejects such a header."
  },
  {
    "id": "llming/access/cookie-names",
    "level": "MUST",
    "role": "server",
    "text": "The cookies MUST be called `<app>_auth`, `<app>_session` and `<app>_identity`. With app name `myapp` the prefix is `myapp`, with `my-app` it is `my_app`, without an app name it is `llming`. A token under any other cookie name, such as that of a sibling application on the same domain, is ignored even if it is valid."
  },
  {
    "id": "llming/access/signing-needs-secret",
    "level": "MUST",
    "role": "server",
    "text": "Where no secret is configured, signing MUST fail with an error. The server never signs with an empty or a built-in key. The one exception is a declared development mode, in which it may make a random secret up."
  },
  {
    "id": "llming/access/empty-secret-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "A secret that is configured as the empty text SHOULD be treated like a missing one: the server refuses to start, or signing fails. A secret of a single character is accepted."
  },
  {
    "id": "llming/access/request-resolves-to-session",
    "level": "MUST",
    "role": "server",
    "text": "An HTTP request with a valid session token MUST be resolved to the session that the token names, provided the session is registered, on every path of the application alike. The token may come in any of four places: the auth cookie, the header `Authorization: Bearer <token>`, the query parameter `session_id`, the query parameter `sid`. A request that carries only the bare session id, without a signature, MUST NOT resolve to the session.\n\nA request without a token, with an altered token, or with a valid token of a session that is not registered resolves to no session. When several places hold a token, the recommended order is cookie, bearer, query, and the first whose session exists decides."
  },
  {
    "id": "llming/access/generated-session-id-unguessable",
    "level": "MUST",
    "role": "server",
    "text": "A session id that the server makes up MUST carry at least sessionIdMinBits of randomness and MUST NOT contain a dot. That takes at least 22 characters of URL-safe base64, or 32 hexadecimal digits. A fixed prefix is allowed on top; no character after it may be the same in all ids. The id that the server hands out is the one that its token verifies for. An id chosen by the application is used as given."
  },
  {
    "id": "llming/access/dotted-session-id-consistent",
    "level": "SHOULD",
    "role": "server",
    "text": "A dot separates the parts of a token. When an application asks for a session id with a dot in it, such as `a.b`, the server SHOULD either refuse to create the session or hand out a token that verifies. It never hands out a token that it will reject itself."
  },
  {
    "id": "llming/access/foreign-origin-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "Since a session id suffices to connect, a WebSocket handshake whose `Origin` header names a foreign origin that the application has not allowed SHOULD be refused, so that no WebSocket opens. A handshake from the server's own origin, or without the header, is served."
  },
  {
    "id": "llming/connecting/registered-session-opens",
    "level": "MUST",
    "role": "server",
    "text": "When a client asks for a WebSocket on the URL of a session that is registered, the server MUST accept. A query string changes nothing. If the client offers subprotocols, the server opens the connection and selects none of them. A server that declares `handshake-token` makes this depend on the session's own token in the auth cookie."
  },
  {
    "id": "llming/connecting/unknown-session-4004",
    "level": "MUST",
    "role": "server",
    "text": "A connection to a session id that is not registered MUST end with close code 4004, in a way that the client sees the code: the handshake succeeds, then a close frame with 4004 follows at once. Refusing the handshake, or dropping the connection without a close frame, is not enough. The reason `Session not found` is recommended."
  },
  {
    "id": "llming/connecting/refused-connection-no-effect",
    "level": "MUST",
    "role": "server",
    "text": "Only registered sessions are served. A connection to an unknown session id MUST NOT receive any text or binary frame before it ends, and MUST NOT bring a session into being, however often it is tried.\n\nA path that is not a session URL never opens a WebSocket: an empty segment (`/ws/`), a further segment (`/ws/<sid>/b`), a percent-encoded slash inside the segment (`/ws/a%2Fb`). A plain HTTP request without an upgrade on a session URL, by `GET` or `POST`, gets a 4xx status, whether or not the session exists. 426 with the header `Upgrade: websocket` says best what is wrong; 400, 404 and 405 will do."
  },
  {
    "id": "llming/connecting/sessions-isolated",
    "level": "MUST",
    "role": "server",
    "text": "What is sent for a session MUST arrive on that session's open connection, unchanged, and on no other session's connection. This holds for replies and for pushes of the application, with nested values and text outside ASCII, and however the traffic of several sessions interleaves. The send operation reports true for a push to an open connection."
  },
  {
    "id": "llming/connecting/no-controller-survives",
    "level": "SHOULD",
    "role": "server",
    "text": "A frame that arrives for a session without a controller SHOULD NOT end the connection. There is nobody to answer it, so it stays unanswered."
  },
  {
    "id": "llming/connecting/client-opens-on-connect",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The client MUST use the URL exactly as it was given, path and query included, for the first connection and for every reconnect. It MUST NOT open a connection before `connect()` is called; making the object opens nothing. The first `connect()` leads to one handshake."
  },
  {
    "id": "llming/connecting/client-reports-open",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`onOpen` MUST be called exactly once for each connection that opens, whether it is the first or a later one. `connected` MUST be true while the connection is open and false at any other time: before `connect()`, during the handshake, and after a close."
  },
  {
    "id": "llming/connecting/client-offline-noop",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "With the option `offline` set to true, `connect()` and `send()` MUST do nothing: no connection, no error, no callback. `connected` stays false."
  },
  {
    "id": "llming/connecting/client-offline-detected",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "If the option `offline` is not given, the client MUST be offline exactly when the global `window.__LLMING_OFFLINE__` is true. An explicit `offline: false` beats the global."
  },
  {
    "id": "llming/connecting/client-needs-no-dom",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The client MUST work without a `document`, for example in a worker. Opening, reconnecting and the heartbeat warning make the same callbacks as with one and raise no error; only the banner is left out."
  },
  {
    "id": "llming/connecting/client-early-send-delivered",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A message that is given to `send()` after `connect()` but before the connection has opened SHOULD be kept and sent once it opens. It is natural to write the two calls one after the other, and the message should not be lost."
  },
  {
    "id": "llming/framing/frames-are-typed-objects",
    "level": "MUST",
    "role": "server",
    "text": "Every data frame from the server MUST be a text frame with exactly one JSON object in it, and the object MUST have a member `type` that is a string. This holds for replies, error replies, acks and pushes alike."
  },
  {
    "id": "llming/framing/invalid-frame-ignored",
    "level": "MUST",
    "role": "server",
    "text": "A text frame that does not hold a JSON object MUST be ignored: it is not answered and does not end the connection. It may be no JSON at all, such as the empty text, a truncated object, a bare word, or an object behind a byte-order mark. It may also be JSON of another kind: an array, even one that contains a valid request, a string, a number, true, false or null. The frames that follow are served as usual."
  },
  {
    "id": "llming/framing/hostile-frame-survived",
    "level": "MUST",
    "role": "server",
    "text": "A text frame below the size limit MUST NOT end the connection because it is hard to read or to dispatch. The connection survives, and the next frame is served, after\n\n- 100 000 opening brackets, with or without their closing ones;\n- a request with an argument that is a number of 5 000 digits;\n- an object whose `type` is an array or an object, which is like an unknown type.\n\nText that the parser gives up on because of its depth or the length of a number is treated as text that is not JSON. Ordinary depth, such as ten levels, and ordinary numbers, such as 15 digits, are read and served."
  },
  {
    "id": "llming/framing/binary-frame-orderly",
    "level": "MUST",
    "role": "server",
    "text": "A binary frame MUST either be ignored, so that the next text frame is served, or be met with a close frame. For the close, 1003 is recommended. The connection never ends without a close frame because of it. It is not read as a request even if its bytes are the JSON of one."
  },
  {
    "id": "llming/framing/valid-text-accepted",
    "level": "MUST",
    "role": "server",
    "text": "A valid JSON object MUST be served whatever way its text is written: with any script, combining marks and characters beyond the basic multilingual plane, with white space and line breaks around the object, or split into several WebSocket frames, even inside a name or inside the bytes of one character. Text that a handler returns comes back to the client character for character, without normalisation."
  },
  {
    "id": "llming/framing/unsendable-result-answered",
    "level": "MUST",
    "role": "server",
    "text": "A handler may return something that strict JSON cannot express. The server MUST NOT send `NaN` or an infinity in any spelling that is not JSON, and a request with such a result MUST NOT be left without an answer.\n\n- A result with a member that has no JSON form at all, such as a function, is answered by an error reply with the request's `_req_id`.\n- Text with a lone surrogate, which a request can bring in as an escape, is answered by a reply or by an error reply, with the request's `_req_id`.\n- A request that contains bare `NaN` or `Infinity` is not JSON. A server may ignore it, or answer with an error reply. The same two ways are open for a number beyond the range of a double, such as `1e999`. Whatever is sent is strict JSON.\n\nA large but finite number such as `1e300`, and a proper surrogate pair, are nothing special."
  },
  {
    "id": "llming/framing/size-limit",
    "level": "MUST",
    "role": "server",
    "text": "A frame of up to and including maxMessageBytes MUST be served. A longer one MUST NOT be served: it is ignored, and the connection stays open for the next frame.\n\nA WebSocket library may have a frame limit of its own, which acts first and closes with 1009. That is permitted for frames above the value that maxMessageBytes has in this server without configuration. A limit that is configured lower does not turn into such a close; the frame is ignored."
  },
  {
    "id": "llming/framing/size-counted-in-bytes",
    "level": "SHOULD",
    "role": "server",
    "text": "The length of a frame SHOULD be counted in bytes of UTF-8, not in characters. With a limit of 200, a frame of 180 characters that takes 480 bytes is too long, and 180 ASCII characters are not."
  },
  {
    "id": "llming/framing/client-sends-json-text",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`send(obj)` on an open connection MUST send one text frame that holds the JSON of `obj`, with nothing added, removed or changed: nested values, null and text outside ASCII included. Apart from heartbeats the client sends nothing that it was not given."
  },
  {
    "id": "llming/framing/client-delivers-parsed-message",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Every message that arrives, except a heartbeat_ack, MUST be given to `onMessage` as the parsed JSON value, in the order of arrival. The client does not judge the value: a number, a string, an array and an object without `type` are delivered too. An ack is consumed by the client and not delivered."
  },
  {
    "id": "llming/framing/client-bad-frame-survived",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A frame that is not JSON, and a frame with the JSON text `null`, MUST NOT stop the client. The connection stays open and the next good message is delivered."
  },
  {
    "id": "llming/framing/client-throwing-message-callback-survived",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An exception in `onMessage` MUST NOT stop the client. The next message is delivered, and heartbeats go on."
  },
  {
    "id": "llming/routing/result-is-replied",
    "level": "MUST",
    "role": "server",
    "text": "When a handler returns an object, the server MUST send it back exactly once: one frame with the members of the object at the top level, together with the `type` of the request and its `_req_id` if it has one. An empty object makes a reply of just those. If the object has a member `type` itself, that value stands in the reply instead of the request's.\n\nWhen a handler returns nothing, the server MUST NOT send a reply, not even to a request with a `_req_id`. Many requests in a row get as many replies as they have results."
  },
  {
    "id": "llming/routing/req-id-echoed",
    "level": "MUST",
    "role": "server",
    "text": "The reply to a request that has a `_req_id` MUST carry it unchanged, as the same JSON value of the same kind: string, integer, fraction, boolean, array, object, and also null, 0, false and the empty string. A `_req_id` that the handler puts into its result gives way to the request's. With several requests in flight each reply carries the id of its own request."
  },
  {
    "id": "llming/routing/req-id-not-invented",
    "level": "MUST",
    "role": "server",
    "text": "The server MUST NOT add a `_req_id` to a frame unless the frame is the reply or error reply to a request that had one. A reply or error reply to a request without the member lacks it, unless the handler put one into its own result. The frames that a handler sends before its reply lack it too, even when the request had a `_req_id`. A server never makes ids up."
  },
  {
    "id": "llming/routing/nested-prefixes-joined",
    "level": "MUST",
    "role": "server",
    "text": "A handler MUST be reachable under its full name, the prefixes of all routers on the way to it and its own name joined by dots. `admin` that includes `config` with a handler `get` makes `admin.config.get`. A name that contains dots is kept: `a.b` on `windows.child` is `windows.child.a.b`. A router without a prefix adds nothing to the names below it, and a handler on a root router without a prefix is reached by its bare name. A part of a full name, such as `config.get` or `get`, is not a route by that."
  },
  {
    "id": "llming/routing/unknown-type-ignored",
    "level": "MUST",
    "role": "server",
    "text": "An object whose `type` is not exactly the full name of a handler, nor `heartbeat`, MUST be ignored by the router: no answer, with or without a `_req_id`, and no end of the connection. Exactly means with regard to case, without trimming and without matching a part: with a route `windows.list`, the types `Windows.List`, `windows`, `windows.`, `windows.list.x` and `windows.list` followed by a blank are unknown. So is a `type` that is absent, null or a number, and so is the empty object."
  },
  {
    "id": "llming/routing/arguments-by-name",
    "level": "MUST",
    "role": "server",
    "text": "A handler's parameter MUST receive the value of the message member that has its name, as it stands in the message: there is no conversion and no type check, and text, numbers, arrays and objects arrive as such. Members that no parameter asks for are ignored. A default MUST be used only when the member is absent; an explicit null is a value and stays null."
  },
  {
    "id": "llming/routing/injected-not-overridable",
    "level": "MUST",
    "role": "server",
    "text": "A message member called `controller` or `send` MUST NOT replace the injected value of that name. A handler that asks for one of them gets the server's own. Parameters of other names are filled from the message."
  },
  {
    "id": "llming/routing/failure-replied",
    "level": "MUST",
    "role": "server",
    "text": "A request for an existing route that cannot be completed MUST be answered with an error_reply: the `type` of the request, its `_req_id` if it has one, and `error`, a non-empty string whose wording is free. It MUST NOT end the connection. The reasons are a handler that fails, a required argument that is missing, and a result that is neither an object nor nothing. A request that is completed has no `error` added to its reply."
  },
  {
    "id": "llming/routing/error-text-not-internal",
    "level": "SHOULD",
    "role": "server",
    "text": "The text in `error` SHOULD NOT give away how the server is built: neither the text of an internal exception nor the name or signature of a function. It still says something, for example that the request failed or that an argument is missing."
  },
  {
    "id": "llming/routing/frames-in-order",
    "level": "MUST",
    "role": "server",
    "text": "Requests of one connection MUST be handled strictly one after another, in the order of arrival, and what they cause to be sent MUST leave in that order. A slow handler holds up everything behind it on the same connection, heartbeat acks included: two requests of 200 ms each take 400 ms together. Frames that a handler sends come before its reply, in the order of sending. Frames that the connect hook sends come before anything that answers a request; without such a hook the server says nothing first."
  },
  {
    "id": "llming/superseding/old-socket-closed-4001",
    "level": "MUST",
    "role": "server",
    "text": "The opening of a second connection to a session MUST make the server close the first one, promptly and with code 4001. No message goes to the first connection any more once the second handshake has been made. Connections of other sessions MUST NOT be closed by it. The reason `Superseded by new connection` is recommended."
  },
  {
    "id": "llming/superseding/new-socket-serves",
    "level": "MUST",
    "role": "server",
    "text": "That a session already has a live connection is no reason to refuse: the newcomer MUST open and be served, just like a first one."
  },
  {
    "id": "llming/superseding/late-teardown-harmless",
    "level": "MUST",
    "role": "server",
    "text": "The winding-up of the superseded connection MUST NOT harm the new one. Requests on the new connection are answered and pushes reach it, both while the old close is under way and after it has completed."
  },
  {
    "id": "llming/superseding/session-state-right",
    "level": "MUST",
    "role": "server",
    "text": "After a takeover the session MUST be in the state of being connected through the newest connection:\n\n- the connection that its record names as current is the newest, so that what is written to it arrives there;\n- the debug surface, if there is one, gives `ws_connected` as true in list and detail;\n- it does not expire by sessionTtlMs while that connection is open and sends heartbeats.\n\nWhen the newest connection closes, `ws_connected` becomes false, and the session expires in the normal way."
  },
  {
    "id": "llming/superseding/newest-wins",
    "level": "MUST",
    "role": "server",
    "text": "After several connections have opened on one session, one after another, exactly the newest MUST be open. Connections of different sessions do not affect each other in this way."
  },
  {
    "id": "llming/superseding/simultaneous-one-left",
    "level": "MUST",
    "role": "server",
    "text": "When several connections to one session open at the same time, exactly one connection of that session MUST be left open once things have settled. It makes no difference whether the session had a live connection before. Which of the simultaneous ones is left is free."
  },
  {
    "id": "llming/superseding/old-socket-busy",
    "level": "MUST",
    "role": "server",
    "text": "A slow handler that is running on the older connection at the moment of the takeover changes nothing: once things have settled, the newest connection MUST be the only one open. This holds also when a third connection opens after that handler has ended."
  },
  {
    "id": "llming/superseding/reply-stays-on-its-socket",
    "level": "MUST",
    "role": "server",
    "text": "A reply or an error reply MUST NOT be sent on any other connection than the one that carried its request. If that connection has been superseded, closed or cut in the meantime, the answer is dropped, even if a new connection of the same session is open by then."
  },
  {
    "id": "llming/superseding/unresponsive-old-socket",
    "level": "MUST",
    "role": "server",
    "text": "The server MUST open the new connection whether or not the old client ever answers the close frame. A client that keeps silent delays nobody."
  },
  {
    "id": "llming/superseding/closed-socket-not-served",
    "level": "MUST",
    "role": "server",
    "text": "A request that reaches a superseded connection after the server has sent the close frame on it MUST NOT be executed. Frames that were handled before the takeover have had their effect and keep it."
  },
  {
    "id": "llming/superseding/reprovisioned-session-closes-old",
    "level": "SHOULD",
    "role": "server",
    "text": "An application may register a session under an id that is already registered; the new session replaces the old. This SHOULD NOT leave the earlier connection open: once a connection to the new session is open, at most that one is left. Registering under a different id leaves both alone."
  },
  {
    "id": "llming/superseding/client-superseded-final",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "On close code 4001 the client MUST call `onSessionLost` exactly once, with `{reason: \"superseded\", code: 4001}`, and MUST NOT reconnect. Two clients that reconnected after 4001 would throw each other out for ever."
  },
  {
    "id": "llming/reconnecting/session-resumes",
    "level": "MUST",
    "role": "server",
    "text": "As long as a session is registered, it MUST take a new connection when the old one is gone, serve it, and have the same state as before. This holds after a close with 1000, with 1001, without a code, after a TCP connection that was destroyed, and when a connection is superseded. A newly created session starts with fresh state, and an ended one is not served."
  },
  {
    "id": "llming/reconnecting/no-replay",
    "level": "MUST",
    "role": "server",
    "text": "A message that the application sends while no connection is open MUST NOT be delivered later: not before the first connection, not between two. The send operation reports false for it. A message sent while a connection is open is delivered, and the operation reports true. Only a server that declares `replay` may deliver such messages on the next connection."
  },
  {
    "id": "llming/reconnecting/client-reconnects",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After a close that it did not ask for, the client MUST reconnect, whatever the code, except on 4001 and 4004. Codes that lead to a reconnect include 1000, 1001, 1005 (no code), 1006 (no close frame), 1008, 1009, 1011, 1012, 4000, 4002 and 4003. The number of attempts still has its limit, and 1006 may mean a dead session; both are stated below."
  },
  {
    "id": "llming/reconnecting/client-backoff-grows",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The wait before attempt n, counted from 1, MUST be\n\n    min(client.backoffBaseMs × client.backoffFactor ^ n, client.maxBackoffMs)\n\nmilliseconds, without random variation. With the defaults of client.backoffBaseMs, client.backoffFactor and client.maxBackoffMs that is 1500, 2250, 3375, 5000, 5000 and so on. The cap is the option `maxBackoff`; with 100, every wait is 100 ms. Only `llming/reconnecting/client-accept-then-close-slows` permits a longer wait."
  },
  {
    "id": "llming/reconnecting/client-reports-attempt",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Each wait MUST be announced by one call of `onReconnecting` with `{attempt, maxAttempts, delay}`: the number of the attempt, which counts 1, 2, 3 and so on, the configured maximum, and the wait in milliseconds. The call comes when the wait begins, directly after the close; the handshake follows when the wait is over. A first `connect()` is not an attempt and announces nothing."
  },
  {
    "id": "llming/reconnecting/client-stops-after-maximum",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The client MUST make no more than `maxReconnectAttempts` attempts, by default client.maxReconnectAttempts. When the last of them has failed too, it MUST call `onSessionLost` exactly once, with `{reason: \"exhausted\"}` and no code, and stop. The maximum counts reconnects: with 2 there are three connections in all, with 15 there are sixteen. While attempts are left, `onSessionLost` is not called."
  },
  {
    "id": "llming/reconnecting/client-counter-resets-on-open",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "When a connection opens, the number of attempts MUST go back to zero, so that the next failure announces attempt 1. Failures without an open between them keep counting."
  },
  {
    "id": "llming/reconnecting/client-callback-order",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "For one close, `onClose` MUST be called before every other callback that the close leads to, such as `onReconnecting` or `onSessionLost`. For one open, `onReconnected` MUST be called before `onOpen`. It is called once, and only for an open that came after at least one attempt; a first open has no `onReconnected`."
  },
  {
    "id": "llming/reconnecting/client-dead-session",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "When the first client.deadSessionSockets connections of a client have all failed with 1006 and none has ever opened, the client MUST call `onSessionLost` once, with `{reason: \"dead_session\", code: 1006}`, and stop without another connection. This goes before the count of attempts. It does not apply if one of those connections ended with another code, or if any connection has opened before; then the client goes on."
  },
  {
    "id": "llming/reconnecting/client-not-found-final",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "On close code 4004 the client MUST call `onSessionLost` exactly once, with `{reason: \"not_found\", code: 4004}`, and MUST NOT reconnect. The reason text of the close makes no difference."
  },
  {
    "id": "llming/reconnecting/client-close-final",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A call of `close()` MUST NOT be followed by a reconnect. It may come while the connection is open, during a wait, or while a handshake is pending; in each case no further handshake is made. Pending waits and timers are cancelled. The close frame carries no code. A close event that follows is still reported by `onClose`, and by nothing else."
  },
  {
    "id": "llming/reconnecting/client-connect-after-close",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After `close()` and its close event, `connect()` MUST open one new connection that works like a first one: messages are delivered and heartbeats are sent."
  },
  {
    "id": "llming/reconnecting/client-close-then-connect",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`close()` followed directly by `connect()` MUST open exactly one further connection and MUST NOT lead to `onSessionLost`, even though the server may see the new connection first and supersede the old one with 4001. A takeover of the new connection by another client is still reported."
  },
  {
    "id": "llming/reconnecting/client-connect-twice-one-socket",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`connect()` on a client that is connecting or open MUST NOT leave two connections open, not even with a server that does not supersede. Whether the call is ignored or replaces the connection is free."
  },
  {
    "id": "llming/reconnecting/client-connect-during-backoff-one-socket",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`connect()` during a wait MUST NOT lead to a second connection when the wait ends. There is one handshake and one open connection, whether the call connects at once or leaves it to the end of the wait."
  },
  {
    "id": "llming/reconnecting/client-one-live-socket",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The client MUST have at most one open connection at any moment, after any sequence of `connect()`, `close()`, closes by the server and passing time. If the last call was `connect()` and the server serves, one is open after enough time."
  },
  {
    "id": "llming/reconnecting/client-stale-close-ignored",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "When a connection closes that the client has already replaced, the client SHOULD ignore it: no `onSessionLost`, and the heartbeats of the current connection go on. The same close on the current connection has its full effect."
  },
  {
    "id": "llming/reconnecting/client-connect-after-exhausted",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "After it has stopped with reason `exhausted`, the client does nothing on its own. A new `connect()` SHOULD start with the full number of attempts: if it fails, the reconnect is announced as attempt 1."
  },
  {
    "id": "llming/reconnecting/client-accept-then-close-slows",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A server may accept each connection and close it at once. Every open resets the count of attempts, so the shortest wait would repeat without end. The client SHOULD NOT let that happen: over a run of such connections the waits grow, or the client stops. A single short connection between long ones keeps the first wait of the formula."
  },
  {
    "id": "llming/reconnecting/client-send-while-closed-harmless",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`send()` without an open connection MUST NOT throw: not before `connect()`, not during the handshake or a wait, not after `close()`. What becomes of the message is free, except between `connect()` and the open, where `llming/connecting/client-early-send-delivered` applies."
  },
  {
    "id": "llming/reconnecting/client-throwing-callback-still-reconnects",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "An exception thrown by `onClose` or by `onReconnecting` SHOULD NOT prevent the reconnect that is due."
  },
  {
    "id": "llming/reconnecting/client-banner",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Where a `document` exists, the client MUST show a banner with `bannerText` while it waits to reconnect, and with `warningText` while a heartbeat warning lasts. It MUST hide the banner when that is over: the connection is open again, the ack has come, or `close()` or the loss of the session leaves nothing to wait for. It uses one element, with the id `llming-reconnect-banner`. With `showBanner` false it MUST NOT create an element at all."
  },
  {
    "id": "llming/liveness/heartbeat-acked",
    "level": "MUST",
    "role": "server",
    "text": "A message of type `heartbeat` MUST be answered with exactly one heartbeat_ack, which has no member but `type`. Other members of the heartbeat are ignored; a `_req_id` in it is not echoed. A route named `heartbeat` is out of reach: its handler never runs."
  },
  {
    "id": "llming/liveness/silent-session-removed",
    "level": "MUST",
    "role": "server",
    "text": "A session with an open connection MUST be removed once its last heartbeat is more than heartbeatTtlMs ago, and at most one sweepMs later. Until then it MUST be kept: listed, connected and served. A client that sends heartbeats in time keeps its session without end. Injected heartbeats do not count."
  },
  {
    "id": "llming/liveness/silent-socket-closed",
    "level": "MUST",
    "role": "server",
    "text": "When a silent session is removed, its connection MUST be closed with code 4004, promptly. The reason `Heartbeat timeout` is recommended. The connection of a session that sends heartbeats stays open."
  },
  {
    "id": "llming/liveness/client-sends-heartbeat",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "While its connection is open the client MUST send `{\"type\": \"heartbeat\"}`, with no other member, every `heartbeatInterval` milliseconds, by default client.heartbeatIntervalMs. The first goes out one interval after the open, not earlier. With an interval of 0 none is ever sent."
  },
  {
    "id": "llming/liveness/client-heartbeat-stops",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After the connection has closed, or `close()` has been called, the client MUST NOT attempt to send any heartbeat until a connection is open again. During a wait there are none."
  },
  {
    "id": "llming/liveness/client-warns-on-missing-ack",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "When no ack has come within client.ackTimeoutMs of a heartbeat, the client MUST call `onConnectionWarning`, at the latest one heartbeat interval after that time has run out. The timeout follows the interval: if `heartbeatInterval` is set, it is the same. Any ack after the heartbeat will do, since acks carry no id. On the first ack after a warning the client MUST call `onConnectionRestored`, once; further acks do not repeat it. A client whose heartbeats are acked calls neither.\n\nThe warning is given again for every further heartbeat that stays without an ack. It does not have to end the connection."
  },
  {
    "id": "llming/liveness/client-warning-timer-independent",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The ack timeout and the heartbeat interval are equally long, so their timers can be due at the same moment. The warning MUST come regardless of which of them runs first, and of whether a repeating timer is set again before or after its callback. Sending the next heartbeat does not cancel the timeout of the one before."
  },
  {
    "id": "llming/rate-limiting/limit-enforced",
    "level": "MUST",
    "role": "server",
    "text": "Of the frames of one connection, the server MUST serve those that find fewer than rateLimit.messages counted frames in the last rateLimit.windowMs, and MUST NOT serve the others; exempt heartbeats stand outside this. Of a burst, exactly the first rateLimit.messages are served; a burst of just that many is served completely. The limit of one connection has no effect on the connection of another session."
  },
  {
    "id": "llming/rate-limiting/excess-keeps-open",
    "level": "MUST",
    "role": "server",
    "text": "A frame over the limit MUST be dropped silently: it does not end the connection, and no frame is sent because of it. Once the window has moved on, frames are served again."
  },
  {
    "id": "llming/rate-limiting/sliding-window",
    "level": "MUST",
    "role": "server",
    "text": "The window MUST slide. A counted frame stops counting rateLimit.windowMs after it arrived, each at its own time; there is no boundary at which all are forgiven together. After a window without frames a full burst is served again."
  },
  {
    "id": "llming/rate-limiting/dropped-frames-do-not-count",
    "level": "MUST",
    "role": "server",
    "text": "A frame that was dropped because of the rate limit, or because of its size, MUST NOT count towards the rate limit. A client that keeps sending while it is blocked is served again at the same moment as one that pauses. A frame of exactly maxMessageBytes is not too long and counts."
  },
  {
    "id": "llming/rate-limiting/invalid-frames-count",
    "level": "SHOULD",
    "role": "server",
    "text": "A frame that is not JSON, or not a JSON object, SHOULD count towards the limit like a request, so that garbage is not free of charge."
  },
  {
    "id": "llming/rate-limiting/heartbeats-exempt",
    "level": "SHOULD",
    "role": "server",
    "text": "The rate limit SHOULD NOT stop a heartbeat. However many requests have come, it is acked, and it counts as a sign of life, so that a busy client does not lose its session by heartbeatTtlMs. A request at the same moment is still dropped."
  },
  {
    "id": "llming/lifecycle/idle-session-expires",
    "level": "MUST",
    "role": "server",
    "text": "A session without a connection MUST be removed when it has been idle for more than sessionTtlMs, at most one sweepMs after that and never before. It makes no difference whether it was ever connected. After that it is no longer listed, and a connection to it is refused like one to an unknown session. Until then it is listed and accepts connections."
  },
  {
    "id": "llming/lifecycle/ttl-counted-from-disconnect",
    "level": "SHOULD",
    "role": "server",
    "text": "For a session that was connected, the idle time SHOULD begin at the disconnect. A session that was connected for longer than sessionTtlMs can still be returned to within sessionTtlMs of its disconnect; it is gone after that and one sweepMs."
  },
  {
    "id": "llming/lifecycle/hook-failure-does-not-block-expiry",
    "level": "SHOULD",
    "role": "server",
    "text": "If the application's hook fails for one expired session, the other sessions that are due SHOULD be removed in time all the same, in the same sweep."
  },
  {
    "id": "llming/lifecycle/early-session-swept",
    "level": "SHOULD",
    "role": "server",
    "text": "A session that was registered before the server began to run, for example while the program was loading, SHOULD expire like any other. The sweep works even if no further session is ever created."
  },
  {
    "id": "llming/lifecycle/ended-session-gone",
    "level": "MUST",
    "role": "server",
    "text": "When the application ends a session, its connection MUST be closed with code 1000. A session that was ended or revoked MUST be unknown from then on: it is not listed, and a connection to it is refused like one to an id that was never registered. Other sessions, also those that a revocation does not match, stay registered and connected."
  },
  {
    "id": "llming/lifecycle/revoked-socket-closed",
    "level": "MUST",
    "role": "server",
    "text": "Revoking a session MUST also end its open connection, promptly. The code is free; 1000 is recommended. Connections of sessions that do not match stay open."
  },
  {
    "id": "llming/lifecycle/revoke-needs-criteria",
    "level": "SHOULD",
    "role": "server",
    "text": "A revocation without any criterion SHOULD NOT match every session. It revokes nothing, or it is refused with an error."
  },
  {
    "id": "llming/transferring/client-file-served",
    "level": "MUST",
    "role": "server",
    "text": "`GET /llming-com/llming-ws.js` MUST answer 200 with a script of type `text/javascript` or `application/javascript`. Run in an empty global scope that has a WebSocket class, it defines a global class `LlmingWebSocket` from which a client can be made. Another name in the same folder that does not exist, such as `/llming-com/nope.js`, gives 404."
  },
  {
    "id": "llming/transferring/no-path-escape",
    "level": "MUST",
    "role": "server",
    "text": "The route MUST NOT deliver a file outside its own folder. A path that climbs out of the folder gets a 4xx status, whether its dot segments are written plainly or percent-encoded, as a raw client can send them."
  },
  {
    "id": "llming/debugging/key-required",
    "level": "MUST",
    "role": "server",
    "text": "While a key is configured, a debug request MUST be refused with 401 unless the header `x-debug-key` holds exactly that key. A missing or an empty header, a key with one character changed and a key with more or fewer characters are all wrong. A key in the query or as a bearer token does not count. This comes before anything else is looked at: an unknown session still gives 401, not 404, and so does an address that is not allowed. With the right key, under any spelling of the header's name in upper and lower case, the request goes on to its further checks."
  },
  {
    "id": "llming/debugging/unconfigured-refused",
    "level": "MUST",
    "role": "server",
    "text": "A server that has been given no key MUST answer each request below the debug prefix with 403, also one that brings a key."
  },
  {
    "id": "llming/debugging/ip-allow-list",
    "level": "MUST",
    "role": "server",
    "text": "If the client's address lies in none of the allowed networks, a request MUST be refused with 403 even though its key is right. By default the allowed networks are 127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12 and 192.168.0.0/16, so that 172.31.255.255 and 192.168.255.1 are inside and 172.32.0.1 and 192.169.0.1 are not. With the entry `*` any address is accepted."
  },
  {
    "id": "llming/debugging/forwarded-for-trusted-only",
    "level": "MUST",
    "role": "server",
    "text": "`X-Forwarded-For` MUST decide the client's address when the peer is a trusted proxy, and MUST be ignored when it is not. From a trusted proxy an allowed address in it is accepted, with or without blanks around it. A foreign address is refused with 403, and so is text that is not an address, such as `garbage` or an address with a port (`127.0.0.1:1234`). With no trusted proxy configured, the header changes nothing, whatever it says."
  },
  {
    "id": "llming/debugging/forwarded-for-not-spoofable",
    "level": "MUST",
    "role": "server",
    "text": "A proxy appends to the header what it has seen; what stands further left may be written by the client. A client MUST NOT get past the address check by that. Only the rightmost element that is not a trusted proxy decides: behind a trusted proxy `10.1.2.3, 8.8.8.8` is refused and `8.8.8.8, 10.1.2.3` is accepted. If that element is blank, as in a header that is only a comma or that begins with a blank element before the proxy's own address, the request is refused with 403. Blank elements are not skipped, and the check does not fall back to the peer."
  },
  {
    "id": "llming/debugging/ipv6-judged-like-ipv4",
    "level": "SHOULD",
    "role": "server",
    "text": "By default the IPv6 loopback address `::1` SHOULD be allowed, and an IPv4 address written as IPv6 SHOULD be judged like the IPv4 address: `::ffff:127.0.0.1` is allowed, `::ffff:8.8.8.8` is not. Other IPv6 addresses, such as `2001:db8::1`, are not in the default networks."
  },
  {
    "id": "llming/debugging/session-list",
    "level": "MUST",
    "role": "server",
    "text": "sessionList MUST answer 200 with `{count, sessions}`. `sessions` holds exactly the registered sessions, ended ones no longer among them, and `count` is their number. Each has\n\n- `session_id`, in full, never shortened;\n- `user_id` and `user_name`, text;\n- `ws_connected`, a boolean: whether a connection is open now, so it follows every open, close and reconnect;\n- `idle_seconds` and `created_seconds_ago`, whole numbers.\n\nIt is recommended to list the session with the latest activity first, so that a reader who has only whole seconds to go by can tell which one `current` means.\n\nThe path answers to `GET` only; `POST` gives 405."
  },
  {
    "id": "llming/debugging/session-detail",
    "level": "MUST",
    "role": "server",
    "text": "sessionDetail MUST answer 200 with the `session_id`, `user_id`, `user_name`, `user_email`, `ws_connected`, `idle_seconds` and `created_seconds_ago` of that session, as they were registered. The application may add members. An unknown session gives 404."
  },
  {
    "id": "llming/debugging/reading-does-not-extend-life",
    "level": "SHOULD",
    "role": "server",
    "text": "Reading the session list or a session's detail SHOULD NOT count as activity: however often it is done, the session expires when it would have expired without. Connecting does count."
  },
  {
    "id": "llming/debugging/inject-runs-handler",
    "level": "MUST",
    "role": "server",
    "text": "inject MUST hand the object in its body to the controller of the session, which treats it like a message from the browser. The handler runs, with its full effect. Replies, with `_req_id` if the message has one, go to the browser's connection of that session, and to no other, never into the HTTP response. When that has worked and the session is connected, the response is 200 with `{\"ok\": true, \"forwarded\": <type>}`; `forwarded` is the message's `type`, or the empty text if it has none."
  },
  {
    "id": "llming/debugging/inject-refusals",
    "level": "MUST",
    "role": "server",
    "text": "An injection MUST be refused, without being executed,\n\n- with 404 if the session is unknown, whatever the body is;\n- with 400 if the session has no controller;\n- with 400 if the application has configured a list of allowed types and the message's type is not on it. Without such a list every type is allowed.\n\nThe checks come in this order: session, controller, body, type."
  },
  {
    "id": "llming/debugging/inject-bad-body-4xx",
    "level": "MUST",
    "role": "server",
    "text": "The body of an injection is one JSON object. Any other body MUST be refused with a 4xx status, such as 422: an empty one, text that is not JSON, a truncated object, an array, a string, a number, null. An injection MUST NOT cause a 5xx status, whatever its body; an object whose `type` is an array or an object is accepted or refused, but never a server error."
  },
  {
    "id": "llming/debugging/inject-reports-outcome",
    "level": "SHOULD",
    "role": "server",
    "text": "The response to an injection SHOULD show the caller when the handler failed, and when the session has no connection that a reply could have gone to. `ok` false with status 200 is recommended; anything that differs from a plain `ok: true`, such as a further member that says what is wrong, will do. A plain `ok: true` means that all went well."
  },
  {
    "id": "llming/debugging/surfaces-separate",
    "level": "MUST",
    "role": "server",
    "text": "A command MUST NOT be callable over the WebSocket, and a WebSocket route MUST NOT be callable as an HTTP command. A message whose `type` is the name of a command is of unknown type. A request for a route's name below the debug prefix, globally or below a session, gives 404 even with the key, by `GET` and by `POST`."
  },
  {
    "id": "llming/debugging/command-endpoint",
    "level": "MUST",
    "role": "server",
    "text": "A declared command MUST be callable over HTTP at its path and by its declared method only. The path is the one it declares, else `/{name}` for a global command and `/sessions/{session_id}/{name}` for a session command, each below the debug prefix. The response is 200, and its body is the JSON of the value that the command returns. Another method gives 405."
  },
  {
    "id": "llming/debugging/command-acts-on-session",
    "level": "MUST",
    "role": "server",
    "text": "A session command MUST act on the session that its path names: what it sends reaches that session's browser and no other's. For `current`, the session of a valid session token in the auth cookie MUST be chosen if it is registered, else the session that was active most recently of all. If there is no session at all, the answer is 404."
  },
  {
    "id": "llming/debugging/command-refusals",
    "level": "MUST",
    "role": "server",
    "text": "The response to a refused request MUST have the status that fits and, as its body, a JSON object in which `detail` is a string:\n\n| case                                                                          | status      | recommended text         |\n| ----------------------------------------------------------------------------- | ----------- | ------------------------ |\n| session command at a path without a session, and no `session_id` in the query | 400         | `session_id required`    |\n| `current`, but there are no sessions                                          | 404         | `No active sessions`     |\n| the session is unknown                                                        | 404         | `Session <id> not found` |\n| the command needs a connection and the session has none                       | 409         | `No WebSocket connected` |\n| the command itself refuses with a status and a text                           | that status | that text, exactly       |\n\nEvery other 4xx response of the debug surface, those of the gate and those for a bad parameter included, has such a body too."
  },
  {
    "id": "llming/debugging/command-crash-not-leaked",
    "level": "MUST",
    "role": "server",
    "text": "When a command fails unexpectedly, the caller MUST NOT see the text of the exception. Over HTTP the status is 500, with a general text in `detail`. Over MCP the result is a general `error`. A refusal that the command makes on purpose is different: its text is meant for the caller and is shown."
  },
  {
    "id": "llming/debugging/command-parameters-bound",
    "level": "MUST",
    "role": "server",
    "text": "Parameters of a command are read from the query and, for `POST`, `PUT` and `DELETE`, from the members of a JSON object in the body. Where both have one, the query MUST win. Text for a parameter that is declared as integer, number or boolean MUST be converted to that type; for a boolean the texts `true`, `1` and `yes`, spelled just so, mean true and other texts false. JSON values of other kinds are not converted. Names that the command does not declare are ignored. A parameter that is absent takes its default."
  },
  {
    "id": "llming/debugging/command-bad-parameter-4xx",
    "level": "MUST",
    "role": "server",
    "text": "A command request MUST be refused with a 4xx status, such as 422, when a required parameter is missing, when text cannot be converted to the declared type, such as `abc` for an integer, or when there is a body that is not a JSON object, even if the query has all that is needed."
  },
  {
    "id": "llming/debugging/injected-not-overridable",
    "level": "MUST",
    "role": "server",
    "text": "A command MUST NOT receive a value from the request, nor from the arguments of a tool call, under the name of an injected value. A session command acts on the session of its path even if the body contains `session_id` or `controller`. A global command that asks for `session_id`, `entry` or `controller` gets null for them, since it has no session, whatever the request says. Parameters of other names are filled as usual."
  },
  {
    "id": "llming/debugging/commands-protected",
    "level": "MUST",
    "role": "server",
    "text": "Commands and their list MUST stand behind the gate like everything else below the debug prefix: without the right key the answer is 401, and nothing is executed. The check of the address applies to them, too."
  },
  {
    "id": "llming/debugging/command-list",
    "level": "MUST",
    "role": "server",
    "text": "commandList MUST answer 200 with `{commands}`, in which every declared command has\n\n- `name` and `description`;\n- `scope`, `global` or `session`;\n- `http_method`, and `http_path`, which is the path below the debug prefix, with `{session_id}` where the session goes;\n- `tags`, a list of texts, and `app`, the app type, empty for every application;\n- `requires_websocket`, a boolean;\n- `params`, a list of `{name, json_type, description, required, default}`. `description` may be empty; `default` is null where there is none.\n\n`json_type` is `string`, `integer`, `number`, `boolean`, `array` or `object`, by the declared type; an optional type counts as the type inside, an undeclared one as `string`. Injected values are not listed. With the query parameter `app`, the list is limited to commands of that app type and of every application."
  },
  {
    "id": "llming/debugging/list-sessions-ids-usable",
    "level": "SHOULD",
    "role": "server",
    "text": "An application may load a built-in global command `list_sessions`, called by `GET`. It returns `{count, sessions}`, each session with `session_id`, `user_id`, `user_name`, `user_email`, `ws_connected` and `idle_seconds`. The ids in it SHOULD be usable wherever a session id is asked for; they are not shortened."
  },
  {
    "id": "llming/mcp/handshake",
    "level": "MUST",
    "role": "server",
    "text": "Each of the two transports that the server declares MUST let an MCP client initialise. Over HTTP/SSE, `GET /mcp/sse` with the key answers 200 with an event stream whose first event is `endpoint`, with the messages URL as its data; `initialize` and `notifications/initialized` posted there lead to the server's information on the stream. Over stdio the same messages go through standard input and output, and nothing that is not an MCP message is written to standard output. Without the key there is no stream."
  },
  {
    "id": "llming/mcp/key-required",
    "level": "MUST",
    "role": "server",
    "text": "The event stream and the messages URL MUST both be refused with 401 without the right `x-mcp-key`, and by default with 403 from a peer address that is not loopback. If the configured key is empty the surface MUST NOT start: the server fails, or the routes do not exist."
  },
  {
    "id": "llming/mcp/tools-equal-commands",
    "level": "MUST",
    "role": "server",
    "text": "Every declared command MUST appear in `tools/list` as one tool, with the command's name, its description, and an input schema `{type: \"object\", properties, required}`. `properties` has the parameters of the command with their JSON types, as in the command list, and no injected values. `required` has those without a default. The tool of a session command has in addition a property `session_id` of type `string`, which is listed as required; the tool of a global command has none. While no session is registered, the list is complete."
  },
  {
    "id": "llming/mcp/call-runs-command",
    "level": "MUST",
    "role": "server",
    "text": "A tool call MUST do what a request for the command over HTTP does. Its result is one text item, and the text is the JSON of the value that HTTP would have answered. A session tool acts on the session that `session_id` names; without it, the session that was active most recently is meant, although the schema lists the argument as required."
  },
  {
    "id": "llming/mcp/call-errors",
    "level": "MUST",
    "role": "server",
    "text": "A tool call that fails MUST return one text item whose JSON is an object with a string `error`. For a refusal by the command itself, `error` is its text and `status` its status. The other cases, with recommended texts:\n\n| case                                                        | `error`                   |\n| ----------------------------------------------------------- | ------------------------- |\n| no such tool                                                | `Unknown command: <name>` |\n| no `session_id`, or `current`, and no session is registered | `No active sessions`      |\n| the session is unknown                                      | `Session <id> not found`  |\n| the command needs a connection and the session has none     | `No WebSocket connected`  |\n| a required argument is missing                              | free                      |\n| an unexpected failure                                       | `Internal server error`   |\n\nA call that succeeds adds no `error`."
  },
  {
    "id": "llming/mcp/errors-flagged",
    "level": "SHOULD",
    "role": "server",
    "text": "A call that fails SHOULD have `isError: true` in its result: for an unknown tool, a refusal by the command and an unexpected failure alike. A result of a successful call is not marked."
  },
  {
    "id": "llming/mcp/stdio-discovers-tools",
    "level": "MUST",
    "role": "server",
    "text": "Without `LLMING_DEBUG_KEY` the stdio server MUST exit with status 1; a line on standard error should name the variable. With it, it MUST start whether or not the application is running, and offer an empty list of tools until it has reached it. It asks the application for its command list every stdioPollMs. At most that long, and the time of one request, after the application can be reached, the tools MUST equal the commands: the same names and the input schemas that follow from them."
  },
  {
    "id": "llming/mcp/stdio-announces-tools",
    "level": "MUST",
    "role": "server",
    "text": "When it has found the commands, the stdio server MUST send `notifications/tools/list_changed`, and MUST then stop asking the application for them. Before that it sends no such notification and keeps asking."
  },
  {
    "id": "llming/mcp/stdio-forwards-calls",
    "level": "MUST",
    "role": "server",
    "text": "A call of a known tool MUST become one HTTP request to the application: to the command's path below `LLMING_DEBUG_URL`, by the command's method, with the key in `x-debug-key`. The path is the `http_path` that the command list gives, by default `/{name}` for a global command and `/sessions/{session_id}/{name}` for a session command. Arguments of a `GET` go into the query; for other methods they are a JSON object in the body.\n\nA response of status 400 or above MUST be returned as a text item with an `error` that contains the number of the status; `HTTP <status>: ` and the first 200 characters of the body is recommended. A call of an unknown tool is answered with an `error` and makes no request. A request that has no answer after 30 seconds should be given up."
  },
  {
    "id": "llming/mcp/stdio-session-id-honoured",
    "level": "MUST",
    "role": "server",
    "text": "Over stdio, too, a session tool MUST act on the session that was meant. A placeholder `{session_id}` in the command's own path is replaced by the id. If the path has no placeholder, the id is sent as the query parameter `session_id`. An id that stands in the path need not be repeated among the arguments. `current` means the same session as over HTTP. Without `session_id` the call acts on the current session or returns an `error`; it MUST NOT be sent with a made-up id or with the placeholder left in the path."
  },
  {
    "id": "llming/mcp/stdio-unauthorised-reported",
    "level": "SHOULD",
    "role": "server",
    "text": "If the application refuses the key, the stdio server SHOULD make that visible, by a line on standard error or by exiting, within two stdioPollMs. It does not pass for an application without commands. When the command list is found, nothing needs reporting."
  }
]

export type ServerRequirementId =
  | 'llming/access/token-format'
  | 'llming/access/tokens-expire'
  | 'llming/access/session-token-tamper-proof'
  | 'llming/access/identity-token-tamper-proof'
  | 'llming/access/tokens-domain-separated'
  | 'llming/access/legacy-token-refused'
  | 'llming/access/future-token-refused'
  | 'llming/access/malformed-token-refused'
  | 'llming/access/non-ascii-credential-refused'
  | 'llming/access/cookie-names'
  | 'llming/access/signing-needs-secret'
  | 'llming/access/empty-secret-refused'
  | 'llming/access/request-resolves-to-session'
  | 'llming/access/generated-session-id-unguessable'
  | 'llming/access/dotted-session-id-consistent'
  | 'llming/access/foreign-origin-refused'
  | 'llming/connecting/registered-session-opens'
  | 'llming/connecting/unknown-session-4004'
  | 'llming/connecting/refused-connection-no-effect'
  | 'llming/connecting/sessions-isolated'
  | 'llming/connecting/no-controller-survives'
  | 'llming/framing/frames-are-typed-objects'
  | 'llming/framing/invalid-frame-ignored'
  | 'llming/framing/hostile-frame-survived'
  | 'llming/framing/binary-frame-orderly'
  | 'llming/framing/valid-text-accepted'
  | 'llming/framing/unsendable-result-answered'
  | 'llming/framing/size-limit'
  | 'llming/framing/size-counted-in-bytes'
  | 'llming/routing/result-is-replied'
  | 'llming/routing/req-id-echoed'
  | 'llming/routing/req-id-not-invented'
  | 'llming/routing/nested-prefixes-joined'
  | 'llming/routing/unknown-type-ignored'
  | 'llming/routing/arguments-by-name'
  | 'llming/routing/injected-not-overridable'
  | 'llming/routing/failure-replied'
  | 'llming/routing/error-text-not-internal'
  | 'llming/routing/frames-in-order'
  | 'llming/superseding/old-socket-closed-4001'
  | 'llming/superseding/new-socket-serves'
  | 'llming/superseding/late-teardown-harmless'
  | 'llming/superseding/session-state-right'
  | 'llming/superseding/newest-wins'
  | 'llming/superseding/simultaneous-one-left'
  | 'llming/superseding/old-socket-busy'
  | 'llming/superseding/reply-stays-on-its-socket'
  | 'llming/superseding/unresponsive-old-socket'
  | 'llming/superseding/closed-socket-not-served'
  | 'llming/superseding/reprovisioned-session-closes-old'
  | 'llming/reconnecting/session-resumes'
  | 'llming/reconnecting/no-replay'
  | 'llming/liveness/heartbeat-acked'
  | 'llming/liveness/silent-session-removed'
  | 'llming/liveness/silent-socket-closed'
  | 'llming/rate-limiting/limit-enforced'
  | 'llming/rate-limiting/excess-keeps-open'
  | 'llming/rate-limiting/sliding-window'
  | 'llming/rate-limiting/dropped-frames-do-not-count'
  | 'llming/rate-limiting/invalid-frames-count'
  | 'llming/rate-limiting/heartbeats-exempt'
  | 'llming/lifecycle/idle-session-expires'
  | 'llming/lifecycle/ttl-counted-from-disconnect'
  | 'llming/lifecycle/hook-failure-does-not-block-expiry'
  | 'llming/lifecycle/early-session-swept'
  | 'llming/lifecycle/ended-session-gone'
  | 'llming/lifecycle/revoked-socket-closed'
  | 'llming/lifecycle/revoke-needs-criteria'
  | 'llming/transferring/client-file-served'
  | 'llming/transferring/no-path-escape'
  | 'llming/debugging/key-required'
  | 'llming/debugging/unconfigured-refused'
  | 'llming/debugging/ip-allow-list'
  | 'llming/debugging/forwarded-for-trusted-only'
  | 'llming/debugging/forwarded-for-not-spoofable'
  | 'llming/debugging/ipv6-judged-like-ipv4'
  | 'llming/debugging/session-list'
  | 'llming/debugging/session-detail'
  | 'llming/debugging/reading-does-not-extend-life'
  | 'llming/debugging/inject-runs-handler'
  | 'llming/debugging/inject-refusals'
  | 'llming/debugging/inject-bad-body-4xx'
  | 'llming/debugging/inject-reports-outcome'
  | 'llming/debugging/surfaces-separate'
  | 'llming/debugging/command-endpoint'
  | 'llming/debugging/command-acts-on-session'
  | 'llming/debugging/command-refusals'
  | 'llming/debugging/command-crash-not-leaked'
  | 'llming/debugging/command-parameters-bound'
  | 'llming/debugging/command-bad-parameter-4xx'
  | 'llming/debugging/injected-not-overridable'
  | 'llming/debugging/commands-protected'
  | 'llming/debugging/command-list'
  | 'llming/debugging/list-sessions-ids-usable'
  | 'llming/mcp/handshake'
  | 'llming/mcp/key-required'
  | 'llming/mcp/tools-equal-commands'
  | 'llming/mcp/call-runs-command'
  | 'llming/mcp/call-errors'
  | 'llming/mcp/errors-flagged'
  | 'llming/mcp/stdio-discovers-tools'
  | 'llming/mcp/stdio-announces-tools'
  | 'llming/mcp/stdio-forwards-calls'
  | 'llming/mcp/stdio-session-id-honoured'
  | 'llming/mcp/stdio-unauthorised-reported'

export type ClientRequirementId =
  | 'llming/connecting/client-opens-on-connect'
  | 'llming/connecting/client-reports-open'
  | 'llming/connecting/client-offline-noop'
  | 'llming/connecting/client-offline-detected'
  | 'llming/connecting/client-needs-no-dom'
  | 'llming/connecting/client-early-send-delivered'
  | 'llming/framing/client-sends-json-text'
  | 'llming/framing/client-delivers-parsed-message'
  | 'llming/framing/client-bad-frame-survived'
  | 'llming/framing/client-throwing-message-callback-survived'
  | 'llming/superseding/client-superseded-final'
  | 'llming/reconnecting/client-reconnects'
  | 'llming/reconnecting/client-backoff-grows'
  | 'llming/reconnecting/client-reports-attempt'
  | 'llming/reconnecting/client-stops-after-maximum'
  | 'llming/reconnecting/client-counter-resets-on-open'
  | 'llming/reconnecting/client-callback-order'
  | 'llming/reconnecting/client-dead-session'
  | 'llming/reconnecting/client-not-found-final'
  | 'llming/reconnecting/client-close-final'
  | 'llming/reconnecting/client-connect-after-close'
  | 'llming/reconnecting/client-close-then-connect'
  | 'llming/reconnecting/client-connect-twice-one-socket'
  | 'llming/reconnecting/client-connect-during-backoff-one-socket'
  | 'llming/reconnecting/client-one-live-socket'
  | 'llming/reconnecting/client-stale-close-ignored'
  | 'llming/reconnecting/client-connect-after-exhausted'
  | 'llming/reconnecting/client-accept-then-close-slows'
  | 'llming/reconnecting/client-send-while-closed-harmless'
  | 'llming/reconnecting/client-throwing-callback-still-reconnects'
  | 'llming/reconnecting/client-banner'
  | 'llming/liveness/client-sends-heartbeat'
  | 'llming/liveness/client-heartbeat-stops'
  | 'llming/liveness/client-warns-on-missing-ack'
  | 'llming/liveness/client-warning-timer-independent'
