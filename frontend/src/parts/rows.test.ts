// What a grid asks for, and when.
import { expect, it, vi } from 'vitest'
import { Rows } from './rows.svelte'

const made = (columns = 15) => { // blocks of 200 rows
  const asked: number[] = []
  const rows = new Rows((offset, limit) => { asked.push(offset); return Promise.resolve(Array.from({ length: limit }, (_, i) => [String(offset + i)])) }, columns)
  return { rows, asked }
}

it('asks for what is in sight, then for what comes next', async () => {
  const { rows, asked } = made()
  await rows.want(0, 30, 1000)
  expect(asked).toEqual([0, 200])
  expect(rows.get(199)).toEqual(['199'])
  await rows.want(190, 220, 1000)
  expect(asked).toEqual([0, 200, 400])
})

it('asks for nothing that is passed by on the way', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] })
  const { rows, asked } = made()
  await rows.want(0, 30, 1e6)
  const all = []
  for (let i = 1; i <= 20; i++) {
    all.push(rows.want(i * 10_000, i * 10_000 + 30, 1e6))
    await vi.advanceTimersByTimeAsync(16)
  }
  await vi.advanceTimersByTimeAsync(1000)
  await Promise.all(all)
  vi.useRealTimers()
  expect(asked.length).toBeLessThan(10)
  expect(rows.get(200_000)).toEqual(['200000'])
})

it('asks for few rows of a wide table, and for none when it is over', async () => {
  const { rows, asked } = made(3000)
  await rows.want(0, 25, 25)
  await rows.want(25, 40, 50)
  expect(asked).toEqual([0, 25])
  rows.end()
  await rows.want(5000, 5010, 9000)
  expect(asked.length).toBe(2)
})
