// What crosses for planning; mirrors app/plan.go, suggest.go and calendar.go.
import type { Interval, Plan } from './promo'

/** Rules of one product, core/plan's Limits. What is left out forbids nothing. */
export interface Limits { minPromos?: number; maxPromos?: number; gap?: number; minDepth?: number; maxDepth?: number; closed?: number[] }

/** A cell of the calendar. */
export interface Slot { item: string; week: number }

/** The best promotions under limits; the plan's offers are locked. */
export interface PlanRequest extends Plan, Limits {
  top?: number
  depths?: number[]
  feature?: boolean
  display?: boolean
  guess?: boolean
  own?: Record<string, Limits> // of single products, in place of those for all
  without?: Slot[] // cells locked at no offer
  budget?: number
  marginFloor?: number
  perCategory?: number
  worst?: number // plan for this share of what is believed, the worst
}

/** A plan with its proof, and what stands beside it. */
export interface Suggestion {
  id: string
  request: PlanRequest
  plan: Plan
  labels: string[]
  profit: number
  bound: number
  gap: number
  spent: number
  tight: string[]
  broken: string[]
  others: OtherPlan[]
  notes: string[]
}

export interface OtherPlan {
  name: string // none, cadence, blind, last
  offers: number
  profit: number
  net: Interval
  broken: string[]
  ahead: { net: Interval; chance: number } // of the suggested plan over this one
}

/** A plan's offers as a file; without a path it is fetched from the project's folder. */
export interface CalendarRequest { project: string; plan: Plan; name: string; format: string; path?: string }
