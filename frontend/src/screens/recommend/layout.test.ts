import { expect, it } from 'vitest'
import { layout } from './layout'

const node = (item: string) => ({ item, baskets: 10, community: 0 })
const ring = { nodes: 'abcdefgh'.split('').map(node), edges: [[0, 1], [1, 2], [2, 3], [4, 5], [5, 6], [6, 7]].map(([a, b]) => ({ a: a!, b: b!, both: 9, lift: 2 })) }

it('places all inside, none on top of another, friends nearer than strangers', () => {
  const at = layout(ring), gap = (i: number, j: number) => Math.hypot(at[i]!.x - at[j]!.x, at[i]!.y - at[j]!.y)
  for (const p of at) for (const v of [p.x, p.y]) expect(v >= 0 && v <= 1).toBe(true)
  for (let i = 0; i < at.length; i++) for (let j = 0; j < i; j++) expect(gap(i, j)).toBeGreaterThan(0.05)
  const mean = (pairs: number[][]) => pairs.reduce((s, [i, j]) => s + gap(i!, j!), 0) / pairs.length
  expect(mean(ring.edges.map(e => [e.a, e.b]))).toBeLessThan(mean([[0, 4], [1, 5], [2, 6], [3, 7], [0, 7], [3, 4]]))
})

it('gives the same places every time, and copes with none and one', () => {
  expect(layout(ring)).toEqual(layout(ring))
  expect(layout({ nodes: [], edges: [] })).toEqual([])
  expect(layout({ nodes: [node('a')], edges: [] })).toHaveLength(1)
})
