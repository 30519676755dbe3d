import { openSqliteStore } from '../sqlite-store.ts'

/** A process that stores a log entry in the file that it is told, says so, and keeps the file open until it is killed. */
const store = openSqliteStore(process.argv[2] ?? '')
store.logEntries.insert({ agentId: 1, level: 'INFO', content: 'of another process', timestamp: '' })
process.send?.('stored')
