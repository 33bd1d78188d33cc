// Recommendations: the values of app/recommend.go and app/recommended.go, and
// the calls about them.

/** What the program says in both languages. */
export interface Said { en: string; zh: string }

export interface EventColumns { customer?: string; item?: string; time?: string; basket?: string; action?: string; price?: string; category?: string; discount?: string; channel?: string }

/** A table that recommendations can be learned from, with the columns that would be used. */
export interface EventTable { dataset: string; rows: number; columns: EventColumns; all: string[] | null; ready: boolean }

export interface RecommendRequest {
  project: string
  dataset: string
  columns?: EventColumns
  actions?: string[]
  method?: string
  hold?: '' | 'time' | 'basket'
  quick?: boolean
  minutes?: number // for networks; 0: none
  days?: number
}

export interface Mean { mean: number; lo: number; hi: number }

export interface Ranking { customers: number; recall: number[]; ndcg: number[]; precision: number[]; hitRate: number[]; mrr: number }

/** One method of the leaderboard. */
export interface BoardEntry {
  method: string
  network?: boolean
  ranking: Ranking
  repeat?: Ranking
  explore?: Ranking
  recall10: Mean
  ndcg10: Mean
  coverage: number
  novelty: number
  seconds?: number
  weights?: Record<string, number> // of a blend
  gain?: Mean // of a network, recall@10 beyond the best control
}

export interface Board { split: string; customers: number; entries: BoardEntry[]; words: Said[]; notes?: string[] }

/** How well it is told who comes within some days. */
export interface Soon { days: number; action?: string; customers: number; share: number; methods: Told[]; words: Said[] }

export interface Told {
  name: string
  control?: boolean
  scores: { auc: number; logLoss: number; ece: number; brier: number }
  cuts: { hit: number; false: number; missed: number; left: number }[] // by threshold .01 to .99
}

export interface Segment { name: Said; customers: number; share: number; recency: number; frequency: number; spend: number; words: Said }

export interface Picture { nodes: { item: string; label?: string; baskets: number; community: number }[]; edges: { a: number; b: number; both: number; lift: number }[] }

export interface RecommenderInfo {
  id: string
  created: string
  dataset: string
  method: string
  customers: number
  items: number
  events: number
  seconds: number
  board?: Board
  notes?: string[]
  request?: RecommendRequest
  soon?: Soon
  segments?: Segment[]
  picture?: Picture
  some?: string[] // customers to begin with
}

export interface Query { customer?: string; items?: string[]; k?: number; new?: boolean; exclude?: string[]; only?: string[]; why?: boolean }

export interface Suggested { item: string; label?: string; score: number; had?: boolean; from: string; chance?: number; because?: { why: Said; drove?: string[] } }

export interface Answer { customer?: string; items: Suggested[]; note?: string }

export interface RelatedItem { name: string; label?: string; both: number; support: number; confidence: number; lift: number; cosine: number; times: number }

export interface Relatives { item: string; label?: string; together: RelatedItem[]; instead: RelatedItem[]; picture: Picture }

/** A customer or a product; label is what people call it. */
export interface Found { name: string; label?: string }

/** What goes with a product or a basket, as the page computes it; of a basket nothing but the order is known. */
export interface PageItem { item: string; label: string; both: number; confidence: number; times: number }

export interface ListsRequest { project: string; what: 'lists' | 'related' | 'customers'; k?: number; format?: string; path?: string }

/** What the program does about recommendations. */
export interface Recommends {
  eventTables(project: string): Promise<EventTable[]>
  /** recommendation describes the project's newest recommender; null before the first. */
  recommendation(project: string): Promise<RecommenderInfo | null>
  recommended(project: string, query: Query): Promise<Answer>
  relatedTo(project: string, item: string, k: number): Promise<Relatives>
  /** findNames finds customers or items whose name contains text. */
  findNames(project: string, what: 'customers' | 'items', text: string, most: number): Promise<Found[]>
  /** The start functions answer a job's id. */
  startRecommend(request: RecommendRequest): Promise<string>
  startLists(request: ListsRequest): Promise<string>
}

export const recommends = (call: <T>(method: string, ...args: unknown[]) => Promise<T>): Recommends => ({
  eventTables: async project => (await call<EventTable[] | null>('EventTables', project)) ?? [],
  recommendation: project => call('Recommendation', project),
  recommended: (project, query) => call('Recommended', project, query),
  relatedTo: (project, item, k) => call('RelatedTo', project, item, k),
  findNames: async (project, what, text, most) => (await call<Found[] | null>('FindNames', project, what, text, most)) ?? [],
  startRecommend: request => call('StartRecommend', request),
  startLists: request => call('StartLists', request),
} satisfies Recommends)

