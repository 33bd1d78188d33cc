// What plans bring, asked of the response: the plan that is looked at goes
// first, and of the changes made while one is computed only the newest counts.
import { Failure, type Comparison, type Outcome, type Plan, type Response } from '../../backend'
import { names, type Name } from './plans'

/** Whoever has plans to ask about. */
export interface Asker {
  readonly scenario: Name // that is looked at
  plan(name: Name): Plan
  failure: Failure | null
}

export class Answers {
  outcomes = $state.raw<Partial<Record<Name, Outcome>>>({})
  /** How B and C compare with A, by draws they share. */
  beside = $state.raw<Partial<Record<Name, Comparison>>>({})
  ms = $state(0) // from the last change to its outcome

  #asker: Asker
  #response: Response | null = null
  #busy = false
  #changed = 0 // when the change that is not yet computed was made
  #stale = new Set<Name>()
  #uncompared = new Set<Name>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(asker: Asker) {
    this.#asker = asker
  }

  /** open computes all plans by the response. */
  async open(response: Response): Promise<void> {
    this.#response = response
    this.#stale = new Set(names)
    this.#uncompared = new Set(names)
    await this.#compute()
    this.touch([this.#asker.scenario]) // again, warm: the time that is printed is that of a step of the slider
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#response = null
  }

  /** touch has plans computed again; while one is computed, only the newest wish waits. */
  touch(which: readonly Name[]): void {
    this.#changed ||= performance.now()
    for (const n of which.includes('A') ? names : which) this.#uncompared.add(n)
    for (const n of which) this.#stale.add(n)
    if (!this.#busy) void this.#compute()
  }

  async #compute(): Promise<void> {
    const response = this.#response
    if (!response) return
    this.#busy = true
    while (this.#stale.size > 0) {
      const shown = this.#asker.scenario, name = this.#stale.has(shown) ? shown : [...this.#stale][0]!
      this.#stale.delete(name)
      const since = this.#changed
      if (name === shown) this.#changed = 0
      try {
        const outcome = await response.whatIf({ ...this.#asker.plan(name), brief: true })
        this.outcomes = { ...this.outcomes, [name]: outcome }
        this.#asker.failure = null
        if (name === this.#asker.scenario && since) this.ms = performance.now() - since
      } catch (e) {
        this.#asker.failure = Failure.of(e)
      }
    }
    // Comparing costs as much as two answers: it waits until the hand rests.
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.#compare(), 120)
    this.#busy = false
  }

  async #compare(): Promise<void> {
    while (this.#response && !this.#busy && this.#uncompared.size > 0) {
      const name = [...this.#uncompared][0]!
      this.#uncompared.delete(name)
      if (name === 'A') continue
      try {
        const than = await this.#response.compare(this.#asker.plan(name), this.#asker.plan('A'))
        if (!this.#uncompared.has(name)) this.beside = { ...this.beside, [name]: than }
      } catch {
        this.beside = { ...this.beside, [name]: undefined } // the outcome says what is wrong
      }
    }
  }
}
