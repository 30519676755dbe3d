/** An account. Passwords and tokens are there as hashes only. */
export interface AccountRow {
  /** A positive integer. */
  id: number
  /** Nobody else has it. */
  username: string
  /** In upper case. */
  role: string
  /** `null`: nobody can log in with a password. */
  passwordHash: string | null
  /** SHA-256 of the API token. */
  tokenHash: string | null
  /** The last characters of the API token, enough to recognise it by. */
  tokenHint: string | null
  /** When the API token was set, in the form of RFC 3339. */
  tokenUpdatedAt: string | null
  /** What sort of agent it is; empty for people. */
  agentKind: string
  /** What the agent runs on; empty for people. */
  runtimeKind: string
  /** What the agent can do, for people. */
  description: string | null
  /** In the form of RFC 3339. */
  createdAt: string
}

/** A stored message. */
export interface MessageRow {
  id: number
  type: 'CHAT' | 'AUTH_REQUEST'
  senderId: number
  /** 0: everybody. */
  receiverId: number
  /** Sender and receiver in the form of {@link pairOf}. */
  pair: string
  /** The same of the butler and of whom a request is made for, where that is not the receiver. */
  requesterPair: string | null
  threadId: number | null
  localId: string | null
  /** Sender and `localId`, which only together say which message this is. */
  localKey: string | null
  actionId: string | null
  /** Of an AUTH_REQUEST. */
  status: string | null
  payload: string
  timestamp: string
}

/** A conversation of a human with an agent or the butler. */
export interface ThreadRow {
  id: number
  userId: number
  peerId: number
  /** The two in the form of {@link pairOf}, in the thread that messages without one of their own fall into. */
  defaultOf: string | null
  channelKind: 'agent_direct' | 'butler_direct'
  title: string
  createdAt: string
  updatedAt: string
}

/** An entry of the log that the dashboard shows. */
export interface LogRow {
  id: number
  agentId: number
  level: 'INFO' | 'WARNING' | 'ERROR' | 'SUCCESS'
  content: string
  timestamp: string
}

interface Rows {
  accounts: AccountRow
  messages: MessageRow
  threads: ThreadRow
  logEntries: LogRow
}

/** Rows of one kind, numbered as they come. No number is given twice. */
export interface Table<R extends { id: number }> {
  /** Gives a row its number. The object belongs to the table from now on. */
  insert(row: Omit<R, 'id'>): Readonly<R>
  /** Changes some members of a row. */
  update(id: number, change: Partial<Omit<R, 'id'>>): void
  /** The row with that id. */
  get(id: number): Readonly<R> | undefined
  /** The rows with this value in an indexed column, oldest first; no more than the newest `atMost`. */
  find<C extends keyof R>(column: C, value: NonNullable<R[C]>, atMost?: number): Readonly<R>[]
  /** All rows, newest first. They are read as they are asked for. */
  newestFirst(): Iterable<Readonly<R>>
}

/** Where a hub keeps what must outlive a connection. */
export type Store = { readonly [Name in keyof Rows]: Table<Rows[Name]> } & {
  /** Gives back what the store holds of the system. What is stored stays. */
  close(): void
}

/** How rows are laid out. Every column that something is found by is indexed. */
export interface TableLayout<R extends { id: number }> {
  columns: { readonly [C in Exclude<keyof R, 'id'>]: 'integer' | 'text' }
  indexed: readonly Exclude<keyof R, 'id'>[]
}

export const layout: { readonly [Name in keyof Rows]: TableLayout<Rows[Name]> } = {
  accounts: {
    columns: {
      username: 'text',
      role: 'text',
      passwordHash: 'text',
      tokenHash: 'text',
      tokenHint: 'text',
      tokenUpdatedAt: 'text',
      agentKind: 'text',
      runtimeKind: 'text',
      description: 'text',
      createdAt: 'text',
    },
    indexed: ['username', 'role', 'tokenHash'],
  },
  messages: {
    columns: {
      type: 'text',
      senderId: 'integer',
      receiverId: 'integer',
      pair: 'text',
      requesterPair: 'text',
      threadId: 'integer',
      localId: 'text',
      localKey: 'text',
      actionId: 'text',
      status: 'text',
      payload: 'text',
      timestamp: 'text',
    },
    indexed: ['pair', 'requesterPair', 'threadId', 'localKey', 'actionId', 'status'],
  },
  threads: {
    columns: {
      userId: 'integer',
      peerId: 'integer',
      defaultOf: 'text',
      channelKind: 'text',
      title: 'text',
      createdAt: 'text',
      updatedAt: 'text',
    },
    indexed: ['userId', 'defaultOf'],
  },
  logEntries: {
    columns: { agentId: 'integer', level: 'text', content: 'text', timestamp: 'text' },
    indexed: [],
  },
}

/** Two users as one key, whoever of them is named first. */
export function pairOf(a: number, b: number): string {
  return a < b ? `${a}:${b}` : `${b}:${a}`
}
