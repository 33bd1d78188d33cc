// A made-up program for tests and for dev.html; it is in no build. Numbers are
// invented but hang together: promotions follow a small demand model.
import { Failure, type Backend, type Response } from './backend'
import { fakeKin, fakeRecommends } from './fakerecommend'
import { fakeShell } from './fakeshell'
import type { PlanRequest, Suggestion } from './plan'
import { fakeShoppers } from './fakeshoppers'
import { fakePlanned, fakeUplift } from './fakeexperiment'
import type { CurvePoint, Interval, ItemView, Outcome, PanelView, Plan, PlanEffect } from './promo'
import type { QualityReport } from './quality'
import type { ColumnProfile, Draft, Effect, Profile, StepKind, Trial } from './tables'
import type { Dataset, Job, ProjectInfo, ProjectView, RunInfo, ScenarioInfo, TrainPoint } from './types'

/** seeded gives the same numbers in [0, 1) each time. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

// --- promotions ---

interface Product { item: string; name: string; category: string; units: number; base: number; cost: number; b: number; max: number }
const products: Product[] = ([
  ['Oat Flakes 500 g', 'Cereal', 412, 2.49, 1.52, 2.6, 0.3], ['Honey Crunch 375 g', 'Cereal', 365, 3.79, 2.3, 3.3, 0.4], ['Bran & Raisin 450 g', 'Cereal', 240, 3.29, 2.05, 2.2, 0.25],
  ['Penne 500 g', 'Pasta', 690, 1.19, 0.71, 2.9, 0.4], ['Passata 690 g', 'Pasta', 455, 1.79, 1.02, 2.4, 0.3], ['Olive Oil 750 ml', 'Pasta', 168, 9.49, 6.6, 3.6, 0.25],
  ['Ground Coffee 250 g', 'Hot drinks', 388, 4.99, 3.05, 3.5, 0.35], ['Earl Grey 80 bags', 'Hot drinks', 214, 3.59, 2.1, 2.1, 0.3], ['Whole Milk 1 L', 'Dairy', 1880, 1.09, 0.84, 1.4, 0.15],
  ['Greek Yoghurt 500 g', 'Dairy', 520, 2.29, 1.41, 2.7, 0.3], ['Sea Salt Crisps 150 g', 'Snacks', 610, 1.99, 1.08, 3.1, 0.4], ['Dark Chocolate 100 g', 'Snacks', 333, 2.19, 1.21, 2.8, 0.3],
] as const).map(([name, category, units, base, cost, b, max], i) => ({ item: `p${i + 1}`, name, category, units, base, cost, b, max }))

const weekAt = (w: number) => new Date(Date.UTC(2026, 4, 25) + w * 7 * 864e5).toISOString().slice(0, 10)
const interval = (mean: number, sd: number): Interval => ({ mean, lo80: mean - 1.28 * sd, hi80: mean + 1.28 * sd, lo90: mean - 1.64 * sd, hi90: mean + 1.64 * sd })
const lift = (p: Product, depth: number, f?: boolean, d?: boolean) => Math.exp(-p.b * Math.log(1 - depth) * 0.9 + (f ? 0.2 : 0) + (d ? 0.25 : 0))

function panel(weeks: number): PanelView {
  const items: ItemView[] = products.map((p, k) => {
    const r = seeded(k + 1)
    const history = Array.from({ length: weeks }, () => {
      const on = r() < 0.14, depth = on ? Math.round((0.1 + r() * (p.max - 0.1)) * 20) / 20 : 0, feature = on && r() < 0.5, display = on && r() < 0.5
      const units = p.units * lift(p, depth, feature, display) * (0.92 + 0.16 * r())
      return { units, sales: units * p.base * (1 - depth), depth, feature, display }
    })
    return { item: p.item, name: p.name, category: p.category, base: p.base, cost: p.cost, maxDepth: p.max, units: p.units, elasticity: -p.b, history }
  })
  const stores = [['Harbour St', 0.24], ['Mill Lane', 0.21], ['Station Rd', 0.18], ['Northgate', 0.15], ['Old Quay', 0.13], ['Elm Park', 0.09]].map(([store, share]) => ({ store: String(store), share: Number(share) }))
  return { items, stores, weeks: Array.from({ length: weeks }, (_, i) => weekAt(i - weeks)), firstAhead: weekAt(0), notes: [] }
}

function whatIf(plan: Plan): Outcome {
  const share = plan.stores?.length ? panel(1).stores.filter(s => plan.stores?.includes(s.store)).reduce((n, s) => n + s.share, 0) : 1
  const chosen = products.filter(p => (plan.items?.length ? plan.items.includes(p.item) : plan.offers.some(o => o.item === p.item)))
  const zero = () => ({ extra: 0, priceCut: 0, taken: 0, pulled: 0, short: 0, funding: 0, fixed: 0 })
  const units = zero(), profit = zero()
  const weeks = Array.from({ length: plan.horizon }, (_, week) => ({ week, label: weekAt(week), baseline: 0, baselineProfit: 0, units: 0, profit: 0, spent: 0, guess: false }))
  const items = chosen.map(p => {
    const cost = p.cost * (1 + (plan.costChange ?? 0))
    let change = 0, gain = 0
    const cells = weeks.map(w => {
      const base = p.units * share * (1 + (plan.traffic ?? 0)) * (1 + 0.05 * Math.sin((w.week + 22) / 3.1))
      const o = plan.offers.find(x => x.item === p.item && x.week === w.week)
      w.baseline += base
      w.baselineProfit += base * (p.base - cost)
      w.units += base
      w.profit += base * (p.base - cost)
      if (!o) return { week: w.week, depth: 0, feature: false, display: false, baseline: base, units: interval(base, base * 0.1), guess: false }
      const up = base * (lift(p, o.depth, o.feature, o.display) - 1), price = p.base * (1 - o.depth), guess = o.depth > p.max + 1e-6
      const cut = -base * (p.base - price), taken = -0.12 * up * (p.base - cost), pulled = -0.3 * up * (p.base - cost), funding = (plan.funding ?? 0) * p.base * o.depth * (base + up)
      units.extra += up; units.taken -= 0.12 * up; units.pulled -= 0.3 * up
      profit.extra += up * (price - cost); profit.priceCut += cut; profit.taken += taken; profit.pulled += pulled; profit.funding += funding
      w.units += up; w.profit += up * (price - cost) + cut + taken + pulled + funding; w.spent += (base + up) * (p.base - price); w.guess ||= guess
      change += 0.58 * up
      gain += up * (price - cost) + cut + taken + pulled + funding
      return { week: w.week, depth: o.depth, feature: o.feature ?? false, display: o.display ?? false, baseline: base, units: interval(base + up, (base + up) * (guess ? 0.4 : 0.15)), guess }
    })
    const baseline = cells.reduce((n, c) => n + c.baseline, 0)
    return { item: p.item, name: p.name, category: p.category, baseline, units: interval(baseline + change, baseline * 0.1), change, sales: change * p.base, profit: gain, weeks: cells }
  })
  const effect = (e: typeof units): PlanEffect => {
    const mean = Object.values(e).reduce((n, v) => n + v, 0), sd = Object.values(e).reduce((n, v) => n + Math.abs(v), 0) * 0.12
    return { ...e, net: interval(mean, sd), chance: sd ? 1 / (1 + Math.exp((-1.7 * mean) / sd)) : 0.5 }
  }
  const total = (k: 'baseline' | 'baselineProfit' | 'spent' | 'units') => weeks.reduce((n, w) => n + w[k], 0)
  return {
    weeks: weeks.map(w => ({ ...w, units: interval(w.units, w.units * 0.08), sales: interval(w.units * 2, w.units * 0.16), profit: interval(w.profit, w.baselineProfit * 0.09 + Math.abs(w.profit - w.baselineProfit) * 0.2) })),
    items, baseline: total('baseline'), baselineSales: total('baseline') * 2, baselineProfit: total('baselineProfit'), units: interval(total('units'), total('units') * 0.05),
    change: effect(units), sales: effect(profit), profit: effect(profit), spent: total('spent'), offerCount: plan.offers.length, lost: 0,
    warnings: plan.offers.flatMap(o => { const p = products.find(x => x.item === o.item); return p && o.depth > p.max + 0.025 ? [{ kind: 'deeper', item: o.item, week: o.week, limit: p.max, text: `${p.name} was never more than ${Math.round(p.max * 100)}% off.` }] : [] }),
  }
}

function curve(item: string, store: string, feature: boolean, display: boolean): CurvePoint[] {
  const p = products.find(x => x.item === item)
  if (!p) throw new Failure('not found', `The model knows no item "${item}".`, 'It was not in the sales it learned from.')
  const r = seeded(item.length + p.units), share = panel(1).stores.find(s => s.store === store)?.share ?? 1
  const points: CurvePoint[] = Array.from({ length: 31 }, (_, i) => {
    const depth = i * 0.02, mean = p.units * share * lift(p, depth, feature, display), guess = depth > p.max
    return { depth, units: interval(mean, mean * (0.08 + (guess ? (depth - p.max) * 1.4 : 0))), guess, observed: false, feature, display }
  })
  for (let i = 0; i < 24; i++) {
    const depth = Math.round(r() * p.max * 20) / 20, mean = p.units * share * lift(p, depth, feature, display) * Math.exp(0.24 * (r() - 0.5))
    points.push({ depth, units: { mean, lo80: 0, hi80: 0, lo90: 0, hi90: 0 }, guess: false, observed: true, feature, display })
  }
  return points
}

export const fakeResponse = (): Response => ({
  panel: weeks => Promise.resolve(panel(weeks)),
  whatIf: plan => Promise.resolve(whatIf(plan)),
  compare: (plan, than) => {
    const of = (p: Plan, k: 'change' | 'sales' | 'profit') => whatIf(p)[k].net
    const less = (k: 'change' | 'sales' | 'profit') => {
      const a = of(plan, k), b = of(than, k), mean = a.mean - b.mean, sd = Math.abs(mean) / 2 + 1
      return { net: interval(mean, sd), chance: 1 / (1 + Math.exp((-1.7 * mean) / sd)) }
    }
    return Promise.resolve({ change: less('change'), sales: less('sales'), profit: less('profit') })
  },
  curve: async (...args) => curve(...args),
  close: () => undefined,
})

// --- tables ---

const bell = (n: number, at: number, width: number) => Array.from({ length: n }, (_, i) => Math.round(9000 * Math.exp(-((i - at) ** 2) / (2 * width * width)) + 40))
const zipf = (n: number, a: number) => Array.from({ length: n }, (_, i) => Math.round(9000 / (i + 1) ** a))
const col = (name: string, kind: ColumnProfile['kind'], role: string, more: Partial<ColumnProfile> = {}): ColumnProfile => ({ name, kind, role, decimals: kind === 'number' ? 2 : 0, missing: 0, distinct: 1000, ...more })
const histogram = (counts: number[], lo: number, hi: number) => ({ min: lo, max: hi, mean: lo + (hi - lo) * 0.2, quantiles: { p05: lo, p25: lo + (hi - lo) * 0.1, p50: lo + (hi - lo) * 0.2, p75: lo + (hi - lo) * 0.35, p95: lo + (hi - lo) * 0.8 }, histogram: counts.map((count, i) => ({ lo: lo + ((hi - lo) * i) / counts.length, hi: lo + ((hi - lo) * (i + 1)) / counts.length, count })) })
const top = (...names: string[]) => ({ distinct: names.length, top: names.map((value, i) => ({ value, count: Math.round(400000 / (i + 1.5)) })) })

const receipts: ColumnProfile[] = [
  col('receipt_id', 'text', 'key', { distinct: 402118 }),
  col('date', 'time', 'time', { ...histogram(bell(20, 11, 5), 1704067200, 1767139200), distinct: 728 }),
  col('store', 'text', 'category', top('Harbour St', 'Mill Lane', 'Station Rd', 'Northgate', 'Old Quay', 'Elm Park')),
  col('customer_id', 'text', 'key', { missing: 495000, distinct: 38204, problems: ['38.6 % of the cells are missing.'] }),
  col('product_id', 'text', 'key', { distinct: 1946 }),
  col('category', 'text', 'category', { ...top('Dairy', 'Bakery', 'Produce', 'Snacks', 'Cereal', 'Pasta', 'Hot drinks', 'Frozen', 'Household', 'dairy '), missing: 5100, problems: ['2 spellings of "Dairy": add a repair step.'] }),
  col('quantity', 'number', 'measure', { ...histogram(zipf(20, 1.6), 1, 240), decimals: 0, distinct: 41, problems: ['31 cells lie above 100, far from the others.'] }),
  col('unit_price', 'number', 'measure', { ...histogram(bell(20, 5, 3), 0.05, 64.9), missing: 2604 }),
  col('discount', 'number', 'measure', histogram([9000, 120, 90, 200, 60, 40, 30, 10, 5, 2], 0, 12.4)),
  col('amount', 'number', 'measure', histogram(zipf(20, 1.2), 0.05, 402)),
  col('promotion_id', 'text', 'category', { ...top('P0611', 'P0102', 'P0044', 'P0231', 'P0377', 'P0018', 'P0505'), distinct: 611, missing: 1045000 }),
  col('channel', 'text', 'category', top('till', 'app')),
]

const dataset = (name: string, role: string, rows: number, rejected: number, columns: ColumnProfile[], more: Partial<Dataset> = {}): Dataset => ({
  id: `d-${name}`, name, role, source: `${name}.csv`, rows, rejected, columns, sha256: 'a41f09c2d5b7e8f1'.repeat(4), created: '2026-05-20T09:00:00Z',
  info: { format: 'csv', encoding: 'utf-8', delimiter: ',', header: columns.map(c => c.name), rows, rejected, bytes: rows * 80 }, ...more,
})

const datasets = (): Dataset[] => [
  dataset('transactions', 'transactions', 1283898, 412, receipts),
  dataset('products', 'products', 45012, 0, [col('product_id', 'text', 'key'), col('name', 'text', 'text'), col('category', 'text', 'category', top('Dairy', 'Bakery', 'Produce')), col('price', 'number', 'measure', histogram(bell(20, 4, 3), 0.3, 48))]),
  dataset('promotions', 'promotions', 27004, 2996, [col('promotion_id', 'text', 'key'), col('product_id', 'text', 'key'), col('depth', 'number', 'measure', histogram(bell(10, 4, 2), 0.05, 0.5))]),
  dataset('behaviour', 'behaviour', 90120, 9880, [col('event_id', 'text', 'key'), col('action', 'text', 'category', top('view', 'search', 'cart', 'purchase'))]),
  dataset('shopping', 'other', 64021, 0, receipts.slice(2), { source: 'recipe shopping', recipe: { name: 'shopping', from: 'behaviour', steps: [{ do: 'drop_duplicates' }, { do: 'join', table: 'products', on: ['product_id'] }] }, effects: [
    { step: 1, do: 'drop_duplicates', say: 'Dropped rows that stand twice', rowsBefore: 90120, rowsAfter: 88911, cellsChanged: 0, columnsBefore: 11, columnsAfter: 11 },
    { step: 2, do: 'join', say: 'Joined products on product_id', rowsBefore: 88911, rowsAfter: 64021, cellsChanged: 0, columnsBefore: 11, columnsAfter: 19 }] }),
]

const training = (steps: number, of: number): TrainPoint[] => Array.from({ length: Math.max(1, Math.round((60 * steps) / of)) }, (_, i) => {
  const x = i / 60, r = seeded(i)
  return { step: Math.round(x * of), value: { loss_d: 1.39 - 0.22 * Math.exp(-6 * x) - 0.04 * r(), loss_g: 0.72 + 0.5 * Math.exp(-7 * x) + 0.06 * r(), moment: 0.9 * Math.exp(-5 * x) + 0.08 + 0.02 * r(), ...(i % 4 === 3 && { coverage: 1 - 0.5 * Math.exp(-9 * x), c2st: 0.57 + 0.3 * Math.exp(-5 * x), quality: 0.978 - 0.24 * Math.exp(-6 * x) + 0.003 * r() }) } }
})

const run = (n: number, overall: number): RunInfo => ({
  id: `r${n}`, name: `run ${n}`, created: '2026-05-21T10:12:00Z', seconds: 71 + n * 13, seed: 20416 + n, dataset: 'shopping', model: `m${n}`, rows: 51216, steps: 950 * n, engine: 'gan', why: { en: '', 'zh-CN': '' },
  scores: { overall, shape: overall + 0.006, trend: overall - 0.006, ceiling: 0.989, c2st: 0.571, tstr: 0.89 + n / 100, trtr: 0.924, dcr: 0.507, copies: 0 }, curve: training(950 * n, 950 * n),
})

function quality(): QualityReport {
  const same = (v: number[]) => { const sum = v.reduce((a, b) => a + b, 0); return v.map(x => x / sum) }
  const columns: [string, number, number[], string, string][] = [
    ['quantity', 0.941, zipf(9, 1.6), 'bulk purchases of 4 or more are 22 % too rare', '4 件以上的大批购买偏少 22%'], ['hour', 0.957, bell(14, 8, 3), 'the after-work peak is 9 % too low', '下班高峰偏低 9%'],
    ['discount', 0.968, [90, 5, 3, 8, 2], '', ''], ['category', 0.979, zipf(12, 0.7), '', ''], ['amount', 0.984, zipf(14, 0.9), '', ''], ['unit_price', 0.986, bell(14, 5, 3), '', ''], ['promotion', 0.989, zipf(10, 0.5), '', ''],
    ['payment', 0.991, [4, 3, 2, 1], '', ''], ['channel', 0.992, [8, 2], '', ''], ['weekday', 0.993, [3, 3, 3.4, 4, 4.8, 5, 3], '', ''], ['store', 0.994, [24, 21, 18, 15, 13, 9], '', ''], ['age_band', 0.995, bell(8, 3, 2), '', ''], ['visits', 0.995, zipf(10, 1), '', ''],
  ]
  const names = columns.map(c => c[0]), r = seeded(77)
  const pairs = names.flatMap((a, i) => names.slice(0, i).map(b => {
    const loss = r() * r() * 0.024 + (a === 'quantity' || b === 'quantity' ? 0.02 + r() * 0.05 : 0)
    return { a, b, metric: 'CorrelationSimilarity', score: 0.99 - loss, ceiling: 0.99, loss, real: 0.71, synthetic: 0.71 - 2 * loss }
  })).sort((x, y) => y.loss - x.loss)
  const words = (en: string, zh: string) => ({ en, 'zh-CN': zh })
  return {
    version: 1, seed: 20417, real: { rows: 51216, judged: 51216 }, holdout: { rows: 12805, judged: 12805 }, synthetic: { rows: 51216, judged: 51216 },
    verdict: {
      title: words('Fit for sharing, modelling and testing', '适合共享、建模与测试'), sharing: { state: 'yes', why: words('no sign of copied rows', '没有复制行的迹象') },
      modelling: { state: 'yes', why: words('keeps 98 % of what a real table teaches', '保留真实表 98% 的可学内容') }, testing: { state: 'watch', why: words('yes, except bulk orders, see quantity', '可以，但大批购买除外，见 quantity') },
    },
    shape: 0.984, trend: 0.978, trendShared: 0.98, overall: 0.981, ceiling: { shape: 0.993, trend: 0.985, trendShared: 0.986, overall: 0.989 }, floor: { shape: 1, trend: 0.62, trendShared: 0.62, overall: 0.81 },
    columns: columns.map(([name, score, v, en, zh], i) => ({ name, kind: 'number', metric: 'KSComplement', score, ceiling: 0.993, realMissing: 0, syntheticMissing: 0, differs: i < 2, finding: words(en, zh), bars: same(v).map((real, k) => ({ label: String(k), real, synthetic: real * (1 + (i < 2 ? 0.22 : 0.03) * Math.sin(k * 2.1)) })) })),
    pairs, detection: { c2st: 0.56, c2holdout: 0.571, real: 0.5, bootstrap: 0.543, rows: 12805, clues: [{ name: 'quantity', share: 0.41 }] },
    utility: { target: 'promotion', class: 'yes', metric: 'AUC', tstr: 0.912, trtr: 0.924, guess: 0.5, kept: 0.972, rows: 25000, learned: true, both: { score: 0.923, gain: -0.001, lo: -0.002, hi: 0.001 } },
    targets: [{ target: 'channel', class: 'store', metric: 'AUC', tstr: 0.731, trtr: 0.752, guess: 0.5, kept: 0.917, rows: 10000, learned: true }, { target: 'amount', metric: 'R2', tstr: 0.61, trtr: 0.63, guess: 0, kept: 0.968, rows: 10000, learned: true }],
    accuracy: { one: 0.985, two: 0.962, three: 0.931, overall: 0.959, sets: 120, all: 120 }, accuracyCeiling: { one: 0.993, two: 0.977, three: 0.951, overall: 0.974, sets: 120, all: 120 },
    triples: [{ columns: ['quantity', 'price', 'promotion'], score: 0.902, ceiling: 0.951, loss: 0.049 }],
    strange: { share: 0.0031, lo: 0.0024, hi: 0.004, usual: 0.001, rows: 25000, skill: 0.84, clues: [{ name: 'quantity', share: 0.44 }, { name: 'price', share: 0.21 }] },
    groups: [{ column: 'region', target: 'promotion', class: 'yes', realGap: 0.062, syntheticGap: 0.055, taughtReal: 0.08, taughtTwin: 0.077, differs: false, groups: [{ name: 'North', share: 0.55, synthetic: 0.551, realRate: 0.31, syntheticRate: 0.305, margin: 0.02, tstr: 0.91, trtr: 0.922 }, { name: 'South', share: 0.45, synthetic: 0.449, realRate: 0.248, syntheticRate: 0.25, margin: 0.02, tstr: 0.913, trtr: 0.926 }] }],
    privacy: { copies: 0, holdoutCopies: 0, copyRows: 51216, holdoutRows: 12805, dcrShare: 0.507, dcrLo: 0.499, dcrHi: 0.515, queries: 6000, nndr: 0.81, holdoutNndr: 0.82, limit: 0.53,
      membership: { density: { auc: 0.508, lo: 0.498, hi: 0.518, members: 6000, fresh: 6000, caught: 0.011, caughtLo: 0.008, caughtHi: 0.015 }, trained: { auc: 0.512, lo: 0.502, hi: 0.522, members: 6000, fresh: 6000, caught: 0.012, caughtLo: 0.009, caughtHi: 0.016 }, reference: 6402, limit: 0.53 },
      singlingOut: [{ columns: 1, guesses: 1000, attack: 0.041, control: 0.039, risk: 0.002, lo: 0, hi: 0.02, limit: 0.05 }, { columns: 4, guesses: 1500, attack: 0.19, control: 0.18, risk: 0.012, lo: 0, hi: 0.046, limit: 0.05 }] },
    notes: [words('Rows whose every value is common can agree by chance.', '各列取值都常见的行可能碰巧相同。')],
  }
}

// --- recipes ---

const kinds: StepKind[] = [
  { do: 'drop_duplicates', group: 'rows', inputs: [{ name: 'columns', type: 'columns' }] }, { do: 'filter', group: 'rows', inputs: [{ name: 'where', type: 'expression', needed: true }] },
  { do: 'repair', group: 'cells', inputs: [{ name: 'columns', type: 'columns', needed: true }, { name: 'to', type: 'text', needed: true, choices: ['number', 'date'] }] },
  { do: 'fill', group: 'cells', inputs: [{ name: 'columns', type: 'columns', needed: true }, { name: 'with', type: 'text', needed: true, choices: ['constant', 'mean', 'median', 'mode', 'interpolate'] }, { name: 'value', type: 'text' }] },
  { do: 'rename', group: 'columns', inputs: [{ name: 'names', type: 'names', needed: true }] },
  { do: 'join', group: 'tables', inputs: [{ name: 'table', type: 'table', needed: true }, { name: 'on', type: 'keys', needed: true }, { name: 'how', type: 'text', choices: ['left', 'inner'], default: 'left' }, { name: 'columns', type: 'columns' }] },
]

/** tried pretends that a step changes the first cell of every third row. */
function tried(d: Draft, upto: number, data: { header: string[]; rows: string[][] }, of: Dataset): Trial {
  const fields = of.columns.map(c => ({ name: c.name, kind: c.kind, role: c.role, decimals: c.decimals }))
  const on = d.steps.map((s, i) => ({ s, i })).filter(x => !x.s.off && x.i < upto && x.s.do !== 'unknown')
  const effects = on.map<Effect>(({ s }, k) => ({ step: k + 1, do: s.do, say: 'Done', rowsBefore: 10000 - k, rowsAfter: 9999 - k, cellsChanged: 0, columnsBefore: fields.length, columnsAfter: fields.length, ...(s.do === 'join' && { matched: 9200 }) }))
  const lines: Trial['preview']['lines'] = data.rows.map((after, row) => row % 3 || !on.length ? { row, state: 'kept', before: after, after } : { row, state: 'changed', before: ['before', ...after.slice(1)], after, marked: [0] })
  return { preview: { rows: of.rows, sample: 10000, effects, before: fields, after: fields, changed: 3, dropped: on.length, added: 0, lines }, at: on.map(x => x.i), misfits: d.steps.flatMap((s, step) => s.do === 'unknown' ? [{ step, problem: { kind: 'invalid', message: 'there is no step "unknown"', hint: 'choose another' } }] : []) }
}

// --- suggested plans ---

/** suggested offers each product twice, where nothing is locked. */
function suggested(id: string, request: PlanRequest): Suggestion {
  const items = request.items ?? products.map(p => p.item)
  const closed = new Set((request.without ?? []).map(s => `${s.item} ${s.week}`))
  const free = items.flatMap((item, i) => [1 + (i % 4), 6 + (i % 5)].map(week => ({ item, week, depth: 0.2, ...(request.display && { display: true }) })))
    .filter(o => o.week < request.horizon && !closed.has(`${o.item} ${o.week}`) && !request.offers.some(l => l.item === o.item && l.week === o.week))
  const plan: Plan = { ...request, offers: [...request.offers, ...free] }
  const out = whatIf(plan), none = interval(0, 0)
  return {
    id, request, plan, labels: out.weeks.map(w => w.label), profit: out.profit.net.mean, bound: out.profit.net.mean * 1.004, gap: 0.004, spent: Math.min(out.spent, request.budget || out.spent),
    tight: request.budget ? [`at most ${request.budget.toFixed(2)} is spent on promotions`] : [], broken: [], notes: [],
    others: ['none', 'cadence', 'blind', 'last'].map((name, i) => ({ name, offers: i * 4, profit: i * 90, net: i ? interval(out.profit.net.mean * (0.2 * i), 300) : none, broken: i === 3 ? ['at most 2 promotions'] : [], ahead: { net: interval(out.profit.net.mean * (1 - 0.2 * i), 200), chance: 0.97 - i / 20 } })),
  }
}

// --- the program ---

export interface FakeOptions { projects?: 'none' | 'new' | 'full'; job?: 'train' | 'import-failed' | 'none'; failing?: boolean }

/** fake is a program whose state lives in the page. */
export function fake(opt: FakeOptions = {}): Backend {
  const full = (opt.projects ?? 'full') === 'full'
  const info: ProjectInfo = { id: 'marigold', name: 'Marigold Grocers', created: '2026-05-18T09:00:00Z', opened: new Date().toISOString(), leftOff: full ? 'promote' : '', tables: full ? 5 : 0, rows: full ? 1510055 : 0, bytes: full ? 418e6 : 4e5 }
  const view: ProjectView = {
    ...info, datasets: full ? datasets() : [], models: [], runs: full ? [run(2, 0.981), run(1, 0.962)] : [], scenarios: [],
    promo: full ? { model: 'pm1', created: info.created, sales: 'transactions', backtest: { weeks: 26, cut: weekAt(-26), cells: 31200, promoCells: 7488, scores: [{ method: 'model', all: 0.31, promo: 0.39 }, { method: 'spreadsheet', all: 0.44, promo: 0.553 }], coverage: [{ group: 'promo', cells: 7488, cover80: 0.8, cover90: 0.9, wmape: 0.39 }], bias: 0.01, promoBias: -0.02 } } : null,
  }
  const projects = opt.projects === 'none' ? [] : [info, ...(full ? [{ ...info, id: 'elm', name: 'Elm Park store only', opened: '2026-05-02T10:00:00Z', leftOff: 'quality', bytes: 57e6, rows: 612000, tables: 4 }] : [])]
  const job = (more: Partial<Job>): Job => ({ id: 'j1', kind: 'train', project: 'marigold', title: 'shopping', state: 'running', stage: 'train', done: 1178, total: 1900, unit: 'steps', fraction: 0.62, seconds: 161, left: 110, jobLeft: 200, value: {}, curve: training(1178, 1900), ...more })
  let jobs: Job[] = opt.job === 'train' ? [job({})]
    : opt.job === 'import-failed' ? [job({ id: 'j2', kind: 'import', title: 'returns_2025.csv', state: 'failed', curve: [], error: { kind: 'invalid', message: 'returns_2025.csv, line 18,204, column "amount": "12,90" is not a number when the decimal mark is a point.', hint: 'Read it with the decimal mark ",", or set the 2,611 rows aside.' } })] : []
  let saved: Draft[] = [], draft: Draft | null = null
  const suggestions: Suggestion[] = []
  const reject = <T>(f: Failure): Promise<T> => Promise.reject(f)
  const ready = <T>(value: T): Promise<T> => opt.failing ? reject(new Failure('internal', 'The project file cannot be read.', 'Restore the newest backup: shoptwin projects backup lists them.')) : Promise.resolve(structuredClone(value))
  const start = (more: Partial<Job>) => {
    const j = job({ id: `j${jobs.length + 10}`, curve: [], done: 0, fraction: 0, left: -1, jobLeft: -1, ...more })
    jobs = [j, ...jobs]
    return ready(j.id)
  }
  const act = (id: string, state: Job['state']) => {
    jobs = jobs.map(j => (j.id === id ? { ...j, state } : j))
    const j = jobs.find(x => x.id === id)
    return j ? ready(j) : reject<Job>(new Failure('not found', `no job has the id "${id}"`))
  }
  const rows = (name: string, salt: number, n: number) => {
    const d = view.datasets.find(x => x.name === name) ?? view.datasets[0]!, r = seeded(salt)
    const cell = (c: Dataset['columns'][number]) => {
      const levels = (c as ColumnProfile).top
      if (levels) return levels[Math.floor(r() * r() * levels.length)]?.value ?? ''
      if (c.kind === 'number') return c.decimals ? (r() * 12).toFixed(2) : String(1 + Math.floor(r() * r() * 6))
      return c.kind === 'time' ? `2025-0${1 + Math.floor(r() * 9)}-1${Math.floor(r() * 10)}` : c.name.slice(0, 1).toUpperCase() + Math.floor(1e5 + r() * 9e5)
    }
    return { header: d.columns.map(c => c.name), rows: Array.from({ length: n }, () => d.columns.map(cell)), total: d.rows }
  }
  return {
    kind: 'made-up',
    ...fakeRecommends(full, ready, start),
    tablesModels: () => ready(full ? [{
      id: 't1', name: 'tables 1', created: '2026-05-18T09:30:00Z', seconds: 94, seed: 1, warnings: [],
      tables: [{ name: 'customers', rows: 5000, overall: 0.981 }, { name: 'transactions', rows: 1283898, overall: 0.974 }],
      keys: [{ key: 'transactions.customer_id → customers.customer_id', valid: 1, cardinality: 0.986 }],
      rules: [{ rule: 'transactions: amount = quantity × unit_price − discount', rows: 1283898, broken: 0 }],
    }] : []),
    startTrainTables: r => start({ kind: 'tables', project: r.project, title: r.datasets.join(', ') }),
    startExportTables: r => start({ kind: 'export', project: r.project, title: 'tables', state: 'done', result: { path: '/home/mara/out/synthetic-tables.zip', rows: 1288898, size: 4e7 } }),
    ...fakeShell(view, projects, ready, start),
    interrupted: () => Promise.resolve([]),
    goOn: () => Promise.resolve(''),
    forget: () => Promise.resolve(),
    about: () => ready({ version: '0.1.0', home: '/home/mara/.local/share/shoptwin', threads: 8, engine: 'avx512', system: 'linux/amd64', go: 'go1.26.8', processors: 8, memory: 16e9 }),
    projects: () => ready(projects),
    createProject: name => { const p = { ...info, id: 'new', name, tables: 0, rows: 0 }; projects.push(p); return ready(p) },
    openProject: id => id === 'marigold' || id === view.name ? ready(view) : id === 'elm' || id === 'new' ? ready({ ...view, ...projects.find(p => p.id === id)!, datasets: [], runs: [], promo: null, scenarios: [] }) : reject(new Failure('not found', `There is no project "${id}".`, 'It may have been deleted; choose another.')),
    leaveAt: () => ready(undefined),
    renameProject: () => ready(undefined),
    deleteProject: id => { projects.splice(projects.findIndex(p => p.id === id), 1); return ready(undefined) },
    profile: (_, name): Promise<Profile> => { const d = view.datasets.find(x => x.name === name)!; return ready({ table: name, rows: d.rows, rejected: d.rejected, columns: d.columns as ColumnProfile[] }) },
    rows: (_, name, __, limit) => ready(rows(name, 1, limit)),
    rejects: (_, __, offset, limit) => ready({ rejects: Array.from({ length: Math.min(limit, 412 - offset) }, (_, i) => [
      { line: 20115 + offset + i, column: 'unit_price', reason: 'price is empty and the product is not in products', raw: 'R-118820;2024-03-09 11:20;S03;;99871;1;;0;' },
      { line: 301442 + offset + i, reason: 'nine cells where ten are expected', raw: 'R-330917;2025-01-14 09:44;S05;C22087;41733;1;9.49;8.54' }][i % 2]!), total: 412 }),
    setRole: (_, name, column, role) => { const d = view.datasets.find(x => x.name === name)!; d.columns.find(c => c.name === column)!.role = role; return ready(d) },
    deleteDataset: (_, name) => { view.datasets = view.datasets.filter(d => d.name !== name); return ready(undefined) },
    links: () => ready([]),
    leaks: () => ready([]),
    look: from => ready({ info: { format: 'csv', encoding: 'utf-8', header: ['a'], rows: 1, rejected: 0, bytes: 4 }, header: ['a'], rows: [['1']], tables: from.includes('://') ? [{ name: 'public.sales', kind: 'table', rows: 9000 }, { name: 'public.stores', kind: 'table', rows: 6 }] : [] }),
    remembered: () => ready(false),
    forgetPassword: () => ready(undefined),
    stepKinds: () => ready(kinds),
    recipes: () => ready(saved),
    saveRecipe: (_, d) => { const kept = { ...d, id: `k-${d.name}` }; saved = [...saved.filter(s => s.id !== kept.id), kept]; return ready(kept) },
    deleteRecipe: (_, id) => { saved = saved.filter(s => s.id !== id); return ready(undefined) },
    keepDraft: (_, d) => { draft = d; return ready(undefined) },
    openDraft: () => ready(draft),
    readRecipe: text => Promise.resolve(JSON.parse(text) as Draft),
    checkRecipe: () => ready([]),
    tryRecipe: (_, d, upto, lines) => ready(tried(d, upto, rows(d.from, 9, Math.min(lines, 20)), view.datasets.find(x => x.name === d.from) ?? view.datasets[0]!)),
    startPrepare: (project, d) => start({ kind: 'prepare', project, title: d.name, state: 'done', stage: 'prepare', fraction: 1, result: { name: d.name, rows: 9000 } }),
    startDemo: () => start({ kind: 'demo', project: '', title: 'Sample shop', stage: 'shop' }),
    startImport: r => start({ kind: 'import', project: r.project, title: r.files[0] ?? '', stage: 'import' }),
    startTrain: r => start({ kind: 'train', project: r.project, title: r.dataset }),
    startPromo: r => start({ kind: 'promo', project: r.project, title: r.sales, stage: 'fit' }),
    startExport: r => start({ kind: 'export', project: r.project, title: 'shopping', state: 'done', stage: 'export', fraction: 1, result: { path: `/home/mara/out/shopping.${r.format}`, rows: r.rows, size: r.rows * 60 } }),
    jobs: () => Promise.resolve(structuredClone(jobs)),
    cancelJob: id => act(id, 'cancelled'),
    pauseJob: id => act(id, 'paused'),
    resumeJob: id => act(id, 'running'),
    report: () => ready(quality()),
    sampleRows: (_, __, n, seed) => ready(rows('shopping', 100 + seed, n)),
    saveScenario: (_, s) => { const kept: ScenarioInfo = { ...s, id: s.id || `s-${s.name}` }; view.scenarios = [...view.scenarios.filter(x => x.id !== kept.id), kept]; return ready(kept) },
    startPlan: (project, r) => {
      if ((r.minPromos ?? 0) > (r.maxPromos || 99)) return start({ kind: 'plan', project, title: 'transactions', state: 'failed', error: { kind: 'invalid', message: `these rules cannot be kept together: Penne 500 g: at least ${r.minPromos ?? 0} promotions; Penne 500 g: at most ${r.maxPromos ?? 0} promotions`, hint: 'without any one of them a plan exists: loosen one' } })
      const s = suggested(`s${suggestions.length + 1}`, r)
      suggestions.push(s)
      return start({ kind: 'plan', project, title: 'transactions', state: 'done', stage: 'plan', fraction: 1, result: { id: s.id } })
    },
    suggestion: (_, id) => { const s = suggestions.find(x => x.id === id); return s ? ready(s) : reject(new Failure('not found', `there is no suggested plan ${id}`)) },
    startShoppers: (project, plan) => start({ kind: 'shoppers', project, title: 'transactions', state: 'done', stage: 'sample', fraction: 1, result: fakeShoppers(plan) }),
    startUplift: (project, ask) => start({ kind: 'uplift', project, title: ask.dataset, state: 'done', stage: 'uplift', fraction: 1, result: fakeUplift() }),
    readCalendar: () => ready(fakePlanned()),
    saveCalendar: r => ready({ path: `/home/mara/out/${r.name}.${r.format}`, rows: r.plan.offers.length, size: r.plan.offers.length * 60 }),
    deleteScenario: (_, id) => { view.scenarios = view.scenarios.filter(s => s.id !== id); return ready(undefined) },
    openKin: () => ready(fakeKin()),
    openResponse: () => opt.failing ? reject(new Failure('internal', 'The model could not be fetched.', 'Learn it again.')) : Promise.resolve(fakeResponse()),
    pickFiles: () => Promise.resolve(['till_2026.csv']),
    addFiles: files => Promise.resolve(files.map(f => f.name)),
    pickFolder: () => Promise.resolve({ path: '/home/mara/tills', name: 'tills' }),
    pickSave: () => Promise.resolve(''),
    pickArchive: () => Promise.resolve('/home/mara/elm.shoptwin'),
    opened: () => Promise.resolve(''),
    onMenu: () => undefined,
    onDrop: () => undefined,
    saveReport: kind => ready(`/home/mara/${kind}.html`),
    openReport: () => ready(undefined),
    reportUrl: () => 'about:blank',
    downloadUrl: () => 'about:blank',
  }
}
