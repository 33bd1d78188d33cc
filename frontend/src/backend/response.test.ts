// The worker that computes in the page: all use the same.
import { beforeEach, expect, it, vi } from 'vitest'
import type { Ask, Reply } from './worker'

/** A worker that answers what the test likes, when it likes. */
class FakeWorker extends EventTarget {
  static all: FakeWorker[] = []
  asked: Ask[] = []
  ended = false
  constructor() {
    super()
    FakeWorker.all.push(this)
  }
  postMessage(ask: Ask) {
    this.asked.push(ask)
    if (ask.name === 'start' || ask.name.startsWith('load')) queueMicrotask(() => this.answer({ id: ask.id, text: '{}' }))
  }
  answer(data: Reply) { this.dispatchEvent(new MessageEvent('message', { data })) }
  last(text: string) { this.answer({ id: this.asked.at(-1)!.id, text }) }
  terminate() { this.ended = true }
}

let openModel: typeof import('./response').openModel, openResponse: typeof import('./response').openResponse
let model: number[]
beforeEach(async () => {
  vi.resetModules()
  FakeWorker.all = []
  model = [1, 2, 3]
  vi.stubGlobal('Worker', FakeWorker)
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(new Uint8Array(model))))
  ;({ openModel, openResponse } = await import('./response'))
})
const open = () => openModel('/promo/p', 'loadPromo')

it('is used again when it was closed', async () => {
  for (let i = 0; i < 5; i++) {
    const w = await open(), answer = w.compute('panel', '{}')
    FakeWorker.all[0]!.last(`answer ${i}`)
    expect(await answer).toBe(`answer ${i}`)
    w.close()
  }
  expect(FakeWorker.all.length).toBe(1)
})

it('lets go what was waited for, and hears no answer that comes late', async () => {
  const before = await open(), late = before.compute('whatIf', '{}'), worker = FakeWorker.all[0]!, asked = worker.asked.at(-1)!.id
  before.close()
  await expect(late).rejects.toThrow('closed')
  await expect(before.compute('whatIf', '{}')).rejects.toThrow('closed')
  const after = await open(), answer = after.compute('panel', '{}')
  worker.answer({ id: asked, text: 'late' })
  worker.last('mine')
  expect(await answer).toBe('mine')
  before.close() // once more: others are not touched
  const again = after.compute('panel', '{}')
  worker.last('still mine')
  expect(await again).toBe('still mine')
})

it('serves models of two kinds at a time', async () => {
  const [a, b] = await Promise.all([open(), openModel('/relations/p', 'loadKin')]), worker = FakeWorker.all[0]!
  const kin = b.compute('kin', '{}')
  a.close()
  worker.last('goes with')
  expect(await kin).toBe('goes with')
  expect(FakeWorker.all.length).toBe(1)
})

it('has the model of who opened one last, whichever comes first', async () => {
  let come = () => undefined as void
  const slow = new Promise<void>(done => { come = done })
  vi.stubGlobal('fetch', (url: string) => (url === '/promo/old' ? slow : Promise.resolve()).then(() => new Response(new Uint8Array(url === '/promo/old' ? [9] : [1]))))
  const old = openModel('/promo/old', 'loadPromo'), fresh = await openModel('/promo/new', 'loadPromo')
  come()
  await expect(old).rejects.toThrow('closed')
  const answer = fresh.compute('panel', '{}'), worker = FakeWorker.all[0]!
  worker.last('of the new one')
  expect(await answer).toBe('of the new one')
  expect(worker.asked.filter(a => a.name === 'loadPromo').length).toBe(1)
})

it('is another one after its program ended', async () => {
  const a = await open(), answer = a.compute('panel', '{}'), worker = FakeWorker.all[0]!
  worker.answer({ id: worker.asked.at(-1)!.id, error: 'Go program has already exited' })
  await expect(answer).rejects.toThrow('exited')
  expect(worker.ended).toBe(true)
  a.close()
  await open()
  expect(FakeWorker.all.length).toBe(2)
})

it('is one, too, when a model does not come', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no net')))
  await expect(openResponse('/promo/p')).rejects.toThrow('no net')
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(new Uint8Array(model))))
  await open()
  expect(FakeWorker.all.length).toBe(1)
})

it('loads a model once, and again when it has changed', async () => {
  for (let i = 0; i < 3; i++) (await openResponse('/promo/p')).close()
  model = [1, 2, 4]
  for (let i = 0; i < 2; i++) (await openResponse('/promo/p')).close()
  expect(FakeWorker.all.length).toBe(1)
  expect(FakeWorker.all[0]!.asked.filter(a => a.name === 'loadPromo').map(a => 'body' in a && [...(a.body as Uint8Array)])).toEqual([[1, 2, 3], [1, 2, 4]])
})
