import { flushSync, mount, unmount } from 'svelte'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { use } from '../../backend'
import { fake } from '../../backend/fake'
import { i18n } from '../../i18n/index.svelte'
import { Planner } from './planner.svelte'
import Simulate from './Simulate.svelte'

let planner: Planner, shown: ReturnType<typeof mount> | undefined

beforeEach(async () => {
  use(fake())
  planner = new Planner(await fake().openProject('marigold'))
  await planner.open()
  await settle()
})
afterEach(async () => {
  if (shown) await unmount(shown)
  shown = undefined
  await planner.close()
  i18n.lang = 'en'
})

const settle = () => new Promise(resolve => setTimeout(resolve, 20))
const text = () => document.body.textContent.replace(/\s+/g, ' ')
const button = (name: string) => [...document.querySelectorAll('button')].find(b => b.textContent === name)
function show() {
  shown = mount(Simulate, { target: document.body, props: { planner, project: 'marigold', onclose: () => undefined } })
  flushSync()
}
async function ask() {
  button(i18n.t.shoppers.go)?.click()
  await settle()
  await settle()
  flushSync()
}

it('shows what each kind of shoppers adds, and how real they are', async () => {
  show()
  expect(text()).toContain('learned from your receipts')
  await ask()
  expect(document.querySelectorAll('tbody tr')).toHaveLength(4)
  expect(text()).toContain('Prices move them 1.3 times as much as others')
  expect(text()).toMatch(/\+1,170 ?\[1,125, 1,215\]/)
  expect(text()).toContain('with a score of 0.52; 0.50 is guessing')
  expect(text()).toContain('2 offers are left out')
  expect(text()).toContain('+318') // margin of all, 408 less 90 for displays
})

it('has no answer from shoppers who are not real, and says why', async () => {
  const program = fake()
  await program.startDemo(1) // another id than the job before
  use({ ...program, startShoppers: (project, plan) => program.startShoppers(project, { ...plan, offers: [] }) })
  show()
  await ask()
  expect(document.querySelector('table')).toBeNull()
  expect(document.querySelector('[role="alert"]')?.textContent).toContain('from real customers with a score of 0.71, at most 0.60 is allowed')
  expect(text()).toContain('part bought on offer')
})

it('does not go shopping with an empty plan', () => {
  i18n.lang = 'zh-CN'
  planner.show('B')
  show()
  expect(button(i18n.t.shoppers.go)?.disabled).toBe(true)
  expect(text()).toContain('此方案还没有促销')
})
