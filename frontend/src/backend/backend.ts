import type { Comparison, CurvePoint, Outcome, PanelView, Plan } from './promo'
import type { QualityReport } from './quality'
import type { Leak, Link, SourceLook, Draft, Misfit, Profile, StepKind, Trial } from './tables'
import type { Reading, About, Dataset, Exported, ExportRequest, ImportRequest, Job, Page, ProjectInfo, ProjectView, PromoRequest, RejectPage, ScenarioInfo, TrainRequest } from './types'
import type { Kin } from './kin'
import type { Recommends } from './recommend'
import type { Together } from './together'
import type { Interrupts } from './interrupted'
import type { Shell } from './shell'
import type { Shoppers } from './shoppers'
import type { Experiments } from './experiment'
import type { CalendarRequest, PlanRequest, Suggestion } from './plan'

/** What the program does for the page. Every promise rejects with a Failure. */
export interface Backend extends Recommends, Together, Shell, Shoppers, Experiments, Interrupts {
  /** How the page reaches the program. */
  readonly kind: 'http' | 'window' | 'made-up'

  about(): Promise<About>
  projects(): Promise<ProjectInfo[]>
  createProject(name: string): Promise<ProjectInfo>
  openProject(idOrName: string): Promise<ProjectView>
  /** leaveAt remembers the screen where work stopped. */
  leaveAt(project: string, screen: string): Promise<void>
  renameProject(id: string, name: string): Promise<void>
  deleteProject(id: string): Promise<void>

  profile(project: string, dataset: string): Promise<Profile>
  rows(project: string, dataset: string, offset: number, limit: number): Promise<Page>
  rejects(project: string, dataset: string, offset: number, limit: number): Promise<RejectPage>
  setRole(project: string, dataset: string, column: string, role: string): Promise<Dataset>
  deleteDataset(project: string, dataset: string): Promise<void>
  /** links are the foreign keys that the tables' values suggest; leaks the columns that give a target away. */
  links(project: string): Promise<Link[]>
  leaks(project: string, dataset: string, target: string): Promise<Leak[]>

  /** look shows the beginning of a file, a folder or a database. */
  look(from: string, reading: Reading, password: string, rows: number): Promise<SourceLook>
  /** remembered says whether the system's keyring holds the password for a server. */
  remembered(from: string): Promise<boolean>
  forgetPassword(from: string): Promise<void>

  stepKinds(): Promise<StepKind[]>
  recipes(project: string): Promise<Draft[]>
  saveRecipe(project: string, draft: Draft): Promise<Draft>
  deleteRecipe(project: string, id: string): Promise<void>
  keepDraft(project: string, draft: Draft): Promise<void>
  openDraft(project: string): Promise<Draft | null>
  readRecipe(text: string): Promise<Draft>
  checkRecipe(project: string, draft: Draft): Promise<Misfit[]>
  /** tryRecipe shows up to lines rows before and after the last of the first upto steps. */
  tryRecipe(project: string, draft: Draft, upto: number, lines: number): Promise<Trial>

  /** The start functions answer a job's id. */
  startPrepare(project: string, draft: Draft): Promise<string>
  startDemo(seed: number): Promise<string>
  startImport(request: ImportRequest): Promise<string>
  startTrain(request: TrainRequest): Promise<string>
  startPromo(request: PromoRequest): Promise<string>
  startExport(request: ExportRequest): Promise<string>

  jobs(): Promise<Job[]>
  cancelJob(id: string): Promise<Job>
  pauseJob(id: string): Promise<Job>
  resumeJob(id: string): Promise<Job>

  report(project: string, run: string): Promise<QualityReport>
  sampleRows(project: string, run: string, n: number, seed: number): Promise<Page>

  saveScenario(project: string, scenario: ScenarioInfo): Promise<ScenarioInfo>
  deleteScenario(project: string, id: string): Promise<void>
  /** startPlan answers a job's id; the job's result holds the suggestion's. */
  startPlan(project: string, request: PlanRequest): Promise<string>
  suggestion(project: string, id: string): Promise<Suggestion>
  saveCalendar(request: CalendarRequest): Promise<Exported>

  /** Loads the project's promotion response into the page. */
  openResponse(project: string): Promise<Response>
  /** Loads what belongs together, by the project's newest recommender, into the page. */
  openKin(project: string): Promise<Kin>

  /** Lets the person choose files; empty when they change their mind. */
  pickFiles(): Promise<string[]>
  /** Lets the person choose a folder of tables; null when they change their mind. */
  pickFolder(): Promise<{ path: string; name: string } | null>
  /** Hands over files dropped on the page; answers names for ImportRequest. */
  addFiles(files: File[]): Promise<string[]>
  /** Where to write an export: a path, "" for the project's folder, null for a change of mind. */
  pickSave(name: string): Promise<string | null>
  /** Lets the person choose an archive of a project; "" when they change their mind. */
  pickArchive(): Promise<string>
  /** The archive that the program was opened with; "" for none, and after the first call. */
  opened(): Promise<string>
  /** Calls take with what is chosen in the window's own menus. */
  onMenu(take: (what: string) => void): void
  /** Calls take with the paths of files dropped on the window, where the system hands over paths. */
  onDrop(take: (paths: string[]) => void): void
  /** Keeps a page that others open without Shoptwin; its name or path, "" for a change of mind. */
  saveReport(kind: ReportKind, project: string, lang: string): Promise<string>
  /** Shows a run's report on its own. */
  openReport(project: string, run: string, lang: string): Promise<void>
  /** Addresses to fetch the report and an exported file from; "" where there is no fetching. */
  reportUrl(project: string, run: string, lang: string): string
  downloadUrl(project: string, file: string): string
}

/** A page of plans that answers what-ifs, or of what was learned to recommend. */
export type ReportKind = 'whatif' | 'recommend'

/** A promotion response computed in the page, in a worker. */
export interface Response {
  panel(weeks: number): Promise<PanelView>
  whatIf(plan: Plan): Promise<Outcome>
  /** How much more one plan brings than another, on the same response and weeks. */
  compare(plan: Plan, than: Plan): Promise<Comparison>
  curve(item: string, store: string, feature: boolean, display: boolean): Promise<CurvePoint[]>
  close(): void
}

/** An error for people: what happened, and the way out. */
export class Failure extends Error {
  constructor(readonly kind: string, message: string, readonly hint = '') {
    super(message)
    this.name = 'Failure'
  }

  /** of makes a Failure of whatever was thrown or answered. */
  static of(e: unknown): Failure {
    if (e instanceof Failure) return e
    if (typeof e === 'object' && e !== null && 'message' in e) {
      const p = e as { kind?: unknown; message: unknown; hint?: unknown }
      return new Failure(String(p.kind ?? 'internal'), String(p.message), p.hint ? String(p.hint) : '')
    }
    const text = String(e)
    try {
      const p: unknown = JSON.parse(text)
      if (typeof p === 'object' && p !== null && 'message' in p) return Failure.of(p)
    } catch { /* plain words */ }
    return new Failure('internal', text)
  }
}
