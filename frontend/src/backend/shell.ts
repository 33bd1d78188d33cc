// What the frame of the program needs: settings, what lies on disk, the
// logbook, what was removed, and projects as files. See app/settings.go,
// app/runs.go, app/trash.go and app/archive.go.
import type { ProjectInfo, Problem, RunInfo, TrainPoint, Exported } from './types'

/** Choices for this machine; what is empty or 0 is as the program sees fit. */
export interface Settings {
  language: '' | 'en' | 'zh-CN'
  theme: '' | 'light' | 'dark'
  textSize: number // percent
  numbers: '' | '1,234.5' | '1.234,5' | '1 234,5' | '1234.5'
  dates: '' | 'iso' | 'dmy' | 'mdy'
  money: string
  memoryMB: number
  threads: number
  gate: '' | 'strict' | 'loose' // what exports must pass
}

export const usual: Settings = { language: '', theme: '', textSize: 0, numbers: '', dates: '', money: '', memoryMB: 0, threads: 0, gate: '' }

/** What lies in the home folder, in bytes. */
export interface Storage {
  home: string
  projects: number
  all: number
  tables: number
  learned: number
  exports: number
  uploads: number
  removed: number // things in the trash
  free: number // on the disk; -1 where that is not known
  old: string // where moving left a copy
  oldBytes: number
}

/** What moving all data to a folder would take. */
export interface MovePlan { from: string; to: string; bytes: number; free: number }

export type Rubbish = 'exports' | 'uploads' | 'removed' | 'room' | 'old'

export interface Licence { name: string; version: string; licence: string }

export interface Machine { version: string; system: string; engine: string; threads: number }

/** One training or plan with all that is known of how it came about. */
export interface Entry {
  id: string
  kind: 'run' | 'promo' | 'recommender' | 'scenario'
  name: string
  what: string // engine or method
  dataset: string
  created: string
  seconds: number
  seed: number
  scores: Record<string, number>
  choices: Record<string, string>
  data: string // SHA-256 of the rows it learned from
  result: string // SHA-256 of what was learned
  bytes: number
  machine: Machine | null
  curve: TrainPoint[]
  again: boolean // whether it can be done again
  whyNot?: Problem
}

/** A number that came out differently: profit and such of a plan, recall@10 of a method. */
export interface Figure { name: string; before: number; after: number }

export interface Reproduced { name: string; same: boolean; before: string; after: string; sameData: boolean; then: Machine | null; now: Machine; seconds: number; figures?: Figure[] }

export interface Archived { path: string; size: number; rows: boolean; records: number }

/** One thing that must hold before rows of a twin leave. */
export interface GateCheck {
  name: string // copies, nearer, member, single, rare, personal
  state: 'yes' | 'watch' | 'no' | 'unknown'
  value: number
  lo?: number
  hi?: number
  limit: number
  of?: number // rows that were looked at
  chance?: number // what chance alone gives
  closes: boolean
  columns?: string[]
}

export interface Gate { open: boolean; level: Settings['gate']; checks: GateCheck[]; judged: number }

/** What can be removed, and restored until the program is closed. */
export type Removable = 'dataset' | 'run' | 'promo' | 'scenario' | 'recipe' | 'recommender'

export interface Shell {
  settings(): Promise<Settings>
  saveSettings(settings: Settings): Promise<Settings>
  storage(): Promise<Storage>
  /** cleanUp answers how many bytes that freed. */
  cleanUp(what: Rubbish): Promise<number>
  licences(): Promise<Licence[]>
  /** planMove says whether all data can move to a folder; startMove answers a job's id. */
  planMove(to: string): Promise<MovePlan>
  startMove(to: string, remove: boolean): Promise<string>
  removeProject(id: string): Promise<ProjectInfo>
  restoreProject(id: string): Promise<ProjectInfo>
  /** remove answers the id by which restore brings it back. */
  remove(project: string, kind: Removable, id: string): Promise<string>
  restore(project: string, kind: Removable, id: string): Promise<void>
  renameRun(project: string, run: string, name: string): Promise<RunInfo>
  logbook(project: string): Promise<Entry[]>
  /** gate says whether rows of a run's twin may leave. */
  gate(project: string, run: string): Promise<Gate>
  /** TensorBoard's file of one entry; of all, as a zip file, without an id. */
  exportEvents(request: { project: string; id?: string; path?: string }): Promise<Exported>
  /** The start functions answer a job's id. */
  startReproduce(project: string, kind: string, id: string): Promise<string>
  startExportProject(request: { project: string; path?: string; noRows?: boolean }): Promise<string>
  startImportProject(path: string): Promise<string>
}

export const shell = (call: <T>(method: string, ...args: unknown[]) => Promise<T>): Shell => ({
  settings: () => call('Settings'),
  saveSettings: settings => call('SaveSettings', settings),
  storage: () => call('Storage'),
  cleanUp: what => call('CleanUp', what),
  planMove: to => call('PlanMove', to),
  startMove: (to, remove) => call('StartMove', to, remove),
  licences: async () => (await call<Licence[] | null>('Licences')) ?? [],
  removeProject: id => call('RemoveProject', id),
  restoreProject: id => call('RestoreProject', id),
  remove: (project, kind, id) => call('Remove', project, kind, id),
  restore: (project, kind, id) => call('Restore', project, kind, id),
  renameRun: (project, run, name) => call('RenameRun', project, run, name),
  logbook: async project => ((await call<Entry[] | null>('Logbook', project)) ?? []).map(e => ({ ...e, scores: e.scores ?? {}, choices: e.choices ?? {}, curve: e.curve ?? [] })),
  gate: (project, run) => call('Gate', project, run),
  exportEvents: request => call('ExportEvents', request),
  startReproduce: (project, kind, id) => call('StartReproduce', project, kind, id),
  startExportProject: request => call('StartExportProject', request),
  startImportProject: path => call('StartImportProject', path),
})
