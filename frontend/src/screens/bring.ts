import { backend, type ImportRequest } from '../backend'
import { session } from '../session.svelte'

/**
 * bring starts the import of files into the open project, or into a new one
 * named after the first file, and shows the Data screen.
 */
export async function bring(files: string[], how: Partial<ImportRequest> = {}): Promise<void> {
  const first = files[0]
  if (!first) return
  let project = session.project?.id
  if (!project) {
    const name = fileName(first).replace(/(\.(csv|tsv|txt|xlsx?|parquet|jsonl?|gz))+$/i, '')
    project = (await backend.createProject(name || 'Shop')).id
  }
  // One job for each file: one that cannot be read does not hold up the others.
  for (const file of files) {
    const request: ImportRequest = { ...how, project, files: [file] }
    const id = await backend.startImport(request)
    session.imports.set(id, request)
    session.watch(id)
  }
  session.go('data', project)
}

/** fileName is the last part of a path, whatever the system it comes from. */
export const fileName = (path: string): string => path.split(/[\\/]/).pop() ?? path
