// What the page shares, when answers come late or in another order.
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { backend, use } from './backend'
import { fake } from './backend/fake'
import type { Job, ProjectView, Settings } from './backend'
import { session } from './session.svelte'

/** held answers when it is told to, in the order that the test likes. */
function held<T>() {
  const calls: { args: unknown[]; done: (v: T) => void; fail: (e: unknown) => void }[] = []
  const f = (...args: unknown[]) => new Promise<T>((done, fail) => calls.push({ args, done, fail }))
  return { f, calls }
}
const settle = () => new Promise(r => setTimeout(r))

beforeEach(() => {
  use(fake({}))
  session.close()
  session.trouble = null
})

describe('projects opened quickly after each other', () => {
  const view = (id: string) => ({ id, name: id }) as ProjectView
  it('shows the one asked for last', async () => {
    const { f, calls } = held<ProjectView>()
    use({ ...backend, openProject: f })
    const a = session.open('a'), b = session.open('b')
    calls[1]!.done(view('b'))
    calls[0]!.done(view('a'))
    await Promise.all([a, b])
    expect([session.project?.id, session.opening]).toEqual(['b', ''])
  })
  it('says nothing of one that failed when it was no longer wanted', async () => {
    const { f, calls } = held<ProjectView>()
    use({ ...backend, openProject: f })
    const a = session.open('a'), b = session.open('b')
    calls[0]!.fail(new Error('gone'))
    calls[1]!.done(view('b'))
    await Promise.all([a, b])
    expect([session.project?.id, session.trouble]).toEqual(['b', null])
  })
  it('opens none when the project was closed meanwhile', async () => {
    const { f, calls } = held<ProjectView>()
    use({ ...backend, openProject: f })
    const a = session.open('a')
    session.close()
    calls[0]!.done(view('a'))
    await a
    expect(session.project).toBe(null)
  })
})

describe('settings changed quickly after each other', () => {
  it('are saved in their order, and the last ones are kept', async () => {
    const { f, calls } = held<Settings>()
    use({ ...backend, saveSettings: f })
    const all = [session.change({ language: 'zh-CN' }), session.change({ language: 'en' })]
    await settle()
    expect(calls.length).toBe(1) // the second waits for the first
    calls[0]!.done(session.settings)
    await settle()
    expect(calls[1]!.args).toMatchObject([{ language: 'en' }])
    calls[1]!.done(session.settings)
    await Promise.all(all)
    expect(session.settings.language).toBe('en')
  })
  it('are saved after one that could not be', async () => {
    const { f, calls } = held<Settings>()
    use({ ...backend, saveSettings: f })
    vi.spyOn(session, 'say').mockImplementation(() => undefined)
    const all = [session.change({ theme: 'dark' }), session.change({ money: '€' })]
    await settle()
    calls[0]!.fail(new Error('disk full'))
    await settle()
    expect(calls.length).toBe(2)
    calls[1]!.done(session.settings)
    await Promise.all(all)
    vi.restoreAllMocks()
  })
})

describe('jobs looked at again and again', () => {
  const job = (id: string, state: Job['state'], fraction = 0) => ({ id, state, fraction, kind: 'train', project: 'p', title: '' }) as Job
  it('are new only where they stand otherwise', async () => {
    let list = [job('a', 'done'), job('b', 'running', 0.2)]
    use({ ...backend, jobs: () => Promise.resolve(structuredClone(list)) })
    await session.look()
    const first = session.jobs
    await session.look()
    expect(session.jobs).not.toBe(first) // one is at work
    expect(session.jobs[0]).toBe(first[0])
    list = [job('a', 'done'), job('b', 'cancelled', 0.2)]
    await session.look()
    const ended = session.jobs
    expect(ended[1]!.state).toBe('cancelled')
    await session.look()
    expect(session.jobs).toBe(ended)
  })
})
