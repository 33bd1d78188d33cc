// Runs shoptwin.wasm beside the page, so that computing never holds up the
// hand on the slider. One message in, one out; see response.ts.
import { start, type Function, type Machine } from './machine'

export type Ask =
  | { id: number; name: 'start'; loader: string; wasm: string }
  | { id: number; name: Function; body: string | Uint8Array }
export interface Reply { id: number; text?: string; error?: string }

let machine: Machine | null = null

async function obey(ask: Ask): Promise<string> {
  if (ask.name !== 'start') {
    if (!machine) throw new Error('the worker was not started')
    return machine.call(ask.name, ask.body)
  }
  await import(/* @vite-ignore */ ask.loader)
  const response = await fetch(ask.wasm)
  if (!response.ok) throw new Error(`${ask.wasm}: ${response.status} ${response.statusText}`)
  // Some asset handlers send no application/wasm: then instantiate from bytes.
  const streams = response.headers.get('Content-Type') === 'application/wasm'
  machine = await start(streams ? response : await response.arrayBuffer())
  return '{}'
}

addEventListener('message', (event: MessageEvent<Ask>) => {
  const { id } = event.data
  obey(event.data).then(
    text => postMessage({ id, text } satisfies Reply),
    (e: unknown) => postMessage({ id, error: e instanceof Error ? e.message : String(e) } satisfies Reply),
  )
})
