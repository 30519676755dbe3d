import type { Defect } from '../defect.ts'

export const debugging: Defect[] = [
  {
    name: 'logs-urls',
    does: 'writes the URL of a refused request to its log as it came',
    breaks: ['hub/debugging/log-hides-tokens'],
    // Spelt like this the log does not know it again.
    wire: { upgrade: ({ url, headers }, pass) => pass({ url: url.replace('token=', '%74oken='), headers }) },
  },
]
