// A page opened from a file: no program behind it, only what the page holds.
// It shows the report and answers what-ifs; everything else says where it works.
import { Failure, type Backend } from './backend'
import { methods } from './call'
import { start, unpack } from './machine'
import { fromMachine } from './response'
import { usual } from './shell'
import type { ProjectView, QualityReport } from './types'

/** What the page carries in <script type="application/json" id="shoptwin-report">. */
interface Carried {
  project: ProjectView
  report?: QualityReport
  promo?: string // model bytes, gzip, base64
  wasm?: string // shoptwin.wasm, gzip, base64
}

export const inReport = (): boolean => document.getElementById('shoptwin-report') !== null

const carried = (): Carried => JSON.parse(document.getElementById('shoptwin-report')?.textContent ?? '{}') as Carried

/** unzip decodes base64 and gzip. It writes into the stream: Blob.stream() hangs in WebKit. */
export async function unzip(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0))
  const stream = new DecompressionStream('gzip')
  const writer = stream.writable.getWriter()
  void writer.write(bytes).then(() => writer.close())
  return new Uint8Array(await new globalThis.Response(stream.readable).arrayBuffer())
}

const away = (): Promise<never> =>
  Promise.reject(new Failure('unsupported', 'A report opened from a file cannot do this.', 'Open the project in Shoptwin.'))

export const report: Backend = {
  ...methods(away),
  kind: 'report',
  about: () => Promise.resolve({ version: '', home: '', threads: 1, engine: 'wasm', system: '', go: '', processors: 1, memory: 0 }),
  projects: () => Promise.resolve([carried().project]),
  openProject: () => Promise.resolve(carried().project),
  settings: () => Promise.resolve({ ...usual }),
  jobs: () => Promise.resolve([]),
  report: () => {
    const { report } = carried()
    return report ? Promise.resolve(report) : away()
  },
  openResponse: async () => {
    const { promo, wasm } = carried()
    if (!promo || !wasm) return away()
    const machine = await start(await unzip(wasm))
    unpack(machine.call('loadPromo', await unzip(promo)))
    return fromMachine((name, body) => Promise.resolve(machine.call(name, body)), () => undefined)
  },
  pickFiles: away,
  pickFolder: away,
  addFiles: away,
  pickSave: away,
  pickArchive: away,
  opened: () => Promise.resolve(''),
  onMenu: () => undefined,
  onDrop: () => undefined,
  openReport: away,
  reportUrl: () => '',
  downloadUrl: () => '',
}
