// Where the products of a picture stand: those that are bought together near
// each other, none on top of another. The same picture has the same places.
import type { Picture } from '../../backend'

export interface Place { x: number; y: number }

/** layout places the nodes in [0, 1] x [0, 1] by springs along edges and repulsion between all (Fruchterman and Reingold 1991). */
export function layout(p: Picture, rounds = 300): Place[] {
  const n = p.nodes.length
  // A sunflower's order to begin with: even, and the same every time.
  const at = p.nodes.map((_, i) => ({ x: 0.5 + 0.45 * Math.sqrt((i + 0.5) / n) * Math.cos(i * 2.39996), y: 0.5 + 0.45 * Math.sqrt((i + 0.5) / n) * Math.sin(i * 2.39996) }))
  if (n < 2) return at
  const ideal = 0.8 / Math.sqrt(n)
  for (let round = 0; round < rounds; round++) {
    const step = 0.12 * (1 - round / rounds) ** 2 + 0.0005
    const move = at.map(() => ({ x: 0, y: 0 }))
    for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) {
      const dx = at[i]!.x - at[j]!.x, dy = at[i]!.y - at[j]!.y, d2 = Math.max(1e-5, dx * dx + dy * dy), push = (ideal * ideal) / d2
      move[i]!.x += dx * push; move[i]!.y += dy * push
      move[j]!.x -= dx * push; move[j]!.y -= dy * push
    }
    for (const e of p.edges) {
      const a = at[e.a]!, b = at[e.b]!, dx = a.x - b.x, dy = a.y - b.y, pull = Math.hypot(dx, dy) / ideal
      move[e.a]!.x -= dx * pull; move[e.a]!.y -= dy * pull
      move[e.b]!.x += dx * pull; move[e.b]!.y += dy * pull
    }
    for (let i = 0; i < n; i++) {
      move[i]!.x += (0.5 - at[i]!.x) * 0.6 // groups without links between them stay in sight
      move[i]!.y += (0.5 - at[i]!.y) * 0.6
      const m = move[i]!, length = Math.hypot(m.x, m.y) || 1, by = Math.min(step, length) / length
      at[i]!.x = Math.min(1, Math.max(0, at[i]!.x + m.x * by))
      at[i]!.y = Math.min(1, Math.max(0, at[i]!.y + m.y * by))
    }
  }
  return fill(apart(fill(at)))
}

/** apart moves places whose names would stand on each other: names are wide and low. */
function apart(at: Place[]): Place[] {
  const wide = 0.2, high = 0.07
  for (let round = 0; round < 60; round++) {
    for (let i = 0; i < at.length; i++) for (let j = 0; j < i; j++) {
      const a = at[i]!, b = at[j]!, dx = Math.abs(a.x - b.x), dy = a.y - b.y
      if (dx >= wide || Math.abs(dy) >= high) continue
      const by = (high - Math.abs(dy)) / 2, up = dy >= 0 ? 1 : -1
      a.y += by * up
      b.y -= by * up
    }
  }
  return at
}

/** fill stretches places to the whole square. */
function fill(at: Place[]): Place[] {
  const xs = at.map(p => p.x), ys = at.map(p => p.y)
  const span = (v: number, all: number[]) => { const lo = Math.min(...all), hi = Math.max(...all); return hi > lo ? (v - lo) / (hi - lo) : 0.5 }
  return at.map(p => ({ x: span(p.x, xs), y: span(p.y, ys) }))
}
