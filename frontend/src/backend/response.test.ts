// Workers that compute in the page: one after the other uses the same.
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
    if (ask.name === 'start' || ask.name === 'loadPromo') queueMicrotask(() => this.answer({ id: ask.id, text: '{}' }))
  }
  answer(data: Reply) { this.dispatchEvent(new MessageEvent('message', { data })) }
  last(text: string) { this.answer({ id: this.asked.at(-1)!.id, text }) }
  terminate() { this.ended = true }
}

let inWorker: typeof import('./response').inWorker, openResponse: typeof import('./response').openResponse
beforeEach(async () => {
  vi.resetModules()
  FakeWorker.all = []
  vi.stubGlobal('Worker', FakeWorker)
  ;({ inWorker, openResponse } = await import('./response'))
})

it('uses a worker again that was closed', async () => {
  for (let i = 0; i < 5; i++) {
    const w = await inWorker(), answer = w.compute('panel', '{}')
    FakeWorker.all[0]!.last(`answer ${i}`)
    expect(await answer).toBe(`answer ${i}`)
    w.close()
  }
  expect(FakeWorker.all.length).toBe(1)
})

it('lets go what was waited for, and hears no answer that comes late', async () => {
  const before = await inWorker(), late = before.compute('whatIf', '{}')
  before.close()
  await expect(late).rejects.toThrow('closed')
  await expect(before.compute('whatIf', '{}')).rejects.toThrow('closed')
  const after = await inWorker(), answer = after.compute('panel', '{}'), worker = FakeWorker.all[0]!
  worker.answer({ id: worker.asked.at(-2)!.id, text: 'late' })
  worker.last('mine')
  expect(await answer).toBe('mine')
  before.close() // once more: it is another's now
  const again = after.compute('panel', '{}')
  worker.last('still mine')
  expect(await again).toBe('still mine')
})

it('gives two at a time a worker each, and keeps one', async () => {
  const a = await inWorker(), b = await inWorker()
  expect(FakeWorker.all.length).toBe(2)
  a.close()
  b.close()
  expect(FakeWorker.all.map(w => w.ended)).toEqual([false, true])
})

it('keeps none whose program ended', async () => {
  const a = await inWorker(), answer = a.compute('panel', '{}'), worker = FakeWorker.all[0]!
  worker.answer({ id: worker.asked.at(-1)!.id, error: 'Go program has already exited' })
  await expect(answer).rejects.toThrow('exited')
  a.close()
  expect(worker.ended).toBe(true)
  await inWorker()
  expect(FakeWorker.all.length).toBe(2)
})

it('leaves no worker behind when the model does not come', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new Error('no net')))
  await expect(openResponse('/promo/p')).rejects.toThrow('no net')
  await new Promise(r => setTimeout(r))
  await inWorker()
  expect(FakeWorker.all.length).toBe(1)
})

it('loads a model once, and again when it has changed', async () => {
  let model = [1, 2, 3]
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(new Uint8Array(model))))
  for (let i = 0; i < 3; i++) (await openResponse('/promo/p')).close()
  model = [1, 2, 4]
  for (let i = 0; i < 2; i++) (await openResponse('/promo/p')).close()
  expect(FakeWorker.all.length).toBe(1)
  expect(FakeWorker.all[0]!.asked.filter(a => a.name === 'loadPromo').map(a => 'body' in a && [...(a.body as Uint8Array)])).toEqual([[1, 2, 3], [1, 2, 4]])
})
