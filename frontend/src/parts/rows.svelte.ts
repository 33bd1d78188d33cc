// The rows of a grid that are at hand, and how wide its columns are.
import { measure } from './lines'

/** Source gives rows from offset on, at most limit of them. */
export type Source = (offset: number, limit: number) => Promise<string[][]>

const keep = 60 // blocks at hand
const pause = 40, patience = 120 // ms

/**
 * Rows fetches what is in sight, a block at a time: while one is on its way
 * only the newest wish waits. Who leafs through the table by its bar gets the
 * rows where the bar rests, or every now and then: what is gone before it
 * comes is not asked for. At rest the block that comes next is fetched, too.
 */
export class Rows {
  tick = $state(0) // grows when rows have come
  #source: Source
  #block: number // rows in a block
  #have = new Map<number, string[][]>()
  #wish: [number, number] | null = null
  #busy = false
  #over = false
  #age = 0 // of the rows: what was asked for before clear is not kept
  #last = [0, 0] // the last wish's first row, and when it was wished
  #back = false // whether the last wishes went up the table

  /** columns is how many the table has: blocks of wide tables are low. */
  constructor(source: Source, columns = 1) {
    this.#source = source
    this.#block = Math.max(25, Math.min(200, Math.round(3000 / Math.max(1, columns))))
  }

  get(row: number): string[] | undefined {
    return this.#have.get(Math.floor(row / this.#block))?.[row % this.#block]
  }

  /** some are a few rows that are at hand. */
  some(): string[][] {
    const first = this.#have.values().next()
    return first.done ? [] : first.value.slice(0, 50)
  }

  clear(): void {
    this.#have.clear()
    this.#age++
  }

  /** end is for when nobody looks any more: nothing further is asked for. */
  end(): void {
    this.#over = true
  }

  /** want has rows from to to (exclusive) at hand soon, of total. Rows that fail to come are asked for at the next wish. */
  async want(from: number, to: number, total = to): Promise<void> {
    this.#wish = [from, to]
    if (this.#busy) return
    this.#busy = true
    while (this.#wish && !this.#over) {
      await this.#still()
      const [a, b]: [number, number] = this.#wish
      this.#wish = null
      this.#back = a < this.#last[0]!
      this.#last = [a, performance.now()]
      const first = Math.floor(a / this.#block), last = Math.floor(Math.max(a, b - 1) / this.#block)
      for (let k = first; k <= last && b > a; k++) {
        await this.#fetch(k)
        if (this.#wish || this.#over) break
      }
      const next = this.#back ? first - 1 : last + 1
      if (!this.#wish && b > a && next >= 0 && next * this.#block < total) await this.#fetch(next)
    }
    this.#busy = false
  }

  /** still waits until the wish stays the same for a moment, if the wishes fly over the table. */
  async #still(): Promise<void> {
    const begun = performance.now()
    for (let at = this.#last[0]!; performance.now() - begun < patience; ) {
      const now: number = this.#wish![0]
      if (Math.abs(now - at) < this.#block || begun - this.#last[1]! > 2 * patience) return
      at = now
      await new Promise(r => setTimeout(r, pause))
      if (this.#over) return
    }
  }

  async #fetch(k: number): Promise<void> {
    if (this.#over || this.#have.has(k)) return
    const age = this.#age
    try {
      const rows = await this.#source(k * this.#block, this.#block)
      if (age !== this.#age) return
      this.#have.set(k, rows)
      if (this.#have.size > keep) this.#have.delete(this.#have.keys().next().value!)
      this.tick++
    } catch { /* the screen says what fails */ }
  }
}

/** widths of columns in px, by their names and some of their cells. */
export function widths(header: string[], rows: string[][], was?: (row: number, column: number) => string | undefined): number[] {
  return header.map((name, c) => {
    let w = measure(name)
    rows.forEach((row, r) => { w = Math.max(w, measure(row[c] ?? '') + (r < 200 && was ? measure(was(r, c) ?? '') : 0)) })
    return Math.round(Math.min(300, Math.max(48, w + 19)))
  })
}
