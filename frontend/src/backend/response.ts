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

/** The worker with shoptwin.wasm in it. */
class Computer {
  readonly holds = new Map<Function, Uint8Array>() // what was loaded, by how
  #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  #waiting = new Map<number, { whose: object; done: (text: string) => void; fail: (e: Failure) => void }>()
  #last = 0

  /** ended is called when Go's program ended, or never began: the worker is of no more use. */
  constructor(readonly ended: () => void) {
    this.#worker.addEventListener('message', (event: MessageEvent<Reply>) => {
      const { id, text, error } = event.data, w = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (text !== undefined) return w?.done(text)
      ended()
      w?.fail(new Failure('internal', error ?? 'The page could not compute this.'))
    })
    this.#worker.addEventListener('error', event => {
      ended()
      for (const w of this.#waiting.values()) w.fail(new Failure('internal', `The page's computing stopped: ${event.message}`, 'Open the screen again; if it stays, please reinstall.'))
      this.#waiting.clear()
    })
  }

  start(): Promise<string> {
    const at = (name: string) => new URL(name, document.baseURI).href
    return this.#post(this, { id: ++this.#last, name: 'start', loader: at('wasm_exec.js'), wasm: at('shoptwin.wasm') })
  }

  compute(whose: object, name: Function, body: string | Uint8Array): Promise<string> {
    return this.#post(whose, { id: ++this.#last, name, body })
  }

  #post(whose: object, ask: Ask): Promise<string> {
    return new Promise<string>((done, fail) => {
      this.#waiting.set(ask.id, { whose, done, fail })
      this.#worker.postMessage(ask)
    })
  }

  /** leave fails whatever somebody waits for; what is being computed ends unheard. */
  leave(whose: object, why: Failure): void {
    for (const [id, w] of this.#waiting) {
      if (w.whose !== whose) continue
      this.#waiting.delete(id)
      w.fail(why)
    }
  }

  end(): void {
    this.#worker.terminate()
  }
}

// One for the whole page, from its first use on: each has a shoptwin.wasm of
// its own, and browsers give back little of the memory of workers that ended.
let shared: Promise<Computer> | null = null

function computer(): Promise<Computer> {
  const mine: Promise<Computer> = (shared ??= (async () => {
    const c: Computer = new Computer(() => {
      c.end()
      if (shared === mine) shared = null
    })
    await c.start()
    return c
  })())
  return mine
}

const newest = new Map<Function, object>() // who opened a model last, by how it is loaded: its model is the one that is held

export interface Opened { compute: Compute; close: () => void }

/**
 * openModel fetches a model and has load take it in, in the worker, unless that
 * holds it from before. Of one kind there is one model at a time: who opened
 * one before is refused from then on.
 */
export async function openModel(url: string, load: Function): Promise<Opened> {
  const me = {}, gone = () => new Failure('internal', 'The screen was closed.')
  newest.set(load, me)
  const [mine, model] = await Promise.all([computer(), fetchModel(url)])
  if (newest.get(load) !== me) throw gone()
  if (!same(mine.holds.get(load), model)) {
    mine.holds.delete(load)
    unpack(await mine.compute(me, load, model))
    mine.holds.set(load, model)
  }
  let open = true
  return {
    compute: (name, body) => (open && newest.get(load) === me ? mine.compute(me, name, body) : Promise.reject(gone())),
    close: () => {
      open = false
      mine.leave(me, gone())
    },
  }
}

const same = (a: Uint8Array | undefined, b: Uint8Array) => a?.length === b.length && a.every((x, i) => x === b[i])

/** openResponse has a project's response to promotions computed in a worker. */
export async function openResponse(url: string): Promise<Response> {
  const { compute, close } = await openModel(url, 'loadPromo')
  return fromMachine(compute, close)
}

async function fetchModel(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { credentials: 'same-origin' })
  if (response.ok) return new Uint8Array(await response.arrayBuffer())
  const text = await response.text()
  try {
    throw Failure.of((JSON.parse(text) as { error: unknown }).error)
  } catch (e) {
    throw e instanceof Failure ? e : new Failure('internal', `The model could not be fetched: ${response.status} ${response.statusText}`)
  }
}
