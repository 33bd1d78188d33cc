// Small geometry shared by the charts.
//
// The charts are our own SVG. They need a filled histogram under an outline,
// bands with a rule that marks now, whiskers on a shared axis: shapes that a
// chart library would have to be taught, at some 160 kB for the teaching.

/** lin maps [d0, d1] to [r0, r1]; a domain of no width maps to the middle. */
export function lin(d0: number, d1: number, r0: number, r1: number): (x: number) => number {
  if (!(Math.abs(d1 - d0) > 0)) return () => (r0 + r1) / 2
  return x => r0 + ((x - d0) / (d1 - d0)) * (r1 - r0)
}

export type Point = readonly [number, number]

/** line is an SVG path through points. */
export const line = (points: readonly Point[]): string =>
  points.map(([x, y], i) => `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')

/** band is an SVG path between an upper and a lower line. */
export const band = (upper: readonly Point[], lower: readonly Point[]): string =>
  upper.length ? `${line(upper)}${line(lower.toReversed()).replace('M', 'L')}Z` : ''

/**
 * wide is the next bound, away from zero, of some twelve for each power of
 * ten. A chart whose ends move by such steps redraws what changed, and not
 * every mark for each step of a slider.
 */
export function wide(x: number): number {
  const a = Math.abs(x)
  if (!(a > 1e-300) || a === Infinity) return x
  const power = 10 ** Math.floor(Math.log10(a)), f = a / power
  return Math.sign(x) * power * ([1, 1.2, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 8].find(s => f <= s + 1e-9) ?? 10)
}

/** ticks are at most n + 1 round values inside [lo, hi]. */
export function ticks(lo: number, hi: number, n = 4): number[] {
  if (!(hi > lo)) return [lo]
  const raw = (hi - lo) / n, power = 10 ** Math.floor(Math.log10(raw)), f = raw / power
  const step = power * (f <= 1 ? 1 : f <= 2 ? 2 : f <= 2.5 ? 2.5 : f <= 5 ? 5 : 10)
  const out: number[] = []
  for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + step * 1e-9; i++) out.push(i * step)
  return out
}

/** apart moves labels at ys (top to bottom) so that they stand gap apart. */
export function apart(ys: readonly number[], gap: number): number[] {
  const order = ys.map((y, i) => ({ y, i })).sort((a, b) => a.y - b.y)
  for (let i = 1; i < order.length; i++) {
    const over = order[i - 1]!.y + gap - order[i]!.y
    if (over > 0) {
      order[i - 1]!.y -= over / 2
      order[i]!.y += over / 2
    }
  }
  const out = [...ys]
  for (const { y, i } of order) out[i] = y
  return out
}
