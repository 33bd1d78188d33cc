// What the program reckons of tables takes seconds for large ones: it is asked
// once, whichever screen wants it, and kept as long as the page lasts.
import { backend, type Dataset, type Link, type Profile } from '../backend'

class Known<T> {
  #asked = new Map<string, Promise<T>>()
  #there = new Map<string, T>()

  /** of is what ask answers, asked once for a key; what fails is asked again by who comes next. */
  of(key: string, ask: () => Promise<T>): Promise<T> {
    const before = this.#asked.get(key)
    if (before) return before
    const answer = ask()
    this.#asked.set(key, answer)
    answer.then(x => { if (this.#asked.get(key) === answer) this.#there.set(key, x) }, () => { if (this.#asked.get(key) === answer) this.#asked.delete(key) })
    return answer
  }

  get(key: string): T | undefined {
    return this.#there.get(key)
  }

  forget(key: string): void {
    this.#asked.delete(key)
    this.#there.delete(key)
  }
}

const profiles = new Known<Profile>(), links = new Known<Link[]>()

/** profileOf has a table's columns profiled; anew even if they were. */
export function profileOf(project: string, d: Dataset, anew = false): Promise<Profile> {
  if (anew) profiles.forget(d.id)
  return profiles.of(d.id, () => backend.profile(project, d.name))
}

/** profiled is what is known already. */
export const profiled = (d: Dataset): Profile | undefined => profiles.get(d.id)

/** linksOf are how the project's tables hang together. */
export const linksOf = (project: string, tables: Dataset[]): Promise<Link[]> => links.of(`${project} ${tables.map(d => d.id).join(' ')}`, () => backend.links(project))
