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

/** One worker with shoptwin.wasm in it, for one user after the other. */
class Computer {
  dead = false
  readonly holds = new Map<Function, Uint8Array>() // what was loaded, by how
  #worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
  #waiting = new Map<number, { done: (text: string) => void; fail: (e: Failure) => void }>()
  #last = 0

  constructor() {
    this.#worker.addEventListener('message', (event: MessageEvent<Reply>) => {
      const { id, text, error } = event.data, w = this.#waiting.get(id)
      this.#waiting.delete(id)
      if (text !== undefined) return w?.done(text)
      this.dead = true // Go's program ended, or never began
      w?.fail(new Failure('internal', error ?? 'The page could not compute this.'))
    })
    this.#worker.addEventListener('error', event => {
      this.dead = true
      this.leave(`The page's computing stopped: ${event.message}`)
    })
  }

  start(): Promise<string> {
    const at = (name: string) => new URL(name, document.baseURI).href
    return this.#post({ id: ++this.#last, name: 'start', loader: at('wasm_exec.js'), wasm: at('shoptwin.wasm') })
  }

  compute: Compute = (name, body) => this.#post({ id: ++this.#last, name, body })

  #post(ask: Ask): Promise<string> {
    return new Promise<string>((done, fail) => {
      this.#waiting.set(ask.id, { done, fail })
      this.#worker.postMessage(ask)
    })
  }

  /** leave fails whatever is waited for; what is being computed ends unheard. */
  leave(message: string): void {
    for (const w of this.#waiting.values()) w.fail(new Failure('internal', message, 'Open the screen again; if it stays, please reinstall.'))
    this.#waiting.clear()
  }

  end(): void {
    this.#worker.terminate()
  }
}

let free: Computer | null = null // for who comes next: a browser gives back little of the memory of workers that ended

interface Worked { compute: Compute; close: () => void; holds: Map<Function, Uint8Array> }

/** inWorker has shoptwin.wasm in a worker of its own, until it is closed. */
export async function inWorker(): Promise<Worked> {
  const gone = 'The screen was closed.'
  let mine: Computer | null = free
  free = null
  if (!mine) {
    mine = new Computer()
    try {
      await mine.start()
    } catch (e) {
      mine.end()
      throw e
    }
  }
  return {
    holds: mine.holds,
    compute: (name, body) => mine ? mine.compute(name, body) : Promise.reject(new Failure('internal', gone)),
    close: () => {
      mine?.leave(gone)
      if (mine?.dead || free) mine?.end()
      else if (mine) free = mine
      mine = null
    },
  }
}

/** openModel fetches a model and has load take it in, in a worker, unless that has it from before. */
export async function openModel(url: string, load: Function): Promise<Worked> {
  const worker = inWorker()
  try {
    const [mine, model] = await Promise.all([worker, fetchModel(url)])
    if (!same(mine.holds.get(load), model)) {
      mine.holds.delete(load)
      unpack(await mine.compute(load, model))
      mine.holds.set(load, model)
    }
    return mine
  } catch (e) {
    void worker.then(mine => mine.close(), () => undefined)
    throw e
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
