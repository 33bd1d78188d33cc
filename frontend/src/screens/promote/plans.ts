// What the plans of the Promote screen are made of, and what can be done to them without a model.
import type { Offer, PanelView, Slot } from '../../backend'
import { pct } from '../../i18n/format'

export const names = ['A', 'B', 'C'] as const
export type Name = (typeof names)[number]

export const horizons = [4, 8, 12, 26] as const // weeks ahead that one may plan
export const pastShown = 2 // weeks of history in the calendar

/** Levers act on all offers of all scenarios. */
export interface Levers {
  deeper: number; funding: number; cost: number; traffic: number
  margin: number // of products whose cost is not known; 0 is the usual quarter
  featureCost: number; displayCost: number // money for one store and week
  stock: Record<string, number> // units by product, for all weeks and stores; others have enough
}
export const still: Levers = { deeper: 0, funding: 0, cost: 0, traffic: 0, margin: 0, featureCost: 0, displayCost: 0, stock: {} }

export interface Scenario { id: string; title: string; offers: Offer[]; locked: Slot[] }
export type Scenarios = Record<Name, Scenario>

/** What can be undone: everything that is planned. */
export interface Moment { scenario: Name; scenarios: Scenarios; levers: Levers; items: string[]; horizon: number }

export const blank = (): Scenario => ({ id: '', title: '', offers: [], locked: [] })
export const round = (x: number): number => Math.round(x * 1000) / 1000

/** without leaves a product's offers and locks out of all plans. */
export const without = (all: Scenarios, item: string): Scenarios =>
  Object.fromEntries(names.map(n => [n, { ...all[n], offers: all[n].offers.filter(o => o.item !== item), locked: all[n].locked.filter(l => l.item !== item) }])) as Scenarios

/** inOrder has the offers of single stores after those for all: of two in a cell the later holds. */
export const inOrder = (offers: Offer[]): Offer[] => [...offers.filter(o => !o.store), ...offers.filter(o => o.store)]

/** singlesIn says by item and week which stores have offers of their own, and which. */
export function singlesIn(offers: Offer[], depthOf = (o: Offer) => o.depth): Map<string, string> {
  const all = new Map<string, string>()
  for (const o of offers) {
    if (!o.store) continue
    const key = `${o.item}\n${o.week}`, before = all.get(key), says = `${o.store} ${pct(depthOf(o))}`
    all.set(key, before ? `${before}, ${says}` : says)
  }
  return all
}

/** lastWeeks repeats the offers of the last weeks of history. */
export function lastWeeks(panel: PanelView, items: string[], horizon: number): Offer[] {
  const shown = Math.min(horizon, panel.weeks.length), from = panel.weeks.length - shown
  return panel.items.filter(i => items.includes(i.item)).flatMap(i => i.history.slice(from).flatMap((h, week) => {
    const depth = Math.round(Math.min(h.depth, i.maxDepth) * 20) / 20
    return depth >= 0.05 || h.feature || h.display ? [{ item: i.item, week, depth, ...(h.feature && { feature: true }), ...(h.display && { display: true }) }] : []
  }))
}

/** print is the same for plans that are the same, however their parts are written; where one looks is no part of them. */
export function print({ scenarios, levers, items, horizon }: Moment): string {
  const plan = ({ title, offers, locked }: Scenario) => [title, offers.map(o => [o.item, o.week, o.depth, Boolean(o.display), Boolean(o.feature), o.store ?? '']), locked.map(l => [l.item, l.week])]
  return JSON.stringify([names.map(n => plan(scenarios[n])), Object.keys(still).map(k => levers[k as keyof Levers]), items, horizon])
}

/** asTable is a plan as spreadsheets take it: a product a row, a week a column. */
export function asTable(weeks: string[], rows: { name: string; cells: (Offer | undefined)[] }[]): string {
  const cell = (o: Offer | undefined) => o ? `${Math.round(o.depth * 100)}%${o.display ? ' D' : ''}${o.feature ? ' F' : ''}` : ''
  return [['', ...weeks], ...rows.map(r => [r.name, ...r.cells.map(cell)])].map(l => l.map(c => c.replace(/[\t\n]/g, ' ')).join('\t')).join('\n')
}
