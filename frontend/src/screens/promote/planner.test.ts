import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { use, type Backend, type Outcome, type Plan, type PlanRequest } from '../../backend'
import { fake, fakeResponse } from '../../backend/fake'
import { Planner } from './planner.svelte'
import { Suggesting } from './suggestion.svelte'

let backend: Backend
let planner: Planner

beforeEach(async () => {
  backend = fake()
  use(backend)
  planner = new Planner(await backend.openProject('marigold'))
  await planner.open()
})
afterEach(() => planner.close())

const settle = () => new Promise(resolve => setTimeout(resolve, 5))

it('begins with the last weeks again, and empty plans beside', async () => {
  await settle()
  expect(planner.failure).toBeNull()
  expect(planner.items).toHaveLength(12)
  expect(planner.scenarios.A.offers.length).toBeGreaterThan(3)
  expect(planner.scenarios.B.offers).toEqual([])
  expect(planner.outcomes.A?.offerCount).toBe(planner.scenarios.A.offers.length)
  expect(planner.outcomes.B?.offerCount).toBe(0)
})

it('sets, deepens and clears an offer', async () => {
  planner.show('B')
  planner.choose('p7', 3)
  planner.set({ depth: 0.25, display: true })
  planner.pull({ deeper: 0.05 })
  expect(planner.plan('B').offers).toEqual([{ item: 'p7', week: 3, depth: 0.3, display: true }])
  expect(planner.offers).toEqual([{ item: 'p7', week: 3, depth: 0.25, display: true }])
  await settle()
  expect(planner.outcome?.offerCount).toBe(1)
  planner.clear()
  expect(planner.offers).toEqual([])
})

it('marks what goes beyond experience', async () => {
  planner.show('B')
  planner.choose('p9', 0) // tried up to 15 %
  planner.set({ depth: 0.15 })
  await settle()
  expect(planner.guess('p9', 0)).toBe(false)
  planner.pull({ deeper: 0.1 })
  expect(planner.guess('p9', 0)).toBe(true)
})

it('undoes every change', () => {
  planner.show('B')
  planner.choose('p1', 0)
  planner.set({ depth: 0.1 })
  planner.set({ depth: 0.2 })
  planner.undo()
  expect(planner.offers).toEqual([{ item: 'p1', week: 0, depth: 0.1 }])
  planner.undo()
  expect(planner.offers).toEqual([])
  planner.undo()
  expect(planner.offers).toEqual([])
})

it('does again what was undone, and undoes a gesture at once', () => {
  planner.show('B')
  planner.choose('p1', 0)
  for (let d = 1; d <= 20; d++) planner.set({ depth: d / 100 }, 'depth')
  planner.settle()
  planner.set({ display: true })
  planner.lock()
  planner.ahead(4)
  planner.pull({ funding: 0.2 }, 'funding')
  planner.pull({ funding: 0.3 }, 'funding')
  for (let n = 0; n < 3; n++) planner.undo()
  expect(planner.levers.funding).toBe(0)
  expect(planner.horizon).toBe(12)
  expect(planner.isLocked('p1', 0)).toBe(false)
  planner.undo()
  expect(planner.offers).toEqual([{ item: 'p1', week: 0, depth: 0.2 }])
  planner.undo()
  expect(planner.offers).toEqual([])
  for (let n = 0; n < 9; n++) planner.redo()
  expect(planner.levers.funding).toBe(0.3)
  expect(planner.isLocked('p1', 0)).toBe(true)
  planner.undo()
  planner.set({ depth: 0.4 })
  planner.redo() // nothing: something else was done
  expect(planner.levers.funding).toBe(0)
})

it('fills C with a plan that was suggested, and B and C keep apart what is locked', () => {
  planner.show('B')
  planner.choose('p1', 0)
  planner.set({ depth: 0.1 })
  planner.lock()
  planner.pull({ deeper: 0.05 })
  planner.apply([{ item: 'p2', week: 3, depth: 0.25 }], [{ item: 'p1', week: 0 }], 'Suggested plan')
  expect(planner.scenario).toBe('C')
  expect(planner.plan('C').offers).toEqual([{ item: 'p2', week: 3, depth: 0.25 }]) // what makes all deeper is in it
  expect(planner.scenarios.C).toMatchObject({ title: 'Suggested plan', locked: [{ item: 'p1', week: 0 }] })
  planner.undo()
  expect(planner.scenarios.C.offers).toEqual([])
  expect(planner.scenarios.B.offers).toHaveLength(1)
})

/** lockedInB locks an offer of plan B, and returns what will be asked for. */
function lockedInB(): PlanRequest[] {
  const asked: PlanRequest[] = []
  use({ ...backend, startPlan: (project, request) => { asked.push(request); return backend.startPlan(project, request) } })
  planner.show('B')
  planner.choose('p1', 2)
  planner.set({ depth: 0.2 })
  planner.lock()
  return asked
}

it('asks for a plan with what is locked', async () => {
  const asked = lockedInB()
  planner.choose('p3', 4)
  planner.lock() // as empty
  const s = new Suggesting(planner, await backend.openProject('marigold'))
  s.wishes = { ...s.wishes, budget: 800, floor: 20, careful: true, own: [{ item: 'p2', maxPromos: 0, maxDepth: null }, { item: 'p3', maxPromos: 1, maxDepth: 15 }] }
  await s.start()
  expect(asked[0]).toMatchObject({ offers: [{ item: 'p1', week: 2, depth: 0.2 }], without: [{ item: 'p3', week: 4 }], budget: 800, marginFloor: 0.2, maxPromos: 3, gap: 2, worst: 0.25, horizon: 12 })
  expect(asked[0]?.own).toMatchObject({ p2: { closed: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, p3: { maxPromos: 1, maxDepth: 0.15, gap: 2 } })
  await vi.waitFor(() => expect(s.found).not.toBeNull())
  s.apply('Suggested plan')
  expect(planner.scenarios.C.offers.some(o => o.item === 'p1' && o.week === 2)).toBe(true)
  s.wishes = { ...s.wishes, least: 9, most: 2 }
  await s.start()
  await vi.waitFor(() => expect(s.failure?.message).toMatch(/cannot be kept together/))
  expect(s.found).toBeNull()
})

it('asks for a plan around what is locked in one store', async () => {
  const asked = lockedInB()
  planner.inStore('Mill Lane')
  planner.alone() // begins as what holds for all
  planner.set({ depth: 0.3 })
  planner.choose('p3', 4)
  planner.alone()
  planner.lock()
  const s = new Suggesting(planner, await backend.openProject('marigold'))
  await s.start() // for that store alone
  expect(asked[0]).toMatchObject({ stores: ['Mill Lane'], offers: [{ item: 'p1', week: 2, depth: 0.3 }, { item: 'p3', week: 4, depth: 0.1 }], without: [] })
  expect(asked[0]!.offers.some(o => o.store)).toBe(false)
  planner.inStore('')
  expect(planner.cell).toBeUndefined() // of all stores
  expect(planner.singles.get('p3\n4')).toBe('Mill Lane 10%')
  await s.start()
  expect(asked[1]?.stores).toBeUndefined()
  expect(asked[1]?.offers).toEqual([{ item: 'p1', week: 2, depth: 0.2 }, { item: 'p1', store: 'Mill Lane', week: 2, depth: 0.3 }, { item: 'p3', store: 'Mill Lane', week: 4, depth: 0.1 }])
  expect(asked[1]?.without).toEqual([]) // the other stores are planned
  await vi.waitFor(() => expect(s.found).not.toBeNull())
  s.apply('Suggested plan')
  planner.choose('p1', 2)
  planner.set({ depth: 0.25 }) // for all: what one store has holds there after it
  expect(planner.plan('C').offers.filter(o => o.item === 'p1' && o.week === 2).map(o => [o.store, o.depth])).toEqual([[undefined, 0.25], ['Mill Lane', 0.3]])
  planner.inStore('Mill Lane')
  expect(planner.cell?.depth).toBe(0.3)
  planner.clear()
  expect(planner.cell?.depth).toBe(0.25)
})

it('brings in offers of single stores as they are, and takes them up again', async () => {
  planner.show('B')
  planner.bring([{ item: 'p1', store: 'Elm Park', week: 1, depth: 0.3 }, { item: 'p1', week: 1, depth: 0.1 }])
  expect(planner.plan('B').offers.map(o => [o.store, o.depth])).toEqual([[undefined, 0.1], ['Elm Park', 0.3]])
  planner.inStore('Old Quay')
  expect(planner.plan('B').offers.map(o => o.depth)).toEqual([0.1]) // not what is another store's
  await planner.close()
  planner = new Planner(await backend.openProject('marigold'))
  await planner.open()
  planner.show('B')
  expect(planner.offers).toEqual([{ item: 'p1', week: 1, depth: 0.1 }, { item: 'p1', store: 'Elm Park', week: 1, depth: 0.3 }])
})

it('writes its table for spreadsheets', async () => {
  await settle()
  planner.show('B')
  planner.choose('p1', 1)
  planner.set({ depth: 0.25, display: true })
  const lines = planner.table().split('\n').map(l => l.split('\t'))
  expect(lines).toHaveLength(13)
  expect(lines.every(l => l.length === 13)).toBe(true)
  expect(lines.find(l => l[0] === 'Oat Flakes 500 g')?.[2]).toBe('25% D')
})

it('keeps the scenarios, and takes them up again', async () => {
  planner.show('C')
  planner.choose('p5', 2)
  planner.set({ depth: 0.3, feature: true })
  planner.rename('Passata week')
  planner.pull({ funding: 0.5 })
  await planner.save()
  expect(planner.saving).toBe('saved')
  const again = new Planner(await backend.openProject('marigold'))
  await again.open()
  expect(again.scenarios.C).toMatchObject({ id: 's-C', title: 'Passata week', offers: [{ item: 'p5', week: 2, depth: 0.3, feature: true }] })
  expect(again.levers.funding).toBe(0.5)
  again.close()
})

it('computes only the newest of many wishes, and ends on it', async () => {
  planner.close()
  const asked: Plan[] = []
  const real = fakeResponse()
  const slow = { ...real, whatIf: async (plan: Plan): Promise<Outcome> => { asked.push(plan); await new Promise(r => setTimeout(r, 4)); return real.whatIf(plan) } }
  use({ ...backend, openResponse: () => Promise.resolve(slow) })
  planner = new Planner(await backend.openProject('marigold'))
  await planner.open()
  await vi.waitFor(() => expect(planner.outcomes.C).toBeDefined())
  asked.length = 0
  planner.show('B')
  planner.choose('p1', 0)
  for (let d = 1; d <= 30; d++) planner.set({ depth: d / 100 })
  const last = await real.whatIf(planner.plan('B'))
  expect(last.offerCount).toBe(1)
  await vi.waitFor(() => expect(planner.outcomes.B).toEqual(last))
  expect(asked.length).toBeLessThan(4)
})

it('compares B and C with A, and not A with itself', async () => {
  planner.show('B')
  planner.choose('p1', 0)
  planner.set({ depth: 0.1 })
  const before = planner.beside.B
  await vi.waitFor(() => expect(planner.beside.B).not.toBe(before))
  expect(planner.beside.B?.profit.net.mean).toBeCloseTo((planner.outcomes.B?.profit.net.mean ?? 0) - (planner.outcomes.A?.profit.net.mean ?? 0))
  expect(planner.beside.A).toBeUndefined()
  const c = planner.beside.C
  planner.show('A')
  planner.set({ depth: 0.3 })
  await vi.waitFor(() => expect(planner.beside.C).not.toBe(c)) // A moved: both are compared again
})

it('one store is asked for as one store', async () => {
  planner.inStore('Mill Lane')
  expect(planner.plan('A').stores).toEqual(['Mill Lane'])
  expect(planner.plan('A').offers.every(o => o.store === 'Mill Lane')).toBe(true)
  await settle()
  const one = planner.outcome?.baseline ?? 0
  planner.inStore('')
  await settle()
  expect(one).toBeLessThan((planner.outcome?.baseline ?? 0) / 3)
})

it('shows a failure with its way out', async () => {
  use(fake({ failing: true }))
  const p = new Planner({ ...(await backend.openProject('marigold')) })
  await p.open()
  expect(p.failure?.hint).toBe('Learn it again.')
})

it('takes back what is done to a whole plan, also on coming back to the screen', async () => {
  const offers = planner.scenarios.A.offers, first = planner.items[0]!
  planner.copyTo('B')
  expect(planner.scenario).toBe('B')
  expect(planner.scenarios.B.offers).toEqual(offers)
  planner.drop(first)
  expect(planner.items).not.toContain(first)
  expect(planner.scenarios.A.offers.some(o => o.item === first)).toBe(false)
  planner.empty()
  expect(planner.scenarios.B.offers).toEqual([])
  await planner.close()

  planner = new Planner(await backend.openProject('marigold')) // as read before the last save
  await planner.open()
  expect(planner.items).not.toContain(first)
  expect(planner.canUndo).toBe(true)
  planner.undo()
  expect(planner.scenarios.B.offers.length).toBeGreaterThan(0)
  planner.undo()
  expect(planner.items).toContain(first)
  planner.undo()
  expect(planner.scenarios.B.offers).toEqual([])
  expect(planner.scenarios.A.offers).toEqual(offers)
  expect(planner.canUndo).toBe(false)
  expect(planner.canRedo).toBe(true)
})

it('forgets what could be undone once plans were changed elsewhere', async () => {
  planner.copyTo('B')
  await planner.close()
  const view = await backend.openProject('marigold'), b = view.scenarios.find(s => s.name === 'B')!
  await backend.saveScenario(view.id, { ...b, plan: { ...b.plan, offers: [] } })
  planner = new Planner(await backend.openProject('marigold'))
  await planner.open()
  expect(planner.scenarios.B.offers).toEqual([])
  expect(planner.canUndo).toBe(false)
})
