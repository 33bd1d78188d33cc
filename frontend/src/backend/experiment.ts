// What crosses for experiments and planned calendars; mirrors app/upliftjob.go, core/uplift and app/planned.go.
import type { Offer } from './promo'

export interface Experiments {
  /** startUplift answers a job's id; the job's result is an UpliftReport. */
  startUplift(project: string, ask: UpliftAsk): Promise<string>
  /** readCalendar reads planned promotions from a file that was chosen. */
  readCalendar(project: string, file: string): Promise<Planned>
}

/** Who was reached, what they did, by columns of a table. */
export interface UpliftAsk {
  dataset: string
  treated: string
  treatment?: string // the value that means reached
  outcome: string
  id?: string // names persons; nothing is learned from it
  value?: number // money for one unit of outcome
  cost?: number // money for reaching one person
  observational?: boolean
}

export interface Range90 { mean: number; lo: number; hi: number }

export interface UpliftReport {
  rows: number
  treated: number
  effect: Range90
  without: number
  assignment: string // even, given, estimated
  learners: { name: string; auuc: Range90; qini: Range90; loss: number }[] // t, x, dr, chosen
  curve: { share: number; gain: Range90 }[]
  groups: { rows: number; expected: number; effect: Range90 }[] // fifths, largest expected effect first
  target: { share: number; threshold: number; gain: Range90; everyone: Range90; better: Range90; chance: number }
  drivers: { column: string; share: number }[]
  notes: string[]
}

export interface Planned {
  rows: number
  offers: Offer[]
  aside: { line: number; column?: string; cell?: string; why: string }[]
}
