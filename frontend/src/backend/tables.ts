// Sources, tables and recipes as they cross to the page: core/source,
// core/recipe and store/duck.
import type { Problem } from './types'

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
