// A made-up experiment and calendar for tests and pictures.
import type { Planned, UpliftReport } from './experiment'

const about = (mean: number, wide: number) => ({ mean, lo: mean - wide, hi: mean + wide })

export function fakeUplift(): UpliftReport {
  const shares = Array.from({ length: 21 }, (_, i) => i / 20)
  return {
    rows: 6000, treated: 3021, effect: about(0.031, 0.014), without: 0.112, assignment: 'even',
    learners: [{ name: 't', auuc: about(0.0041, 0.004), qini: about(0.0038, 0.004), loss: 0.41 }, { name: 'x', auuc: about(0.0052, 0.0038), qini: about(0.005, 0.004), loss: 0.4 },
      { name: 'dr', auuc: about(0.005, 0.0039), qini: about(0.0047, 0.004), loss: 0.402 }, { name: 'chosen', auuc: about(0.0052, 0.0038), qini: about(0.005, 0.004), loss: 0.4 }],
    curve: shares.map(s => ({ share: s, gain: about(0.031 * s + 0.02 * s * (1 - s) * 2, 0.012 * Math.sqrt(s)) })),
    groups: [0.081, 0.049, 0.03, 0.012, -0.01].map(e => ({ rows: 1200, expected: e, effect: about(e * 0.9, 0.03) })),
    target: { share: 0.46, threshold: 0.02, gain: about(0.021, 0.011), everyone: about(0.011, 0.014), better: about(0.009, 0.008), chance: 0.96 },
    drivers: [{ column: 'months_since_last', share: 0.44 }, { column: 'visits', share: 0.31 }, { column: 'age', share: 0.12 }],
    notes: [],
  }
}

export const fakePlanned = (): Planned => ({
  rows: 4,
  offers: [{ item: 'P00012', week: 2, depth: 0.2, feature: true }, { item: 'P00012', week: 3, depth: 0.2, feature: true }],
  aside: [{ line: 4, column: 'product', cell: 'tea', why: 'no product of the history is called that; check its number.' }],
})
