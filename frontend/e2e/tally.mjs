// What the walks share: where things lie, and a count of what did not hold.
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const shots = join(root, 'build/bin/shots')
mkdirSync(shots, { recursive: true })

let failures = 0

export function check(ok, what) {
  if (!ok) failures++
  console.log(`${ok ? 'ok  ' : 'FAIL'}  ${what}`)
}

/** end says how it went and ends the program. */
export function end() {
  console.log(failures ? `${failures} failed` : `all is well; pictures in ${shots}`)
  process.exit(failures ? 1 : 0)
}
