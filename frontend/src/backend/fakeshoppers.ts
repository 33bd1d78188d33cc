// Made-up shoppers for tests and pictures: those of a plan without offers are refused.
import type { ShoppersReply, ShopperKind } from './shoppers'
import type { Plan } from './promo'

const kind = (share: number, moved: number, joined: number, units: number): ShopperKind => ({
  share, moved, joined,
  units: { without: 41_000 * share, added: units, lo: units - 45, hi: units + 45 },
  sales: { without: 163_000 * share, added: 2.9 * units, lo: 2.9 * units - 150, hi: 2.9 * units + 150 },
  margin: { without: 48_000 * share, added: 0.4 * units - 60, lo: 0.4 * units - 110, hi: 0.4 * units - 10 },
})

export function fakeShoppers(plan: Plan): ShoppersReply {
  const usable = plan.offers.length > 0
  return {
    learned: 2500, products: 300, categories: 12, weeks: 104, nobody: false, mostAuc: 0.6, weekly: 0.1, leftOut: 2, stores: (plan.stores ?? []).length > 0, fixed: 90,
    realism: { customers: 750, auc: usable ? 0.518 : 0.71, weekly: 0.071, chance: 0.06, usable, tells: [{ view: 'offer share', share: 0.4, real: 0.31, made: 0.24 }] },
    ...(usable && { answer: { weeks: 12, customers: 2500, drawn: 10_000, kinds: [kind(0.2, 0.62, 0.3, 110), kind(0.45, 0.96, 0.44, 420), kind(0.35, 1.31, 0.55, 640)], all: kind(1, 1, 0.45, 1170) } }),
  }
}
