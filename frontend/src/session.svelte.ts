// What the whole page shares: the open project, the running jobs, where the
// person is, and how the page looks.
import { backend, Failure, usual, type ImportRequest, type Job, type ProjectInfo, type ProjectView, type Removable, type Settings } from './backend'
import { i18n, said, writeAs, type Lang } from './i18n/index.svelte'

export const screens = ['start', 'data', 'prepare', 'synthesize', 'quality', 'recommend', 'promote', 'export', 'runs', 'settings'] as const
export type Screen = (typeof screens)[number]

export type Theme = 'light' | 'dark'

const fast = 300, slow = 3000 // ms between looks at the jobs, while some run and while none does

class Session {
  screen = $state<Screen>('start')
  project = $state.raw<ProjectView | null>(null)
  opening = $state('') // id of the project that is being read
  jobs = $state.raw<Job[]>([])
  trouble = $state.raw<Failure | null>(null) // of the page as a whole
  theme = $state<Theme>('light')
  toast = $state('')
  toastAct = $state.raw<ToastAct | null>(null)
  settings = $state.raw<Settings>(usual)
  projectsChanged = $state(0) // counts how often a project was removed or brought back
  forms = $state(0) // counts how often numbers, dates and money changed their form
  showJobs = $state(false) // the list of all jobs is open
  looking = '' // name of a table that the Data screen is to show first

  readonly running: Job[] = $derived(this.jobs.filter(active))
  /** Imports that this page asked for, by job, to try again otherwise. */
  readonly imports = new Map<string, ImportRequest>()

  #timer: ReturnType<typeof setTimeout> | undefined
  #toastTimer: ReturnType<typeof setTimeout> | undefined
  #waiters = new Map<string, (job: Job) => void>()
  #known = new Map<string, string>()
  #saved: Promise<unknown> = Promise.resolve() // settings are saved one after the other: the last choice is what is kept

  /** begin reads preferences and the address, and looks at the jobs from then on. */
  async begin(): Promise<void> {
    const system = matchMedia('(prefers-color-scheme: dark)')
    const chosen = remembered('theme')
    this.setTheme(chosen === 'dark' || chosen === 'light' ? chosen : system.matches ? 'dark' : 'light', false)
    system.addEventListener('change', e => {
      if (!remembered('theme')) this.setTheme(e.matches ? 'dark' : 'light', false)
    })
    const lang = remembered('lang') || navigator.language
    i18n.use(lang.startsWith('zh') ? 'zh-CN' : 'en')
    void this.readSettings()
    addEventListener('hashchange', () => void this.follow())
    await this.follow()
    await this.look()
  }

  setTheme(theme: Theme, keep = true): void {
    this.theme = theme
    document.documentElement.dataset.theme = theme
    if (keep) void this.change({ theme })
  }

  setLang(lang: Lang): void {
    i18n.use(lang)
    void this.change({ language: lang })
  }

  /** readSettings goes by what is kept; what this browser remembers of language and theme goes first. */
  async readSettings(): Promise<void> {
    try {
      const kept = await backend.settings()
      this.apply({ ...kept, language: (remembered('lang') as Settings['language'] | null) || kept.language, theme: (remembered('theme') as Settings['theme'] | null) || kept.theme })
    } catch { /* the page as a whole says when there is no program */ }
  }

  /** apply goes by settings. */
  apply(s: Settings): void {
    const before = this.settings
    this.settings = s
    const lang: string = s.language || navigator.language
    i18n.use(lang.startsWith('zh') ? 'zh-CN' : 'en')
    this.setTheme(s.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'), false)
    document.documentElement.style.setProperty('--zoom', String((s.textSize || 100) / 100))
    writeAs(s)
    if (before.numbers !== s.numbers || before.dates !== s.dates || before.money !== s.money) this.forms++
    remember('lang', s.language)
    remember('theme', s.theme)
  }

  /** change goes by some settings from now on and keeps them; it can be taken back where what names it. */
  async change(some: Partial<Settings>, what = ''): Promise<void> {
    const before = this.settings
    this.apply({ ...before, ...some })
    try {
      await (this.#saved = this.#saved.catch(() => undefined).then(() => backend.saveSettings(this.settings)))
      if (what) this.say(what, { label: i18n.t.shell.undo, keys: 'Ctrl Z', run: () => void this.change(before) })
    } catch (e) {
      this.apply(before)
      this.say(Failure.of(e).message)
    }
  }

  /** textSize takes the next larger or smaller size. */
  textSize(step: 1 | -1): void {
    const sizes = [100, 115, 130, 150], now = sizes.indexOf(this.settings.textSize || 100)
    const size = sizes[Math.max(0, Math.min(sizes.length - 1, (now < 0 ? 0 : now) + step))]!
    if (size !== (this.settings.textSize || 100)) void this.change({ textSize: size })
  }

  /** undo does what the toast offers, if it offers something. */
  undo(): boolean {
    const act = this.toast ? this.toastAct : null
    if (act) { this.toast = ''; act.run() }
    return act !== null
  }

  /** remove removes something of the open project, and offers to bring it back. */
  async remove(kind: Removable, id: string, name: string, then: () => void = () => undefined): Promise<void> {
    const project = this.project?.id
    if (!project) return
    try {
      const gone = await backend.remove(project, kind, id)
      await this.refresh()
      then()
      this.say(i18n.t.shell.gone[kind]?.(name) ?? name, {
        label: i18n.t.shell.undo, keys: 'Ctrl Z', run: () => void backend.restore(project, kind, gone).then(() => { then(); return this.refresh() }, (e: unknown) => this.say(Failure.of(e).message)),
      })
    } catch (e) {
      this.say(Failure.of(e).message)
    }
  }

  /** removeProject removes a whole project, and offers to bring it back. */
  async removeProject(p: ProjectInfo, then: () => void = () => undefined): Promise<void> {
    try {
      await backend.removeProject(p.id)
      this.projectsChanged++
      if (this.project?.id === p.id) this.close()
      this.say(i18n.t.shell.project.removed(p.name), {
        label: i18n.t.shell.undo, keys: 'Ctrl Z', run: () => void backend.restoreProject(p.id).then(() => { this.projectsChanged++; then() }, (e: unknown) => this.say(Failure.of(e).message)),
      })
    } catch (e) {
      this.say(Failure.of(e).message)
    }
    then()
  }

  /** openArchive makes a project of an archive and opens it. */
  async openArchive(path: string): Promise<void> {
    if (!path) return
    try {
      this.watch(await backend.startImportProject(path), job => {
        const made = job.result as ProjectInfo | undefined
        if (job.state === 'done' && made) {
          this.go('start', made.id)
          this.say(i18n.t.shell.project.imported(made.name))
        } else if (job.error && job.state === 'failed') {
          this.trouble = Failure.of(job.error)
        }
      })
    } catch (e) {
      this.trouble = Failure.of(e)
    }
  }

  /** say shows one line for a few seconds, maybe with something to do about it. */
  say(text: string, act: ToastAct | null = null): void {
    this.toast = said(text, i18n.lang)
    this.toastAct = act
    clearTimeout(this.#toastTimer)
    this.#toastTimer = setTimeout(() => (this.toast = ''), 8000)
  }

  /** go shows a screen of the open project; the address keeps both. */
  go(screen: Screen, project = this.project?.id ?? ''): void {
    const hash = project ? `#${screen}/${project}` : `#${screen}`
    if (location.hash === hash) void this.follow()
    else location.hash = hash
  }

  /** follow shows what the address says. */
  async follow(): Promise<void> {
    const [name = '', id = ''] = location.hash.slice(1).split('/').map(decodeURIComponent)
    this.screen = screens.find(s => s === name) ?? 'start'
    if (id && id === this.project?.id) this.opening = '' // it was left and is back before the other one came
    else if (id) await this.open(id)
    // Where one was is a convenience: that it cannot be kept is no trouble.
    if (id && this.project && this.screen !== 'start' && this.screen !== 'settings') backend.leaveAt(this.project.id, this.screen).catch(() => undefined)
  }

  async open(id: string): Promise<void> {
    this.opening = id
    const wanted = () => this.opening === id // or another one was asked for meanwhile
    try {
      const view = await backend.openProject(id)
      if (!wanted()) return
      this.project = view
      this.trouble = null
    } catch (e) {
      if (!wanted()) return
      this.trouble = Failure.of(e)
      this.project = null
      this.screen = 'start'
    }
    this.opening = ''
  }

  /** refresh reads the open project again; the old content stays meanwhile. */
  async refresh(): Promise<void> {
    const id = this.project?.id
    if (!id) return
    try {
      const view = await backend.openProject(id)
      if (this.project?.id === id) this.project = view
      this.trouble = null
    } catch (e) {
      this.trouble = Failure.of(e)
    }
  }

  close(): void {
    this.project = null
    this.opening = ''
    location.hash = '#start'
  }

  /** follow a job to its end; look at it at once. */
  watch(id: string, ended?: (job: Job) => void): void {
    if (ended) this.#waiters.set(id, ended)
    void this.look()
  }

  #followers = new Map<string, (job: Job) => void>()

  /** followJob calls f with a job each time it is looked at, until unfollow. */
  followJob(id: string, f: (job: Job) => void): void {
    this.#followers.set(id, f)
  }

  unfollow(id: string): void {
    this.#followers.delete(id)
  }

  /** look asks how the jobs stand, and again after a while. */
  async look(): Promise<void> {
    clearTimeout(this.#timer)
    try {
      this.#take(await backend.jobs())
      if (this.trouble?.kind === 'gone') this.trouble = null
    } catch (e) {
      const failure = Failure.of(e)
      if (failure.kind === 'gone') this.trouble = failure
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => void this.look(), this.running.length > 0 ? fast : slow)
    let changed = false
    for (const job of this.jobs) {
      this.#followers.get(job.id)?.(job)
      const before = this.#known.get(job.id)
      this.#known.set(job.id, job.state)
      if (active(job) || (before !== undefined && before === job.state)) continue
      const ended = this.#waiters.get(job.id)
      this.#waiters.delete(job.id)
      changed ||= job.project === this.project?.id && (before !== undefined || ended !== undefined)
      ended?.(job)
      if (!ended && before !== undefined && job.state === 'failed') this.failed(job)
    }
    if (changed) await this.refresh()
  }

  /** #take puts in jobs that stand otherwise than before: who looks at the others hears nothing. */
  #take(jobs: Job[]): void {
    const before = new Map(this.jobs.map(j => [j.id, j]))
    const now = jobs.map(j => { const old = before.get(j.id); return old && !active(old) && old.state === j.state ? old : j })
    if (now.length !== this.jobs.length || now.some((j, i) => j !== this.jobs[i])) this.jobs = now
  }

  /** failed says that a job failed that no screen waited for. */
  failed(job: Job): void {
    this.say(i18n.t.shell.jobs.failedToast(`${i18n.t.jobs.kinds[job.kind] ?? job.kind} ${job.title}`.trim()), { label: i18n.t.shell.jobs.look, run: () => (this.showJobs = true) })
  }

  /** act does something with a job and shows how it then stands. */
  async act(what: 'pause' | 'resume' | 'cancel', id: string): Promise<void> {
    try {
      const job = await { pause: backend.pauseJob, resume: backend.resumeJob, cancel: backend.cancelJob }[what](id)
      this.jobs = this.jobs.map(j => (j.id === id ? job : j))
    } catch (e) {
      this.say(Failure.of(e).message)
    }
    void this.look()
  }
}

/** What a toast offers to do, such as undo; of is what it can be done to while that is there. */
export interface ToastAct { label: string; keys?: string; run: () => void; of?: object }

/** Seconds to the job's end, or where that is not known to its stage's; -1 when neither is. */
export const remaining = (j: Job) => j.jobLeft >= 0 ? j.jobLeft : j.left

export const active = (job: Job): boolean => job.state === 'running' || job.state === 'paused'

function remembered(key: string): string | null {
  try {
    return localStorage.getItem('shoptwin.' + key)
  } catch {
    return null
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem('shoptwin.' + key, value)
  } catch { /* private windows forget */ }
}

export const session = new Session()
