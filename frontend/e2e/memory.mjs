// What the program and the page hold in memory, by what it is held for.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const children = pid => { try { return execFileSync('pgrep', ['-P', String(pid)]).toString().trim().split('\n').map(Number) } catch { return [] } }
/** under lists a process and all that it started. */
export function under(pid) {
  const all = [pid]
  for (let i = 0; i < all.length; i++) all.push(...children(all[i]))
  return all
}

/**
 * held is a process's share of memory in MB (PSS): all of it, and of that what
 * it made itself (own), which is what can grow without end. The rest are pages
 * of files as they lie on the disk, such as the program's code and the store
 * that bbolt maps: the system has them for as long as nobody needs the room.
 */
export function held(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    const mb = what => Number(text.match(new RegExp(`^${what}:\\s+(\\d+)`, 'm'))?.[1] ?? 0) / 1024
    return { all: mb('Pss'), own: mb('Pss_Anon') + mb('Pss_Shmem') }
  } catch { return { all: 0, own: 0 } } // it has ended
}

/** renderers are Chromium's processes that show pages, of those under pid. */
export const renderers = pid => under(pid).filter(p => { try { return readFileSync(`/proc/${p}/cmdline`, 'utf8').includes('--type=renderer') } catch { return false } })

/** inside says what a page holds: the script's memory in MB after a collection, and how many nodes, listeners and workers there are. */
export async function inside(page, client) {
  await client.send('HeapProfiler.collectGarbage')
  const { usedSize, embedderHeapUsedSize = 0, backingStorageSize = 0 } = await client.send('Runtime.getHeapUsage')
  const { nodes, jsEventListeners } = await client.send('Memory.getDOMCounters')
  return { script: usedSize / 2 ** 20, dom: embedderHeapUsedSize / 2 ** 20, buffers: backingStorageSize / 2 ** 20, nodes, listeners: jsEventListeners, workers: page.workers().length }
}
