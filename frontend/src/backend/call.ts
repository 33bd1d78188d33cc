import { Failure, type Backend } from './backend'
import { recommends } from './recommend'
import { interrupts } from './interrupted'
import { together } from './together'
import { shell } from './shell'

/** Calls one method of the program by its name in Go. */
export type Call = (method: string, ...args: unknown[]) => Promise<unknown>

const lists = new Set([
  'datasets', 'models', 'runs', 'scenarios', 'columns', 'header', 'rows', 'rejects', 'curve', 'weeks', 'items', 'offers',
  'warnings', 'stores', 'notes', 'scores', 'coverage', 'history', 'histogram', 'top', 'problems', 'steps', 'effects', 'inputs', 'misfits', 'before', 'after', 'lines', 'pairs', 'real', 'synthetic', 'bars', 'labels', 'tight', 'broken', 'others',
])
const maps = new Set(['value'])

/**
 * tidy puts empty lists and maps where Go sent null for them, in place.
 * "rows" and "scores" are numbers or maps elsewhere, and then not null.
 */
export function tidy<T>(value: T): T {
  if (Array.isArray(value)) {
    for (const v of value) tidy(v)
  } else if (typeof value === 'object' && value !== null) {
    const o = value as Record<string, unknown>
    for (const key of Object.keys(o)) {
      if (o[key] === null && lists.has(key)) o[key] = []
      else if (o[key] === null && maps.has(key)) o[key] = {}
      else tidy(o[key])
    }
  }
  return value
}

type Methods = Omit<Backend, 'kind' | 'openResponse' | 'openKin' | 'pickFiles' | 'pickFolder' | 'pickArchive' | 'opened' | 'onMenu' | 'addFiles' | 'pickSave' | 'onDrop' | 'saveReport' | 'openReport' | 'reportUrl' | 'downloadUrl'>

/** methods are the program's functions, the same over http and in the window. */
export function methods(raw: Call): Methods {
  async function call<T>(method: string, ...args: unknown[]): Promise<T> {
    try {
      return tidy(await raw(method, ...args)) as T
    } catch (e) {
      throw Failure.of(e)
    }
  }
  const list = async <T>(method: string, ...args: unknown[]): Promise<T[]> => (await call<T[] | null>(method, ...args)) ?? []
  return {
    ...recommends(call),
    ...together(call),
    ...shell(call),
    ...interrupts(call),
    about: () => call('About'),
    projects: () => list('Projects'),
    createProject: name => call('CreateProject', name),
    openProject: id => call('OpenProject', id),
    leaveAt: (project, screen) => call('LeaveAt', project, screen),
    renameProject: (id, name) => call('RenameProject', id, name),
    deleteProject: id => call('DeleteProject', id),
    profile: (project, dataset) => call('Profile', project, dataset),
    rows: (project, dataset, offset, limit) => call('Rows', project, dataset, offset, limit),
    rejects: (project, dataset, offset, limit) => call('Rejects', project, dataset, offset, limit),
    setRole: (project, dataset, column, role) => call('SetRole', project, dataset, column, role),
    deleteDataset: (project, dataset) => call('DeleteDataset', project, dataset),
    links: project => list('Links', project),
    leaks: (project, dataset, target) => list('Leaks', project, dataset, target),
    look: (from, reading, password, rows) => call('Look', from, reading, password, rows),
    remembered: from => call('Remembered', from),
    forgetPassword: from => call('ForgetPassword', from),
    stepKinds: () => list('StepKinds'),
    recipes: project => list('Recipes', project),
    saveRecipe: (project, draft) => call('SaveRecipe', project, draft),
    deleteRecipe: (project, id) => call('DeleteRecipe', project, id),
    keepDraft: (project, draft) => call('KeepDraft', project, draft),
    openDraft: project => call('OpenDraft', project),
    readRecipe: text => call('ReadRecipe', text),
    checkRecipe: (project, draft) => list('CheckRecipe', project, draft),
    tryRecipe: (project, draft, upto, lines) => call('TryRecipe', project, draft, upto, lines),
    startDemo: seed => call('StartDemo', seed),
    startImport: request => call('StartImport', request),
    startPrepare: (project, draft) => call('StartRecipe', project, draft),
    startTrain: request => call('StartTrain', request),
    startPromo: request => call('StartPromo', request),
    startExport: request => call('StartExport', request),
    jobs: () => list('Jobs'),
    cancelJob: id => call('CancelJob', id),
    pauseJob: id => call('PauseJob', id),
    resumeJob: id => call('ResumeJob', id),
    report: (project, run) => call('Report', project, run),
    sampleRows: (project, run, n, seed) => call('SampleRows', project, run, n, seed),
    saveScenario: (project, scenario) => call('SaveScenario', project, scenario),
    deleteScenario: (project, id) => call('DeleteScenario', project, id),
    startPlan: (project, request) => call('StartPlan', project, request),
    suggestion: (project, id) => call('Suggestion', project, id),
    startShoppers: (project, plan) => call('StartShoppers', project, plan),
    saveCalendar: request => call('SaveCalendar', request),
    startUplift: (project, ask) => call('StartUplift', project, ask),
    readCalendar: (project, file) => call('ReadCalendar', { project, file }),
  }
}
