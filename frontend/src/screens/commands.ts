// All that the command palette offers, in both languages.
import { backend, Failure, type ProjectInfo } from '../backend'
import { en } from '../i18n/en'
import { i18n, when, word } from '../i18n/index.svelte'
import { zhCN } from '../i18n/zh-CN'
import type { Command } from '../parts/command'
import { nameOf, printOne, takeable } from '../parts/take'
import { remaining, screens, session } from '../session.svelte'

/** What only the frame can do. */
export interface Frame { copy: (el: Element) => void; jobs: () => void; shortcuts: () => void; newProject: () => void; exportProject: () => void; sample: () => void }

const keyOf = (i: number) => `Ctrl ${(i + 1) % 10}`

/** commands are all there is to do now; projects are those to open. */
export function commands(projects: ProjectInfo[], frame: Frame): Command[] {
  const t = i18n.t.shell, p = t.palette, project = session.project
  const other = i18n.lang === 'en' ? zhCN : en
  const out: Command[] = []
  const add = (group: string, id: string, icon: string, name: string, run: () => void, more: Partial<Command> = {}) => out.push({ group, id: `${group}:${id}`, icon, name, run, ...more })
  const failed = (e: unknown) => session.say(Failure.of(e).message)

  screens.forEach((s, i) => {
    if (s === 'start' || s === 'settings' || project) add('screens', s, s, word(i18n.t.screens, s), () => session.go(s), { hint: keyOf(i), words: word(other.screens, s) })
  })

  const seen = new Set<string>()
  for (const el of document.querySelectorAll(takeable)) {
    const chart = el.tagName !== 'TABLE', name = nameOf(el), box = el.getBoundingClientRect()
    if (!name || seen.has(name + chart) || box.width < 140 || box.height < 56 || (chart && el.closest('td, button, [role="gridcell"]'))) continue
    seen.add(name + chart)
    add('here', `copy ${name} ${chart}`, 'copy', chart ? p.copyChart(name) : p.copyTable(name), () => frame.copy(el), { words: chart ? 'copy chart 复制图表' : 'copy table 复制表格' })
    add('here', `print ${name} ${chart}`, 'print', p.printOne(name), () => printOne(el), { words: 'print 打印' })
    if (seen.size >= 8) break
  }

  const toast = session.toast && session.toastAct
  if (toast) add('actions', 'undo', 'undo', t.undo, () => session.undo(), { hint: 'Ctrl Z', words: 'undo 撤销' })
  if (project) {
    add('actions', 'train', 'synthesize', p.train, () => session.go('synthesize'), { words: 'train a twin synthesizer 训练孪生' })
    add('actions', 'export', 'export', t.project.export, frame.exportProject, { words: 'export save project as one file archive 存为一个文件 导出项目' })
  }
  add('actions', 'import', 'file', t.project.import, () => void backend.pickArchive().then(path => session.openArchive(path), failed), { words: 'open import project file archive 打开项目文件 导入项目' })
  add('actions', 'new', 'plus', t.project.new, frame.newProject, { words: 'new project 新建项目' })
  add('actions', 'sample', 'start', p.sample, frame.sample, { words: 'open the sample shop demo 示例店铺' })
  for (const j of session.running) {
    const name = `${word(i18n.t.jobs.kinds, j.kind)} ${j.title}`, hint = remaining(j) >= 0 ? i18n.t.jobs.left(remaining(j)) : ''
    if (j.state === 'paused') add('actions', `resume ${j.id}`, 'play', p.resume(name), () => void session.act('resume', j.id), { words: 'resume job 继续任务' })
    else add('actions', `pause ${j.id}`, 'pause', p.pause(name), () => void session.act('pause', j.id), { hint, words: 'pause the running job 暂停任务' })
    add('actions', `cancel ${j.id}`, 'x', p.stop(name), () => void session.act('cancel', j.id), { words: 'cancel stop job 取消任务' })
  }
  add('actions', 'jobs', 'up', p.jobs, frame.jobs, { hint: 'Ctrl J', words: 'show all jobs tray 任务' })
  const dark = session.theme === 'dark'
  add('actions', 'theme', 'settings', dark ? p.toLight : p.toDark, () => session.setTheme(dark ? 'light' : 'dark'), { words: 'theme dark light mode 主题 深色 浅色' })
  add('actions', 'lang', 'settings', p.lang, () => session.setLang(i18n.lang === 'en' ? 'zh-CN' : 'en'), { words: 'language chinese english 中文 英文 语言' })
  add('actions', 'bigger', 'plus', p.bigger, () => session.textSize(1), { hint: 'Ctrl +', words: 'larger text zoom in 放大' })
  add('actions', 'smaller', 'settings', p.smaller, () => session.textSize(-1), { hint: 'Ctrl −', words: 'smaller text zoom out 缩小' })
  add('actions', 'print', 'print', p.print, () => printOne(), { hint: 'Ctrl P', words: 'print this screen 打印' })
  add('actions', 'shortcuts', 'info', p.shortcuts, frame.shortcuts, { hint: '?', words: 'keyboard shortcuts help 键盘快捷键 帮助' })

  for (const q of projects) if (q.id !== project?.id) add('projects', q.id, 'file', q.name, () => session.go(screens.find(s => s === q.leftOff) ?? 'start', q.id), { hint: when(q.opened, i18n.lang) })
  if (project) {
    for (const d of project.datasets) {
      add('tables', d.id, 'data', d.name, () => { session.looking = d.name; session.go('data') }, { hint: i18n.t.frame.rows(d.rows) })
      for (const c of d.columns) add('columns', `${d.id} ${c.name}`, 'data', c.name, () => { session.looking = d.name; session.go('data') }, { hint: p.columnOf(d.name) })
    }
    for (const r of project.runs) add('runs', r.id, 'quality', r.name, () => session.go('runs'), { hint: `${r.engine}, ${r.dataset}` })
    for (const s of project.scenarios) add('runs', s.id, 'promote', `${s.name} ${s.title}`.trim(), () => session.go('promote'), { hint: word(t.runs.kinds, 'scenario') })
  }
  return out
}
