import { expect, it } from 'vitest'
import { apart, band, lin, line, ticks, wide } from './scale'

it('maps a domain to a range, and one of no width to its middle', () => {
  expect(lin(0, 10, 100, 200)(2.5)).toBe(125)
  expect(lin(3, 3, 0, 10)(3)).toBe(5)
  expect(lin(NaN, NaN, 0, 10)(1)).toBe(5)
})

it.each([[0, 10, 4], [-3.2, 7.9, 4], [0.81, 0.99, 4], [0, 1e6, 3], [1e-7, 3e-7, 4]])('ticks of %f to %f are round and inside', (lo, hi, n) => {
  const t = ticks(lo, hi, n)
  expect(t.length).toBeGreaterThan(1)
  expect(t.length).toBeLessThanOrEqual(n + 2)
  for (const v of t) {
    expect(v).toBeGreaterThanOrEqual(lo - 1e-12)
    expect(v).toBeLessThanOrEqual(hi + 1e-9 * Math.abs(hi))
  }
})

it('moves labels apart and keeps their order', () => {
  const got = apart([50, 52, 10], 14)
  expect(got[1]! - got[0]!).toBeCloseTo(14)
  expect(got[2]).toBe(10)
})

it('draws closed bands', () => {
  expect(band([[0, 1], [2, 3]], [[0, 5], [2, 7]])).toBe('M0.0 1.0L2.0 3.0L2.0 7.0L0.0 5.0Z')
  expect(band([], [])).toBe('')
  expect(line([[1, 2]])).toBe('M1.0 2.0')
})

it('ends move away from zero, by steps, and not far', () => {
  for (const x of [1, 1.01, 7.3, 99, 101, 0.00012, 8.1e9, -3.2, -999]) {
    const y = wide(x)
    expect(Math.abs(y)).toBeGreaterThanOrEqual(Math.abs(x) - 1e-9)
    expect(Math.abs(y)).toBeLessThanOrEqual(Math.abs(x) * 1.34)
    expect(Math.sign(y)).toBe(Math.sign(x))
    expect(wide(y)).toBeCloseTo(y, 9)
  }
  expect(wide(0)).toBe(0)
  expect(wide(1.31)).toBe(wide(1.49))
})
