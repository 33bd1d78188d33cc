// The limits that a suggested plan keeps, the job that finds it, and what came of it.
import { backend, Failure, type Limits, type Outcome, type PlanRequest, type ProjectView, type Slot, type Suggestion } from '../../backend'
import { session } from '../../session.svelte'
import type { Planner } from './planner.svelte'

/** Limits of one product that go before those for all. */
export interface Own { item: string; maxPromos: number | null; maxDepth: number | null }

export const depths = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5] as const

/** What the analyst asks for. null is no limit; percentages are as they are typed. */
export interface Wishes {
  budget: number | null; floor: number | null; most: number | null; gap: number | null
  perCategory: number | null; least: number | null
  depths: number[]; display: boolean; feature: boolean
  guess: boolean; careful: boolean
  closed: number[]; own: Own[]
}

export class Suggesting {
  wishes = $state.raw<Wishes>({
    budget: null, floor: null, most: 3, gap: 2, perCategory: null, least: null,
    depths: [0.1, 0.15, 0.2, 0.25, 0.3, 0.4], display: false, feature: false, guess: false, careful: false, closed: [], own: [],
  })
  more = $state(false) // the further limits are shown
  job = $state('')
  failure = $state.raw<Failure | null>(null)
  found = $state.raw<Suggestion | null>(null)
  outcome = $state.raw<Outcome | null>(null)

  #planner: Planner
  #project: ProjectView

  constructor(planner: Planner, project: ProjectView) {
    this.#planner = planner
    this.#project = project
  }

  /** The cells that are kept: those locked in the plan that is shown. Where only single stores have offers these are kept, and the others are planned. */
  get kept(): Slot[] {
    const p = this.#planner
    return p.scenarios[p.scenario].locked.filter(s => s.week < p.horizon && p.items.includes(s.item))
  }

  request(): PlanRequest {
    const p = this.#planner, w = this.wishes, asked = p.plan(p.scenario)
    const held = (o: Slot) => this.kept.some(s => s.item === o.item && s.week === o.week)
    // In a plan of one store its own offers are those for all, in whose place they stand.
    const offers = [...new Map(asked.offers.filter(held).map(({ item, week, depth, display, feature, store }) =>
      [`${item}\n${week}\n${p.store ? '' : store ?? ''}`, { item, ...(!p.store && store && { store }), week, depth, ...(display && { display }), ...(feature && { feature }) }])).values()]
    const limits: Limits = { ...(w.most && { maxPromos: w.most }), ...(w.least && { minPromos: w.least }), ...(w.gap && { gap: w.gap }), ...(w.closed.length && { closed: w.closed.filter(c => c < p.horizon) }) }
    const own = Object.fromEntries(w.own.filter(o => p.items.includes(o.item) && (o.maxPromos !== null || o.maxDepth !== null)).map(o => [o.item, {
      ...limits, ...ofOne(o, p.horizon), ...(o.maxDepth && { maxDepth: o.maxDepth / 100 }),
    }]))
    return {
      ...p.terms(), items: p.items, ...(p.store && { stores: [p.store] }), offers,
      without: this.kept.filter(s => !offers.some(o => o.item === s.item && o.week === s.week)),
      ...limits, own, depths: w.depths, display: w.display, feature: w.feature, guess: w.guess,
      ...(w.budget && { budget: w.budget }), ...(w.floor && { marginFloor: w.floor / 100 }), ...(w.perCategory && { perCategory: w.perCategory }),
      ...(w.careful && { worst: 0.25 }),
    }
  }

  async start(): Promise<void> {
    this.failure = null
    this.found = this.outcome = null
    try {
      const job = (this.job = await backend.startPlan(this.#project.id, this.request()))
      session.watch(job, j => {
        if (this.job !== job) return
        this.job = ''
        if (j.state === 'done') void this.#take((j.result as { id: string }).id)
        else if (j.error && j.state === 'failed') this.failure = Failure.of(j.error)
      })
    } catch (e) {
      this.job = ''
      this.failure = Failure.of(e)
    }
  }

  cancel(): void {
    if (this.job) void session.act('cancel', this.job)
    this.job = ''
  }

  /** back to the limits; they stay as they were. */
  back(): void {
    this.found = this.outcome = null
    this.failure = null
  }

  apply(title: string): void {
    if (this.found) this.#planner.apply(this.found.plan.offers, this.kept, title)
  }

  async #take(id: string): Promise<void> {
    try {
      const found = await backend.suggestion(this.#project.id, id)
      this.outcome = await this.#planner.ask(found.plan)
      this.found = found
    } catch (e) {
      this.failure = Failure.of(e)
    }
  }
}

/** ofOne says how often one product may be on offer; never closes all of its weeks. */
const ofOne = (o: Own, horizon: number): Limits => o.maxPromos === 0 ? { minPromos: 0, closed: Array.from({ length: horizon }, (_, w) => w) } : o.maxPromos ? { maxPromos: o.maxPromos } : {}
