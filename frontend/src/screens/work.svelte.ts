// A job that a screen waits for: followed until its result is there, or the
// reason why not. Who cancels it hears of it no more.
import { Failure } from '../backend'
import { session } from '../session.svelte'

export class Work<T> {
  #id = $state('')
  failure = $state.raw<Failure | null>(null)
  done = $state.raw<T | null>(null)
  /** The job while it runs; none yet when it was only just begun. */
  readonly job = $derived(session.running.find(j => j.id === this.#id))

  /** Whether it was begun and has not ended. */
  get busy(): boolean {
    return this.#id !== ''
  }

  /** follow waits for the job whose id begin answers; without an id nothing was begun. */
  async follow(begin: () => Promise<string | null>): Promise<void> {
    this.clear()
    try {
      const id = (this.#id = (await begin()) ?? '')
      if (id) session.watch(id, job => {
        if (this.#id !== id) return
        this.#id = ''
        if (job.state === 'done') this.done = job.result as T
        else if (job.error && job.state === 'failed') this.failure = Failure.of(job.error)
      })
    } catch (e) {
      this.#id = ''
      this.failure = Failure.of(e)
    }
  }

  /** clear forgets what came of the last job. */
  clear(): void {
    this.failure = this.done = null
  }

  cancel(): void {
    if (this.#id) void session.act('cancel', this.#id)
    this.#id = ''
  }
}
