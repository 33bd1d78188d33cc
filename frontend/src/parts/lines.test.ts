// The rows in sight against what they must be, however the table moves.
import { describe, expect, it, vi } from 'vitest'
import { Lines, type Look } from './lines'

const look = (over: Partial<Look> = {}): Look => ({
  id: 'g', height: 24, columns: [0, 1], starts: [40, 100, 160], wide: [60, 60], kinds: ['text', 'number'], first: 1, numbers: true,
  fresh: undefined, gone: undefined, was: undefined, ...over,
})
const made = () => {
  const rows = document.createElement('div'), numbers = document.createElement('div')
  document.body.append(rows, numbers)
  return { rows, numbers, lines: new Lines(rows, numbers) }
}
const shift = (el: HTMLElement) => Number(/, ?(-?\d+)px\)|translateY\((-?\d+)px\)/.exec(el.style.transform)?.slice(1).find(x => x !== undefined))
/** sight is what is seen: the rows by their place, in px. */
function sight({ rows, numbers }: ReturnType<typeof made>) {
  const of = (box: HTMLElement) => [...box.children].map(el => [shift(box) + shift(el as HTMLElement), el.textContent] as const).sort((a, b) => a[0] - b[0])
  return { rows: of(rows), numbers: of(numbers) }
}

describe('the lines of a grid', () => {
  it('show the rows asked for, wherever the table went before', () => {
    const g = made()
    let seed = 7
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
      expect(seen.numbers.map(x => x[1])).toEqual(want.map((_, k) => (from + k + 1).toLocaleString('en')))
      expect([...g.rows.children].map(el => el.classList.contains('wait')).filter(Boolean).length).toBe(want.filter((_, k) => !texts(from + k)).length)
    }
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
