import { tidy } from './call'
import { unpack } from './machine'
import type { PageItem } from './recommend'
import { openModel } from './response'

/** What belongs together, computed in the page, in a worker. */
export interface Kin {
  /** What goes with one product, with the evidence, or with a basket of several. */
  goesWith(items: string[], k: number): Promise<PageItem[]>
  close(): void
}

/** openKin has the relations of a project's recommender computed in a worker. */
export async function openKin(url: string): Promise<Kin> {
  const { compute, close } = await openModel(url, 'loadKin')
  return { goesWith: async (items, k) => tidy(unpack<PageItem[]>(await compute('kin', JSON.stringify({ items, k })))), close }
}
