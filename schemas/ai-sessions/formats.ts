import Type, { type Static } from 'typebox'
import { Block } from './frames.ts'
import { LCCredentials, MCPServerConfig, Profile, Session } from './values.ts'

/** The claims of a token, as the reference service reads them. Others may stand beside them. */
export const Claims = Type.Object(
  {
    sub: Type.String({ minLength: 1, description: 'the user' }),
    email: Type.Optional(Type.String({ description: 'its domain must be an allowed one' })),
    exp: Type.Optional(Type.Integer({ minimum: 0, description: 'seconds since 1970' })),
  },
  { description: 'the claims of a token', 'x-requirement': ['ai-sessions/access/bad-token-refused'] },
)
export type Claims = Static<typeof Claims>

/** Values that have a form of their own. */
export const formats = {
  token: Type.String({
    pattern: '^\\S+$',
    description: 'a JSON Web Token in compact form; a client looks at nothing of it',
    'x-requirement': ['ai-sessions/access/client-sends-bearer'],
  }),
  claims: Claims,
  session: Session,
  profile: Profile,
  mcpServerConfig: MCPServerConfig,
  lcCredentials: LCCredentials,
  block: Block,
} as const
