// Promotion plans and what comes of them, as they cross to the page: core/promo.

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
