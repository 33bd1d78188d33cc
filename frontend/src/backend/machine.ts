// shoptwin.wasm as a machine with one tape in and one out: app/wasm exports
// functions that read the input buffer and leave JSON in the output buffer.
import { Failure } from './backend'

/** What app/wasm exports, beside Go's memory. */
export type Function =
  | 'loadPromo' | 'panel' | 'whatIf' | 'compare' | 'curve' // promotion response: model bytes, then JSON
  | 'loadKin' | 'kin' // a recommender's relations: bytes, then JSON
  | 'loadSynth' | 'sample' // synthesizer: model bytes, then JSON

type Exports = Record<Function, (length: number) => number> & {
  mem: WebAssembly.Memory
  input(length: number): number
  output(): number
}

interface Go { importObject: WebAssembly.Imports; run(instance: WebAssembly.Instance): Promise<void> }

export interface Machine { call(name: Function, body: string | Uint8Array): string }

/** start sets the machine going. The loader, wasm_exec.js, must have run: it defines Go. */
export async function start(source: BufferSource | globalThis.Response): Promise<Machine> {
  const go = new (globalThis as unknown as { Go: new () => Go }).Go()
  const { instance } = source instanceof globalThis.Response
    ? await WebAssembly.instantiateStreaming(source, go.importObject)
    : await WebAssembly.instantiate(source, go.importObject)
  void go.run(instance)
  const wasm = instance.exports as unknown as Exports
  const encoder = new TextEncoder(), decoder = new TextDecoder()
  return {
    call(name, body) {
      const bytes = typeof body === 'string' ? encoder.encode(body) : body
      const at = wasm.input(bytes.length)
      new Uint8Array(wasm.mem.buffer, at, bytes.length).set(bytes)
      const length = wasm[name](bytes.length) // may grow, and so move, the memory
      return decoder.decode(new Uint8Array(wasm.mem.buffer, wasm.output(), length))
    },
  }
}

/** unpack reads {"result":…} or {"error":{message, hint}}. */
export function unpack<T>(text: string): T {
  const body = JSON.parse(text) as { result?: T; error?: unknown }
  if (body.error) throw Failure.of(body.error)
  return body.result as T
}
