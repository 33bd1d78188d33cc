// What the Promote screen knows and does: three scenarios over one response
// model, the chosen cell, and the levers that apply to all offers.
import { backend, Failure, type Comparison, type CurvePoint, type ItemView, type Offer, type Outcome, type PanelView, type Plan, type ProjectView, type Response, type ScenarioInfo, type Slot } from '../../backend'
import { Answers } from './answers.svelte'
import { asTable, blank, horizons, inOrder, lastWeeks, names, print, round, singlesIn, still, without, type Levers, type Moment, type Name, type Scenario, type Scenarios } from './plans'

export { horizons, names, pastShown, still, type Levers, type Name } from './plans'
export const pastCharted = 12 // weeks of history in the chart
const rowsAtFirst = 12 // best-selling products of a new plan

/** What outlives the screen: what can be undone as plans stand, and the last save, which may be under way. */
interface Left { plans: string; past: Moment[]; future: Moment[]; saved: Promise<void> | null }
const left = new Map<string, Left>() // by project

export class Planner {
  readonly #answers = new Answers(this)
  panel = $state.raw<PanelView | null>(null)
  failure = $state.raw<Failure | null>(null)

  scenario = $state<Name>('A')
  scenarios = $state.raw<Scenarios>({ A: blank(), B: blank(), C: blank() })
  levers = $state.raw<Levers>(still)
  horizon = $state(12)
  store = $state('') // "" is every store
  items = $state.raw<string[]>([]) // of the plans, in the calendar's order
  at = $state.raw<{ item: string; week: number } | null>(null)
  curve = $state.raw<CurvePoint[]>([])
  saving = $state<'' | 'saving' | 'saved'>('')

  past = $state.raw<Moment[]>([]) // to undo, the newest last
  future = $state.raw<Moment[]>([]) // to do again

  readonly views: Map<string, ItemView> = $derived(new Map(this.panel?.items.map(i => [i.item, i])))
  readonly offers: Offer[] = $derived(this.scenarios[this.scenario].offers)
  readonly outcome: Outcome | undefined = $derived(this.outcomes[this.scenario])
  /** The current scenario's offers by item and week: those for all stores and, before them, those of the one that is shown. */
  readonly cells: Map<string, Offer> = $derived(new Map(this.offers.filter(o => !o.store || o.store === this.store).map(o => [`${o.item}\n${o.week}`, o])))
  /** Offers of single stores by item and week, in words, where all stores are shown. */
  readonly singles: Map<string, string> = $derived(singlesIn(this.store ? [] : this.offers, o => this.depthOf(o)))
  /** What the outcome calls a guess, by item and week. */
  readonly #guessed: Set<string> = $derived(new Set(this.outcome?.warnings.flatMap(w => (w.item !== undefined && w.week >= 0 ? [`${w.item}\n${w.week}`] : []))))
  readonly locks: Set<string> = $derived(new Set(this.scenarios[this.scenario].locked.map(s => `${s.item}\n${s.week}`)))
  readonly cell: Offer | undefined = $derived(this.at ? this.offer(this.at.item, this.at.week) : undefined)
  readonly canUndo: boolean = $derived(this.past.length > 0)
  readonly canRedo: boolean = $derived(this.future.length > 0)

  #response: Response | null = null
  #closed = false
  #gesture = '' // changes of one gesture are undone at once
  #saveTimer: ReturnType<typeof setTimeout> | undefined
  #curveOf = ''
  #project: ProjectView

  constructor(project: ProjectView) {
    this.#project = project
  }

  async open(): Promise<void> {
    try {
      const before = left.get(this.#project.id)
      if (before?.saved) {
        await before.saved // else the plans of before would be read
        this.#project = await backend.openProject(this.#project.id)
      }
      const response = await backend.openResponse(this.#project.id)
      if (this.#closed) return response.close() // the screen was left meanwhile: its worker must not stay
      this.#response = response
      this.panel = await this.#response.panel(pastCharted)
      this.#restore(this.panel)
      if (before?.plans === print(this.#now)) ({ past: this.past, future: this.future } = before)
      await this.#answers.open(response)
      await this.#curve()
    } catch (e) {
      this.failure = Failure.of(e)
    }
  }

  /** close ends with the last change saved. */
  close(): Promise<void> {
    this.#closed = true
    const saved = this.#saveTimer ? this.save() : null
    if (this.panel) left.set(this.#project.id, { plans: print(this.#now), past: this.past, future: this.future, saved })
    this.#answers.close()
    this.#response?.close()
    this.#response = null
    return saved ?? Promise.resolve()
  }

  /** #restore takes up the stored scenarios; a new project begins with the last weeks again. */
  #restore(panel: PanelView): void {
    const stored = this.#project.scenarios
    const found = Object.fromEntries(names.map(n => [n, stored.find(s => s.name === n)])) as Record<Name, ScenarioInfo | undefined>
    const known = new Set(panel.items.map(i => i.item)), stores = new Set(panel.stores.map(s => s.store))
    const items = [...new Set([...Object.values(found).flatMap(s => [...(s?.plan.items ?? []), ...(s?.plan.offers ?? []).map(o => o.item)])])].filter(i => known.has(i))
    const chosen = stored.some(s => s.locked) // on this screen, which fills up once
    for (const i of panel.items) {
      if (items.length >= (chosen ? 1 : rowsAtFirst)) break
      if (!items.includes(i.item)) items.push(i.item)
    }
    this.items = items
    const make = (n: Name, offers: Offer[]): Scenario => {
      const s = found[n]
      return s ? { id: s.id, title: s.title, offers: inOrder((s.plan.offers ?? []).filter(o => known.has(o.item) && (!o.store || stores.has(o.store)))), locked: s.locked ?? [] } : { id: '', title: '', offers, locked: [] }
    }
    const plan = names.map(n => found[n]?.plan).find(p => p)
    if (plan) {
      this.levers = { deeper: 0, funding: plan.funding ?? 0, cost: plan.costChange ?? 0, traffic: plan.traffic ?? 0, margin: plan.margin ?? 0, featureCost: plan.featureCost ?? 0, displayCost: plan.displayCost ?? 0, stock: Object.fromEntries((plan.stock ?? []).map(s => [s.item, s.units])) }
      this.horizon = horizons.find(h => h >= plan.horizon) ?? 26
    }
    this.scenarios = { A: make('A', lastWeeks(panel, items, this.horizon)), B: make('B', []), C: make('C', []) }
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

  /** plan is a scenario as the response is asked: its offers inside the weeks that are planned. */
  plan(name: Name): Plan {
    const offers = this.scenarios[name].offers.filter(o => o.week < this.horizon && (!this.store || !o.store || o.store === this.store)).map(o => ({ ...o, depth: this.depthOf(o), ...(this.store && { store: this.store }) }))
    return { ...this.terms(), items: this.items, offers, ...(this.store && { stores: [this.store] }) }
  }

  /** terms are what holds for every scenario. */
  terms(): Omit<Plan, 'offers'> {
    const { funding, cost, traffic, margin, featureCost, displayCost } = this.levers
    const stock = this.store ? [] : Object.entries(this.levers.stock).filter(([item]) => this.items.includes(item)).map(([item, units]) => ({ item, week: 0, units }))
    return { horizon: this.horizon, funding, costChange: cost, traffic, ...(margin && { margin }), ...(featureCost && { featureCost }), ...(displayCost && { displayCost }), ...(stock.length && { stock }) }
  }

  /** ask answers any plan without keeping it. */
  async ask(plan: Plan): Promise<Outcome> {
    if (!this.#response) throw new Failure('gone', 'The screen was closed.')
    return this.#response.whatIf({ ...plan, brief: true })
  }

  /** table is the shown plan as text that spreadsheets take: a product a row, a week a column. */
  table(): string {
    const weeks = Array.from({ length: this.horizon }, (_, w) => this.outcome?.weeks[w]?.label ?? String(w + 1))
    return asTable(weeks, this.items.map(i => ({ name: this.views.get(i)?.name || i, cells: weeks.map((_, w) => { const o = this.offer(i, w); return o && { ...o, depth: this.depthOf(o) } }) })))
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
  set(change: Partial<Pick<Offer, 'depth' | 'display' | 'feature'>>, gesture = ''): void {
    if (!this.at) return
    const { item, week } = this.at
    const now: Offer = { ...(this.cell ?? { item, week, depth: 0 }), ...change }
    now.depth = round(Math.min(this.limit(item), Math.max(0, now.depth)))
    const others = this.offers.filter(o => o.item !== item || o.week !== week || (o.store ?? '') !== (now.store ?? ''))
    this.#remember(gesture && `${gesture} ${item} ${week}`)
    this.#put(this.scenario, { offers: now.depth > 0 || now.display || now.feature ? [...others, now] : others })
    if ('display' in change || 'feature' in change) void this.#curve()
  }

  clear(): void {
    this.set({ depth: 0, display: false, feature: false })
  }

  /** alone gives the shown store an offer of its own in the chosen cell, like that for all, or takes it away. */
  alone(): void {
    if (!this.at || !this.store) return
    const { item, week } = this.at, own = this.cell?.store === this.store ? this.cell : undefined
    this.#remember()
    this.#put(this.scenario, { offers: own ? this.offers.filter(o => o !== own) : [...this.offers, { ...(this.cell ?? { item, week, depth: 0.1 }), store: this.store }] })
    void this.#curve()
  }

  /** lock keeps the chosen cell as it is when a plan is suggested, or lets it go. */
  lock(): void {
    if (!this.at) return
    const { item, week } = this.at, { locked } = this.scenarios[this.scenario]
    const others = locked.filter(s => s.item !== item || s.week !== week)
    this.#remember()
    this.#put(this.scenario, { locked: others.length < locked.length ? others : [...others, { item, week }] }, false)
  }

  isLocked(item: string, week: number): boolean {
    return this.locks.has(`${item}\n${week}`)
  }

  /** add puts a product into the calendar. */
  add(item: string): void {
    if (!this.items.includes(item)) {
      this.#remember()
      this.items = [item, ...this.items]
      this.#later()
    }
    this.#answers.touch(names)
    this.choose(item, this.at?.week ?? 0)
  }

  /** drop takes a product out of the calendar, with its offers and locks in all plans. */
  drop(item: string): void {
    if (!this.items.includes(item) || this.items.length < 2) return
    this.#remember()
    const at = this.items.indexOf(item)
    this.items = this.items.filter(i => i !== item)
    this.scenarios = without(this.scenarios, item)
    this.#answers.touch(names)
    this.#later()
    if (this.at?.item === item) this.choose(this.items[Math.min(at, this.items.length - 1)]!, this.at.week)
  }

  /** empty takes all offers of the shown plan away, but for those in locked cells. */
  empty(): void {
    this.#remember()
    this.#put(this.scenario, { offers: this.offers.filter(o => this.isLocked(o.item, o.week)) })
  }

  /** copyTo gives another plan the offers and locks of the shown one, and shows it. */
  copyTo(name: Name): void {
    if (name === this.scenario) return
    this.#remember()
    const { offers, locked } = this.scenarios[this.scenario]
    this.#put(name, { offers, locked })
    this.show(name)
  }

  /** apply fills scenario C with a plan that was suggested; A and B stay as they are. */
  apply(offers: Offer[], locked: Slot[], title: string): void {
    this.#remember()
    const deeper = this.levers.deeper // comes on top of every offer
    this.#put('C', { offers: offers.map(o => ({ ...o, depth: o.depth > 0 ? round(Math.max(0.01, o.depth - deeper)) : 0 })), locked, title: this.scenarios.C.title || title })
    this.show('C')
  }

  /** bring gives the shown plan offers that were read from a file; it answers how many. */
  bring(offers: Offer[]): number {
    this.#remember()
    const known = offers.filter(o => this.views.has(o.item))
    const cells = new Map(known.map(o => [`${o.item}\n${o.week}\n${o.store ?? ''}`, { item: o.item, ...(o.store && { store: o.store }), week: o.week, depth: o.depth > 0 ? round(Math.max(0.01, o.depth - this.levers.deeper)) : 0, ...(o.display && { display: true }), ...(o.feature && { feature: true }) }]))
    this.items = [...new Set([...this.items, ...known.map(o => o.item)])]
    this.#put(this.scenario, { offers: [...cells.values()] })
    this.#answers.touch(names)
    return cells.size
  }

  undo(): void {
    this.#step('past', 'future')
  }

  redo(): void {
    this.#step('future', 'past')
  }

  /** settle ends a gesture: what comes is undone on its own. */
  settle(): void {
    this.#gesture = ''
  }

  pull(lever: Partial<Levers>, gesture = ''): void {
    this.#remember(gesture)
    this.levers = { ...this.levers, ...lever }
    this.#answers.touch(names)
    this.#later()
  }

  reset(): void {
    this.pull(still)
  }

  ahead(weeks: number): void {
    this.#remember()
    this.horizon = weeks
    if (this.at && this.at.week >= weeks) this.at = { ...this.at, week: weeks - 1 }
    this.#answers.touch(names)
    this.#later()
  }

  inStore(store: string): void {
    this.store = store
    this.#answers.touch(names)
    void this.#curve()
  }

  rename(title: string): void {
    this.#remember()
    this.#put(this.scenario, { title }, false)
  }

  get outcomes(): Partial<Record<Name, Outcome>> {
    return this.#answers.outcomes
  }

  /** How B and C compare with A, by draws they share. */
  get beside(): Partial<Record<Name, Comparison>> {
    return this.#answers.beside
  }

  /** Milliseconds from the last change to its outcome. */
  get ms(): number {
    return this.#answers.ms
  }

  get #now(): Moment {
    return { scenario: this.scenario, scenarios: this.scenarios, levers: this.levers, items: this.items, horizon: this.horizon }
  }

  /** #remember notes how things stand before a change; once for all changes of a gesture. */
  #remember(gesture = ''): void {
    if (gesture && gesture === this.#gesture) return
    this.#gesture = gesture
    this.past = [...this.past.slice(-199), this.#now]
    this.future = []
  }

  #step(from: 'past' | 'future', to: 'past' | 'future'): void {
    const moment = this[from].at(-1)
    if (!moment) return
    this[from] = this[from].slice(0, -1)
    this[to] = [...this[to], this.#now]
    this.#gesture = ''
    // What was stored since keeps its id.
    this.scenarios = Object.fromEntries(names.map(n => [n, { ...moment.scenarios[n], id: this.scenarios[n].id }])) as Scenarios
    this.scenario = moment.scenario
    this.levers = moment.levers
    this.items = moment.items
    this.horizon = moment.horizon
    this.#answers.touch(names)
    this.#later()
    void this.#curve()
  }

  #put(name: Name, change: Partial<Scenario>, counts = true): void {
    this.scenarios = { ...this.scenarios, [name]: { ...this.scenarios[name], ...change, ...(change.offers && { offers: inOrder(change.offers) }) } }
    if (counts) this.#answers.touch([name])
    this.#later()
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
        const plan: Plan = { ...this.terms(), items: this.items, offers: s.offers }
        const kept = await backend.saveScenario(this.#project.id, { id: s.id, name, title: s.title, plan, locked: s.locked, changed: new Date().toISOString() })
        if (this.scenarios[name].id !== kept.id) this.scenarios = { ...this.scenarios, [name]: { ...this.scenarios[name], id: kept.id } }
      }
      this.saving = 'saved'
    } catch (e) {
      this.saving = ''
      this.failure = Failure.of(e)
    }
  }
}
