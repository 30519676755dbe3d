import type { Defect } from '../defect.ts'
import { path } from './shared.ts'

export const transferring: Defect[] = [
  {
    name: 'script-as-text',
    does: 'serves the client script as plain text',
    breaks: ['llming/transferring/client-file-served'],
    wire: {
      async fetch(request, pass) {
        const response = await pass(request)
        if (!path(request).endsWith('.js') || response?.status !== 200) return response
        return new Response(await response.text(), { headers: { 'Content-Type': 'text/plain' } })
      },
    },
  },
  {
    name: 'folder-climbed',
    does: 'serves files outside the folder of the script',
    breaks: ['llming/transferring/no-path-escape'],
    wire: {
      fetch: async (request, pass) =>
        /(passwd|package\.json|pyproject\.toml)$/.test(path(request))
          ? new Response('root:x:0:0')
          : pass(request),
    },
  },
]
