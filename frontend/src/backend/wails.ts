// The program in its own window. Only this file knows what Wails puts there.
import { Failure, type Backend } from './backend'
import { methods } from './call'
import { links } from './http'

type Bound = Record<string, (...args: unknown[]) => Promise<unknown>>

declare global {
  interface Window {
    go?: Record<string, Record<string, Bound>>
    runtime?: { EventsOn?: (name: string, take: (what: string) => void) => void; OnFileDrop?: (take: (x: number, y: number, paths: string[]) => void, onTarget: boolean) => void }
  }
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

/** ask calls what only a window can do. */
async function ask<T>(method: string, ...args: unknown[]): Promise<T> {
  try {
    return (await call(method, ...args)) as T
  } catch (e) {
    throw Failure.of(e)
  }
}

export const wails: Backend = {
  kind: 'window',
  ...methods(call),
  ...links,
  pickFiles: async () => (await ask<string[] | null>('PickFiles')) ?? [],
  pickFolder: async () => {
    const path = await ask<string>('PickFolder')
    return path ? { path, name: path.split(/[\\/]/).filter(Boolean).pop() ?? path } : null
  },
  pickSave: async name => (await ask<string>('PickSave', name)) || null,
  pickArchive: () => ask('PickArchive'),
  opened: () => ask('Opened'),
  onMenu: take => window.runtime?.EventsOn?.('menu', take),
  addFiles: () => Promise.resolve([]), // onDrop hands over the paths of the same files
  onDrop: take => window.runtime?.OnFileDrop?.((_x, _y, paths) => take(paths), false),
  saveReport: (kind, project, lang) => ask(kind === 'whatif' ? 'SaveWhatIf' : 'SaveRecommendations', project, lang),
  openReport: (project, run, lang) => ask('OpenReport', project, run, lang),
  reportUrl: () => '', // the browser, where OpenReport shows it, can save it
  downloadUrl: () => '', // PickSave has put it where it belongs
}
