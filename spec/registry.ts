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
    "id": "ai-sessions/access/token-required",
    "level": "MUST",
    "role": "server",
    "text": "A call below `/v1` without an `Authorization` header MUST be answered with 401, whatever its path and body are."
  },
  {
    "id": "ai-sessions/access/bad-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "A call below `/v1` with a Bearer token that is not one of the service's MUST be answered with 401. That covers a token in which one character of the signature has been changed, and one that has expired."
  },
  {
    "id": "ai-sessions/access/register-succeeds",
    "level": "MUST",
    "role": "server",
    "text": "`register` of a user who is not registered MUST answer 200 with `registered` true and, as `registered_at`, the time of it."
  },
  {
    "id": "ai-sessions/access/register-again-keeps-data",
    "level": "MUST",
    "role": "server",
    "text": "To register once more MUST do no harm: the answer is 200 with the same `registered_at`, or 409, and what was stored before is still there."
  },
  {
    "id": "ai-sessions/access/foreign-domain-403",
    "level": "SHOULD",
    "role": "server",
    "text": "A user whose e-mail domain is not an allowed one SHOULD be refused with 403 when he registers."
  },
  {
    "id": "ai-sessions/access/unregistered-403",
    "level": "MUST",
    "role": "server",
    "text": "A user who is not registered MUST be answered with 403 when he creates a session or reads his credential status. The status is no success for him, not even one with `has_credentials` false: that is how a client learns that it has to register."
  },
  {
    "id": "ai-sessions/access/no-credentials-403",
    "level": "MUST",
    "role": "server",
    "text": "Creating a session without a stored credential MUST be answered with 403, for a user who has never stored one as for one who has deleted it."
  },
  {
    "id": "ai-sessions/access/deregister-deletes-data",
    "level": "MUST",
    "role": "server",
    "text": "`deregister` MUST answer 200 with `deregistered` true and delete all that is stored of the user. After it he is not registered; if he registers again, he has no credential and no sessions."
  },
  {
    "id": "ai-sessions/access/deregister-ends-sessions",
    "level": "MUST",
    "role": "server",
    "text": "Deregistration MUST end the running sessions of the user; whoever is attached to one gets `session_end` or a close."
  },
  {
    "id": "ai-sessions/access/key-stored",
    "level": "MUST",
    "role": "server",
    "text": "`storeAPIKey` with a well-formed key MUST answer 200 with `success` true; from then on the credential status says `has_credentials` true and, as its type, `api_key`. The older name `apikey` is permitted."
  },
  {
    "id": "ai-sessions/access/key-never-returned",
    "level": "MUST",
    "role": "server",
    "text": "A stored secret, an API key or the `org_api_key` of a creation, MUST NOT stand in any answer or frame, nor twelve characters of it in a row behind its prefix."
  },
  {
    "id": "ai-sessions/access/credentials-deleted",
    "level": "MUST",
    "role": "server",
    "text": "After `deleteCredentials` the credential status MUST say `has_credentials` false."
  },
  {
    "id": "ai-sessions/access/credentials-private",
    "level": "MUST",
    "role": "server",
    "text": "A credential MUST NOT show in the status of another user."
  },
  {
    "id": "ai-sessions/access/oauth-yields-url",
    "level": "MUST",
    "role": "server",
    "text": "An OAuth session MUST lead to a URL. Its start is answered with a non-empty `oauth_session_id` and a positive `expires_in` in seconds; polls with that id say `pending`, and within oauthUrlMs `url_ready` together with the URL, which no poll shows before."
  },
  {
    "id": "ai-sessions/access/oauth-code-completes",
    "level": "MUST",
    "role": "server",
    "text": "A good code MUST complete OAuth: the answer is 200 with `success` true and `status` `completed`, and the credential type is `oauth_token`, or `oauth` by its older name. A key that is stored afterwards takes its place."
  },
  {
    "id": "ai-sessions/access/oauth-dead-session-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "An OAuth session that is unknown, or older than oauthTtlMs, SHOULD be refused with a 4xx status, by polls and for codes."
  },
  {
    "id": "ai-sessions/access/oauth-session-private",
    "level": "MUST",
    "role": "server",
    "text": "An OAuth session of another user MUST NOT be of use: polls and codes get a 4xx status, no URL is shown, and the credential status of neither user changes."
  },
  {
    "id": "ai-sessions/access/unknown-id-refused",
    "level": "MUST",
    "role": "server",
    "text": "A call with an id that nothing has MUST be answered with a 4xx status; 404 is recommended."
  },
  {
    "id": "ai-sessions/access/foreign-session-protected",
    "level": "MUST",
    "role": "server",
    "text": "Another user's session MUST be out of reach. Reading it gets 403 or 404; ending it, deleting its record, reading its history and capturing it get a 4xx status and have no effect."
  },
  {
    "id": "ai-sessions/access/foreign-profile-protected",
    "level": "MUST",
    "role": "server",
    "text": "Another user's profile MUST be out of reach: reading, changing and deleting it get 403 or 404, and it stays as it is."
  },
  {
    "id": "ai-sessions/access/client-sends-bearer",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Every REST call of a client MUST carry `Authorization: Bearer` with the token it was made with."
  },
  {
    "id": "ai-sessions/connecting/query-token-opens",
    "level": "MUST",
    "role": "server",
    "text": "The WebSocket of an own running session MUST open with the token in the query, as `?token=...`, and stay open."
  },
  {
    "id": "ai-sessions/connecting/header-token-opens",
    "level": "SHOULD",
    "role": "server",
    "text": "The same WebSocket SHOULD open with the token in an `Authorization` header instead."
  },
  {
    "id": "ai-sessions/connecting/bad-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "A connection without a good token MUST be refused, with close 4001 or HTTP 401."
  },
  {
    "id": "ai-sessions/connecting/foreign-session-refused",
    "level": "MUST",
    "role": "server",
    "text": "A connection to another user's session MUST be refused, with close 4003 or 4004, HTTP 403 or 404, and MUST NOT see a single frame of that session."
  },
  {
    "id": "ai-sessions/connecting/unknown-session-refused",
    "level": "MUST",
    "role": "server",
    "text": "A connection to a session that does not exist MUST be refused, with close 4004 or HTTP 404."
  },
  {
    "id": "ai-sessions/connecting/starting-session-refused",
    "level": "MUST",
    "role": "server",
    "text": "A connection to a session that is not ready MUST be refused, with close 4009 or HTTP 409. Once it is running, the same connection opens."
  },
  {
    "id": "ai-sessions/connecting/ended-session-answer",
    "level": "MUST",
    "role": "server",
    "text": "A connection to a session that has ended MUST be told so: by `session_end`, by close 4100 or 4009, or by HTTP 409 or 410. That holds for a session that was ended over REST, and for one that has ended while its client was away."
  },
  {
    "id": "ai-sessions/connecting/client-websocket-url",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`getWebSocketURL` MUST give a URL that needs nothing further: `ws` for `http` and `wss` for `https`, the id as one segment of the path, the token percent-encoded in the query."
  },
  {
    "id": "ai-sessions/connecting/client-connect-resolves",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`connect()` MUST resolve once the WebSocket is open, and not before."
  },
  {
    "id": "ai-sessions/connecting/client-states-reported",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The state MUST go from `disconnected` over `connecting` to `connected`; `getState` gives it, and `onConnectionChange` is called with each new one in order."
  },
  {
    "id": "ai-sessions/connecting/client-custom-fetch-used",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A `fetch` that is given to `createClient` MUST be used for all REST calls."
  },
  {
    "id": "ai-sessions/connecting/client-custom-websocket-used",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A WebSocket class that is given to `createSessionWebSocket` MUST be the one that connects."
  },
  {
    "id": "ai-sessions/connecting/client-send-before-open-reported",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "To send while not connected SHOULD throw or reject."
  },
  {
    "id": "ai-sessions/framing/error-body",
    "level": "MUST",
    "role": "server",
    "text": "Every answer whose status is not 2xx MUST be a JSON object with the strings `error` and `message`."
  },
  {
    "id": "ai-sessions/framing/frame-envelope",
    "level": "MUST",
    "role": "server",
    "text": "Every message of the service MUST be one JSON object in a text message, with a non-empty string `type` and its data below `payload`, not below `data` or on top."
  },
  {
    "id": "ai-sessions/framing/frame-has-time",
    "level": "SHOULD",
    "role": "server",
    "text": "Every frame of the service SHOULD have the time of its making as `timestamp`, in the form of RFC 3339. A frame that waited for a client keeps its own."
  },
  {
    "id": "ai-sessions/framing/assistant-payload",
    "level": "MUST",
    "role": "server",
    "text": "The payload of `assistant` MUST have a `content`, which is a list of blocks with a string `type`, or a text. A block of type `text` has what is said as `text`."
  },
  {
    "id": "ai-sessions/framing/tool-payloads",
    "level": "MUST",
    "role": "server",
    "text": "The payload of `tool_use` MUST have a non-empty `id`, the `name` of the tool and its `input`, an object; that of `tool_result` the `tool_use_id` and a `content`, a text, list or object."
  },
  {
    "id": "ai-sessions/framing/error-frame-payload",
    "level": "MUST",
    "role": "server",
    "text": "The payload of `error` MUST have the strings `code` and `message`."
  },
  {
    "id": "ai-sessions/framing/failed-turn-marked",
    "level": "SHOULD",
    "role": "server",
    "text": "The `result` of a turn that failed SHOULD have `success` false, and that of another one true."
  },
  {
    "id": "ai-sessions/framing/bad-frames-survived",
    "level": "MUST",
    "role": "server",
    "text": "A bad message MUST NOT cost a client its connection or its session. That covers text that is no JSON, JSON that is no object, an unknown type, a prompt without payload, and, at the cost of the connection at most, text that is not valid UTF-8."
  },
  {
    "id": "ai-sessions/framing/bad-frames-reported",
    "level": "SHOULD",
    "role": "server",
    "text": "A message of these kinds SHOULD be answered with an `error` frame with the code `invalid_message`."
  },
  {
    "id": "ai-sessions/framing/unknown-member-tolerated",
    "level": "SHOULD",
    "role": "server",
    "text": "Members that the service does not know SHOULD be ignored."
  },
  {
    "id": "ai-sessions/framing/websocket-basics",
    "level": "MUST",
    "role": "server",
    "text": "A fragmented message MUST be handled like a whole one, and a ping MUST be answered with a pong that carries the same bytes."
  },
  {
    "id": "ai-sessions/framing/message-size-limit",
    "level": "SHOULD",
    "role": "server",
    "destructive": true,
    "text": "A message of up to maxMessageBytes SHOULD be taken; a larger one is refused with close 1009 or an `error` frame, and the session is spared."
  },
  {
    "id": "ai-sessions/framing/client-frames-sent",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Each sending method MUST send its own frame and nothing else: `sendPrompt` a `prompt` with the text, `sendInterrupt` an `interrupt`, `sendHeartbeat` a `heartbeat`, `requestUpload`, `notifyUploadComplete` and `requestDownload` their frames with the members that the table of frames gives."
  },
  {
    "id": "ai-sessions/framing/client-request-bodies",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Each REST method with a body MUST send as JSON exactly the documented members that it was given."
  },
  {
    "id": "ai-sessions/framing/client-result-shape",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A REST method MUST resolve to the body of the answer as the service has shaped it; members that the client does not know do no harm."
  },
  {
    "id": "ai-sessions/framing/client-error-fields",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A rejection MUST have `error` and `message` from the body, and the status of the answer as `status`."
  },
  {
    "id": "ai-sessions/framing/client-non-json-error",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A failed answer that is no JSON SHOULD reject all the same, with its `status`."
  },
  {
    "id": "ai-sessions/framing/client-survives-bad-messages",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A bad message of the service MUST NOT stop or disconnect a client: the next good frame reaches its handler."
  },
  {
    "id": "ai-sessions/routing/frames-stay-in-session",
    "level": "MUST",
    "role": "server",
    "text": "A prompt MUST be answered in the session it was sent to, and a connection MUST see the frames of its own session only, whoever the other sessions belong to."
  },
  {
    "id": "ai-sessions/routing/client-method-paths",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Each REST method MUST call the method and path that the table of endpoints gives under its name."
  },
  {
    "id": "ai-sessions/routing/client-query-parameters",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Parameters of a query MUST be sent under their own names, percent-encoded, and only if they were given."
  },
  {
    "id": "ai-sessions/routing/client-base-url-slash",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A slash at the end of the base URL MUST make no difference."
  },
  {
    "id": "ai-sessions/routing/client-ids-encoded",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An id MUST be one percent-encoded segment of a path, whatever it contains."
  },
  {
    "id": "ai-sessions/routing/client-handlers-called",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A frame of a known type MUST call the handler of that type once, with the whole frame."
  },
  {
    "id": "ai-sessions/routing/client-on-message-for-all",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Every frame, of whatever type, MUST call `onMessage` once."
  },
  {
    "id": "ai-sessions/routing/client-unknown-type-no-other-handler",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A frame of an unknown type MUST NOT call the handler of another type."
  },
  {
    "id": "ai-sessions/routing/client-error-frame-to-on-error",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An `error` frame MUST call `onError` with something that shows its code and its message."
  },
  {
    "id": "ai-sessions/routing/client-missing-handler-harmless",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A frame for which there is no handler MUST be without effect: the next one is handled."
  },
  {
    "id": "ai-sessions/superseding/second-socket-served",
    "level": "MUST",
    "role": "server",
    "text": "A second connection to a session MUST leave it running, and a prompt on it is answered there."
  },
  {
    "id": "ai-sessions/superseding/old-end-keeps-new",
    "level": "MUST",
    "role": "server",
    "text": "The end of an older connection MUST NOT cut off a newer one of the same session."
  },
  {
    "id": "ai-sessions/reconnecting/session-outlives-socket",
    "level": "MUST",
    "role": "server",
    "text": "A session MUST go on when its connection is lost, by a cut as by a close for silence: it is still running, and a new connection is served."
  },
  {
    "id": "ai-sessions/reconnecting/buffered-frames-delivered",
    "level": "MUST",
    "role": "server",
    "text": "Frames that are made while nobody is attached MUST be delivered to a client that comes back within bufferWindowMs."
  },
  {
    "id": "ai-sessions/reconnecting/buffered-frames-in-order",
    "level": "MUST",
    "role": "server",
    "text": "They MUST be delivered in the order of their making, and before any frame that is made later."
  },
  {
    "id": "ai-sessions/reconnecting/buffered-frames-once",
    "level": "SHOULD",
    "role": "server",
    "text": "A frame that has been delivered SHOULD NOT be delivered again after another reconnect, other than inside a `history`."
  },
  {
    "id": "ai-sessions/reconnecting/old-buffer-dropped",
    "level": "SHOULD",
    "role": "server",
    "slow": true,
    "text": "A frame older than bufferWindowMs SHOULD NOT be delivered any more, other than inside a `history`."
  },
  {
    "id": "ai-sessions/reconnecting/client-reconnects-after-loss",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "With `autoReconnect` a client MUST connect again, to the same URL, after its connection is lost: by a cut without a close frame, and by the closes 1001, 1006, 1011, 4101 and 4500."
  },
  {
    "id": "ai-sessions/reconnecting/client-reconnect-off",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Without `autoReconnect` a client MUST NOT connect again by itself."
  },
  {
    "id": "ai-sessions/reconnecting/client-first-delay",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The first attempt to connect again MUST NOT come before `reconnectDelay` has passed."
  },
  {
    "id": "ai-sessions/reconnecting/client-attempts-limited",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After `maxReconnectAttempts` failures in a row a client MUST stop, and be disconnected."
  },
  {
    "id": "ai-sessions/reconnecting/client-attempts-reset",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A connection that opens SHOULD set the count of failures back."
  },
  {
    "id": "ai-sessions/reconnecting/client-disconnect-closes",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`disconnect()` MUST close the connection with a close frame, and the state is `disconnected`."
  },
  {
    "id": "ai-sessions/reconnecting/client-disconnect-final",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After `disconnect()` a client MUST NOT connect again by itself."
  },
  {
    "id": "ai-sessions/reconnecting/client-disconnect-cancels-pending",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "`disconnect()` during the pause before an attempt MUST cancel that attempt."
  },
  {
    "id": "ai-sessions/reconnecting/client-stays-off-after-end",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "After `session_end` or close 4100 a client SHOULD NOT connect again."
  },
  {
    "id": "ai-sessions/reconnecting/client-stays-off-after-refusal",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "After close 4001, 4003, 4004 or 4009 a client SHOULD NOT connect again."
  },
  {
    "id": "ai-sessions/reconnecting/client-replay-dispatched",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Frames that come after a reconnect MUST reach their handlers in order, like any others."
  },
  {
    "id": "ai-sessions/reconnecting/client-survives-repeats",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A frame that comes twice MUST NOT stop a client, `session_end` included."
  },
  {
    "id": "ai-sessions/reconnecting/client-websocket-defaults",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "Without options a client SHOULD reconnect, at most maxReconnectAttempts times and first after reconnectDelayMs, and send heartbeats every heartbeatIntervalMs."
  },
  {
    "id": "ai-sessions/liveness/server-pings",
    "level": "MUST",
    "role": "server",
    "slow": true,
    "text": "The service MUST send a WebSocket ping at least every pingIntervalMs, with a fifth of it to spare."
  },
  {
    "id": "ai-sessions/liveness/silent-client-closed",
    "level": "MUST",
    "role": "server",
    "slow": true,
    "text": "A connection on which nothing has come for inactivityTimeoutMs, not even a pong, MUST be closed by the service; not before, and at most a fifth later."
  },
  {
    "id": "ai-sessions/liveness/heartbeats-keep-open",
    "level": "MUST",
    "role": "server",
    "text": "A `heartbeat` MUST be taken without an `error`, and as a sign of life."
  },
  {
    "id": "ai-sessions/liveness/pongs-keep-open",
    "level": "SHOULD",
    "role": "server",
    "slow": true,
    "text": "A pong SHOULD be taken as a sign of life."
  },
  {
    "id": "ai-sessions/liveness/client-heartbeats-sent",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A connected client MUST send a `heartbeat` every `heartbeatInterval`."
  },
  {
    "id": "ai-sessions/liveness/client-heartbeats-stop",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After `disconnect()` a client MUST NOT send heartbeats, and no timer of it keeps a process alive."
  },
  {
    "id": "ai-sessions/liveness/client-answers-ping",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A ping MUST be answered with a pong that carries the same bytes."
  },
  {
    "id": "ai-sessions/liveness/client-timeout-rejects",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A request that is not answered within `timeout` MUST reject."
  },
  {
    "id": "ai-sessions/liveness/client-timeout-aborts",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "Such a request MUST be aborted, so that its connection ends."
  },
  {
    "id": "ai-sessions/rate-limiting/session-cap-409",
    "level": "MUST",
    "role": "server",
    "text": "While maxSessions sessions of a user have not ended, another creation MUST be answered with 409; with 429 if the rate is used up as well."
  },
  {
    "id": "ai-sessions/rate-limiting/ended-session-frees-slot",
    "level": "MUST",
    "role": "server",
    "text": "As soon as one of them has ended, a creation MUST succeed again."
  },
  {
    "id": "ai-sessions/rate-limiting/profile-cap-409",
    "level": "MUST",
    "role": "server",
    "text": "While a user has maxProfiles profiles, another creation MUST be answered with 409. After one has been deleted it succeeds."
  },
  {
    "id": "ai-sessions/rate-limiting/rest-rates-429",
    "level": "SHOULD",
    "role": "server",
    "destructive": true,
    "text": "Calls beyond createPerMinute, registerPerMinute or uploadsPerMinute SHOULD be answered with 429, and pass again when rateWindowMs is over."
  },
  {
    "id": "ai-sessions/rate-limiting/frame-rates-reported",
    "level": "SHOULD",
    "role": "server",
    "destructive": true,
    "text": "Frames beyond messagesPerSecond, or prompts beyond promptsPerMinute, SHOULD be answered with an `error` frame with the code `rate_limited`; the session is spared."
  },
  {
    "id": "ai-sessions/rate-limiting/client-retries-listed-statuses",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A request that is answered with 429, 502, 503 or 504 MUST be repeated until it succeeds, maxRetries times at most."
  },
  {
    "id": "ai-sessions/rate-limiting/client-other-statuses-not-repeated",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A request that is answered with another status MUST NOT be repeated by default."
  },
  {
    "id": "ai-sessions/rate-limiting/client-repeats-whole-request",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A repetition MUST be the same request: method, path, body and token."
  },
  {
    "id": "ai-sessions/rate-limiting/client-gives-up",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "After `maxRetries` repetitions a client MUST reject, with the status that came last."
  },
  {
    "id": "ai-sessions/rate-limiting/client-custom-retry-on",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A given `retryOn` MUST take the place of the default list."
  },
  {
    "id": "ai-sessions/rate-limiting/client-retry-delay",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "The first repetition MUST NOT come before `retryDelay` has passed."
  },
  {
    "id": "ai-sessions/rate-limiting/client-rest-defaults",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "Without options a client SHOULD repeat maxRetries times, first after retryDelayMs, and wait requestTimeoutMs for an answer."
  },
  {
    "id": "ai-sessions/lifecycle/create-answer",
    "level": "MUST",
    "role": "server",
    "text": "`createSession` with the body `{}` MUST answer 201 with a session: a non-empty `id`, a `status` that is not ready or ready, and `created_at`. The body of the call may have any of the documented members, and none is required."
  },
  {
    "id": "ai-sessions/lifecycle/session-tools-kept",
    "level": "MUST",
    "role": "server",
    "text": "The `allowed_tools` and `denied_tools` of a creation MUST come back unchanged, in their order, when the session is read."
  },
  {
    "id": "ai-sessions/lifecycle/bad-body-400",
    "level": "SHOULD",
    "role": "server",
    "text": "A body that is no JSON, or breaks its schema, SHOULD be answered with 400. That covers a profile whose name, description or `ttl_seconds` is above nameMaxChars, descriptionMaxChars or ttlMaxSeconds, an unknown kind of MCP server, and an API key that does not begin with `sk-ant-`."
  },
  {
    "id": "ai-sessions/lifecycle/refused-create-leaves-nothing",
    "level": "MUST",
    "role": "server",
    "text": "A creation that is refused, for its body or for a cap, MUST leave no session behind."
  },
  {
    "id": "ai-sessions/lifecycle/session-gets-going",
    "level": "MUST",
    "role": "server",
    "text": "A new session MUST be running, or final, within startTimeoutMs."
  },
  {
    "id": "ai-sessions/lifecycle/status-never-goes-back",
    "level": "MUST",
    "role": "server",
    "text": "The status of a session MUST NOT go back: not from ready to not ready, and not from final to anything else."
  },
  {
    "id": "ai-sessions/lifecycle/times-in-order",
    "level": "MUST",
    "role": "server",
    "text": "Every time in an answer MUST be a date and time of RFC 3339, in its natural order: `started_at` and `terminated_at` are not before `created_at`, a session that has ended has a `terminated_at`, and no change of a profile takes its `updated_at` back."
  },
  {
    "id": "ai-sessions/lifecycle/list-has-own",
    "level": "MUST",
    "role": "server",
    "text": "`listSessions` MUST list the caller's sessions."
  },
  {
    "id": "ai-sessions/lifecycle/list-only-own",
    "level": "MUST",
    "role": "server",
    "text": "`listSessions` MUST NOT list anybody else's."
  },
  {
    "id": "ai-sessions/lifecycle/list-status-filter",
    "level": "MUST",
    "role": "server",
    "text": "With a `status`, the list MUST hold only sessions with that status."
  },
  {
    "id": "ai-sessions/lifecycle/pages-complete",
    "level": "MUST",
    "role": "server",
    "text": "The pages that `next_cursor` leads through MUST together hold each session once, none of them more than the `limit` that was asked for. On the last one `next_cursor` is absent, null or empty."
  },
  {
    "id": "ai-sessions/lifecycle/list-limit-bounds",
    "level": "SHOULD",
    "role": "server",
    "text": "A page SHOULD hold at most listDefault sessions if no limit is given, and at most listMax in any case. A limit that is no whole number above zero is answered with 400."
  },
  {
    "id": "ai-sessions/lifecycle/terminate-ends-session",
    "level": "MUST",
    "role": "server",
    "text": "`terminateSession` MUST answer 200 with `terminated` true, and the session becomes final."
  },
  {
    "id": "ai-sessions/lifecycle/end-reason-user-requested",
    "level": "SHOULD",
    "role": "server",
    "text": "Such an end SHOULD be given as `user_requested`: in the session, as `end_reason` or `termination_reason`, and in the frame `session_end`."
  },
  {
    "id": "ai-sessions/lifecycle/terminate-again-harmless",
    "level": "SHOULD",
    "role": "server",
    "text": "To terminate a session that has ended SHOULD be answered with 200 or 409, and its record stays as it was."
  },
  {
    "id": "ai-sessions/lifecycle/record-kept-before-end",
    "level": "MUST",
    "role": "server",
    "text": "The record of a session that has not ended MUST be kept: `deleteSessionRecord` gets a 4xx status, 409 by recommendation."
  },
  {
    "id": "ai-sessions/lifecycle/record-deleted",
    "level": "MUST",
    "role": "server",
    "text": "`deleteSessionRecord` of a session that has ended MUST answer 200 with `deleted` true; from then on the session is unknown."
  },
  {
    "id": "ai-sessions/lifecycle/prompt-text-unchanged",
    "level": "MUST",
    "role": "server",
    "text": "The text of a prompt MUST reach the agent as it was sent, quotes, line separators and characters beyond the basic plane included."
  },
  {
    "id": "ai-sessions/lifecycle/turn-ends-with-result",
    "level": "MUST",
    "role": "server",
    "text": "A turn MUST end in exactly one `result`, which comes after all its other frames."
  },
  {
    "id": "ai-sessions/lifecycle/tool-result-matches-use",
    "level": "MUST",
    "role": "server",
    "text": "Each `tool_result` MUST name, as `tool_use_id`, the `id` of one earlier `tool_use`, and no two of these ids are the same."
  },
  {
    "id": "ai-sessions/lifecycle/turns-in-order",
    "level": "SHOULD",
    "role": "server",
    "text": "Prompts that are sent one after the other SHOULD be answered in that order."
  },
  {
    "id": "ai-sessions/lifecycle/interrupt-ends-turn",
    "level": "MUST",
    "role": "server",
    "text": "An `interrupt` MUST end the current turn: its `result` comes soon, and what the agent had still to do is not done."
  },
  {
    "id": "ai-sessions/lifecycle/interrupt-keeps-session",
    "level": "MUST",
    "role": "server",
    "text": "An `interrupt` MUST leave the session running and the next prompt alone, whether or not there was a turn to end."
  },
  {
    "id": "ai-sessions/lifecycle/one-session-end",
    "level": "MUST",
    "role": "server",
    "text": "When a session ends, whoever is attached MUST get exactly one `session_end`, with a non-empty `reason`."
  },
  {
    "id": "ai-sessions/lifecycle/session-end-is-last",
    "level": "MUST",
    "role": "server",
    "text": "After `session_end` the service MUST send no frame, and close the connection."
  },
  {
    "id": "ai-sessions/lifecycle/close-code-tells-cause",
    "level": "SHOULD",
    "role": "server",
    "text": "The service SHOULD close with the code of the cause: 4100 after `session_end`, 4101 or 1001 for silence."
  },
  {
    "id": "ai-sessions/lifecycle/crash-ends-session",
    "level": "SHOULD",
    "role": "server",
    "text": "When the agent crashes, `session_end` or an `error` with the code `session_crashed` SHOULD say so, and the session becomes final."
  },
  {
    "id": "ai-sessions/lifecycle/ended-session-takes-no-prompt",
    "level": "MUST",
    "role": "server",
    "text": "A prompt to a session that has ended MUST NOT be handled, even if it is sent at the very moment of the end."
  },
  {
    "id": "ai-sessions/lifecycle/profile-created",
    "level": "MUST",
    "role": "server",
    "text": "`createProfile` MUST answer 201 with a profile that has a non-empty `id`, and that can be read and is listed."
  },
  {
    "id": "ai-sessions/lifecycle/profile-members-kept",
    "level": "MUST",
    "role": "server",
    "text": "The members that a profile was given MUST come back unchanged, after a creation as after a change."
  },
  {
    "id": "ai-sessions/lifecycle/update-keeps-omitted",
    "level": "MUST",
    "role": "server",
    "text": "`updateProfile` MUST leave the members alone that it is not given."
  },
  {
    "id": "ai-sessions/lifecycle/one-default",
    "level": "MUST",
    "role": "server",
    "text": "`setDefaultProfile` MUST make that profile the default and take the mark from the one before, so that exactly one profile has it."
  },
  {
    "id": "ai-sessions/lifecycle/default-profile-kept",
    "level": "MUST",
    "role": "server",
    "text": "The default profile MUST NOT be deleted: the call gets a 4xx status, 409 by recommendation, and the profile stays the default."
  },
  {
    "id": "ai-sessions/lifecycle/profile-deleted",
    "level": "MUST",
    "role": "server",
    "text": "Any other profile MUST be deleted by `deleteProfile`, with a 2xx status."
  },
  {
    "id": "ai-sessions/lifecycle/capture-keeps-settings",
    "level": "MUST",
    "role": "server",
    "text": "A profile that is captured from a session MUST have the name that was given and the tools of that session."
  },
  {
    "id": "ai-sessions/lifecycle/client-waits-while-starting",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A helper that waits for a session SHOULD go on asking while its status is `pending` or `starting`."
  },
  {
    "id": "ai-sessions/lifecycle/client-fails-on-other-status",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "Such a helper SHOULD fail at any status but these and `running`."
  },
  {
    "id": "ai-sessions/transferring/tickets",
    "level": "MUST",
    "role": "server",
    "text": "`requestUploadURL` MUST answer with an absolute `upload_url`, an `upload_id`, a `target_path` and an `expires_at` in the future; `requestDownloadURL` with an absolute `download_url` and an `expires_at` in the future."
  },
  {
    "id": "ai-sessions/transferring/upload-accepted",
    "level": "MUST",
    "role": "server",
    "text": "The announced bytes MUST be taken by a `PUT` to that URL without an `Authorization` header, and `notifyUploadComplete` answers 200 with `success` true and the `target_path` as `path`."
  },
  {
    "id": "ai-sessions/transferring/download-same-bytes",
    "level": "MUST",
    "role": "server",
    "text": "A download MUST give the very bytes that were uploaded, of an empty file as well, whether the URLs were asked for over REST or over frames."
  },
  {
    "id": "ai-sessions/transferring/download-made-file",
    "level": "SHOULD",
    "role": "server",
    "text": "A file that the agent has written SHOULD be there for download under its path."
  },
  {
    "id": "ai-sessions/transferring/bad-transfer-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "A transfer that cannot work SHOULD get a 4xx status: a download of a path that is not there, the notice of an unknown upload, an upload to a session that has ended."
  },
  {
    "id": "ai-sessions/transferring/file-too-large-413",
    "level": "MUST",
    "role": "server",
    "text": "An upload whose announced size is above maxFileBytes MUST be refused: with 413 over REST; over a frame with no `upload_url`, and an `error` by recommendation."
  },
  {
    "id": "ai-sessions/transferring/upload-stays-in-folder",
    "level": "MUST",
    "role": "server",
    "text": "A file name with a path in it MUST NOT place the file outside the folder of uploads: it is refused with a 4xx status, or the `target_path` is in the folder where a plain name would be."
  },
  {
    "id": "ai-sessions/transferring/foreign-session-refused",
    "level": "MUST",
    "role": "server",
    "text": "Uploads to and downloads from another user's session MUST be refused with 403 or 404."
  },
  {
    "id": "ai-sessions/transferring/url-expires",
    "level": "SHOULD",
    "role": "server",
    "text": "After its `expires_at` a URL SHOULD work no more: a `PUT` gets a 4xx status."
  },
  {
    "id": "ai-sessions/transferring/ws-tickets",
    "level": "MUST",
    "role": "server",
    "text": "`upload_request` and `download_request` MUST be answered by `upload_url` and `download_url`, with a `url` and an `expires_at` in the future."
  },
  {
    "id": "ai-sessions/transferring/ws-request-id-returned",
    "level": "MUST",
    "role": "server",
    "text": "Each of these answers MUST carry the `request_id` of its request, and each request is answered once."
  },
  {
    "id": "ai-sessions/transferring/client-upload-steps",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "`uploadFile` SHOULD ask for a URL, put the file and then give notice, in this order."
  },
  {
    "id": "ai-sessions/transferring/client-upload-puts-bytes",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "It SHOULD put exactly the bytes of the file, with the content type that it has announced."
  },
  {
    "id": "ai-sessions/transferring/client-upload-hides-token",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "The `PUT` SHOULD NOT carry the token: the URL may belong to somebody else."
  },
  {
    "id": "ai-sessions/transferring/client-upload-gives-path",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "`uploadFile` SHOULD resolve to the path that the service has given."
  },
  {
    "id": "ai-sessions/transferring/client-upload-progress",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "`onProgress` SHOULD be called with percentages that rise and end at 100."
  },
  {
    "id": "ai-sessions/transferring/client-upload-failure-rejects",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "If the `PUT` fails, `uploadFile` SHOULD reject and give no notice."
  },
  {
    "id": "ai-sessions/transferring/client-ws-upload-matches-id",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "Of two uploads at once over the WebSocket each SHOULD use the URL with its own `request_id`."
  },
  {
    "id": "ai-sessions/transferring/client-ws-upload-complete-path",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "The `upload_complete` of the helper SHOULD carry the `target_path` of the answer."
  },
  {
    "id": "ai-sessions/transferring/client-ws-download-gives-bytes",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "`downloadFile` SHOULD resolve to the bytes behind the URL with its `request_id`."
  },
  {
    "id": "ai-sessions/mcp/servers-kept",
    "level": "MUST",
    "role": "server",
    "text": "The `mcp_servers` of a profile MUST come back under their names, with type and `url`, or type, `command` and `args`. The values of `headers` and `env` may be masked."
  },
  {
    "id": "hub/access/missing-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "A request for a WebSocket without a token MUST be refused before the upgrade with a 4xx status. An empty `token` in the query is no token."
  },
  {
    "id": "hub/access/bad-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "A token that the hub has not issued MUST NOT open a WebSocket; the request is refused before the upgrade with a 4xx status. That covers text that is no token, a JWT that has lost a part or whose signature differs in one character, one that says `none` as its algorithm and has an empty signature, and one that is signed with anything but an HMAC under the hub's own secret."
  },
  {
    "id": "hub/access/expired-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "Outside its time of validity a JWT MUST be refused before the upgrade with a 4xx status: from the moment `exp` on and, if the token has an `nbf`, before that moment."
  },
  {
    "id": "hub/access/token-claims-checked",
    "level": "SHOULD",
    "role": "server",
    "text": "A JWT SHOULD be refused before the upgrade if it lacks `exp` or `user_id`, or names another issuer than this hub's, even if its signature is right."
  },
  {
    "id": "hub/access/refused-client-not-registered",
    "level": "MUST",
    "role": "server",
    "text": "Whoever is refused is not connected. An attempt that fails MUST NOT change who is connected as that user: a user without a connection still has none, and one who has a connection keeps it and gets its frames there."
  },
  {
    "id": "hub/access/refusal-status-401",
    "level": "SHOULD",
    "role": "server",
    "text": "A refusal SHOULD be understandable to any HTTP client. The status for a missing or bad token is 401, on the WebSocket as on the other endpoints, and the body of every 4xx answer of the endpoints named here is a JSON object with a string member `error`."
  },
  {
    "id": "hub/access/agent-api-token-identity",
    "level": "SHOULD",
    "role": "server",
    "text": "If the hub has API tokens, such a token SHOULD open the WebSocket as the agent that it belongs to. Others then see that agent's id and the role `AGENT` in its frames. This holds for tokens that the hub has made up as for those that an administrator has chosen."
  },
  {
    "id": "hub/access/replaced-agent-token-refused",
    "level": "MUST",
    "role": "server",
    "text": "Once an agent's API token has been replaced, the old one MUST be refused for new connections with a 4xx status."
  },
  {
    "id": "hub/access/dead-token-ends-socket",
    "level": "SHOULD",
    "role": "server",
    "text": "A token that loses its validity while its connection is open SHOULD take the connection along: because `exp` has come, or because the API token has been replaced. The hub closes it, or at the least routes nothing for it any more. 4001 is recommended."
  },
  {
    "id": "hub/access/foreign-origin-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "An upgrade with an `Origin` header SHOULD be refused with 403 unless the origin is the request's own host or stands on the hub's list of allowed origins. By default these are `http://localhost:3000` and `http://localhost:5173`. The origin `null` is foreign. Programs send no such header, and pass."
  },
  {
    "id": "hub/access/rest-token-required",
    "level": "MUST",
    "role": "server",
    "text": "An endpoint that needs a token MUST answer 401 to a request without a valid JWT of a user: without an `Authorization` header, with a signature that has been changed, with an expired token, with another scheme than Bearer, with an agent's API token."
  },
  {
    "id": "hub/access/admin-routes-guarded",
    "level": "MUST",
    "role": "server",
    "text": "An endpoint that makes accounts or hands out tokens MUST refuse, with 403 and without any effect, a user who is not an ADMIN. The same goes for routes that help in development, if a hub has any; it may also deny that they exist, with 404."
  },
  {
    "id": "hub/access/butler-agent-history-admin-only",
    "level": "MUST",
    "role": "server",
    "text": "What the butler and an agent have said to each other, butlerAgentHistory, MUST be readable by an ADMIN only; anybody else gets 403."
  },
  {
    "id": "hub/access/login-token-works",
    "level": "MUST",
    "role": "server",
    "text": "The `token` of a successful login MUST open a WebSocket as the user that the answer names. A wrong password and an unknown name get the same refusal, and no token."
  },
  {
    "id": "hub/access/agent-token-hidden",
    "level": "MUST",
    "role": "server",
    "text": "No endpoint MUST show an API token to anyone but an ADMIN. agentList, agentStatus and butler have no `api_token` for other users. A hub that keeps only hashes of its tokens cannot show them to an ADMIN either; then the answer that makes the token is the one that shows it."
  },
  {
    "id": "hub/connecting/valid-token-upgrades",
    "level": "MUST",
    "role": "server",
    "text": "With a valid token the upgrade MUST be answered with 101, for every role: `ADMIN`, `MEMBER`, any other human role, `AGENT`, and `BUTLER` where a connection of the butler is accepted. The answer has no subprotocol and no extension that the client did not offer. An unknown subprotocol in the request is ignored and does no harm."
  },
  {
    "id": "hub/connecting/early-frame-handled",
    "level": "MUST",
    "role": "server",
    "text": "A client may write its first frame together with the last byte of its request, or at the very moment at which it sees the 101. Such a frame MUST be handled like any later one."
  },
  {
    "id": "hub/connecting/non-upgrade-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "What is no upgrade on this path SHOULD get a 4xx status although the token is good: a `GET` without the headers of an upgrade, a `POST`, and an upgrade on another path such as `/ws`."
  },
  {
    "id": "hub/connecting/plain-get-one-answer",
    "level": "SHOULD",
    "role": "server",
    "text": "A plain `GET` with a valid token SHOULD get exactly one well-formed HTTP answer: one status line, one body of the declared type and length, and nothing after it. The same holds for every refusal."
  },
  {
    "id": "hub/connecting/close-answered",
    "level": "MUST",
    "role": "server",
    "text": "A client's close frame MUST be answered with a close frame before the TCP connection ends. That holds for every legal code, 1000 as well as 3000 and 4999, and for a close frame without a code. The answer has a legal code or none; the client's own is recommended."
  },
  {
    "id": "hub/connecting/shutdown-close-1001",
    "level": "SHOULD",
    "role": "server",
    "text": "A hub that is stopped in an orderly manner SHOULD send a close frame with 1001 to every connection."
  },
  {
    "id": "hub/connecting/client-token-in-query",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A client MUST connect to `/api/ws` with its token in the query parameter `token`, percent-encoded, so that the hub reads back exactly the token even if it contains `+`, `/`, `=`, `&` or `%`."
  },
  {
    "id": "hub/framing/one-object-per-message",
    "level": "MUST",
    "role": "server",
    "text": "Whatever came in, the hub MUST send text messages only, each strictly in UTF-8, and each with exactly one JSON object and nothing else in it."
  },
  {
    "id": "hub/framing/envelope-schema",
    "level": "MUST",
    "role": "server",
    "text": "Every frame from the hub MUST fit the envelope: `type`, `sender_id`, `sender_name`, `sender_role`, `payload` and `timestamp` are always there, and each member has the type that the table gives it. The payload is null if none was sent. A `timestamp` has up to nine digits of a second and any offset."
  },
  {
    "id": "hub/framing/sender-assigned",
    "level": "MUST",
    "role": "server",
    "text": "`sender_id`, `sender_name`, `sender_role` and `timestamp` of a frame that is passed on MUST be the hub's own values, taken from the token, the account and the clock. What the client wrote there is as if it had not been written. No client can speak with another's name, role or time."
  },
  {
    "id": "hub/framing/content-unchanged",
    "level": "MUST",
    "role": "server",
    "text": "What belongs to the sender MUST come out as it went in: `type`, `payload`, `stream_id`, `local_id` and `target_id`. Payloads are compared as values: any JSON value, with integers below 2^53 and valid Unicode. Copies of a broadcast have no `target_id`, or 0."
  },
  {
    "id": "hub/framing/unknown-tolerated",
    "level": "SHOULD",
    "role": "server",
    "text": "A type that the hub does not know and a member that it does not know SHOULD do no harm: the connection stays open, and the next frame is handled. A known type in another spelling, such as `chat`, is an unknown type: it is routed, but not echoed."
  },
  {
    "id": "hub/framing/malformed-isolated",
    "level": "MUST",
    "role": "server",
    "text": "A message that the hub cannot take MUST NOT reach any other client or disturb one: all others stay connected and go on exchanging frames. That goes for JSON that breaks off, text that is no JSON, an empty message, an envelope with a number where a string belongs or the other way round, bytes that are not UTF-8, and a message that is far too long."
  },
  {
    "id": "hub/framing/not-one-object-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "A message that begins like JSON but is not exactly one object SHOULD NOT be routed at all, not even the part that could be read: null, a number, a string, true or false, an array, two objects in a row, an object with text behind it. White space behind the object is nothing special."
  },
  {
    "id": "hub/framing/undecodable-close-code",
    "level": "SHOULD",
    "role": "server",
    "text": "If an undecodable message costs its sender the connection, the hub SHOULD say so with a close frame of code 1008, 1003 or 1007."
  },
  {
    "id": "hub/framing/invalid-utf8-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "A text message with bytes that are not UTF-8 SHOULD be refused with close code 1007 and not be passed on, not even repaired."
  },
  {
    "id": "hub/framing/small-messages-accepted",
    "level": "MUST",
    "role": "server",
    "text": "Messages of up to minAcceptedBytes MUST be accepted, in one piece or in fragments. A fragment may end inside a JSON string or inside a character, and a ping may stand between two fragments; it is answered at once."
  },
  {
    "id": "hub/framing/oversize-closed-1009",
    "level": "SHOULD",
    "role": "server",
    "text": "The limit SHOULD be exact: a message of maxMessageBytes, summed over its fragments, is served, and one of a single byte more is refused with close code 1009."
  },
  {
    "id": "hub/framing/protocol-error-ends-connection",
    "level": "MUST",
    "role": "server",
    "text": "Whoever breaks the framing rules of WebSocket MUST lose the connection, and nothing of that message is delivered. Examples are a frame without a mask, a reserved bit that is set, an unknown opcode, a close frame with an illegal code. If a close frame is sent for it, its code is 1002."
  },
  {
    "id": "hub/framing/client-survives-odd-frames",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A client MUST stay usable after a frame that it did not expect: text that is not JSON, a payload of null, members that it does not know, a message that comes as a fragment and an empty last fragment. If the frame is a valid `CHAT` nevertheless, it is handled."
  },
  {
    "id": "hub/framing/client-keeps-size-limit",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "No message of a client SHOULD be larger than maxMessageBytes, however long the answer is that it has to give. A longer answer is cut."
  },
  {
    "id": "hub/framing/client-reads-both-log-forms",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A user interface SHOULD take the payload of a `SYSTEM_LOG` in both forms, as an object and as a string with the JSON of that object, and show them alike."
  },
  {
    "id": "hub/routing/targeted-delivered",
    "level": "MUST",
    "role": "server",
    "text": "A frame whose target is connected MUST reach the target exactly once, whatever the type, unless the sender may not send that type."
  },
  {
    "id": "hub/routing/target-only",
    "level": "MUST",
    "role": "server",
    "text": "A frame that has a target MUST NOT reach anybody but the target and, for `CHAT*`, the sender."
  },
  {
    "id": "hub/routing/self-target-once",
    "level": "MUST",
    "role": "server",
    "text": "A frame that a user targets at itself MUST be delivered to it exactly once, to people and to agents alike."
  },
  {
    "id": "hub/routing/echo-to-humans",
    "level": "MUST",
    "role": "server",
    "text": "A `CHAT`, `CHAT_STREAM` or `CHAT_STREAM_END` with a target MUST be echoed to its sender if the sender has a human role, whichever it is."
  },
  {
    "id": "hub/routing/echo-equals-target-copy",
    "level": "MUST",
    "role": "server",
    "text": "The echo MUST come exactly once and be equal to the copy that the target gets, `id` and `timestamp` included."
  },
  {
    "id": "hub/routing/no-echo-to-agents",
    "level": "MUST",
    "role": "server",
    "text": "A sender with the role `AGENT` or `BUTLER` MUST NOT get an echo; an agent that answers what it hears would otherwise talk to itself without end. For this the role is read without regard to case and to blanks around it."
  },
  {
    "id": "hub/routing/no-echo-for-other-types",
    "level": "MUST",
    "role": "server",
    "text": "A frame with a target that is not one of `CHAT*` MUST NOT be echoed."
  },
  {
    "id": "hub/routing/broadcast-without-target",
    "level": "MUST",
    "role": "server",
    "text": "A frame without a target MUST reach all connected clients. No `target_id`, 0 and null all mean that there is none."
  },
  {
    "id": "hub/routing/broadcast-one-copy",
    "level": "MUST",
    "role": "server",
    "text": "Of a broadcast each connected client MUST get exactly one copy, and the sender is one of them; there is no echo beside it."
  },
  {
    "id": "hub/routing/bad-target-not-broadcast",
    "level": "MUST",
    "role": "server",
    "text": "A target that cannot be reached never turns a frame into a broadcast. A frame whose target is not connected, does not exist, is negative or is no integer at all MUST NOT reach any third client."
  },
  {
    "id": "hub/routing/absent-target-keeps-sender",
    "level": "MUST",
    "role": "server",
    "text": "A frame whose target is unknown or not connected MUST leave its sender connected. If it is one of `CHAT*` from a human it is echoed as usual, so the sender cannot tell whether anybody was there. Nothing is kept for the target to read later, except in its history."
  },
  {
    "id": "hub/routing/order-kept",
    "level": "SHOULD",
    "role": "server",
    "text": "The frames of one sender SHOULD arrive in the order in which they were sent, at the target as in the echo. All clients SHOULD see broadcasts of several senders in one and the same order."
  },
  {
    "id": "hub/routing/hub-types-not-forgeable",
    "level": "MUST",
    "role": "server",
    "text": "`AUTH_REQUEST`, `AUTH_STATUS_UPDATE` and `BUTLER_AGENT_MESSAGE` speak for the hub or the butler. If any other client sends one, it MUST NOT be delivered to anybody, whether it has a target or not. The sender need not be told. A frame of these types from a connection of the butler is delivered; one whose payload does not have the shape of client/AUTH_REQUEST or its like need not be."
  },
  {
    "id": "hub/routing/client-reply-targets-requester",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An agent MUST give its answer to a `CHAT` the `sender_id` of that `CHAT` as `target_id`."
  },
  {
    "id": "hub/routing/client-ignores-other-types",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An agent MUST NOT answer a frame whose type is anything but `CHAT`, be it one of the other seven or an unknown one."
  },
  {
    "id": "hub/routing/client-ignores-own-chat",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An agent MUST NOT answer a `CHAT` whose `sender_id` is its own id. A broadcast comes back to its sender."
  },
  {
    "id": "hub/routing/client-ignores-agent-chat",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "An agent SHOULD NOT answer a `CHAT` with `sender_role` `AGENT` of its own accord. Two agents that answer each other never stop."
  },
  {
    "id": "hub/routing/client-partner-of-frame",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A user interface SHOULD file a frame under the partner of the conversation: the target if the user is the sender, the sender otherwise. So an echo and what the other side says stand in one conversation."
  },
  {
    "id": "hub/routing/client-looks-up-butler-id",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A client SHOULD ask the hub for the butler's id, by butler, and not take a number for granted."
  },
  {
    "id": "hub/superseding/newest-gets-frames",
    "level": "MUST",
    "role": "server",
    "text": "The newest connection of a user MUST get what is meant for the user: frames with the user as target, broadcasts, and echoes of what it has sent itself."
  },
  {
    "id": "hub/superseding/old-teardown-keeps-new",
    "level": "MUST",
    "role": "server",
    "text": "The end of an older connection MUST NOT take anything away from the newest one, whether it ends with a close frame or without, and in whatever order several older ones end. A hub that shows presence goes on showing the user as online."
  },
  {
    "id": "hub/superseding/old-connection-told",
    "level": "SHOULD",
    "role": "server",
    "text": "A connection that has been superseded SHOULD be closed with a close frame, promptly. 4000 is recommended; connections of other users stay open."
  },
  {
    "id": "hub/superseding/stalled-reader-survived",
    "level": "MUST",
    "role": "server",
    "destructive": true,
    "text": "A client may stop reading, so that much is waiting for it, and then connect again. The hub MUST stay in service: other users can still connect and exchange frames, and the new connection works."
  },
  {
    "id": "hub/reconnecting/fast-return-keeps-new",
    "level": "MUST",
    "role": "server",
    "text": "A user who connects again immediately after losing a connection, before the hub has noticed the loss, MUST get frames on the new connection and keep getting them."
  },
  {
    "id": "hub/reconnecting/client-reconnects",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A user interface SHOULD connect again when its connection has ended and nobody has asked for that."
  },
  {
    "id": "hub/reconnecting/client-backs-off",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "The pauses between attempts SHOULD grow, up to client.reconnectCapMs and not beyond. After a connection has opened, the next pause is again about client.reconnectBaseMs long."
  },
  {
    "id": "hub/reconnecting/client-stays-off",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A client SHOULD NOT connect again where it cannot be wanted: after the user has logged out, and after the hub has refused the token with 401. After an abnormal close or a 503 it tries again."
  },
  {
    "id": "hub/liveness/server-pings",
    "level": "SHOULD",
    "role": "server",
    "slow": true,
    "text": "An idle client SHOULD get a ping at least every pongTimeoutMs; pingIntervalMs is when it is to be expected."
  },
  {
    "id": "hub/liveness/silent-peer-dropped",
    "level": "SHOULD",
    "role": "server",
    "slow": true,
    "text": "A client that gives no sign of life SHOULD be dropped within silentDropMs."
  },
  {
    "id": "hub/liveness/answering-peer-kept",
    "level": "MUST",
    "role": "server",
    "slow": true,
    "text": "A client that answers every ping MUST NOT be dropped, however long it has nothing to say."
  },
  {
    "id": "hub/liveness/data-counts-as-life",
    "level": "SHOULD",
    "role": "server",
    "slow": true,
    "text": "A client that keeps sending data SHOULD NOT be dropped because its pongs are missing."
  },
  {
    "id": "hub/liveness/ping-answered",
    "level": "MUST",
    "role": "server",
    "text": "A client's ping MUST be answered with a pong that carries the same payload."
  },
  {
    "id": "hub/liveness/stalled-reader-dropped",
    "level": "SHOULD",
    "role": "server",
    "destructive": true,
    "text": "A client that does not read and whose queue of clientQueueFrames outgoing frames is full SHOULD be dropped, at the latest writeTimeoutMs after that."
  },
  {
    "id": "hub/liveness/stalled-reader-isolated",
    "level": "MUST",
    "role": "server",
    "destructive": true,
    "text": "A client that does not read MUST NOT keep other clients from exchanging frames."
  },
  {
    "id": "hub/liveness/client-answers-ping",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "A client MUST answer a ping with a pong that carries the same payload. WebSocket libraries do so."
  },
  {
    "id": "hub/rate-limiting/burst-delivered-or-told",
    "level": "MUST",
    "role": "server",
    "destructive": true,
    "text": "A burst of burstFrames frames, more than the hub holds in its queue of hubQueueFrames, MUST NOT lose frames silently. Either all of them arrive at a target that reads, and so do those of other senders meanwhile, or each sender that loses a frame gets a frame or a close that says so."
  },
  {
    "id": "hub/rate-limiting/butler-stream-complete",
    "level": "SHOULD",
    "role": "server",
    "destructive": true,
    "text": "When the butler streams an answer, all its chunks SHOULD reach a requester who reads, even if there are streamWords of them. Joined, they are the payload of the final `CHAT`."
  },
  {
    "id": "hub/confirming/request-to-admins-only",
    "level": "SHOULD",
    "role": "server",
    "text": "An `AUTH_REQUEST` SHOULD have an ADMIN as its target and reach nobody else, not even the requester if that is not an ADMIN, nor the agent."
  },
  {
    "id": "hub/confirming/request-complete",
    "level": "SHOULD",
    "role": "server",
    "text": "An `AUTH_REQUEST` SHOULD come from the butler, with its id and the role `BUTLER`, and say all that is needed for a decision. Its payload is an object with a non-empty `action_id`, which no other request has, `target_agent_id` as an integer, the text of the `command`, a `reason`, and the `status` PENDING."
  },
  {
    "id": "hub/confirming/request-carries-record-id",
    "level": "SHOULD",
    "role": "server",
    "text": "The `id` of an `AUTH_REQUEST` SHOULD be the number of its stored record, so that a client can tell that the two are one."
  },
  {
    "id": "hub/confirming/request-reaches-connected-admin",
    "level": "SHOULD",
    "role": "server",
    "text": "As long as any ADMIN is connected, an `AUTH_REQUEST` SHOULD go to one who is, and the record SHOULD be filed for that one: it stands in their history with the butler."
  },
  {
    "id": "hub/confirming/approved-command-delivered",
    "level": "MUST",
    "role": "server",
    "text": "An approved command MUST reach the agent as a `CHAT` from the butler that contains the text of the command, whether it was approved by an `AUTH_RESPONSE` or by decide, which then answers 200 with `{\"status\": \"processed\"}`."
  },
  {
    "id": "hub/confirming/undecided-command-withheld",
    "level": "MUST",
    "role": "server",
    "text": "As long as nobody has approved a command, and for ever if it is rejected, it MUST NOT reach the agent."
  },
  {
    "id": "hub/confirming/only-true-approves",
    "level": "MUST",
    "role": "server",
    "text": "A command MUST NOT be approved by anything but a plain yes to this very action. `approved` with the text \"true\" is not a yes, a missing `approved` is a no, an unknown `action_id` decides nothing about any other, a payload that is the JSON text of a decision is none. A body that is no JSON gets 400. What was only ill-formed has decided nothing: the right decision still counts afterwards."
  },
  {
    "id": "hub/confirming/immediate-decision-counts",
    "level": "MUST",
    "role": "server",
    "text": "A decision that is sent the moment the `AUTH_REQUEST` arrives MUST take effect like a later one."
  },
  {
    "id": "hub/confirming/first-decision-final",
    "level": "MUST",
    "role": "server",
    "text": "The first decision about an action MUST be final. An approval after a rejection delivers nothing, and a second approval does not deliver the command again."
  },
  {
    "id": "hub/confirming/only-admins-decide",
    "level": "MUST",
    "role": "server",
    "text": "Nobody but an ADMIN MUST be able to decide: no decision of another role counts, neither the requester's nor that of the agent in question. Over HTTP it is refused with 403. The action stays undecided."
  },
  {
    "id": "hub/confirming/decision-announced",
    "level": "SHOULD",
    "role": "server",
    "text": "After a decision, whichever it was, the ADMIN who has decided and the requester SHOULD each get an `AUTH_STATUS_UPDATE` with the `action_id` and a status."
  },
  {
    "id": "hub/confirming/rest-decision-keyed-by-action",
    "level": "SHOULD",
    "role": "server",
    "text": "decide SHOULD act on the action that the body names and on nothing else. An unknown `action_id` gets 404. A `stream_id` in the body has no meaning."
  },
  {
    "id": "hub/confirming/history-shows-decision",
    "level": "SHOULD",
    "role": "server",
    "text": "The stored `AUTH_REQUEST` SHOULD show what became of it: its `status` is APPROVED or REJECTED after the decision and stays so over a restart; a request that was undecided at a restart is EXPIRED. The requester finds it in the history with the butler."
  },
  {
    "id": "hub/confirming/requester-told-outcome",
    "level": "SHOULD",
    "role": "server",
    "text": "The requester of a command SHOULD get a `CHAT` from the butler about its outcome: that it was rejected, what the agent has answered, that the agent has not answered within agentReplyTimeoutMs, or that the agent is not connected and nothing was asked."
  },
  {
    "id": "hub/confirming/answer-matched-to-command",
    "level": "SHOULD",
    "role": "server",
    "text": "Only the agent's answer to a command SHOULD be taken for it: a `CHAT` that the agent sends to the butler, and not one that it sends to somebody else. Answers belong to commands in the order in which the commands were given. If an answer comes after its command has been given up, it still uses up its place, and the next command gets the next answer. An answer that carries the `stream_id` of a command belongs to that command."
  },
  {
    "id": "hub/confirming/failure-reported",
    "level": "SHOULD",
    "role": "server",
    "text": "If the butler fails before it has an answer, the requester SHOULD be told by a `CHAT` or a `CHAT_STREAM_END` and is not left waiting."
  },
  {
    "id": "hub/confirming/start-notice-to-requester",
    "level": "SHOULD",
    "role": "server",
    "text": "A hub may announce that a command has been given, by a `CHAT_STREAM` of the butler with the `stream_id` `exec_<action_id>`. Such a notice SHOULD go to the requester or to the ADMIN who has decided, to nobody else, and have the `sender_role` `BUTLER`."
  },
  {
    "id": "hub/confirming/client-card-updated",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A user interface shows a request for approval as a card. An `AUTH_STATUS_UPDATE` SHOULD change the card with its `action_id` and leave all others alone."
  },
  {
    "id": "hub/lifecycle/chat-gets-id",
    "level": "MUST",
    "role": "server",
    "text": "A `CHAT` between a person and an agent, in either direction, MUST be delivered with an `id`: a positive integer that is greater than all ids given before it."
  },
  {
    "id": "hub/lifecycle/given-id-ignored",
    "level": "MUST",
    "role": "server",
    "text": "An `id` that a client sends MUST have no effect. The message gets a fresh number like any other and is stored."
  },
  {
    "id": "hub/lifecycle/local-id-repeat-same-id",
    "level": "SHOULD",
    "role": "server",
    "text": "A `CHAT` whose `local_id` its sender has used before SHOULD be taken for the same message: it is delivered with the first one's `id`, and the history shows the message once."
  },
  {
    "id": "hub/lifecycle/local-id-belongs-to-sender",
    "level": "MUST",
    "role": "server",
    "text": "A `local_id` means something only together with its sender. A `CHAT` with a `local_id` that another user has used MUST be a message of its own, with a new `id` and a place in the history."
  },
  {
    "id": "hub/lifecycle/stream-final-stored-once",
    "level": "MUST",
    "role": "server",
    "text": "Of a streamed answer the final `CHAT` MUST be stored, once, and nothing else: chunks and the end of the stream have no `id`, and no history shows them."
  },
  {
    "id": "hub/lifecycle/history-returns-pair",
    "level": "MUST",
    "role": "server",
    "text": "history MUST return the stored messages between the caller and a peer, in both directions, in ascending order of their ids, as they were sent. Each item has `id`, `local_id`, `sender_id`, `receiver_id`, `type`, `payload` and `timestamp`. The same goes for butlerAgentHistory, if it is offered."
  },
  {
    "id": "hub/lifecycle/history-private",
    "level": "MUST",
    "role": "server",
    "text": "No history MUST show a message to somebody who takes no part in it. A thread of somebody else is refused with 403 or 404."
  },
  {
    "id": "hub/lifecycle/history-returns-newest",
    "level": "SHOULD",
    "role": "server",
    "text": "If there are more messages than one answer holds, the answer SHOULD hold the most recent ones. It holds historyCap messages of a pair and threadHistoryCap of a thread."
  },
  {
    "id": "hub/lifecycle/empty-lists-are-arrays",
    "level": "SHOULD",
    "role": "server",
    "text": "A list without entries SHOULD be an empty array, not null: the history with somebody never spoken to, the exchange of the butler with a new agent, the threads of a new user, the log entries of an unknown account."
  },
  {
    "id": "hub/lifecycle/foreign-conversation-refused",
    "level": "SHOULD",
    "role": "server",
    "text": "A `conversation_id` SHOULD NOT be used unless that thread exists and is one of these two. A message that names another falls into the default thread, or into none, and no row of it appears in somebody else's thread. A thread of the sender's own is kept."
  },
  {
    "id": "hub/lifecycle/butler-answer-order",
    "level": "SHOULD",
    "role": "server",
    "text": "The butler's own answers SHOULD follow the pattern: chunks, then one `CHAT`, then one `CHAT_STREAM_END`, all with the same non-empty `stream_id`."
  },
  {
    "id": "hub/lifecycle/client-answer-sequence",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An agent MUST answer a `CHAT` from a human of any role with at least one `CHAT_STREAM`, then exactly one `CHAT`, then exactly one `CHAT_STREAM_END`."
  },
  {
    "id": "hub/lifecycle/client-one-stream-id",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "All frames of an answer to a human MUST have the same `stream_id`: that of the request, or else a non-empty one of the agent's own."
  },
  {
    "id": "hub/lifecycle/client-stream-ids-differ",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "Two answers that are given at the same time SHOULD have different `stream_id`s, unless their requests had the same."
  },
  {
    "id": "hub/lifecycle/client-chunks-equal-final",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "The chunks of an answer, joined, SHOULD be the payload of its final `CHAT`."
  },
  {
    "id": "hub/lifecycle/client-failed-answer-ends-stream",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "An agent that fails in the middle of a streamed answer SHOULD still send the `CHAT_STREAM_END` with that `stream_id`, so that nobody waits for the rest."
  },
  {
    "id": "hub/lifecycle/client-answers-butler",
    "level": "MUST",
    "role": "client",
    "unchecked": true,
    "text": "An agent MUST answer a `CHAT` with `sender_role` `BUTLER` with a `CHAT`, within agentReplyTimeoutMs. No stream is needed."
  },
  {
    "id": "hub/lifecycle/client-echo-merged",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A user interface shows a message when it is sent. When the echo comes, the two SHOULD be one entry, found by the `local_id`."
  },
  {
    "id": "hub/lifecycle/client-keeps-genuine-repeats",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "Two messages with different ids SHOULD be two entries, even if their texts are equal and they come within a second. The same `id` twice is one entry."
  },
  {
    "id": "hub/lifecycle/client-stream-assembled",
    "level": "SHOULD",
    "role": "client",
    "unchecked": true,
    "text": "A user interface SHOULD show a streamed answer as one entry that grows with its chunks, also when two streams come interleaved. The final `CHAT` puts its text in the place of what has been collected, and `CHAT_STREAM_END` adds nothing."
  },
  {
    "id": "hub/observing/butler-agent-chat-causes-event",
    "level": "MUST",
    "role": "server",
    "text": "A `CHAT` between the butler and an agent, in either direction, MUST cause a monitor event."
  },
  {
    "id": "hub/observing/event-when-agent-offline",
    "level": "SHOULD",
    "role": "server",
    "text": "The event SHOULD also be caused by a `CHAT` from the butler to an agent that is not connected."
  },
  {
    "id": "hub/observing/event-to-every-admin",
    "level": "MUST",
    "role": "server",
    "text": "Every ADMIN who is connected MUST get exactly one event for each such `CHAT`."
  },
  {
    "id": "hub/observing/event-admins-only",
    "level": "MUST",
    "role": "server",
    "text": "A monitor event MUST NOT reach anybody who is not an ADMIN: no other human, no agent, not the butler."
  },
  {
    "id": "hub/observing/event-content",
    "level": "MUST",
    "role": "server",
    "text": "The payload of the event MUST describe the `CHAT`: the agent of the pair, the role of the sender, the same payload and the same moment as in the copy that the receiver got."
  },
  {
    "id": "hub/observing/no-event-otherwise",
    "level": "MUST",
    "role": "server",
    "text": "Nothing else MUST cause a monitor event: no `CHAT` between people and agents, none between people and the butler, none between agents, and no `CHAT_STREAM` or `CHAT_STREAM_END` between the butler and an agent."
  },
  {
    "id": "hub/debugging/log-hides-tokens",
    "level": "SHOULD",
    "role": "server",
    "text": "No complete token SHOULD be in what the hub writes to its log."
  },
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
  | 'ai-sessions/access/token-required'
  | 'ai-sessions/access/bad-token-refused'
  | 'ai-sessions/access/register-succeeds'
  | 'ai-sessions/access/register-again-keeps-data'
  | 'ai-sessions/access/foreign-domain-403'
  | 'ai-sessions/access/unregistered-403'
  | 'ai-sessions/access/no-credentials-403'
  | 'ai-sessions/access/deregister-deletes-data'
  | 'ai-sessions/access/deregister-ends-sessions'
  | 'ai-sessions/access/key-stored'
  | 'ai-sessions/access/key-never-returned'
  | 'ai-sessions/access/credentials-deleted'
  | 'ai-sessions/access/credentials-private'
  | 'ai-sessions/access/oauth-yields-url'
  | 'ai-sessions/access/oauth-code-completes'
  | 'ai-sessions/access/oauth-dead-session-refused'
  | 'ai-sessions/access/oauth-session-private'
  | 'ai-sessions/access/unknown-id-refused'
  | 'ai-sessions/access/foreign-session-protected'
  | 'ai-sessions/access/foreign-profile-protected'
  | 'ai-sessions/connecting/query-token-opens'
  | 'ai-sessions/connecting/header-token-opens'
  | 'ai-sessions/connecting/bad-token-refused'
  | 'ai-sessions/connecting/foreign-session-refused'
  | 'ai-sessions/connecting/unknown-session-refused'
  | 'ai-sessions/connecting/starting-session-refused'
  | 'ai-sessions/connecting/ended-session-answer'
  | 'ai-sessions/framing/error-body'
  | 'ai-sessions/framing/frame-envelope'
  | 'ai-sessions/framing/frame-has-time'
  | 'ai-sessions/framing/assistant-payload'
  | 'ai-sessions/framing/tool-payloads'
  | 'ai-sessions/framing/error-frame-payload'
  | 'ai-sessions/framing/failed-turn-marked'
  | 'ai-sessions/framing/bad-frames-survived'
  | 'ai-sessions/framing/bad-frames-reported'
  | 'ai-sessions/framing/unknown-member-tolerated'
  | 'ai-sessions/framing/websocket-basics'
  | 'ai-sessions/framing/message-size-limit'
  | 'ai-sessions/routing/frames-stay-in-session'
  | 'ai-sessions/superseding/second-socket-served'
  | 'ai-sessions/superseding/old-end-keeps-new'
  | 'ai-sessions/reconnecting/session-outlives-socket'
  | 'ai-sessions/reconnecting/buffered-frames-delivered'
  | 'ai-sessions/reconnecting/buffered-frames-in-order'
  | 'ai-sessions/reconnecting/buffered-frames-once'
  | 'ai-sessions/reconnecting/old-buffer-dropped'
  | 'ai-sessions/liveness/server-pings'
  | 'ai-sessions/liveness/silent-client-closed'
  | 'ai-sessions/liveness/heartbeats-keep-open'
  | 'ai-sessions/liveness/pongs-keep-open'
  | 'ai-sessions/rate-limiting/session-cap-409'
  | 'ai-sessions/rate-limiting/ended-session-frees-slot'
  | 'ai-sessions/rate-limiting/profile-cap-409'
  | 'ai-sessions/rate-limiting/rest-rates-429'
  | 'ai-sessions/rate-limiting/frame-rates-reported'
  | 'ai-sessions/lifecycle/create-answer'
  | 'ai-sessions/lifecycle/session-tools-kept'
  | 'ai-sessions/lifecycle/bad-body-400'
  | 'ai-sessions/lifecycle/refused-create-leaves-nothing'
  | 'ai-sessions/lifecycle/session-gets-going'
  | 'ai-sessions/lifecycle/status-never-goes-back'
  | 'ai-sessions/lifecycle/times-in-order'
  | 'ai-sessions/lifecycle/list-has-own'
  | 'ai-sessions/lifecycle/list-only-own'
  | 'ai-sessions/lifecycle/list-status-filter'
  | 'ai-sessions/lifecycle/pages-complete'
  | 'ai-sessions/lifecycle/list-limit-bounds'
  | 'ai-sessions/lifecycle/terminate-ends-session'
  | 'ai-sessions/lifecycle/end-reason-user-requested'
  | 'ai-sessions/lifecycle/terminate-again-harmless'
  | 'ai-sessions/lifecycle/record-kept-before-end'
  | 'ai-sessions/lifecycle/record-deleted'
  | 'ai-sessions/lifecycle/prompt-text-unchanged'
  | 'ai-sessions/lifecycle/turn-ends-with-result'
  | 'ai-sessions/lifecycle/tool-result-matches-use'
  | 'ai-sessions/lifecycle/turns-in-order'
  | 'ai-sessions/lifecycle/interrupt-ends-turn'
  | 'ai-sessions/lifecycle/interrupt-keeps-session'
  | 'ai-sessions/lifecycle/one-session-end'
  | 'ai-sessions/lifecycle/session-end-is-last'
  | 'ai-sessions/lifecycle/close-code-tells-cause'
  | 'ai-sessions/lifecycle/crash-ends-session'
  | 'ai-sessions/lifecycle/ended-session-takes-no-prompt'
  | 'ai-sessions/lifecycle/profile-created'
  | 'ai-sessions/lifecycle/profile-members-kept'
  | 'ai-sessions/lifecycle/update-keeps-omitted'
  | 'ai-sessions/lifecycle/one-default'
  | 'ai-sessions/lifecycle/default-profile-kept'
  | 'ai-sessions/lifecycle/profile-deleted'
  | 'ai-sessions/lifecycle/capture-keeps-settings'
  | 'ai-sessions/transferring/tickets'
  | 'ai-sessions/transferring/upload-accepted'
  | 'ai-sessions/transferring/download-same-bytes'
  | 'ai-sessions/transferring/download-made-file'
  | 'ai-sessions/transferring/bad-transfer-refused'
  | 'ai-sessions/transferring/file-too-large-413'
  | 'ai-sessions/transferring/upload-stays-in-folder'
  | 'ai-sessions/transferring/foreign-session-refused'
  | 'ai-sessions/transferring/url-expires'
  | 'ai-sessions/transferring/ws-tickets'
  | 'ai-sessions/transferring/ws-request-id-returned'
  | 'ai-sessions/mcp/servers-kept'
  | 'hub/access/missing-token-refused'
  | 'hub/access/bad-token-refused'
  | 'hub/access/expired-token-refused'
  | 'hub/access/token-claims-checked'
  | 'hub/access/refused-client-not-registered'
  | 'hub/access/refusal-status-401'
  | 'hub/access/agent-api-token-identity'
  | 'hub/access/replaced-agent-token-refused'
  | 'hub/access/dead-token-ends-socket'
  | 'hub/access/foreign-origin-refused'
  | 'hub/access/rest-token-required'
  | 'hub/access/admin-routes-guarded'
  | 'hub/access/butler-agent-history-admin-only'
  | 'hub/access/login-token-works'
  | 'hub/access/agent-token-hidden'
  | 'hub/connecting/valid-token-upgrades'
  | 'hub/connecting/early-frame-handled'
  | 'hub/connecting/non-upgrade-refused'
  | 'hub/connecting/plain-get-one-answer'
  | 'hub/connecting/close-answered'
  | 'hub/connecting/shutdown-close-1001'
  | 'hub/framing/one-object-per-message'
  | 'hub/framing/envelope-schema'
  | 'hub/framing/sender-assigned'
  | 'hub/framing/content-unchanged'
  | 'hub/framing/unknown-tolerated'
  | 'hub/framing/malformed-isolated'
  | 'hub/framing/not-one-object-refused'
  | 'hub/framing/undecodable-close-code'
  | 'hub/framing/invalid-utf8-refused'
  | 'hub/framing/small-messages-accepted'
  | 'hub/framing/oversize-closed-1009'
  | 'hub/framing/protocol-error-ends-connection'
  | 'hub/routing/targeted-delivered'
  | 'hub/routing/target-only'
  | 'hub/routing/self-target-once'
  | 'hub/routing/echo-to-humans'
  | 'hub/routing/echo-equals-target-copy'
  | 'hub/routing/no-echo-to-agents'
  | 'hub/routing/no-echo-for-other-types'
  | 'hub/routing/broadcast-without-target'
  | 'hub/routing/broadcast-one-copy'
  | 'hub/routing/bad-target-not-broadcast'
  | 'hub/routing/absent-target-keeps-sender'
  | 'hub/routing/order-kept'
  | 'hub/routing/hub-types-not-forgeable'
  | 'hub/superseding/newest-gets-frames'
  | 'hub/superseding/old-teardown-keeps-new'
  | 'hub/superseding/old-connection-told'
  | 'hub/superseding/stalled-reader-survived'
  | 'hub/reconnecting/fast-return-keeps-new'
  | 'hub/liveness/server-pings'
  | 'hub/liveness/silent-peer-dropped'
  | 'hub/liveness/answering-peer-kept'
  | 'hub/liveness/data-counts-as-life'
  | 'hub/liveness/ping-answered'
  | 'hub/liveness/stalled-reader-dropped'
  | 'hub/liveness/stalled-reader-isolated'
  | 'hub/rate-limiting/burst-delivered-or-told'
  | 'hub/rate-limiting/butler-stream-complete'
  | 'hub/confirming/request-to-admins-only'
  | 'hub/confirming/request-complete'
  | 'hub/confirming/request-carries-record-id'
  | 'hub/confirming/request-reaches-connected-admin'
  | 'hub/confirming/approved-command-delivered'
  | 'hub/confirming/undecided-command-withheld'
  | 'hub/confirming/only-true-approves'
  | 'hub/confirming/immediate-decision-counts'
  | 'hub/confirming/first-decision-final'
  | 'hub/confirming/only-admins-decide'
  | 'hub/confirming/decision-announced'
  | 'hub/confirming/rest-decision-keyed-by-action'
  | 'hub/confirming/history-shows-decision'
  | 'hub/confirming/requester-told-outcome'
  | 'hub/confirming/answer-matched-to-command'
  | 'hub/confirming/failure-reported'
  | 'hub/confirming/start-notice-to-requester'
  | 'hub/lifecycle/chat-gets-id'
  | 'hub/lifecycle/given-id-ignored'
  | 'hub/lifecycle/local-id-repeat-same-id'
  | 'hub/lifecycle/local-id-belongs-to-sender'
  | 'hub/lifecycle/stream-final-stored-once'
  | 'hub/lifecycle/history-returns-pair'
  | 'hub/lifecycle/history-private'
  | 'hub/lifecycle/history-returns-newest'
  | 'hub/lifecycle/empty-lists-are-arrays'
  | 'hub/lifecycle/foreign-conversation-refused'
  | 'hub/lifecycle/butler-answer-order'
  | 'hub/observing/butler-agent-chat-causes-event'
  | 'hub/observing/event-when-agent-offline'
  | 'hub/observing/event-to-every-admin'
  | 'hub/observing/event-admins-only'
  | 'hub/observing/event-content'
  | 'hub/observing/no-event-otherwise'
  | 'hub/debugging/log-hides-tokens'
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
  | 'ai-sessions/access/client-sends-bearer'
  | 'ai-sessions/connecting/client-websocket-url'
  | 'ai-sessions/connecting/client-connect-resolves'
  | 'ai-sessions/connecting/client-states-reported'
  | 'ai-sessions/connecting/client-custom-fetch-used'
  | 'ai-sessions/connecting/client-custom-websocket-used'
  | 'ai-sessions/connecting/client-send-before-open-reported'
  | 'ai-sessions/framing/client-frames-sent'
  | 'ai-sessions/framing/client-request-bodies'
  | 'ai-sessions/framing/client-result-shape'
  | 'ai-sessions/framing/client-error-fields'
  | 'ai-sessions/framing/client-non-json-error'
  | 'ai-sessions/framing/client-survives-bad-messages'
  | 'ai-sessions/routing/client-method-paths'
  | 'ai-sessions/routing/client-query-parameters'
  | 'ai-sessions/routing/client-base-url-slash'
  | 'ai-sessions/routing/client-ids-encoded'
  | 'ai-sessions/routing/client-handlers-called'
  | 'ai-sessions/routing/client-on-message-for-all'
  | 'ai-sessions/routing/client-unknown-type-no-other-handler'
  | 'ai-sessions/routing/client-error-frame-to-on-error'
  | 'ai-sessions/routing/client-missing-handler-harmless'
  | 'ai-sessions/reconnecting/client-reconnects-after-loss'
  | 'ai-sessions/reconnecting/client-reconnect-off'
  | 'ai-sessions/reconnecting/client-first-delay'
  | 'ai-sessions/reconnecting/client-attempts-limited'
  | 'ai-sessions/reconnecting/client-attempts-reset'
  | 'ai-sessions/reconnecting/client-disconnect-closes'
  | 'ai-sessions/reconnecting/client-disconnect-final'
  | 'ai-sessions/reconnecting/client-disconnect-cancels-pending'
  | 'ai-sessions/reconnecting/client-stays-off-after-end'
  | 'ai-sessions/reconnecting/client-stays-off-after-refusal'
  | 'ai-sessions/reconnecting/client-replay-dispatched'
  | 'ai-sessions/reconnecting/client-survives-repeats'
  | 'ai-sessions/reconnecting/client-websocket-defaults'
  | 'ai-sessions/liveness/client-heartbeats-sent'
  | 'ai-sessions/liveness/client-heartbeats-stop'
  | 'ai-sessions/liveness/client-answers-ping'
  | 'ai-sessions/liveness/client-timeout-rejects'
  | 'ai-sessions/liveness/client-timeout-aborts'
  | 'ai-sessions/rate-limiting/client-retries-listed-statuses'
  | 'ai-sessions/rate-limiting/client-other-statuses-not-repeated'
  | 'ai-sessions/rate-limiting/client-repeats-whole-request'
  | 'ai-sessions/rate-limiting/client-gives-up'
  | 'ai-sessions/rate-limiting/client-custom-retry-on'
  | 'ai-sessions/rate-limiting/client-retry-delay'
  | 'ai-sessions/rate-limiting/client-rest-defaults'
  | 'ai-sessions/lifecycle/client-waits-while-starting'
  | 'ai-sessions/lifecycle/client-fails-on-other-status'
  | 'ai-sessions/transferring/client-upload-steps'
  | 'ai-sessions/transferring/client-upload-puts-bytes'
  | 'ai-sessions/transferring/client-upload-hides-token'
  | 'ai-sessions/transferring/client-upload-gives-path'
  | 'ai-sessions/transferring/client-upload-progress'
  | 'ai-sessions/transferring/client-upload-failure-rejects'
  | 'ai-sessions/transferring/client-ws-upload-matches-id'
  | 'ai-sessions/transferring/client-ws-upload-complete-path'
  | 'ai-sessions/transferring/client-ws-download-gives-bytes'
  | 'hub/connecting/client-token-in-query'
  | 'hub/framing/client-survives-odd-frames'
  | 'hub/framing/client-keeps-size-limit'
  | 'hub/framing/client-reads-both-log-forms'
  | 'hub/routing/client-reply-targets-requester'
  | 'hub/routing/client-ignores-other-types'
  | 'hub/routing/client-ignores-own-chat'
  | 'hub/routing/client-ignores-agent-chat'
  | 'hub/routing/client-partner-of-frame'
  | 'hub/routing/client-looks-up-butler-id'
  | 'hub/reconnecting/client-reconnects'
  | 'hub/reconnecting/client-backs-off'
  | 'hub/reconnecting/client-stays-off'
  | 'hub/liveness/client-answers-ping'
  | 'hub/confirming/client-card-updated'
  | 'hub/lifecycle/client-answer-sequence'
  | 'hub/lifecycle/client-one-stream-id'
  | 'hub/lifecycle/client-stream-ids-differ'
  | 'hub/lifecycle/client-chunks-equal-final'
  | 'hub/lifecycle/client-failed-answer-ends-stream'
  | 'hub/lifecycle/client-answers-butler'
  | 'hub/lifecycle/client-echo-merged'
  | 'hub/lifecycle/client-keeps-genuine-repeats'
  | 'hub/lifecycle/client-stream-assembled'
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
