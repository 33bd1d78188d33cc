// A page of recommendations opened from a file. app/sharerecommend.go puts the
// data in, scripts/report.mjs the program that answers what goes together.
import { held, unzip } from './carried'
import { start, unpack } from './machine'
import type { Found, Mean, PageItem, Said } from './recommend'
import { tidy } from './call'

/** One method of the leaderboard, by what is in its first ten. */
export interface CarriedEntry { method: string; network: boolean; mixed: boolean; recall: Mean; ndcg: Mean; fresh: number | null; gain: Mean | null }

/** What the page carries; nothing in it tells of fewer than five customers. */
export interface CarriedKin {
  lang: 'en' | 'zh-CN'
  project: string
  made: string
  version: string
  method: string
  customers: number
  events: number
  items: number
  asked: number // customers of the examination; 0: methods were not compared
  entries: CarriedEntry[]
  words: Said[]
  places: number[]
  soon: { days: number; customers: number; share: number; method: string; auc: number; ece: number; words: Said[]; bins: { lo: number; hi: number; customers: number; came: number }[] } | null
  segments: { name: Said; customers: number; share: number; recency: number; frequency: number; spend: number }[]
  links: { a: Found; b: Found; both: number; lift: number }[]
  names: Found[]
  kin: string // the relations' file, gzip, base64
}

export const carriedKin = (): CarriedKin => JSON.parse(held('shoptwin-report')) as CarriedKin

/** What goes with one product, with the evidence, or with several. */
export type GoesWith = (items: string[], k: number) => PageItem[]

/** goesTogether sets the page's own program going. */
export async function goesTogether(kin: string): Promise<GoesWith> {
  const [wasm, model] = await Promise.all([unzip(held('shoptwin-wasm')), unzip(kin)])
  const machine = await start(wasm)
  unpack(machine.call('loadKin', model))
  return (items, k) => tidy(unpack<PageItem[]>(machine.call('kin', JSON.stringify({ items, k }))))
}
