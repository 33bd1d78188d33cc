// Empties dist but for .keep, which go:embed needs in a fresh clone.
import { existsSync, readdirSync, rmSync } from 'node:fs'

const dist = new URL('../dist/', import.meta.url)
for (const name of existsSync(dist) ? readdirSync(dist) : []) {
  if (name !== '.keep') rmSync(new URL(name, dist), { recursive: true })
}
