// A page opened from a file: no program behind it, only what the page holds.
// app/share.go puts the data in, scripts/report.mjs the program that answers.
import { Failure, type Response } from './backend'
import { start, unpack } from './machine'
import { fromMachine } from './response'
import type { ScenarioInfo } from './types'

/** What the page carries in <script type="application/json" id="shoptwin-report">. */
export interface Carried {
  lang: 'en' | 'zh-CN'
  project: string
  made: string
  version: string
  scenarios: ScenarioInfo[]
  backtest: { weeks: number; model: number; spreadsheet: number } | null
  promo: string // the response's file, gzip, base64
}

export const held = (id: string): string => {
  const text = document.getElementById(id)?.textContent
  if (!text) throw new Failure('invalid', 'This file is not whole.', 'Please ask for it again.')
  return text
}

/** carried reads the page's data. */
export const carried = (): Carried => JSON.parse(held('shoptwin-report')) as Carried

/** unzip decodes base64 and gzip. It writes into the stream: Blob.stream() hangs in WebKit. */
export async function unzip(base64: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0))
  const stream = new DecompressionStream('gzip')
  const writer = stream.writable.getWriter()
  void writer.write(bytes).then(() => writer.close())
  return new Uint8Array(await new globalThis.Response(stream.readable).arrayBuffer())
}

/** answering sets the page's own program going. An answer takes some milliseconds: it needs no worker. */
export async function answering(promo: string): Promise<Response> {
  const [wasm, model] = await Promise.all([unzip(held('shoptwin-wasm')), unzip(promo)])
  const machine = await start(wasm)
  unpack(machine.call('loadPromo', model))
  return fromMachine((name, body) => Promise.resolve(machine.call(name, body)), () => undefined)
}
