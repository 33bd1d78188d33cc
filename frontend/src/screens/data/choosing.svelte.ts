// A source with several tables, which waits for its person to choose.
import type { Reading, SourceLook } from '../../backend'

export interface Choosing {
  from: string // path or address
  name: string // as it is shown
  look: SourceLook
  password?: string
  remember?: boolean
}

class Choice {
  now = $state.raw<Choosing | null>(null)
  /** The server that was asked last, so that it need not be typed again; its password is not kept. */
  server = { kind: 'postgres' as 'postgres' | 'mysql' | 'sqlserver', host: 'localhost', port: '', database: '', user: '' }
}

export const choosing = new Choice()

/** readingOf is how one table of a source is read, or all of them as one. */
export function readingOf(kind: string, name: string): Reading {
  if (kind === 'sheet') return { sheet: name }
  return kind === 'file' ? { member: name } : { table: name }
}
