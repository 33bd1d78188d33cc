// What the Promote screen knows and does: three scenarios over one response
// model, the chosen cell, and the levers that apply to all offers.
import { backend, Failure, type Comparison, type CurvePoint, type ItemView, type Offer, type Outcome, type PanelView, type Plan, type ProjectView, type Response, type ScenarioInfo } from '../../backend'

export const names = ['A', 'B', 'C'] as const
export type Name = (typeof names)[number]

export const horizon = 12 // weeks ahead
export const pastShown = 2 // weeks of history in the calendar
export const pastCharted = 12 // weeks of history in the chart
const rowsAtFirst = 12 // best-selling products of a new plan

/** Levers act on all offers of all scenarios. */
export interface Levers { deeper: number; funding: number; cost: number; traffic: number }
const still: Levers = { deeper: 0, funding: 0, cost: 0, traffic: 0 }

interface Scenario { id: string; title: string; offers: Offer[] }

export class Planner {
  panel = $state.raw<PanelView | null>(null)
  failure = $state.raw<Failure | null>(null)

  scenario = $state<Name>('A')
  scenarios = $state.raw<Record<Name, Scenario>>({ A: blank(), B: blank(), C: blank() })
  outcomes = $state.raw<Partial<Record<Name, Outcome>>>({})
  /** How B and C compare with A, by draws they share. */
  beside = $state.raw<Partial<Record<Name, Comparison>>>({})
  levers = $state.raw<Levers>(still)
  store = $state('') // "" is every store
  items = $state.raw<string[]>([]) // of the plans, in the calendar's order
  at = $state.raw<{ item: string; week: number } | null>(null)
  curve = $state.raw<CurvePoint[]>([])
  ms = $state(0) // from the last change to its outcome
  saving = $state<'' | 'saving' | 'saved'>('')

  readonly views: Map<string, ItemView> = $derived(new Map(this.panel?.items.map(i => [i.item, i])))
  readonly offers: Offer[] = $derived(this.scenarios[this.scenario].offers)
  readonly outcome: Outcome | undefined = $derived(this.outcomes[this.scenario])
  /** The current scenario's offers by item and week. */
  readonly cells: Map<string, Offer> = $derived(new Map(this.offers.map(o => [`${o.item}\n${o.week}`, o])))
  /** What the outcome calls a guess, by item and week. */
  readonly #guessed: Set<string> = $derived(new Set(this.outcome?.items.flatMap(i => i.weeks.flatMap(w => (w.guess ? [`${i.item}\n${w.week}`] : [])))))
  readonly cell: Offer | undefined = $derived(this.at ? this.offer(this.at.item, this.at.week) : undefined)

  #response: Response | null = null
  #busy = false
  #changed = 0 // when the change that is not yet computed was made
  #stale = new Set<Name>()
  #uncompared = new Set<Name>()
  #undo: { scenario: Name; offers: Offer[] }[] = []
  #compareTimer: ReturnType<typeof setTimeout> | undefined
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #curveOf = ''
  #project: ProjectView

  constructor(project: ProjectView) {
    this.#project = project
  }

  async open(): Promise<void> {
    try {
      this.#response = await backend.openResponse(this.#project.id)
      this.panel = await this.#response.panel(pastCharted)
      this.#restore(this.panel)
      this.#stale = new Set(names)
      this.#uncompared = new Set(names)
      await this.#compute()
      this.touch([this.scenario]) // again, warm: the time that is printed is that of a step of the slider
      await this.#curve()
    } catch (e) {
      this.failure = Failure.of(e)
    }
  }

  close(): void {
    if (this.#saveTimer) void this.save()
    clearTimeout(this.#compareTimer)
    this.#response?.close()
    this.#response = null
  }

  /** #restore takes up the stored scenarios; a new project begins with the last weeks again. */
  #restore(panel: PanelView): void {
    const stored = this.#project.scenarios
    const found = Object.fromEntries(names.map(n => [n, stored.find(s => s.name === n)])) as Record<Name, ScenarioInfo | undefined>
    const known = new Set(panel.items.map(i => i.item))
    const items = [...new Set([...Object.values(found).flatMap(s => [...(s?.plan.items ?? []), ...(s?.plan.offers ?? []).map(o => o.item)])])].filter(i => known.has(i))
    for (const i of panel.items) {
      if (items.length >= rowsAtFirst) break
      if (!items.includes(i.item)) items.push(i.item)
    }
    this.items = items
    const make = (n: Name, offers: Offer[]): Scenario => {
      const s = found[n]
      return s ? { id: s.id, title: s.title, offers: (s.plan.offers ?? []).filter(o => known.has(o.item) && o.week < horizon) } : { id: '', title: '', offers }
    }
    this.scenarios = { A: make('A', lastWeeks(panel, items)), B: make('B', []), C: make('C', []) }
    const plan = names.map(n => found[n]?.plan).find(p => p)
    if (plan) this.levers = { deeper: 0, funding: plan.funding ?? 0, cost: plan.costChange ?? 0, traffic: plan.traffic ?? 0 }
    const first = this.scenarios.A.offers.toSorted((a, b) => items.indexOf(a.item) - items.indexOf(b.item) || a.week - b.week)[0]
    const item = first?.item ?? items[0]
    if (item !== undefined) this.at = { item, week: first?.week ?? 0 }
  }

  offer(item: string, week: number): Offer | undefined {
    return this.cells.get(`${item}\n${week}`)
  }

  /** limit is the deepest discount that can be tried: where the curve ends. */
  limit(item: string): number {
    return Math.min(0.9, Math.max(0.5, (this.views.get(item)?.maxDepth ?? 0) + 0.15))
  }

  /** depthOf is an offer's depth with the lever that deepens all. */
  depthOf(o: Offer | undefined): number {
    return o && o.depth > 0 ? round(Math.min(this.limit(o.item), Math.max(0, o.depth + this.levers.deeper))) : 0
  }

  /** guess says whether an offer goes beyond what was observed. */
  guess(item: string, week: number): boolean {
    const o = this.offer(item, week)
    if (!o) return false
    return this.depthOf(o) > (this.views.get(item)?.maxDepth ?? 1) + 1e-6 || this.#guessed.has(`${item}\n${week}`)
  }

  /** plan is a scenario as the response is asked. */
  plan(name: Name): Plan {
    const offers = this.scenarios[name].offers.map(o => ({ ...o, depth: this.depthOf(o), ...(this.store && { store: this.store }) }))
    return {
      horizon, items: this.items, offers, funding: this.levers.funding, costChange: this.levers.cost, traffic: this.levers.traffic,
      ...(this.store && { stores: [this.store] }),
    }
  }

  choose(item: string, week: number): void {
    this.at = { item, week }
    void this.#curve()
  }

  show(name: Name): void {
    this.scenario = name
    void this.#curve()
  }

  /** set changes the chosen cell; an offer without depth, display and feature is none. */
  set(change: Partial<Pick<Offer, 'depth' | 'display' | 'feature'>>): void {
    if (!this.at) return
    const { item, week } = this.at
    const now: Offer = { ...(this.cell ?? { item, week, depth: 0 }), ...change }
    now.depth = round(Math.min(this.limit(item), Math.max(0, now.depth)))
    const others = this.offers.filter(o => o.item !== item || o.week !== week)
    this.#put(now.depth > 0 || now.display || now.feature ? [...others, now] : others)
    if ('display' in change || 'feature' in change) void this.#curve()
  }

  clear(): void {
    this.set({ depth: 0, display: false, feature: false })
  }

  /** add puts a product into the calendar. */
  add(item: string): void {
    if (!this.items.includes(item)) this.items = [item, ...this.items]
    this.touch([...names])
    this.choose(item, this.at?.week ?? 0)
  }

  undo(): void {
    const last = this.#undo.pop()
    if (!last) return
    this.scenario = last.scenario
    this.#put(last.offers, false)
    void this.#curve()
  }

  pull(lever: Partial<Levers>): void {
    this.levers = { ...this.levers, ...lever }
    this.touch([...names])
    this.#later()
  }

  reset(): void {
    this.pull(still)
  }

  inStore(store: string): void {
    this.store = store
    this.touch([...names])
    void this.#curve()
  }

  rename(title: string): void {
    this.scenarios = { ...this.scenarios, [this.scenario]: { ...this.scenarios[this.scenario], title } }
    this.#later()
  }

  #put(offers: Offer[], remember = true): void {
    const s = this.scenarios[this.scenario]
    if (remember) {
      this.#undo.push({ scenario: this.scenario, offers: s.offers })
      if (this.#undo.length > 200) this.#undo.shift()
    }
    this.scenarios = { ...this.scenarios, [this.scenario]: { ...s, offers } }
    this.touch([this.scenario])
    this.#later()
  }

  /** touch has scenarios computed again; while one is computed, only the newest wish waits. */
  touch(which: Name[]): void {
    this.#changed ||= performance.now()
    // The one that is looked at goes first.
    for (const n of which.includes('A') ? names : which) this.#uncompared.add(n)
    for (const n of which.toSorted((a, b) => Number(b === this.scenario) - Number(a === this.scenario))) this.#stale.add(n)
    if (!this.#busy) void this.#compute()
  }

  async #compute(): Promise<void> {
    const response = this.#response
    if (!response) return
    this.#busy = true
    while (this.#stale.size > 0) {
      const name = this.#stale.has(this.scenario) ? this.scenario : [...this.#stale][0]!
      this.#stale.delete(name)
      const since = this.#changed
      if (name === this.scenario) this.#changed = 0
      try {
        const outcome = await response.whatIf(this.plan(name))
        this.outcomes = { ...this.outcomes, [name]: outcome }
        this.failure = null
        if (name === this.scenario && since) this.ms = performance.now() - since
      } catch (e) {
        this.failure = Failure.of(e)
      }
    }
    // Comparing costs as much as two answers: it waits until the hand rests.
    clearTimeout(this.#compareTimer)
    this.#compareTimer = setTimeout(() => void this.#compare(), 120)
    this.#busy = false
  }

  async #compare(): Promise<void> {
    while (this.#response && !this.#busy && this.#uncompared.size > 0) {
      const name = [...this.#uncompared][0]!
      this.#uncompared.delete(name)
      if (name === 'A') continue
      try {
        const than = await this.#response.compare(this.plan(name), this.plan('A'))
        if (!this.#uncompared.has(name)) this.beside = { ...this.beside, [name]: than }
      } catch {
        this.beside = { ...this.beside, [name]: undefined } // the outcome says what is wrong
      }
    }
  }

  async #curve(): Promise<void> {
    const key = this.at ? JSON.stringify([this.at.item, this.store, this.cell?.feature ?? false, this.cell?.display ?? false]) : ''
    if (!this.at || !this.#response || key === this.#curveOf) return
    this.#curveOf = key
    try {
      const curve = await this.#response.curve(this.at.item, this.store, this.cell?.feature ?? false, this.cell?.display ?? false)
      if (key === this.#curveOf) this.curve = curve
    } catch (e) {
      this.failure = Failure.of(e)
    }
  }

  #later(): void {
    this.saving = 'saving'
    clearTimeout(this.#saveTimer)
    this.#saveTimer = setTimeout(() => void this.save(), 600)
  }

  /** save stores the scenarios that hold anything or were stored before. */
  async save(): Promise<void> {
    clearTimeout(this.#saveTimer)
    this.#saveTimer = undefined
    try {
      for (const name of names) {
        const s = this.scenarios[name]
        if (!s.id && s.offers.length === 0 && !s.title) continue
        const plan: Plan = { horizon, items: this.items, offers: s.offers, funding: this.levers.funding, costChange: this.levers.cost, traffic: this.levers.traffic }
        const kept = await backend.saveScenario(this.#project.id, { id: s.id, name, title: s.title, plan, changed: new Date().toISOString() })
        if (this.scenarios[name].id !== kept.id) this.scenarios = { ...this.scenarios, [name]: { ...this.scenarios[name], id: kept.id } }
      }
      this.saving = 'saved'
    } catch (e) {
      this.saving = ''
      this.failure = Failure.of(e)
    }
  }
}

const blank = (): Scenario => ({ id: '', title: '', offers: [] })
const round = (x: number): number => Math.round(x * 1000) / 1000

/** lastWeeks repeats the offers of the last weeks of history. */
function lastWeeks(panel: PanelView, items: string[]): Offer[] {
  const shown = Math.min(horizon, panel.weeks.length), from = panel.weeks.length - shown
  return panel.items.filter(i => items.includes(i.item)).flatMap(i => i.history.slice(from).flatMap((h, week) => {
    const depth = Math.round(Math.min(h.depth, i.maxDepth) * 20) / 20
    return depth >= 0.05 || h.feature || h.display ? [{ item: i.item, week, depth, ...(h.feature && { feature: true }), ...(h.display && { display: true }) }] : []
  }))
}
