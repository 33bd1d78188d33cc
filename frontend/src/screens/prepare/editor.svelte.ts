// The recipe that is being written in a project: every change can be undone,
// is kept as a draft, and is tried on a sample of the rows.
import { backend, Failure, type Draft, type Misfit, type Preview, type Step } from '../../backend'

const most = 200 // changes that can be undone
const pause = 500 // ms after a change before the draft is kept

/** What a person is filling in: a step at a place, new or changed. It is no part of the recipe yet. */
export interface Filling { at: number; step: Step; isNew: boolean }

/** What a trial gave, in one piece. */
export type Tried = Preview & { at: number[]; misfits: Misfit[] }

export class Editor {
  draft = $state.raw<Draft>({ name: '', from: '', steps: [] })
  chosen = $state(-1) // step looked at; -1: the table as it is
  filling = $state.raw<Filling | null>(null)
  trial = $state.raw<Tried | null>(null) // of the chosen step
  counts = $state.raw<Tried | null>(null) // of all steps
  counted = $state.raw<Draft | null>(null) // what they were counted of: they are of no use for another
  busy = $state(false)
  took = $state(0) // ms of the last trial
  failure = $state.raw<Failure | null>(null)
  ready = $state(false) // whether the draft of before has been read

  #past = $state.raw<Draft[]>([])
  #ahead = $state.raw<Draft[]>([])
  #timer: ReturnType<typeof setTimeout> | undefined
  #trying = 0 // number of the newest trial
  #asked: { draft: Draft; upto: number; lines: number; tables: string } | null = null // what it is of

  constructor(readonly project: string) {}

  /** What is tried: the recipe with what is being filled in. */
  get tried(): Draft {
    const f = this.filling
    if (!f) return this.draft
    return { ...this.draft, steps: this.draft.steps.toSpliced(f.at, f.isNew ? 0 : 1, f.step) }
  }

  // What is derived stands in getters: an editor outlives the screen that made it.
  get canUndo(): boolean {
    return this.#past.length > 0
  }

  get canRedo(): boolean {
    return this.#ahead.length > 0
  }

  /** begin reads the draft of before; without one a recipe from that table is begun. */
  async begin(from: string): Promise<void> {
    if (this.ready) return
    try {
      const kept = await backend.openDraft(this.project)
      if (this.ready) return // something was begun meanwhile
      if (kept) this.draft = { ...kept, steps: kept.steps ?? [] }
      else if (from) this.draft = { name: '', from, steps: [] }
      this.chosen = this.draft.steps.length - 1
      this.ready = true
    } catch (e) {
      this.failure = Failure.of(e)
    }
  }

  /** change takes another draft in the place of this one. */
  change(draft: Draft): void {
    this.#past = [...this.#past, this.draft].slice(-most)
    this.#ahead = []
    this.#take(draft)
  }

  undo(): void {
    const before = this.#past.at(-1)
    if (!before) return
    this.#past = this.#past.slice(0, -1)
    this.#ahead = [...this.#ahead, this.draft]
    this.#show(before)
  }

  redo(): void {
    const next = this.#ahead.at(-1)
    if (!next) return
    this.#ahead = this.#ahead.slice(0, -1)
    this.#past = [...this.#past, this.draft]
    this.#show(next)
  }

  /** show takes a draft and chooses the first step that is not what it was. */
  #show(draft: Draft): void {
    const old = this.draft.steps
    this.#take(draft)
    const at = draft.steps.findIndex((s, i) => s !== old[i])
    this.chosen = at < 0 ? draft.steps.length - 1 : at
  }

  #take(draft: Draft): void {
    this.ready = true
    this.filling = null
    this.draft = draft
    this.chosen = Math.min(this.chosen, draft.steps.length - 1)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void backend.keepDraft(this.project, this.draft).catch((e: unknown) => (this.failure = Failure.of(e))), pause)
  }

  #steps(steps: Step[]): void {
    this.change({ ...this.draft, steps })
  }

  /** add begins a step behind the chosen one. */
  add(step: Step): void {
    const at = this.chosen + 1
    this.filling = { at, step, isNew: true }
    this.chosen = at
  }

  edit(at: number): void {
    const step = this.draft.steps[at]
    if (!step) return
    this.filling = { at, step, isNew: false }
    this.chosen = at
  }

  /** fill changes the step that is being filled in. */
  fill(step: Step): void {
    if (this.filling) this.filling = { ...this.filling, step }
  }

  /** keep makes what was filled in part of the recipe. */
  keep(): void {
    const f = this.filling
    if (!f) return
    this.#steps(this.draft.steps.toSpliced(f.at, f.isNew ? 0 : 1, f.step))
    this.chosen = f.at
  }

  drop(): void {
    const f = this.filling
    this.filling = null
    if (f?.isNew) this.chosen = f.at - 1
  }

  remove(at: number): void {
    this.#steps(this.draft.steps.toSpliced(at, 1))
    if (this.chosen >= at && at > 0) this.chosen = Math.min(this.chosen, this.draft.steps.length - 1)
  }

  /** move takes a step to another place. */
  move(at: number, to: number): void {
    const step = this.draft.steps[at]
    if (!step || to < 0 || to >= this.draft.steps.length || to === at) return
    this.#steps(this.draft.steps.toSpliced(at, 1).toSpliced(to, 0, step))
    this.chosen = to
  }

  toggle(at: number): void {
    const step = this.draft.steps[at]
    if (!step) return
    const { off, ...on } = step
    this.#steps(this.draft.steps.with(at, off ? (on as Step) : { ...step, off: true }))
  }

  startFrom(from: string): void {
    this.change({ ...this.draft, from })
  }

  async #try(draft: Draft, upto: number, lines: number): Promise<Tried> {
    const { preview, at, misfits } = await backend.tryRecipe(this.project, draft, upto, lines)
    return { ...preview, at, misfits }
  }

  #count(of: Draft, counts: Tried): void {
    this.counts = counts
    this.counted = of
  }

  /** misfits are the steps of the recipe, as it is now, that do not fit. */
  async misfits(): Promise<Misfit[]> {
    const of = this.draft
    if (this.counted !== of || !this.counts) this.#count(of, await this.#try(of, of.steps.length, 1))
    return this.counts?.misfits ?? []
  }

  /** look tries the draft up to the chosen step, on tables that are told apart by a text; only the newest answer counts. What was tried already, or is just being, is not tried again. */
  async look(lines: number, tables: string): Promise<void> {
    const { tried, chosen } = this, upto = Math.min(chosen + 1, tried.steps.length), a = this.#asked
    if (!tried.from || (a?.draft === tried && a.upto === upto && a.lines === lines && a.tables === tables)) return
    const mine = ++this.#trying
    this.#asked = { draft: tried, upto, lines, tables }
    this.busy = true
    const begun = performance.now()
    try {
      const trial = await this.#try(tried, upto, lines)
      if (mine !== this.#trying) return
      this.took = Math.round(performance.now() - begun)
      this.trial = trial
      if (upto === tried.steps.length) this.#count(tried, trial)
      else {
        const counts = await this.#try(tried, tried.steps.length, 1)
        if (mine === this.#trying) this.#count(tried, counts)
      }
      if (mine === this.#trying) this.failure = null
    } catch (e) {
      if (mine === this.#trying) {
        this.failure = Failure.of(e)
        this.#asked = null
      }
    }
    if (mine === this.#trying) this.busy = false
  }
}

const editors = new Map<string, Editor>()

/** editorOf is the one editor of a project: what can be undone outlives a change of screens. */
export function editorOf(project: string): Editor {
  let editor = editors.get(project)
  if (!editor) editors.set(project, (editor = new Editor(project)))
  return editor
}
