// The report on a synthetic table, as it crosses to the page: core/quality.

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
