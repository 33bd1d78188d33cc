import { backend, Failure, type ImportRequest, type Job } from '../backend'
import { session } from '../session.svelte'
import { choosing } from './data/choosing.svelte'

/**
 * bring starts the import of files into the open project, or into a new one
 * named after the first file, and shows the Data screen. A file of several
 * tables is asked about first.
 */
export async function bring(files: string[], how: Partial<ImportRequest> = {}): Promise<void> {
  const plain: string[] = []
  for (const file of files) if (how.reading || !(await several(file))) plain.push(file)
  // One job for each file: one that cannot be read does not hold up the others.
  if (plain.length) await bringAs(plain.map(file => ({ ...how, files: [file] })))
  else if (choosing.now) session.go('data', await project(choosing.now.name))
}

/** bringAs starts one import for each request. */
export async function bringAs(requests: Partial<ImportRequest>[]): Promise<void> {
  const first = requests[0]?.files?.[0]
  if (!first) return
  const id = await project(fileName(first))
  for (const r of requests) {
    const request: ImportRequest = { ...r, project: id, files: r.files ?? [] }
    const job = await backend.startImport(request)
    session.imports.set(job, request)
    session.watch(job)
  }
  session.go('data', id)
}

/** project is the open one, or a new one named after a file. */
async function project(file: string): Promise<string> {
  if (session.project) return session.project.id
  const name = file.replace(/(\.(csv|tsv|txt|xlsx?|xml|parquet|jsonl?|zip|gz|db|sqlite3?))+$/i, '')
  return (await backend.createProject(name || 'Shop')).id
}

/** several asks which tables to take where a file holds more than one. */
async function several(file: string): Promise<boolean> {
  if (choosing.now || !/\.(zip|xlsx|xlsm|db|sqlite3?)$/i.test(file)) return false
  try {
    const look = await backend.look(file, {}, '', 12)
    if ((look.tables ?? []).length < 2) return false
    choosing.now = { from: file, name: fileName(file), look }
    return true
  } catch (e) {
    if (Failure.of(e).kind === 'gone') throw e
    return false // the import says what is wrong
  }
}

/**
 * sample has the sample shop made and opens it on Promote as soon as promotions
 * can be tried, long before its twin is learned.
 */
export async function sample(failed: (f: Failure) => void = f => session.say(f.message)): Promise<void> {
  const before = new Set((await backend.projects()).map(p => p.id))
  let shown = false
  const id = await backend.startDemo(7)
  const show = async () => {
    const made = (await backend.projects()).find(p => !before.has(p.id) && /^Sample shop( \d+)?$/.test(p.name))
    if (!made || shown) return
    shown = true
    session.go('promote', made.id)
  }
  session.watch(id, (job: Job) => {
    session.unfollow(id)
    if (job.error && job.state === 'failed') failed(Failure.of(job.error))
    else if (job.state === 'done') void show()
  })
  // The project has its name once the stage after the what-if begins.
  session.followJob(id, job => { if (!shown && ['train', 'sample', 'judge', 'export'].includes(job.stage)) void show() })
}

/** fileName is the last part of a path, whatever the system it comes from. */
export const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path
