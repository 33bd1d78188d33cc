// Several tables learned together: the values of app/tablesjob.go, and the calls.

export interface TablesTraining { project: string; datasets: string[]; keys?: string[]; effort?: string; seed?: number }

export interface TableScore { name: string; rows: number; overall: number }
export interface KeyInfo { key: string; valid: number; cardinality: number }
export interface RuleInfo { rule: string; rows: number; broken: number }

/** A model of several tables, and how it was judged. */
export interface TablesInfo {
  id: string
  name: string
  created: string
  seconds: number
  seed: number
  tables: TableScore[] | null
  keys: KeyInfo[] | null
  rules: RuleInfo[] | null
  warnings: string[]
}

export interface TablesExport { project: string; run?: string; format?: string; scale?: number; seed?: number; noGuard?: boolean; path?: string }

/** What the program does with several tables. */
export interface Together {
  /** tablesModels lists the models of several tables, newest first. */
  tablesModels(project: string): Promise<TablesInfo[]>
  /** The start functions answer a job's id. */
  startTrainTables(request: TablesTraining): Promise<string>
  startExportTables(request: TablesExport): Promise<string>
}

export const together = (call: <T>(method: string, ...args: unknown[]) => Promise<T>): Together => ({
  tablesModels: async project => (await call<TablesInfo[] | null>('TablesModels', project)) ?? [],
  startTrainTables: request => call('StartTrainTables', request),
  startExportTables: request => call('StartExportTables', request),
} satisfies Together)
