// The rows in sight of a grid. Their elements are made once and written anew
// as the table moves beneath: a frame sets texts and moves a few rows, where
// new elements for each row would cost the page four times as much.
//
// What a browser paints is counted by layers, clips and boxes more than by
// letters. So a row is the only one that clips, and is laid out on its own; its
// cells are plain boxes side by side, of which those that are too full get a
// clip; lines between columns are drawn once for all rows, and so are the
// numbers of rows, one text of many lines.
import { nf } from '../i18n/format'

/** How rows are drawn. */
export interface Look {
  id: string // of the grid; the cell at the cursor is `${id}-${row}-${column}`
  height: number // of a row, px
  columns: number[] // in sight
  starts: number[] // left edge of each column of the table, px
  wide: number[] // their widths, px
  kinds: string[] // 'number' is written at the right
  first: number // number of the first row
  numbers: boolean
  fresh: ((column: number) => boolean) | undefined
  gone: ((row: number) => boolean) | undefined
  was: ((row: number, column: number) => string | undefined) | undefined
}

interface Cell { el: HTMLElement; text: Text; shown: string | undefined; struck: boolean; cut: boolean }
interface Line { el: HTMLElement; cells: Cell[]; row: number; y: number; have: string[] | undefined; order: number }

/** width of text in px, at 12 px: Chinese and other wide letters count twice. */
export function measure(text: string): number {
  let n = 0
  for (const c of text) n += c > '\u2e7f' ? widest : /[A-Z0-9@#%&—]/.test(c) ? 7.9 : 6.6
  return n
}
const widest = 12.5 // px

const far = 4000 // rows: from there on positions are counted anew
const swift = 3, pause = 60 // draws of a third of the view or more, at most so many ms apart, are a flight

type Get = (row: number) => string[] | undefined

export class Lines {
  #all: Line[] = [] // from the top of the view to its end
  #from = 0
  #base = 0 // the row that stands at 0 px of the elements that take the rows
  #dx = 0
  #dy = 0
  #look: Look | null = null
  #at: Cell | null = null
  #numbered = '' // from where, and how many
  #rules: HTMLElement[] = []
  #rest: ReturnType<typeof setTimeout> | undefined
  #land: ReturnType<typeof setTimeout> | undefined
  #flight = 0 // draws of the flight so far
  #drawn = 0 // when

  /** rows, numbers and rules are the elements that take the rows, beside them their numbers, and the lines between columns. */
  constructor(readonly rows: HTMLElement, readonly numbers: HTMLElement, readonly rules: HTMLElement) {
    numbers.append('')
  }

  /**
   * draw shows n rows from row from on, written by get: the first of them at dy
   * px, the table's left edge at dx. Rows that nobody can read, as hundreds fly
   * by in a second, stay blank beside their numbers until the flight ends.
   */
  draw(from: number, n: number, dx: number, dy: number, look: Look, get: Get): void {
    const anew = look !== this.#look
    this.#look = look
    this.#dx = dx
    this.#dy = dy
    if (anew) this.#columns(look)
    while (this.#all.length > n) this.#drop(this.#all.pop()!)
    while (this.#all.length < n) this.#all.push(this.#line(look))
    const by = from - this.#from
    if (Math.abs(by) >= n) this.#base += by // all are others: each line stays where it is
    else if (by > 0) this.#all.push(...this.#all.splice(0, by))
    else if (by < 0) this.#all.unshift(...this.#all.splice(n + by, -by))
    if (Math.abs(from - this.#base) > far) this.#base = from
    this.#from = from
    const flying = this.#flies(by, n, anew)
    this.#all.forEach((line, i) => this.#write(line, from + i, look, flying ? row => (row === line.row ? line.have : undefined) : get, anew))
    this.#count(from, n, look)
    clearTimeout(this.#rest)
    clearTimeout(this.#land)
    if (flying) this.#land = setTimeout(() => this.#end(get), pause + 20)
    if (this.#all.some((line, i) => line.order !== i)) this.#rest = setTimeout(() => this.#settle(get), 250)
    this.#place()
  }

  /** flies says whether the table is flown over: by rows since the last draw. */
  #flies(by: number, n: number, anew: boolean): boolean {
    const now = performance.now(), late = now - this.#drawn > pause
    if (by !== 0 || late) {
      this.#flight = anew || late || Math.abs(by) * 3 < n ? 0 : this.#flight + 1
      this.#drawn = now
    }
    return this.#flight >= swift
  }

  /** end writes what was left out in a flight. */
  #end(get: Get): void {
    this.#flight = 0
    this.#all.forEach((line, i) => this.#write(line, this.#from + i, this.#look!, get, false))
  }

  #place(): void {
    const y = this.#dy - (this.#from - this.#base) * this.#look!.height
    this.rows.style.transform = `translate(${this.#dx}px, ${y}px)`
    this.numbers.style.transform = `translateY(${this.#dy}px)`
    this.rules.style.transform = `translateX(${this.#dx}px)`
  }

  /** count writes the numbers of the rows. */
  #count(from: number, n: number, look: Look): void {
    const wanted = look.numbers ? `${from + look.first} ${n}` : ''
    if (wanted === this.#numbered) return
    this.#numbered = wanted
    const text = wanted ? Array.from({ length: n }, (_, i) => nf(from + look.first + i)).join('\n') : ''
    ;(this.numbers.firstChild as Text).data = text
    this.rules.style.height = `${n * look.height + look.height}px`
  }

  /** mark shows the cursor, or takes it away. */
  mark(row: number, column: number, on: boolean): void {
    this.#at?.el.classList.remove('at')
    this.#at?.el.removeAttribute('id')
    const cell = on && this.#look ? this.#all[row - this.#from]?.cells[this.#look.columns.indexOf(column)] : undefined
    this.#at = cell ?? null
    if (!cell) return
    cell.el.classList.add('at')
    cell.el.id = `${this.#look!.id}-${row}-${column}`
    cell.el.dataset['r'] = String(row)
    cell.el.dataset['c'] = String(column)
  }

  /** find says where an element's cell is. */
  find(el: Element): { r: number; c: number; el: HTMLElement } | undefined {
    const line = this.#all.find(l => l.el.contains(el)), k = line?.cells.findIndex(x => x.el.contains(el)) ?? -1
    return line && k >= 0 ? { r: line.row, c: this.#look!.columns[k]!, el: line.cells[k]!.el } : undefined
  }

  end(): void {
    clearTimeout(this.#rest)
    clearTimeout(this.#land)
  }

  /** settle has the rows stand in the page's order as in sight, as those expect who hear it read. */
  #settle(get: Get): void {
    this.#all.sort((a, b) => a.order - b.order)
    this.#base = this.#from
    const look = this.#look!
    this.#all.forEach((line, i) => this.#write(line, this.#from + i, look, get, false))
    this.#place()
  }

  #line(look: Look): Line {
    const el = document.createElement('div')
    el.className = 'row'
    el.setAttribute('role', 'row')
    this.rows.append(el)
    const line: Line = { el, cells: [], row: -1, y: NaN, have: undefined, order: this.#all.length }
    this.#fill(line, look)
    return line
  }

  #drop(line: Line): void {
    line.el.remove()
    // Those after it in the page move up.
    for (const other of this.#all) if (other.order > line.order) other.order--
  }

  #columns(look: Look): void {
    for (const line of this.#all) this.#fill(line, look)
    while (this.#rules.length > look.columns.length) this.#rules.pop()!.remove()
    while (this.#rules.length < look.columns.length) {
      const el = document.createElement('div')
      this.#rules.push(el)
      this.rules.append(el)
    }
    this.#rules.forEach((el, k) => { el.style.left = `${look.starts[look.columns[k]!]! + look.wide[look.columns[k]!]! - 1}px` })
    this.#numbered = 'anew'
  }

  /** fill gives a line its cells, one for each column in sight. */
  #fill(line: Line, look: Look): void {
    while (line.cells.length > look.columns.length) line.cells.pop()!.el.remove()
    while (line.cells.length < look.columns.length) {
      const el = document.createElement('div'), text = document.createTextNode('')
      el.setAttribute('role', 'gridcell')
      el.append(text)
      line.el.append(el)
      line.cells.push({ el, text, shown: undefined, struck: false, cut: false })
    }
    line.row = -1
    line.cells.forEach((cell, k) => {
      const c = look.columns[k]!
      cell.shown = undefined
      cell.cut = false
      cell.el.className = `cell${look.kinds[c] === 'number' ? ' num' : ''}${look.fresh?.(c) ? ' fresh' : ''}`
      cell.el.setAttribute('aria-colindex', String(c + 1))
      cell.el.style.marginLeft = k === 0 ? `${look.starts[c]!}px` : ''
      cell.el.style.width = `${look.wide[c]!}px`
    })
  }

  #write(line: Line, row: number, look: Look, get: Get, anew: boolean): void {
    const y = (row - this.#base) * look.height
    if (y !== line.y) line.el.style.transform = `translateY(${(line.y = y)}px)`
    const have = get(row), other = row !== line.row
    if (!other && !anew && have === line.have) return
    if (other) {
      line.row = row
      line.el.setAttribute('aria-rowindex', String(row + 2))
    }
    line.have = have
    line.el.classList.toggle('wait', have === undefined)
    if (look.gone) line.el.classList.toggle('gone', look.gone(row))
    line.cells.forEach((cell, k) => {
      const c = look.columns[k]!, text = have?.[c], old = look.was?.(row, c)
      if (old !== undefined || cell.struck) this.#strike(cell, old, text)
      if (text === cell.shown && old === undefined) return
      if ((text === '') !== (cell.shown === '')) cell.el.classList.toggle('q3', text === '')
      cell.shown = text
      cell.text.data = text === '' ? '–' : text ?? ''
      const cut = text !== undefined && text.length * widest > look.wide[c]! - 17 && measure(text) > look.wide[c]! - 17
      if (cut !== cell.cut) cell.el.classList.toggle('cut', (cell.cut = cut))
    })
  }

  /** strike writes what a cell was before what it is, or takes that away. */
  #strike(cell: Cell, old: string | undefined, text: string | undefined): void {
    cell.struck = old !== undefined
    cell.el.classList.toggle('changed', cell.struck)
    cell.el.title = cell.struck ? `${old} → ${text ?? ''}` : ''
    if (old === undefined) return cell.el.replaceChildren(cell.text)
    const s = document.createElement('s')
    s.append(old || '–')
    cell.el.replaceChildren(s, ' ', cell.text)
  }
}
