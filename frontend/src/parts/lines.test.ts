// The rows in sight against what they must be, however the table moves.
import { describe, expect, it, vi } from 'vitest'
import { Lines, type Look } from './lines'

const look = (over: Partial<Look> = {}): Look => ({
  id: 'g', height: 24, columns: [0, 1], starts: [40, 100, 160], wide: [60, 60], kinds: ['text', 'number'], first: 1, numbers: true,
  fresh: undefined, gone: undefined, was: undefined, ...over,
})
const made = () => {
  const rows = document.createElement('div'), numbers = document.createElement('div'), rules = document.createElement('div')
  document.body.append(rows, numbers, rules)
  return { rows, numbers, rules, lines: new Lines(rows, numbers, rules) }
}
const shift = (el: HTMLElement) => Number(/, ?(-?\d+)px\)|translateY\((-?\d+)px\)/.exec(el.style.transform)?.slice(1).find(x => x !== undefined))
/** sight is what is seen: the rows and their numbers by their place, in px. */
function sight({ rows, numbers }: ReturnType<typeof made>) {
  return {
    rows: [...rows.children].map(el => [shift(rows) + shift(el as HTMLElement), el.textContent] as const).sort((a, b) => a[0] - b[0]),
    numbers: numbers.textContent!.split('\n').map((text, i) => [shift(numbers) + 24 * i, text] as const),
  }
}

describe('the lines of a grid', () => {
  it('show the rows asked for, wherever the table went before', () => {
    const g = made()
    let seed = 7, time = 0
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => (time += 100)) // nothing flies
    const random = (n: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n
    let from = 0, n = 8, l = look(), ready = 1
    const texts = (r: number) => (r % 3 < ready ? [`r${r}`, r % 5 ? String(r) : ''] : undefined)
    for (let i = 0; i < 150; i++) {
      const step = random(8)
      if (step < 3) from = Math.max(0, from + random(7) - 3)
      else if (step < 5) from = random(10_000_000)
      else if (step === 5) n = 1 + random(12)
      else if (step === 6) l = look({ columns: [[0, 1], [1], [0]][random(3)]! })
      else ready = random(4)
      const dy = 24 - random(24)
      g.lines.draw(from, n, 0, dy, l, texts)
      const want = Array.from({ length: n }, (_, k) => {
        const cells = texts(from + k)
        return [dy + 24 * k, l.columns.map(c => (cells ? cells[c] || '–' : '')).join('')]
      })
      const seen = sight(g)
      expect(seen.rows).toEqual(want)
      expect(seen.numbers).toEqual(want.map((w, k) => [w[0], (from + k + 1).toLocaleString('en')]))
      expect([...g.rules.children].map(el => (el as HTMLElement).style.left)).toEqual(l.columns.map(c => `${[99, 159][c]}px`))
      expect([...g.rows.children].map(el => el.classList.contains('wait')).filter(Boolean).length).toBe(want.filter((_, k) => !texts(from + k)).length)
    }
    g.lines.end()
    clock.mockRestore()
  })

  it('end what does not fit in a cell with dots', () => {
    const g = made(), long = 'far too long for its cell'
    const cut = () => [...g.rows.querySelectorAll('.cut')].map(el => el.textContent)
    g.lines.draw(0, 2, 0, 24, look(), r => (r ? ['short', '1'] : [long, '茶茶茶茶']))
    expect(cut()).toEqual([long, '茶茶茶茶'])
    g.lines.draw(1, 1, 0, 24, look(), () => ['short', '1'])
    expect(cut()).toEqual([])
    g.lines.end()
  })

  it('stay blank while hundreds fly by, with their numbers, and are written where the hand rests', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    const g = made(), l = look(), texts = (r: number) => [`r${r}`, '1']
    const blank = () => [...g.rows.children].filter(el => el.textContent === '').length
    for (const [from, empty] of [[0, 0], [20, 0], [40, 0], [60, 8], [80, 8], [84, 8], [90, 8]] as const) {
      g.lines.draw(from, 8, 0, 24, l, texts)
      expect([from, blank()]).toEqual([from, empty])
      vi.advanceTimersByTime(16)
    }
    g.lines.draw(90, 8, 0, 24, l, texts) // rows have come: it goes on
    expect(blank()).toBe(8)
    expect(g.numbers.textContent).toMatch(/^91\n92\n/)
    vi.advanceTimersByTime(100)
    expect(sight(g).rows.map(x => x[1])).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(k => `r${90 + k}1`))
    for (let from = 91; from < 120; from++) { // row by row, as fast as can be
      g.lines.draw(from, 8, 0, 24, l, texts)
      expect(blank()).toBe(0)
    }
    vi.useRealTimers()
    g.lines.end()
  })

  it('stand in the order of the page when they rest', () => {
    vi.useFakeTimers()
    const g = made(), texts = (r: number) => [`r${r}`, '']
    g.lines.draw(0, 5, 0, 24, look(), texts)
    const l = look()
    for (const from of [2, 3, 900, 901]) g.lines.draw(from, 5, 0, 24, l, texts)
    const before = sight(g).rows
    vi.runAllTimers()
    expect(sight(g).rows).toEqual(before)
    expect([...g.rows.children].map(el => el.getAttribute('aria-rowindex'))).toEqual(['903', '904', '905', '906', '907'])
    vi.useRealTimers()
  })

  it('show what a cell was, what a step drops, and the cursor; and take it back', () => {
    const g = made()
    g.lines.draw(0, 3, 0, 24, look({ was: (r, c) => (r === 1 && c === 0 ? 'old' : undefined), gone: r => r === 2 }), r => [`r${r}`, '1'])
    g.lines.mark(1, 1, true)
    expect(g.rows.querySelector('.changed')?.textContent).toBe('old r1')
    expect(g.rows.querySelectorAll('.gone').length).toBe(1)
    expect(g.rows.querySelector('#g-1-1')?.classList.contains('at')).toBe(true)
    expect(g.lines.find(g.rows.querySelector('s')!)).toMatchObject({ r: 1, c: 0 })
    g.lines.draw(1, 3, 0, 24, look({ gone: () => false }), r => [`r${r}`, '1'])
    g.lines.mark(1, 1, false)
    expect(g.rows.querySelectorAll('.changed, s, .gone, .at, [id]').length).toBe(0)
    expect(sight(g).rows[0]![1]).toBe('r11')
    g.lines.end()
  })
})
