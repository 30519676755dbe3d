import { parts } from '../../reference/llming/server.ts'
import type { Defect } from './defect.ts'

export const defects: readonly Defect[] = [
  {
    name: 'supersede-with-4000',
    does: 'closes a superseded connection with 4000',
    breaks: ['llming/superseding/old-socket-closed-4001'],
    parts: {
      Connection: class extends parts.Connection {
        override end(close: { code: number; reason: string }): void {
          super.end(close.code === 4001 ? { ...close, code: 4000 } : close)
        }
      },
    },
  },
]
