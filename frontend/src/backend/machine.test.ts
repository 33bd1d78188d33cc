// @vitest-environment node
// The wasm answers what Go answered natively, to 1e-5, and errors word for word.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { Failure } from './backend'
import { start, unpack, type Function, type Machine } from './machine'
import { fromMachine } from './response'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const fixture = (name: string) => readFileSync(at(`../../node_modules/.cache/shoptwin/${name}`))

interface Answered { name: string; function: Function; body: string; answer: unknown }
const answers = JSON.parse(fixture('answers.json').toString()) as Answered[]

/** differs returns the path of the first difference beyond 1e-5, or "". */
function differs(a: unknown, b: unknown, path = ''): string {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-5 * (1 + Math.abs(a) + Math.abs(b)) ? '' : `${path}: ${a} is not ${b}`
  if (typeof a === 'object' && typeof b === 'object' && a && b) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)])
    for (const k of keys) {
      const d = differs((a as Record<string, unknown>)[k], (b as Record<string, unknown>)[k], `${path}.${k}`)
      if (d) return d
    }
    return ''
  }
  return Object.is(a, b) ? '' : `${path}: ${String(a)} is not ${String(b)}`
}

let machine: Machine

beforeAll(async () => {
  await import(/* @vite-ignore */ at('../../public/wasm_exec.js'))
  machine = await start(readFileSync(at('../../public/shoptwin.wasm')))
  unpack(machine.call('loadPromo', fixture('promo.model')))
  unpack(machine.call('loadSynth', fixture('synth.model')))
}, 30_000)

describe('shoptwin.wasm', () => {
  it.each(answers.map(a => [a.name, a] as const))('answers as Go does: %s', (_, a) => {
    expect(differs(JSON.parse(machine.call(a.function, a.body)), a.answer)).toBe('')
  })

  it('throws a failure with a way out', async () => {
    const response = fromMachine((name, body) => Promise.resolve(machine.call(name, body)), () => undefined)
    const failure = await response.whatIf({ horizon: 3, offers: [{ item: 'none such', week: 0, depth: 0.1 }] }).catch((e: unknown) => e)
    expect(failure).toBeInstanceOf(Failure)
    expect((failure as Failure).hint).not.toBe('')
  })

  // Processor time: other programs on the machine are no fault of ours.
  it('answers a what-if well within a frame of 16 ms', () => {
    const plan = answers.find(a => a.name === 'what-if')?.body ?? ''
    const once = () => {
      const before = process.cpuUsage()
      machine.call('whatIf', plan)
      const { user, system } = process.cpuUsage(before)
      return (user + system) / 1000
    }
    for (let i = 0; i < 60; i++) once() // until the engine has compiled it
    const took = Array.from({ length: 41 }, once).sort((a, b) => a - b)
    console.log(`what-if in wasm: median ${took[20]?.toFixed(2)} ms`)
    expect(took[20]).toBeLessThan(16)
  })

  it('is smaller than 4 MB: what grows it shows in go list -deps ./app/wasm', () => {
    expect(readFileSync(at('../../public/shoptwin.wasm')).length).toBeLessThan(4_000_000)
  })
})
