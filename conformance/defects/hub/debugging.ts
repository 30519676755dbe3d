import type { Defect } from '../defect.ts'

export const debugging: Defect[] = [
  {
    name: 'logs-urls',
    does: 'writes the URL of a refused request to its log as it came',
    breaks: ['hub/debugging/log-hides-tokens'],
    // Under another name the token stays in what the log is given.
    wire: {
      upgrade: ({ url, headers }, pass) =>
        pass({ url: url.replace(/token=([^&]*)/, '$&&asked=$1'), headers }),
    },
  },
]
