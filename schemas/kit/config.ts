import Type, { type Static } from 'typebox'

const closed = { additionalProperties: false }

/** One failure that is known and expected until it is mended. */
export const KnownFailure = Type.Object(
  {
    id: Type.String({ description: 'requirement that fails' }),
    reason: Type.String({ minLength: 1, description: 'why it is accepted for now' }),
    until: Type.Optional(
      Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'last day on which it is accepted' }),
    ),
  },
  closed,
)
export type KnownFailure = Static<typeof KnownFailure>

export const Baseline = Type.Array(KnownFailure)

/** `agentwire.config.{ts,js,json,yaml}`: one target of one profile. */
export const Config = Type.Object(
  {
    profile: Type.String({
      description:
        'name of the profile that the target implements; a config in .ts or .js may hold a profile of its own instead',
    }),
    revision: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'revision of the profile that the target speaks; default: the newest. Without "url" and "start" the reference server is tested',
      }),
    ),
    dialect: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'which way the target goes where conforming ones differ, by the name of the switch',
      }),
    ),
    url: Type.Optional(Type.String({ description: 'origin of a target that runs already' })),
    start: Type.Optional(
      Type.Object(
        {
          command: Type.Array(Type.String(), {
            minItems: 1,
            description:
              'program and arguments; it gets AGENTWIRE_PORT and AGENTWIRE_SETTINGS in its environment',
          }),
          cwd: Type.Optional(
            Type.String({ description: 'working folder; default: that of the config file' }),
          ),
          env: Type.Optional(Type.Record(Type.String(), Type.String())),
          readyWithinMs: Type.Optional(Type.Integer({ minimum: 1, default: 10_000 })),
        },
        closed,
      ),
    ),
    control: Type.Optional(
      Type.String({
        description: 'path or URL of the control API; default: /control/<profile> if it answers',
      }),
    ),
    capabilities: Type.Optional(
      Type.Array(Type.String(), { description: 'what the target has; default: what its control API says' }),
    ),
    limits: Type.Optional(
      Type.Record(Type.String(), Type.Number(), {
        description: "those that differ from the protocol's defaults",
      }),
    ),
    settings: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'what the target runs with, as far as a tester must know it: keys, secret, app name',
      }),
    ),
    sessions: Type.Optional(
      Type.Array(Type.String(), { description: 'ids of sessions that exist, where none can be made' }),
    ),
    provision: Type.Optional(
      Type.Object(
        {
          method: Type.Optional(Type.Enum(['GET', 'POST', 'PUT'])),
          path: Type.String({ pattern: '^/', description: 'request that makes a session' }),
          headers: Type.Optional(Type.Record(Type.String(), Type.String())),
          body: Type.Optional(Type.Unknown()),
          sessionId: Type.String({
            pattern: '^/',
            description: 'JSON pointer to the session id in the answer',
          }),
        },
        closed,
      ),
    ),
    bridge: Type.Optional(
      Type.Object(
        {
          command: Type.Array(Type.String(), {
            minItems: 1,
            description: 'the program over standard input and output',
          }),
        },
        closed,
      ),
    ),
    knownFailures: Type.Optional(Baseline),
  },
  closed,
)
export type Config = Static<typeof Config>
