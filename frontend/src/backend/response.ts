import { Failure, type Response } from './backend'
import { tidy } from './call'
import { unpack, type Function } from './machine'
import type { Ask, Reply } from './worker'

type Compute = (name: Function, body: string | Uint8Array) => Promise<string>

/** fromMachine gives the typed functions over any way of computing. */
export function fromMachine(compute: Compute, close: () => void): Response {
  const ask = async <T>(name: Function, body: unknown): Promise<T> => tidy(unpack<T>(await compute(name, JSON.stringify(body))))
  return {
    panel: weeks => ask('panel', { weeks }),
    whatIf: plan => ask('whatIf', plan),
    compare: (plan, than) => ask('compare', { plan, than }),
    curve: async (item, store, feature, display) => (await ask<Awaited<ReturnType<Response['curve']>> | null>('curve', { item, store, feature, display })) ?? [],
    close,
  }
}

/** inWorker starts shoptwin.wasm in a worker of its own. */
export async function inWorker(): Promise<{ compute: Compute; close: () => void }> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  const waiting = new Map<number, { done: (text: string) => void; fail: (e: Failure) => void }>()
  let last = 0
  worker.addEventListener('message', (event: MessageEvent<Reply>) => {
    const { id, text, error } = event.data
    const w = waiting.get(id)
    waiting.delete(id)
    if (text !== undefined) w?.done(text)
    else w?.fail(new Failure('internal', error ?? 'The page could not compute this.'))
  })
  const stop = (message: string) => {
    for (const w of waiting.values()) w.fail(new Failure('internal', message, 'Open the screen again; if it stays, please reinstall.'))
    waiting.clear()
  }
  worker.addEventListener('error', event => stop(`The page's computing stopped: ${event.message}`))
  const post = (ask: Ask) => new Promise<string>((done, fail) => {
    waiting.set(ask.id, { done, fail })
    worker.postMessage(ask)
  })
  const at = (name: string) => new URL(name, document.baseURI).href
  await post({ id: ++last, name: 'start', loader: at('wasm_exec.js'), wasm: at('shoptwin.wasm') })
  return {
    compute: (name, body) => post({ id: ++last, name, body }),
    close: () => {
      worker.terminate()
      stop('The screen was closed.')
    },
  }
}

/** openResponse fetches a project's model and loads it into a worker. */
export async function openResponse(url: string): Promise<Response> {
  const [{ compute, close }, model] = await Promise.all([inWorker(), fetchModel(url)])
  try {
    unpack(await compute('loadPromo', model))
  } catch (e) {
    close()
    throw e
  }
  return fromMachine(compute, close)
}

export async function fetchModel(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { credentials: 'same-origin' })
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  const text = await response.text()
  try {
    throw Failure.of((JSON.parse(text) as { error: unknown }).error)
  } catch (e) {
    throw e instanceof Failure ? e : new Failure('internal', `The model could not be fetched: ${response.status} ${response.statusText}`)
  }
}
