// Copying and printing what a page shows: any table or chart in it.

/** Whatever can be taken: tables of rows and drawings with a name. */
export const takeable = 'main table, main svg[role="img"]'

/** nameOf is what a person would call it: its own label, its caption, or the heading above. */
export function nameOf(el: Element): string {
  const own = el.getAttribute('aria-label') ?? el.querySelector('caption')?.textContent
  if (own?.trim()) return short(own)
  for (let at: Element | null = el; at && at.tagName !== 'MAIN'; at = at.parentElement) {
    for (let before = at.previousElementSibling; before; before = before.previousElementSibling) {
      const head = /^H[1-3]$/.test(before.tagName) ? before : before.querySelector('h1, h2, h3')
      if (head?.textContent?.trim()) return short(head.textContent)
    }
  }
  return short(document.querySelector('main h1')?.textContent ?? '')
}

const short = (s: string) => { const one = s.replace(/\s+/g, ' ').trim(); return one.length > 60 ? one.slice(0, 59) + '…' : one }

/** cells of a table as they are read, controls left out. */
export function cells(table: HTMLTableElement): string[][] {
  return [...table.rows].map(row => [...row.cells].map(cell => {
    const field = cell.querySelector<HTMLInputElement | HTMLSelectElement>('input[type="text"], input[type="number"], select')
    return (field ? field.value : cell.innerText ?? cell.textContent ?? '').replace(/\s+/g, ' ').trim()
  })).filter(row => row.some(Boolean))
}

const escaped = (s: string) => s.replace(/&/g, '&amp;').replace(/</g, '&lt;')

/** copyTable puts a table on the clipboard, for sheets and for mails; it answers how many rows. */
export async function copyTable(table: HTMLTableElement): Promise<number> {
  const rows = cells(table)
  const text = rows.map(r => r.join('\t')).join('\n')
  const html = `<table>${rows.map(r => `<tr>${r.map(c => `<td>${escaped(c)}</td>`).join('')}</tr>`).join('')}</table>`
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': new Blob([text], { type: 'text/plain' }), 'text/html': new Blob([html], { type: 'text/html' }) })])
  } catch {
    await navigator.clipboard.writeText(text)
  }
  return table.tHead ? rows.length - 1 : rows.length
}

// What a drawing needs to look the same outside of the page.
const carried = ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linejoin', 'stroke-linecap', 'opacity', 'fill-opacity', 'stroke-opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor', 'dominant-baseline', 'paint-order', 'visibility', 'display']

/** drawing is a chart as a picture that stands alone, on the page's ground. */
export function drawing(svg: SVGElement): string {
  const copy = svg.cloneNode(true) as SVGElement
  const from = [svg, ...svg.querySelectorAll('*')], to = [copy, ...copy.querySelectorAll('*')]
  from.forEach((el, i) => {
    const style = getComputedStyle(el), mine = to[i] as SVGElement
    for (const name of carried) {
      const value = style.getPropertyValue(name)
      if (value) mine.style.setProperty(name, value)
    }
  })
  const box = svg.getBoundingClientRect()
  const w = Number(svg.getAttribute('width')) || box.width, h = Number(svg.getAttribute('height')) || box.height
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('width', String(w))
  copy.setAttribute('height', String(h))
  if (!copy.getAttribute('viewBox')) copy.setAttribute('viewBox', `0 0 ${w} ${h}`)
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect')
  ground.setAttribute('width', '100%')
  ground.setAttribute('height', '100%')
  ground.setAttribute('fill', getComputedStyle(document.documentElement).getPropertyValue('--surface').trim() || '#fff')
  copy.prepend(ground)
  return new XMLSerializer().serializeToString(copy)
}

/** picture draws a chart at twice its size. */
async function picture(svg: SVGElement): Promise<Blob> {
  const image = new Image()
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(drawing(svg))
  await image.decode()
  const canvas = document.createElement('canvas')
  canvas.width = image.width * 2
  canvas.height = image.height * 2
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((resolve, reject) => canvas.toBlob(b => (b ? resolve(b) : reject(new Error('no picture'))), 'image/png'))
}

/** copyChart puts a chart on the clipboard as a picture; where there is none for pictures it is saved as a file. */
export async function copyChart(svg: SVGElement): Promise<'copied' | 'saved'> {
  const made = picture(svg)
  try {
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': made })])
    return 'copied'
  } catch {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(await made)
    link.download = nameOf(svg).replace(/[\\/:*?"<>|]/g, '_') + '.png'
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
    return 'saved'
  }
}

/** printOne prints one table or chart with its name above, or the whole screen without one. */
export function printOne(el?: Element): void {
  document.getElementById('print')?.remove()
  if (el) {
    const sheet = document.createElement('div')
    sheet.id = 'print'
    const head = document.createElement('h1')
    head.textContent = nameOf(el)
    sheet.append(head, el.cloneNode(true))
    document.body.append(sheet)
  }
  document.documentElement.classList.toggle('printing-one', Boolean(el))
  // Print what is on paper in light colours.
  const theme = document.documentElement.dataset['theme']
  document.documentElement.dataset['theme'] = 'light'
  const back = () => {
    document.getElementById('print')?.remove()
    document.documentElement.classList.remove('printing-one')
    if (theme) document.documentElement.dataset['theme'] = theme
    removeEventListener('afterprint', back)
  }
  addEventListener('afterprint', back)
  window.print()
}
