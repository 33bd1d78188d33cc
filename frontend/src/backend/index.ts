// Picks how the page reaches the program: the window's bound methods or http.
// A page opened from a file has no program behind it: see carried.ts.
import { http } from './http'
import { wails } from './wails'
import type { Backend } from './backend'

export * from './plan'
export type { Kin } from './kin'
export * from './recommend'
export * from './shell'
export * from './shoppers'
export * from './experiment'
export * from './together'
export type { Interrupted } from './interrupted'
export * from './promo'
export * from './quality'
export * from './tables'
export * from './types'
export { Failure, type Backend, type Response } from './backend'

function pick(): Backend {
  if (window.go) return wails
  return http
}

export let backend: Backend = pick()

/** use replaces the backend: for tests and the made-up page. */
export function use(other: Backend): void {
  backend = other
}
