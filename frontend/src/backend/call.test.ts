import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, vi } from 'vitest'
import { Failure } from './backend'
import { methods, tidy } from './call'
import { http } from './http'
import { wails } from './wails'

afterEach(() => {
  vi.unstubAllGlobals()
  delete window.go
})

const answering = (status: number, body: string) => {
  const fetch = vi.fn(() => Promise.resolve(new Response(body, { status })))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

it('puts lists and maps where Go sent null', () => {
  expect(tidy({ datasets: null, promo: null, runs: [{ curve: null, scores: null }], value: null, rows: 3 })).toEqual({ datasets: [], promo: null, runs: [{ curve: [], scores: [] }], value: {}, rows: 3 })
})

it('calls the program by post, with a list of arguments', async () => {
  const fetch = answering(200, '{"result":{"header":["a"],"rows":null,"total":0}}')
  expect(await http.rows('p', 'd', 0, 20)).toEqual({ header: ['a'], rows: [], total: 0 })
  expect(fetch).toHaveBeenCalledWith('/api/Rows', expect.objectContaining({ method: 'POST', body: '["p","d",0,20]', credentials: 'same-origin' }))
})

it.each([
  ['an error of the program', 400, '{"error":{"kind":"not found","message":"no project \\"x\\"","hint":"choose another"}}', ['not found', 'no project "x"', 'choose another']],
  ['an answer that is no JSON', 502, 'Bad gateway', ['internal', /502/, 'Bad gateway']],
] as const)('%s is a failure with its way out', async (_, status, body, [kind, message, hint]) => {
  answering(status, body)
  const f: unknown = await http.openProject('x').catch((e: unknown) => e)
  expect(f).toBeInstanceOf(Failure)
  expect((f as Failure).kind).toBe(kind)
  expect((f as Failure).message).toMatch(message)
  expect((f as Failure).hint).toBe(hint)
})

it('says what to do when the program is gone', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  const f = await http.jobs().catch((e: unknown) => e) as Failure
  expect([f.kind, f.hint]).toEqual(['gone', expect.stringContaining('shoptwin serve')])
})

it('calls what the window binds', async () => {
  const OpenProject = vi.fn(() => Promise.resolve({ datasets: null }))
  window.go = { desktop: { App: { OpenProject } } }
  expect(await wails.openProject('p')).toEqual({ datasets: [] })
  expect(OpenProject).toHaveBeenCalledWith('p')
  const f = await wails.profile('p', 'd').catch((e: unknown) => e) as Failure
  expect(f.message).toContain('Profile')
  expect(f.hint).not.toBe('')
})

it.each([
  [{ kind: 'invalid', message: 'm', hint: 'h' }, ['invalid', 'm', 'h']],
  ['{"kind":"full","message":"m","hint":"h"}', ['full', 'm', 'h']],
  ['plain words', ['internal', 'plain words', '']],
  [new TypeError('oops'), ['internal', 'oops', '']],
])('makes a failure of %j', (thrown, want) => {
  const f = Failure.of(thrown)
  expect([f.kind, f.message, f.hint]).toEqual(want)
})

it('has the same functions on every way', () => {
  const names = Object.keys(methods(() => Promise.resolve()))
  for (const b of [http, wails]) expect(Object.keys(b)).toEqual(expect.arrayContaining(names))
})

it('calls what Go offers, with as many arguments', async () => {
  const bound = readFileSync(join(process.cwd(), 'wailsjs/go/desktop/Window.d.ts'), 'utf8')
  const offered = new Map([...bound.matchAll(/export function (\w+)\((.*)\):/g)].map(m => [m[1], m[2] ? m[2].split(',').length : 0]))
  const wrong: string[] = []
  const raw = (method: string, ...args: unknown[]) => {
    if (offered.get(method) !== args.length) wrong.push(`${method} with ${args.length} arguments`)
    return Promise.resolve(null)
  }
  const all = Object.values(methods(raw)) as ((...args: unknown[]) => Promise<unknown>)[]
  for (const f of all) await f(...Array.from({ length: f.length }, () => ''))
  expect(wrong).toEqual([])
  expect(offered.has('PickFiles') && offered.has('PickSave') && offered.has('OpenReport')).toBe(true)
})
