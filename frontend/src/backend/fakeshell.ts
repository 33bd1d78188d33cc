// The frame's part of the made-up program.
import { usual, type Entry, type Settings, type Shell } from './shell'
import type { Job, ProjectInfo, ProjectView } from './types'

type Ready = <T>(value: T) => Promise<T>

export function fakeShell(view: ProjectView, projects: ProjectInfo[], ready: Ready, start: (more: Partial<Job>) => Promise<string>): Shell {
  let settings: Settings = { ...usual }
  const removed = new Map<string, () => void>()
  const machine = { version: '0.1.0', system: 'linux/amd64', engine: 'avx512', threads: 8 }
  const entries = (): Entry[] => [
    ...view.runs.map((r): Entry => ({
      id: r.id, kind: 'run', name: r.name, what: r.engine, dataset: r.dataset, created: r.created, seconds: r.seconds, seed: r.seed, scores: r.scores,
      choices: { effort: r.steps > 1000 ? 'best' : 'balanced', engine: r.engine }, data: 'a41f09c2d5b7e8f1'.repeat(4), result: `18f2e6b1c0d4a7${r.id}`.padEnd(64, '3'), bytes: 412_000, machine, curve: r.curve, again: true,
    })),
    ...(view.promo ? [{ id: 'pm1', kind: 'promo' as const, name: view.promo.sales, what: 'response', dataset: view.promo.sales, created: view.promo.created, seconds: 21, seed: 0, scores: { model: 0.39, spreadsheet: 0.553 }, choices: { backtest: '26' }, data: '5d77'.repeat(16), result: 'e3c4'.repeat(16), bytes: 96_000, machine, curve: [], again: false, whyNot: { kind: 'unsupported', message: 'transactions was made by a Shoptwin that did not keep its choices', hint: 'train again with the same choices' } }] : []),
  ]
  return {
    settings: () => Promise.resolve({ ...settings }),
    saveSettings: s => { settings = { ...s }; return ready({ ...s }) },
    storage: () => ready({ home: '/home/mara/.local/share/shoptwin', projects: 2, all: 475e6, tables: 401e6, learned: 17e6, exports: 55e6, uploads: 2e6, removed: removed.size, free: 91e9, old: '', oldBytes: 0 }),
    cleanUp: () => ready(12e6),
    planMove: to => ready({ from: '/home/mara/.local/share/shoptwin', to, bytes: 475e6, free: 91e9 }),
    startMove: to => start({ kind: 'move', project: '', title: to, stage: 'move' }),
    licences: () => ready([{ name: 'svelte', version: '5.57.3', licence: 'MIT' }, { name: 'gonum.org/v1/gonum', version: 'v0.17.0', licence: 'BSD' }]),
    removeProject: id => {
      const at = projects.findIndex(p => p.id === id), p = projects[at]!
      projects.splice(at, 1)
      removed.set(id, () => projects.splice(at, 0, p))
      return ready(p)
    },
    restoreProject: id => { removed.get(id)?.(); removed.delete(id); return ready(projects.find(p => p.id === id)!) },
    remove: (_, kind, id) => {
      const before = { ...view }
      if (kind === 'dataset') view.datasets = view.datasets.filter(d => d.name !== id && d.id !== id)
      if (kind === 'run') view.runs = view.runs.filter(r => r.id !== id)
      removed.set(id, () => Object.assign(view, { datasets: before.datasets, runs: before.runs }))
      return ready(id)
    },
    restore: (_, __, id) => { removed.get(id)?.(); removed.delete(id); return ready(undefined) },
    renameRun: (_, id, name) => { view.runs = view.runs.map(r => (r.id === id ? { ...r, name } : r)); return ready(view.runs.find(r => r.id === id)!) },
    logbook: () => ready(entries()),
    gate: (_, run) => ready({
      open: settings.gate !== 'strict', level: settings.gate, judged: 20000, checks: [
        { name: 'copies', state: 'yes', value: 0, limit: 3, chance: 1, of: 20000, closes: false }, { name: 'nearer', state: 'yes', value: 0.507, lo: 0.501, hi: 0.513, limit: 0.53, chance: 0.5, closes: false },
        { name: 'member', state: run === 'none' ? 'unknown' : 'yes', value: 0.508, lo: 0.49, hi: 0.52, limit: 0.55, chance: 0.5, closes: false }, { name: 'single', state: 'yes', value: 0.009, lo: 0, hi: 0.02, limit: 0.05, closes: false },
        { name: 'rare', state: 'yes', value: 0, limit: 0, closes: false }, { name: 'personal', state: 'watch', value: 1, limit: 0, closes: settings.gate === 'strict', columns: ['customer_name'] },
      ],
    }),
    exportEvents: () => ready({ path: '/home/mara/events.out.tfevents.1.run_2', rows: 1, size: 8000 }),
    startReproduce: (project, kind, id) => { const e = entries().find(x => x.id === id)!; return start({ kind: 'reproduce', project, title: e.name, state: 'done', fraction: 1, result: { name: e.name, same: kind === 'run', before: e.result, after: e.result, sameData: true, then: machine, now: machine, seconds: 71 } }) },
    startExportProject: r => start({ kind: 'archive', project: '', title: view.name, state: 'done', fraction: 1, result: { path: `/home/mara/out/${view.name}.shoptwin`, size: r.noRows ? 4e6 : 210e6, rows: !r.noRows, records: 31 } }),
    startImportProject: path => start({ kind: 'unarchive', project: '', title: path, stage: 'import' }),
  }
}
