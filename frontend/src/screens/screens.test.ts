// Every screen in every state, in both languages, on the made-up program.
import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import App from '../App.svelte'
import { backend, use } from '../backend'
import { fake, type FakeOptions } from '../backend/fake'
import { i18n } from '../i18n/index.svelte'
import { screens, session } from '../session.svelte'

let app: Record<string, unknown> | undefined

async function open(hash: string, opt: FakeOptions = {}, lang = 'en') {
  use(fake(opt))
  localStorage.setItem('shoptwin.lang', lang)
  session.project = null
  session.trouble = null
  session.jobs = []
  location.hash = hash
  document.body.innerHTML = '<div id="app"></div>'
  app = mount(App, { target: document.getElementById('app')! })
  await new Promise(r => setTimeout(r, 60))
  flushSync()
}
const text = () => document.body.textContent ?? ''
const button = (name: string | RegExp) => [...document.querySelectorAll('button')].find(b => (typeof name === 'string' ? b.textContent?.trim() === name : name.test(b.textContent ?? '')))

const said: unknown[] = []
beforeEach(() => {
  said.length = 0
  vi.spyOn(console, 'error').mockImplementation((...a) => void said.push(a))
  vi.spyOn(console, 'warn').mockImplementation((...a) => void said.push(a))
})
afterEach(async () => {
  if (app) await unmount(app)
  app = undefined
  vi.restoreAllMocks()
  expect(said).toEqual([])
})

describe.each(['en', 'zh-CN'])('in %s', lang => {
  it.each(screens)('%s is done', async screen => {
    await open(`#${screen}/marigold`, {}, lang)
    expect(document.querySelector('h1')?.textContent).toBe(i18n.t.screens[screen])
    expect(text()).not.toMatch(/undefined|NaN|\[object|Infinity/)
    expect(document.querySelector('[role="alert"]')).toBeNull()
  })

  it.each(screens.filter(s => s !== 'start' && s !== 'settings'))('%s is empty in a new project', async screen => {
    await open(`#${screen}/marigold`, { projects: 'new' }, lang)
    expect(document.querySelector('.empty h2')?.textContent).toBeTruthy()
    expect(document.querySelector('.empty .btn')).not.toBeNull() // a way on
  })
})

it.each(['start', 'promote'])('on %s looking at the jobs asks for nothing else', async screen => {
  await open(`#${screen}/marigold`, { job: 'train' })
  const asked: string[] = []
  use(Object.fromEntries(Object.entries(backend).map(([name, f]) => [name, typeof f === 'function' ? (...a: unknown[]) => { asked.push(name); return (f as (...a: unknown[]) => unknown)(...a) } : f])) as unknown as typeof backend)
  for (let i = 0; i < 3; i++) {
    await session.look()
    flushSync()
  }
  expect(asked).toEqual(['jobs', 'jobs', 'jobs'])
})

it('start is empty without projects', async () => {
  await open('#start', { projects: 'none' })
  expect(document.querySelector('.empty')?.textContent).toContain('No projects yet')
  expect([...document.querySelectorAll<HTMLButtonElement>('.rail button')].filter(b => b.disabled)).toHaveLength(screens.length - 2)
})

it.each(screens)('%s shows an error with its way out', async screen => {
  await open(`#${screen}/marigold`, { failing: true })
  expect(document.querySelector('[role="alert"]')?.textContent).toMatch(/cannot be read.*backup/s)
})

it('an unread file says where it failed and what to do', async () => {
  await open('#data/marigold', { job: 'import-failed' })
  document.querySelector<HTMLElement>('[role="option"]')?.click()
  flushSync()
  expect(document.querySelector('[role="alert"]')?.textContent).toMatch(/line 18,204.*decimal mark/s)
})

it('a running training shows its progress, pauses and stops', async () => {
  await open('#synthesize/marigold', { job: 'train' })
  expect(text()).toContain('Training: step 1,178 of about 1,900')
  expect(document.querySelector('[role="progressbar"]')?.getAttribute('aria-valuenow')).toBe('62')
  button(/^Pause$/)?.click()
  await vi.waitFor(() => expect(text()).toContain('paused'))
  button(/^Stop$/)?.click()
  await vi.waitFor(() => expect(text()).toContain('goes on where it was'))
})

it('the calendar takes the keyboard', async () => {
  await open('#promote/marigold')
  button(/^B$/)?.click()
  flushSync()
  document.querySelector<HTMLElement>('.cal tbody [role="gridcell"]')?.click()
  flushSync()
  const press = (key: string) => {
    document.querySelector('.cal')?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    flushSync()
  }
  const cell = () => document.querySelector('.cal [aria-selected="true"]')
  const seen = () => [...(cell()?.querySelectorAll(':not(.hidden)') ?? [])].map(e => e.textContent).join('').trim()
  for (const key of ['2', '5', 'd', 'f']) press(key)
  expect(seen()).toBe('25DF')
  expect(cell()?.textContent).toContain('25% Display Feature')
  press('ArrowRight')
  expect(seen()).toBe('')
  press('ArrowLeft')
  press('Delete')
  expect(seen()).toBe('')
  expect(document.querySelectorAll('.cal [tabindex="0"]')).toHaveLength(1)
})

it('quality shows the attacks, what models learn, and groups', async () => {
  await open('#quality/marigold')
  await vi.waitFor(() => expect(text()).toContain('Membership guessed'))
  for (const part of ['0.512', 'Singled out', 'Models learn least about channel: 92% is kept', 'Combinations of columns', '0.3% of the rows look odd', 'Groups of region fare as in the real table']) expect(text()).toContain(part)
})

it('Ctrl and a digit show a screen', async () => {
  await open('#start/marigold')
  window.dispatchEvent(new KeyboardEvent('keydown', { key: '5', ctrlKey: true }))
  await vi.waitFor(() => expect(location.hash).toBe('#quality/marigold'))
})

it('language and theme are remembered', async () => {
  await open('#start/marigold')
  button('中文')?.click()
  button(/^深色$|^Dark$/)?.click()
  flushSync()
  expect(document.documentElement.lang).toBe('zh-CN')
  expect(document.documentElement.dataset['theme']).toBe('dark')
  expect([localStorage.getItem('shoptwin.lang'), localStorage.getItem('shoptwin.theme')]).toEqual(['zh-CN', 'dark'])
  session.setTheme('light')
})
