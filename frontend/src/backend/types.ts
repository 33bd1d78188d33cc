// The values that cross between the program and the page: app/types.go, as
// JSON. Those of the core packages stand in tables.ts, promo.ts and quality.ts.
// Arrays and maps that Go sends as null arrive as empty ones (see tidy in
// call.ts).
import type { BacktestReport, Plan } from './promo'
import type { Words } from './quality'
import type { ColumnInfo, Effect, Reject, SourceInfo, Step } from './tables'

export interface About { version: string; home: string; threads: number; engine: string; system: string; go: string; processors: number; memory: number }

export interface Problem { kind: string; message: string; hint: string }

export interface ProjectInfo {
  id: string
  name: string
  created: string
  opened: string
  leftOff: string
  tables: number
  rows: number
  bytes: number
}

export interface ProjectView extends ProjectInfo {
  datasets: Dataset[]
  models: ModelInfo[]
  runs: RunInfo[] // newest first
  promo: PromoInfo | null
  scenarios: ScenarioInfo[]
}

export interface Dataset {
  id: string
  name: string
  role: string // transactions, products, promotions, behaviour, other
  source: string
  rows: number
  rejected: number
  columns: ColumnInfo[]
  info: SourceInfo
  sha256: string
  created: string
  recipe?: { name: string; from: string; steps: Step[] }
  effects?: Effect[]
  parents?: string[]
  noRows?: boolean // it came in an archive without real rows
}

export interface Page { header: string[]; rows: string[][]; total: number }

export interface RejectPage { rejects: Reject[]; total: number }

export interface ImportRequest { project: string; files: string[]; as?: string; role?: string; encoding?: string; reading?: Reading; password?: string; remember?: boolean }

/** How a file is read; what is left out is detected. */
export interface Reading { encoding?: string; delimiter?: string; sheet?: string; headerRow?: number; noHeader?: boolean; member?: string; record?: string; union?: boolean; table?: string; query?: string }

export interface TrainRequest {
  project: string
  dataset: string
  engine?: Engine
  privacy?: { epsilon?: number; delta?: number; person?: string; personRows?: number; public?: string[] }
  effort?: Effort
  minutes?: number
  seed?: number
  rows?: number
  target?: string
  columns?: string[]
  gan?: { loss?: string; width?: number; depth?: number; critic?: number; gamma?: number; learnRate?: number }
  continue?: string // a run whose model is trained on
  sequence?: { owner: string; time?: string; basket?: string; item?: string } // rows are events of customers, who are drawn whole
}
export type Engine = 'gan' | 'autoregressive' | 'vae' | 'tree' | 'marginal' | 'dpgan' | 'auto'
export type Effort = 'quick' | 'balanced' | 'best'

export interface ModelInfo {
  id: string
  name: string
  engine: string
  dataset: string
  created: string
  bytes: number
  sha256: string
  config: unknown
}

export interface RunInfo {
  id: string
  name: string
  created: string
  seconds: number
  seed: number
  dataset: string
  model: string
  rows: number
  steps: number
  engine: string
  why: Words // why this engine, where it was chosen by trial
  scores: Record<string, number>
  curve: TrainPoint[]
}

export interface TrainPoint { step: number; value: Record<string, number> }

export interface PromoRequest {
  project: string
  sales: string
  products?: string
  promotions?: string
  columns?: Record<string, string>
  backtest?: number
}

export interface PromoInfo { model: string; created: string; sales: string; backtest: BacktestReport | null }

export interface ScenarioInfo { id: string; name: string; title: string; plan: Plan; locked?: { item: string; week: number }[]; changed: string }

export interface ExportRequest {
  project: string
  run: string
  dataset?: string // all its rows, instead of synthetic ones
  rows: number
  seed?: number
  format?: string
  path?: string
  noGuard?: boolean
  where?: string[] // city=Lyon|Nice, age=18..25
  share?: number // of the rows that are so; all without it
  shares?: string[] // city=Lyon:30%, family=yes:+20%, city
  from?: number // first row
}

export interface Exported {
  path: string
  rows: number
  size: number
  effect?: { kinds?: { text: string; from: number; to: number }[]; divergence: number; effective: number }
}

export type JobState = 'running' | 'paused' | 'done' | 'failed' | 'cancelled'

export interface Job {
  id: string
  kind: string // demo, import, prepare, train, export, promo, plan
  project: string
  title: string
  state: JobState
  stage: string
  done: number
  total: number
  unit: string
  fraction: number
  seconds: number
  left: number // seconds to the end of the stage, -1 when not known
  jobLeft: number // seconds to the end of all stages, -1 when not known
  value: Record<string, number>
  curve: TrainPoint[]
  result?: unknown
  error?: Problem
}
