// Picks how the page reaches the program: the window's bound methods, http,
// or, in a report opened from a file, the models inside the page.
import { http } from './http'
import { inReport, report } from './wasm'
import { wails } from './wails'
import type { Backend } from './backend'

export * from './plan'
export * from './recommend'
export * from './shell'
export * from './types'
export { Failure, type Backend, type Response } from './backend'

function pick(): Backend {
  if (window.go) return wails
  if (inReport()) return report
  return http
}

export let backend: Backend = pick()

/** use replaces the backend: for tests and the made-up page. */
export function use(other: Backend): void {
  backend = other
}
