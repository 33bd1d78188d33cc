// A made-up recommender, for tests and the page that is looked at.
import type { Kin } from './kin'
import type { Board, BoardEntry, Picture, RecommenderInfo, Recommends, Relatives, Said, Soon, Suggested } from './recommend'

const items = ['Whole Milk 1 L', 'Penne 500 g', 'Passata 690 g', 'Ground Coffee 250 g', 'Dark Chocolate 100 g', 'Greek Yoghurt 500 g', 'Oat Flakes 500 g', 'Olive Oil 1 L', 'Sea Salt Crisps', 'Earl Grey, 50 bags', 'Honey Crunch', 'Bran & Raisin']
const words = (en: string, zh: string): Said => ({ en, zh })

function entry(method: string, recall: number, seconds: number, network = false): BoardEntry {
  const of = (by: number) => ({ customers: 12408, recall: [recall * 0.7 * by, recall * by, recall * 1.5 * by], ndcg: [0.1, 0.12, 0.15], precision: [0.1, 0.08, 0.06], hitRate: [0.4, 0.5, 0.6], mrr: 0.2 })
  return { method, network, ranking: of(1), repeat: of(1.8), explore: of(0.3), recall10: { mean: recall, lo: recall - 0.005, hi: recall + 0.005 }, ndcg10: { mean: recall * 0.9, lo: recall * 0.86, hi: recall * 0.94 }, coverage: 0.41, novelty: 6.2, seconds, ...(network && { gain: { mean: recall - 0.142, lo: recall - 0.148, hi: recall - 0.136 } }) }
}

const board = (): Board => ({
  split: 'the last weeks', customers: 12408, notes: ['12 rows without customer were left out'],
  entries: [entry('LSTM', 0.151, 360, true), entry('LightGCN', 0.147, 180, true), entry('TIFU-KNN', 0.142, 2.1), entry('EASE', 0.124, 1), entry('ItemKNN', 0.118, 1), entry('personal frequency', 0.111, 0.1), entry('popularity', 0.071, 0)],
  words: [words('Best is LSTM.', '最好的是 LSTM。'), words('The network LSTM beats TIFU-KNN. It earns its place.', '网络 LSTM 胜过 TIFU-KNN，值得用。')],
})

function soon(): Soon {
  const cuts = (skill: number) => Array.from({ length: 99 }, (_, i) => {
    const t = (i + 1) / 100, reached = 1 / (1 + Math.exp((t - 0.5) * 7)), right = 0.36 + skill * Math.pow(1 - reached, 0.62)
    const hit = Math.round(4218 * reached), wrong = Math.min(8190, Math.round(hit / right - hit))
    return { hit, false: wrong, missed: 4218 - hit, left: 8190 - wrong }
  })
  const scores = { auc: 0.83, logLoss: 0.48, ece: 0.012, brier: 0.16 }
  return { days: 7, action: 'purchase', customers: 12408, share: 0.34, methods: [{ name: 'boosted trees', scores, cuts: cuts(0.55) }, { name: 'recency and frequency', control: true, scores: { ...scores, auc: 0.79 }, cuts: cuts(0.42) }], words: [words('Within 7 days 34 % of the customers purchase.', '7 天内有 34% 的顾客会购买。'), words('Chances are off by 1.2 points on average.', '概率平均偏差 1.2 个百分点。')] }
}

const picture = (): Picture => ({
  nodes: items.map((item, i) => ({ item, baskets: 900 - i * 60, community: i % 3 })),
  edges: [[1, 2, 4.1], [1, 7, 2.2], [2, 7, 2.6], [3, 0, 1.8], [0, 6, 2.6], [0, 10, 2.2], [0, 5, 1.5], [8, 4, 2.9], [4, 3, 1.9], [6, 11, 1.3], [9, 0, 1.6], [9, 5, 1.3]].map(([a, b, lift]) => ({ a: a!, b: b!, both: 120, lift: lift! })),
})

const relatives = (item: string): Relatives => ({
  item, picture: picture(),
  together: items.filter(i => i !== item).slice(0, 4).map((name, k) => ({ name, both: 240 - 30 * k, support: 0.01, confidence: 0.31 - 0.05 * k, lift: 4.1 - k, cosine: 0.2, times: 3.9 - 0.8 * k })),
  instead: items.filter(i => i !== item).slice(-2).map(name => ({ name, both: 2, support: 0.001, confidence: 0.01, lift: 0.2, cosine: 0.3, times: 0.3 })),
})

const suggested = (salt: number): Suggested[] => items.slice(salt, salt + 5).map((item, i) => ({
  item, score: 5 - i, had: i < 3, from: 'list', chance: 0.34 - 0.06 * i,
  because: { why: [words('had 36 times, last 0 visits ago', '买过 36 次，上次就在 0 次光顾之前'), words('31 % of the baskets with Penne 500 g have it, 4.1 times as many as chance', '买 Penne 500 g 的订单中 31% 也买它，是偶然的 4.1 倍')][i % 2]!, drove: items.slice(i + 1, i + 3) },
}))

const info = (): RecommenderInfo => ({
  id: 'r1', created: '2026-05-18T09:30:00Z', dataset: 'transactions', method: 'LSTM', customers: 12408, items: 1946, events: 1283898, seconds: 41, board: board(), request: { project: 'marigold', dataset: 'transactions', quick: true },
  soon: soon(), picture: picture(), some: ['C10442', 'C22087', 'C31650'],
  segments: [['champions', '核心顾客', 3100, 0.25, 4, 41, 880], ['lost', '流失顾客', 2400, 0.19, 210, 3, 60]].map(([en, zh, customers, share, recency, frequency, spend]) => ({ name: words(String(en), String(zh)), customers: Number(customers), share: Number(share), recency: Number(recency), frequency: Number(frequency), spend: Number(spend), words: words(`${en}: ${customers} customers; more than others: Whole Milk 1 L`, `${zh}：${customers} 位顾客；比别人更常买：Whole Milk 1 L`) })),
})

/** fakeRecommends answers through ready, which may be told to fail; start begins a made-up job. */
export function fakeRecommends(full: boolean, ready: <T>(value: T) => Promise<T>, start: (more: { kind: string; project: string; title: string; state?: 'done'; result?: unknown }) => Promise<string>): Recommends {
  return {
    eventTables: () => ready(full ? [{ dataset: 'transactions', rows: 1283898, columns: { customer: 'customer_id', item: 'product_id', time: 'sold_at', basket: 'receipt_id' }, all: ['customer_id', 'product_id', 'sold_at', 'receipt_id'], ready: true }] : []),
    recommendation: () => ready(full ? info() : null),
    recommended: (_, q) => ready(q.customer && !q.customer.startsWith('C') ? { customer: q.customer, items: suggested(1).map(({ chance: _c, ...s }) => ({ ...s, from: 'popular' })), note: `customer ${q.customer} is not known: these are the most popular` } : { customer: q.customer ?? '', items: suggested(q.customer === 'C22087' ? 2 : 0) }),
    relatedTo: (_, item) => ready(relatives(item)),
    findNames: (_, what, text) => ready((what === 'items' ? items : ['C10442', 'C22087', 'C31650']).filter(n => n.toLowerCase().includes(text.toLowerCase())).map(name => ({ name }))),
    startRecommend: r => start({ kind: 'recommend', project: r.project, title: r.dataset }),
    startLists: r => start({ kind: 'export', project: r.project, title: `recommend ${r.what}`, state: 'done', result: { path: `/home/mara/out/${r.what}.${r.format}`, rows: 248160, size: 9e6 } }),
  }
}

export const fakeKin = (): Kin => ({
  goesWith: of => Promise.resolve(items.filter(i => !of.includes(i)).slice(0, 6).map((item, k) => ({ item, label: '', both: 90 - k, confidence: 0.3, times: 3 - k / 4 }))),
  close: () => undefined,
})
