// What takes the program long is asked once, by whichever screen.
import { beforeEach, expect, it } from 'vitest'
import { use, type Backend, type Dataset, type Profile } from '../backend'
import { fake } from '../backend/fake'
import { profiled, profileOf } from './known'
import { Editor } from './prepare/editor.svelte'

let backend: Backend, asked: string[]
beforeEach(() => {
  backend = fake()
  asked = []
  const told = <A extends unknown[], R>(name: string, f: (...a: A) => R) => (...a: A) => { asked.push(name); return f(...a) }
  use({ ...backend, profile: told('profile', backend.profile), tryRecipe: told('try', backend.tryRecipe) })
})
const table = (id: string) => ({ id, name: id }) as Dataset

it('a profile is asked once, however many ask, and anew when it must be', async () => {
  const answer = { table: 'a' } as Profile
  use({ ...backend, profile: () => { asked.push('profile'); return Promise.resolve(answer) } })
  const all = await Promise.all([profileOf('p', table('a')), profileOf('p', table('a'))])
  expect(all).toEqual([answer, answer])
  expect(profiled(table('a'))).toBe(answer)
  await profileOf('p', table('a'))
  expect(asked).toEqual(['profile'])
  await profileOf('p', table('a'), true)
  expect(asked).toEqual(['profile', 'profile'])
})

it('a profile that failed is asked again', async () => {
  use({ ...backend, profile: () => { asked.push('profile'); return Promise.reject(new Error('busy')) } })
  await expect(profileOf('p', table('b'))).rejects.toThrow('busy')
  await expect(profileOf('p', table('b'))).rejects.toThrow('busy')
  expect(asked).toEqual(['profile', 'profile'])
  expect(profiled(table('b'))).toBeUndefined()
})

it('a recipe is tried once, until it or its tables change', async () => {
  const editor = new Editor('marigold')
  editor.change({ name: '', from: 'Till export', steps: [] })
  await Promise.all([editor.look(200, 'a b'), editor.look(200, 'a b')])
  await editor.look(200, 'a b')
  expect(asked).toEqual(['try'])
  await editor.look(200, 'a b c')
  expect(asked).toEqual(['try', 'try'])
  editor.change({ ...editor.draft })
  await editor.look(200, 'a b c')
  expect(asked).toEqual(['try', 'try', 'try'])
})
