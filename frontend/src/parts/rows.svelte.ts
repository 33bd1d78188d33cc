// The rows of a grid that are at hand, and how wide its columns are.

/** Source gives rows from offset on, at most limit of them. */
export type Source = (offset: number, limit: number) => Promise<string[][]>

const chunk = 100 // rows asked for at once
const keep = 60 // chunks at hand

/** Rows fetches what is in sight, one request at a time: while one is on its way only the newest wish waits. */
export class Rows {
  tick = $state(0) // grows when rows have come
  #source: Source
  #have = new Map<number, string[][]>()
  #wish: [number, number] | null = null
  #busy = false
  #over = false
  #age = 0 // of the rows: what was asked for before clear is not kept

  constructor(source: Source) {
    this.#source = source
  }

  get(row: number): string[] | undefined {
    return this.#have.get(Math.floor(row / chunk))?.[row % chunk]
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

  /** want has rows from to to (exclusive) at hand soon. Rows that fail to come are asked for at the next wish. */
  async want(from: number, to: number): Promise<void> {
    this.#wish = [from, to]
    if (this.#busy) return
    this.#busy = true
    while (this.#wish) {
      const [a, b]: [number, number] = this.#wish
      this.#wish = null
      for (let k = Math.floor(a / chunk); k <= Math.floor(Math.max(a, b - 1) / chunk) && b > a; k++) {
        if (this.#over) return
        if (this.#have.has(k)) continue
        const age = this.#age
        try {
          const rows = await this.#source(k * chunk, chunk)
          if (age !== this.#age) break
          this.#have.set(k, rows)
          if (this.#have.size > keep) this.#have.delete(this.#have.keys().next().value!)
          this.tick++
        } catch { /* the screen says what fails */ }
        if (this.#wish) break
      }
    }
    this.#busy = false
  }
}

/** width of text in px, at 12 px: Chinese and other wide letters count twice. */
function measure(text: string): number {
  let n = 0
  for (const c of text) n += c > '\u2e7f' ? 12.5 : /[A-Z0-9@#%&—]/.test(c) ? 7.9 : 6.6
  return n
}

/** widths of columns in px, by their names and some of their cells. */
export function widths(header: string[], rows: string[][], was?: (row: number, column: number) => string | undefined): number[] {
  return header.map((name, c) => {
    let w = measure(name)
    rows.forEach((row, r) => { w = Math.max(w, measure(row[c] ?? '') + (r < 200 && was ? measure(was(r, c) ?? '') : 0)) })
    return Math.round(Math.min(300, Math.max(48, w + 19)))
  })
}
