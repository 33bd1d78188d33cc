// Writing a file by a job: where to is asked first, then the job is followed
// until the file is there or the reason why not.
import { backend, Failure, type Exported } from '../backend'
import { session } from '../session.svelte'

export class Writing<T = Exported> {
  #id = $state('')
  failure = $state.raw<Failure | null>(null)
  done = $state.raw<T | null>(null)
  /** The job while it runs. */
  readonly job = $derived(session.running.find(j => j.id === this.#id))

  /** start offers name for the file and begins the job, whose id begin answers. What it is given has the path, where one was chosen. */
  async start(name: string, begin: (to: { path?: string }) => Promise<string>): Promise<void> {
    this.failure = this.done = null
    try {
      const path = await backend.pickSave(name)
      if (path === null) return
      this.#id = await begin(path ? { path } : {})
      session.watch(this.#id, j => {
        if (j.state === 'done') this.done = j.result as T
        else if (j.error && j.state === 'failed') this.failure = Failure.of(j.error)
      })
    } catch (e) {
      this.failure = Failure.of(e)
    }
  }
}
