// The values that cross between the program and the page: app/types.go and
// the core types it holds, as JSON. Arrays and maps that Go sends as null
// arrive as empty ones (see tidy in call.ts).

// --- app ---

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

// --- core/source, core/recipe, store/duck ---

export interface SourceInfo {
  format: string // csv, tsv, excel, json, jsonl, parquet
  encoding: string
  delimiter?: string
  sheet?: string
  sheets?: string[]
  headerRow?: number
  noHeader?: boolean
  record?: string
  member?: string
  members?: string[] // the tables of a zip file or a folder
  gzip?: boolean
  header: string[]
  rows: number
  rejected: number
  bytes: number
  missing?: Record<string, number>
  notes?: string[]
}

/** What the beginning of a source shows, before it is imported. */
export interface SourceLook { info: SourceInfo; header: string[] | null; rows: string[][] | null; tables: SourceTable[] | null; problem?: Problem | null }

/** A sheet, a file of a zip, a table or view of a database; rows is -1 when not known. */
export interface SourceTable { name: string; kind: string; rows: number }

/** A foreign key that the data suggest: share of the child's different values are found in the parent's key. */
export interface Link { child: string; column: string; parent: string; key: string; share: number; distinct: number }

/** A column that alone tells share of the target. */
export interface Leak { column: string; share: number; say: string }

export interface Reject { line: number; column?: string; reason: string; raw: string }

export interface Effect {
  step: number
  do: string
  say: string
  rowsBefore: number
  rowsAfter: number
  cellsChanged: number
  columnsBefore: number
  columnsAfter: number
  matched?: number // of a join: rows that found a match
  fanOut?: number // and the most that one row found
}

/** A step of a recipe: what it does, and the fields that its kind has. */
export interface Step { do: string; off?: boolean; [field: string]: unknown }

/** A recipe that is being written. */
export interface Draft { id?: string; name: string; from: string; steps: Step[]; changed?: string }

/** A step, from 0, that does not go with its tables; -1: the table to start from. */
export interface Misfit { step: number; problem: Problem }

export interface StepKind { do: string; group: string; inputs: StepInput[] | null }

export interface StepInput {
  name: string
  type: string // column, columns, list, lists, table, tables, number, whole, truth, text, expression, keys, names, rates, map
  of?: string // number, text, time or ordered: the columns it takes
  needed?: boolean
  choices?: string[]
  default?: string
}

export interface Field { name: string; kind: Kind; role: string; decimals: number; layout?: string }

/** What a draft does to a sample of its table. */
export interface Trial {
  preview: Preview
  at: number[] // where the steps of the effects stand in the draft
  misfits: Misfit[]
}

export interface Preview {
  rows: number // of the table
  sample: number // that were tried
  effects: Effect[] // of the steps that ran
  before: Field[]
  after: Field[]
  changed: number
  dropped: number
  added: number
  lines: Line[]
}

export interface Line { row: number; state: 'kept' | 'changed' | 'dropped' | 'added'; before?: string[]; after?: string[]; marked?: number[] }

export type Kind = 'number' | 'text' | 'time'

export interface ColumnInfo {
  name: string
  kind: Kind
  role: string // auto, key, measure, category, time, text
  decimals: number
  layout?: string
  missing: number
  distinct: number
  problems?: string[]
}

export interface Profile { table: string; rows: number; rejected: number; repeated?: number; keys?: string[][]; columns: ColumnProfile[] }

export interface ColumnProfile extends ColumnInfo {
  min?: number
  max?: number
  mean?: number
  deviation?: number
  quantiles?: { p05: number; p25: number; p50: number; p75: number; p95: number }
  histogram?: { lo: number; hi: number; count: number }[]
  top?: { value: string; count: number }[]
}

// --- core/promo ---

export interface Offer { item: string; store?: string; week: number; depth: number; feature?: boolean; display?: boolean }

/** Units that are there to sell, for some weeks (0 is to the end) and all stores of a plan, or one. */
export interface Stock { item: string; store?: string; week: number; weeks?: number; units: number }

export interface Plan {
  horizon: number
  items?: string[]
  stores?: string[]
  offers: Offer[]
  stock?: Stock[]
  margin?: number
  margins?: Record<string, number>
  costChange?: number
  traffic?: number
  funding?: number
  featureCost?: number
  displayCost?: number
  brief?: boolean // the outcome leaves out single cells
}

export interface Interval { mean: number; lo80: number; hi80: number; lo90: number; hi90: number }

export interface PlanEffect {
  extra: number
  priceCut: number
  taken: number
  pulled: number
  short: number // asked for and not in stock, beyond what would be without promotion
  funding: number
  fixed: number
  net: Interval
  chance: number
}

export interface Outcome {
  weeks: WeekOutcome[]
  items: ItemOutcome[]
  baseline: number
  baselineSales: number
  baselineProfit: number
  units: Interval
  change: PlanEffect
  sales: PlanEffect
  profit: PlanEffect
  spent: number
  offerCount: number
  lost: number // units asked for and not in stock
  warnings: PlanWarning[]
}

export interface Comparison {
  change: Difference
  sales: Difference
  profit: Difference
}

export interface Difference {
  net: Interval
  chance: number
}

export interface WeekOutcome {
  week: number
  label: string
  baseline: number
  baselineProfit: number
  units: Interval
  sales: Interval
  profit: Interval
  spent: number
  guess: boolean
}

export interface ItemOutcome {
  item: string
  name: string
  category: string
  baseline: number
  units: Interval
  change: number
  sales: number
  profit: number
  weeks: CellOutcome[]
}

export interface CellOutcome {
  week: number
  depth: number
  feature: boolean
  display: boolean
  baseline: number
  units: Interval
  guess: boolean
}

export interface PlanWarning { kind: string; item?: string; store?: string; week: number; limit?: number; text: string }

export interface CurvePoint {
  depth: number
  units: Interval
  guess: boolean
  observed: boolean
  feature: boolean
  display: boolean
}

export interface BacktestReport {
  weeks: number
  cut: string
  cells: number
  promoCells: number
  scores: { method: string; all: number; promo: number }[]
  coverage: { group: string; cells: number; cover80: number; cover90: number; wmape: number }[]
  bias: number
  promoBias: number
}

export interface PanelView {
  items: ItemView[] // best selling first
  stores: { store: string; share: number }[]
  weeks: string[] // labels, oldest first
  firstAhead: string
  notes: string[]
}

export interface ItemView {
  item: string
  name: string
  category: string
  base: number
  cost: number
  maxDepth: number
  units: number
  elasticity: number
  history: PastWeek[]
}

export interface PastWeek { units: number; sales: number; depth: number; feature: boolean; display: boolean }

// --- core/quality ---

/** A sentence in both languages. */
export interface Words { en: string; 'zh-CN': string }

export interface QualityReport {
  version: number
  seed: number
  real: Side
  holdout?: Side
  synthetic: Side
  verdict: Verdict
  shape: number
  trend: number
  trendShared: number
  overall: number
  ceiling?: Scores
  floor: Scores
  columns: ColumnScore[] // worst first
  pairs: PairScore[] // worst first
  leftOut?: { name: string; reason: Words }[]
  accuracy?: Accuracy
  accuracyCeiling?: Accuracy
  triples?: { columns: string[]; score: number; ceiling?: number; loss: number }[] // worst first
  detection: Detection
  strange?: Strange
  utility?: Utility
  targets?: Utility[] // worst first
  groups?: Groups[]
  privacy: Privacy
  problems?: Words[]
  notes?: Words[]
}

export interface Side { name?: string; rows: number; judged: number }

export interface Scores { shape: number; trend: number; trendShared: number; overall: number }

export interface ColumnScore {
  name: string
  kind: string
  metric: string
  score: number
  ceiling?: number
  realMissing: number
  syntheticMissing: number
  differs: boolean
  finding: Words
  bars: Bar[]
}

export interface Bar { label: string; lo?: number; hi?: number; other?: boolean; real: number; synthetic: number }

export interface PairScore {
  a: string
  b: string
  metric: string
  score: number
  ceiling?: number
  loss: number
  real?: number
  synthetic?: number
}

export interface Detection {
  c2st?: number
  c2holdout?: number
  real?: number
  bootstrap?: number
  rows: number
  clues?: { name: string; share: number }[]
}

export interface Utility {
  target: string
  class?: string
  metric: string // AUC or R2
  places?: boolean // the target's place among the real values is predicted, not the value
  tstr: number
  trtr: number
  guess: number
  kept: number
  rows: number
  learned: boolean
  both?: { score: number; gain: number; lo: number; hi: number } // from real and synthetic rows together
}

/** Shares of combinations of one, two and three columns that agree. */
export interface Accuracy { one: number; two: number; three: number; overall: number; sets: number; all: number }

/** Rows that combine values as real rows hardly do. */
export interface Strange { share: number; lo: number; hi: number; usual: number; rows: number; skill: number; clues?: { name: string; share: number }[] }

export interface Groups {
  column: string
  target?: string
  class?: string
  groups: { name: string; share: number; synthetic: number; realRate: number; syntheticRate: number; margin: number; tstr?: number; trtr?: number }[]
  realGap: number
  syntheticGap: number
  taughtReal?: number
  taughtTwin?: number
  differs: boolean
}

/** How well rows that were learned from are told from fresh ones. */
export interface Attack { auc: number; lo: number; hi: number; members: number; fresh: number; caught: number; caughtLo: number; caughtHi: number }
export interface Membership { density: Attack; trained?: Attack; shadow?: Attack; reference: number; limit: number }
export interface SinglingOut { columns: number; guesses: number; attack: number; control: number; risk: number; lo: number; hi: number; limit: number }

export interface Privacy {
  copies: number
  holdoutCopies?: number
  copyRows: number
  holdoutRows?: number
  dcrShare?: number
  dcrLo?: number
  dcrHi?: number
  queries?: number
  nndr?: number
  holdoutNndr?: number
  limit: number
  membership?: Membership
  singlingOut?: SinglingOut[]
}

export type JudgementState = 'yes' | 'watch' | 'no' | 'unknown'
export interface Judgement { state: JudgementState; why: Words }
export interface Verdict { title: Words; sharing: Judgement; modelling: Judgement; testing: Judgement }
