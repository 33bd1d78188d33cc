// The program in its own window. Only this file knows what Wails puts there.
import { Failure, type Backend } from './backend'
import { methods } from './call'
import { links } from './http'

type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>

declare global {
  interface Window { go?: Record<string, Record<string, Bound>> }
}

/** bound is the one Go value whose methods the window offers. */
function bound(): Bound {
  for (const pkg of Object.values(window.go ?? {})) {
    for (const value of Object.values(pkg)) if ('OpenProject' in value) return value
  }
  throw new Failure('internal', 'The window offers no program.', 'Please reinstall Shoptwin.')
}

function call(method: string, ...args: unknown[]): Promise<unknown> {
  const f = bound()[method]
  if (!f) return Promise.reject(new Failure('internal', `The program has no method ${method}.`, 'The page and the program are of different versions: please reinstall.'))
  return f(...args)
}

export const wails: Backend = {
  kind: 'window',
  ...methods(call),
  ...links,
  pickFiles: async () => {
    try {
      return ((await call('PickFiles')) as string[] | null) ?? []
    } catch (e) {
      throw Failure.of(e)
    }
  },
  pickSave: async name => {
    try {
      return ((await call('PickSave', name)) as string) || null
    } catch (e) {
      throw Failure.of(e)
    }
  },
}
