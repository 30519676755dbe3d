import type { Defect } from './defect.ts'

const catalogues: Record<string, () => Promise<readonly Defect[]>> = {
  llming: async () => (await import('./llming.ts')).defects,
  hub: async () => (await import('./hub.ts')).defects,
  'ai-sessions': async () => (await import('./ai-sessions.ts')).defects,
}

/** The defects of one profile. */
export async function defectsOf(profile: string): Promise<readonly Defect[]> {
  return (await catalogues[profile]?.()) ?? []
}
