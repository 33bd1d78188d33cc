// Writing a file: by a job, where to is asked first; or a report, which comes at once.
import { backend, Failure, type Exported } from '../backend'
import { i18n } from '../i18n/index.svelte'
import { session } from '../session.svelte'
import { Work } from './work.svelte'

export class Writing extends Work<Exported> {
  /** start offers name for the file and begins the job, whose id begin answers. What it is given has the path, where one was chosen. */
  start(name: string, begin: (to: { path?: string }) => Promise<string>): Promise<void> {
    return this.follow(async () => {
      const path = await backend.pickSave(name)
      return path === null ? null : begin(path ? { path } : {})
    })
  }
}

/** keepReport has a report kept as one file, and says where or why not. */
export async function keepReport(kind: 'whatif' | 'recommend', project: string): Promise<void> {
  try {
    const name = await backend.saveReport(kind, project, i18n.lang)
    if (name) session.say(i18n.t.share.kept(name))
  } catch (e) {
    const { message, hint } = Failure.of(e)
    session.say(`${message} ${hint}`)
  }
}
