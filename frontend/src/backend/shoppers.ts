// What crosses for simulated shoppers; mirrors app/shoppers.go and core/simulate.
import type { Plan } from './promo'

export interface Shoppers {
  /** startShoppers answers a job's id; the job's result is a ShoppersReply. */
  startShoppers(project: string, plan: Plan): Promise<string>
}

/** A plan as simulated shoppers answer to it. */
export interface ShoppersReply {
  learned: number // customers
  products: number
  categories: number
  weeks: number // of history
  nobody: boolean // the sales name no customers
  realism?: Realism
  mostAuc: number
  weekly: number
  answer?: ShoppersAnswer // none when the shoppers are refused
  leftOut: number // offers of products that the shoppers do not know
  stores: boolean // the plan is for some stores, the shoppers are of all
  fixed: number // of features and displays, not yet taken off margins
}

/** How far drawn customers can be told from real ones that were not learned from. */
export interface Realism {
  customers: number
  auc: number
  weekly: number
  chance: number
  tells: { view: string; share: number; real: number; made: number }[]
  usable: boolean
}

export interface ShoppersAnswer { weeks: number; customers: number; drawn: number; kinds: ShopperKind[]; all: ShopperKind }

export interface ShopperKind { share: number; moved: number; joined: number; units: Added; sales: Added; margin: Added }

/** A sum without promotions, what the plan adds, and its 90 % band. */
export interface Added { without: number; added: number; lo: number; hi: number }
