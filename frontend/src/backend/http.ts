// The program over http on 127.0.0.1. The browser sends the cookie that the
// first visit, with its one-time token, was given.
import { Failure, type Backend } from './backend'
import { methods } from './call'
import { openKin } from './kin'
import { openResponse } from './response'

async function answer(response: globalThis.Response): Promise<unknown> {
  const text = await response.text()
  let body: { result?: unknown; error?: unknown } = {}
  try {
    body = JSON.parse(text) as typeof body
  } catch {
    if (response.ok) return text
  }
  if (body.error) throw Failure.of(body.error)
  if (!response.ok) throw new Failure('internal', `The program answered ${response.status} ${response.statusText}.`, text.slice(0, 200))
  return body.result
}

async function send(path: string, init: RequestInit): Promise<unknown> {
  let response: globalThis.Response
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init })
  } catch {
    throw new Failure('gone', 'Shoptwin does not answer.', 'It may have been closed. Start it again with: shoptwin serve')
  }
  return answer(response)
}

/** upload hands over one file; its name there is the answer. */
export async function upload(file: File): Promise<string> {
  return String(await send(`/upload?name=${encodeURIComponent(file.name)}`, {
    method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' },
  }))
}

/** uploadFolder hands over the files of a folder; the folder there is the answer. */
async function uploadFolder(files: File[], name: string): Promise<string> {
  let folder = ''
  for (const f of files) {
    const within = f.webkitRelativePath.split('/').slice(1).join(' - ') || f.name
    const where = folder ? `&beside=${encodeURIComponent(folder)}` : `&folder=${encodeURIComponent(name)}`
    const path = String(await send(`/upload?name=${encodeURIComponent(within)}${where}`, { method: 'POST', body: f, headers: { 'Content-Type': 'application/octet-stream' } }))
    folder ||= path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')))
  }
  return folder
}

/** keep has the browser keep a file. */
function keep(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000) // by then it has been read
}

/** pick shows the browser's own dialog. */
function pick(accept = '', folder = false): Promise<File[]> {
  return new Promise(resolve => {
    const input = document.createElement('input')
    input.type = 'file'
    input.multiple = !accept
    input.accept = accept
    input.webkitdirectory = folder
    input.addEventListener('change', () => resolve([...(input.files ?? [])]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}

const path = (...parts: string[]) => '/' + parts.map(encodeURIComponent).join('/')

/** links and files are the same in the window, whose asset handler serves them. */
export const links = {
  openResponse: (project: string) => openResponse(path('promo', project)),
  openKin: (project: string) => openKin(path('relations', project)),
  addFiles: (files: File[]) => Promise.all(files.map(upload)),
  reportUrl: (project: string, run: string, lang: string) => `${path('report', project, run)}?lang=${lang}`,
  downloadUrl: (project: string, file: string) => path('download', project, file),
}

export const http: Backend = {
  kind: 'http',
  ...methods((method, ...args) => send(`/api/${method}`, {
    method: 'POST', body: JSON.stringify(args), headers: { 'Content-Type': 'application/json' },
  })),
  ...links,
  pickFiles: async () => links.addFiles(await pick()),
  pickFolder: async () => {
    const files = (await pick('', true)).filter(f => !f.name.startsWith('.')).sort((a, b) => (a.webkitRelativePath < b.webkitRelativePath ? -1 : 1))
    const name = files[0]?.webkitRelativePath.split('/')[0] ?? ''
    return files.length ? { path: await uploadFolder(files, name || 'folder'), name: name || 'folder' } : null
  },
  pickSave: async () => '',
  saveReport: async (kind, project, lang) => {
    const address = { whatif: 'whatif', recommend: 'recommendations' }[kind], name = { whatif: 'what-if.html', recommend: 'recommendations.html' }[kind]
    let response: globalThis.Response
    try {
      response = await fetch(`${path(address, project)}?lang=${lang}`, { credentials: 'same-origin' })
    } catch {
      throw new Failure('gone', 'Shoptwin does not answer.', 'It may have been closed. Start it again with: shoptwin serve')
    }
    if (!response.ok) {
      const [message = '', hint = ''] = (await response.text()).split('\n')
      throw new Failure('internal', message, hint)
    }
    keep(await response.blob(), name)
    return name
  },
  pickArchive: async () => (await links.addFiles(await pick('.shoptwin')))[0] ?? '',
  opened: async () => '',
  onMenu: () => undefined, // a browser has menus of its own
  onDrop: () => undefined, // the page gets the files themselves
  openReport: async (project, run, lang) => void window.open(links.reportUrl(project, run, lang), '_blank', 'noopener'),
}
