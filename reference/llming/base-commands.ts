import { command } from './commands.ts'

/** The commands that an app may load beside its own. */
export const baseCommands = [
  command('list_sessions', {
    description: 'List the registered sessions',
    scope: 'global',
    method: 'GET',
    run: (_args, { registry }) => {
      const sessions = registry.all().map(session => ({
        session_id: session.id,
        user_id: session.userId,
        user_name: session.userName,
        user_email: session.userEmail,
        ws_connected: registry.isConnected(session),
        idle_seconds: registry.idleSeconds(session),
      }))
      return { count: sessions.length, sessions }
    },
  }),
]
