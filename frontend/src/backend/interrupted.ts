// Jobs that an earlier program did not bring to an end. See app/interrupted.go.
export interface Interrupted {
  id: string
  kind: string
  title: string
  begun: string
  goesOn: boolean // goOn takes it up; others a person begins again
  kept: boolean // a training goes on where it was
}

export interface Interrupts {
  interrupted(project: string): Promise<Interrupted[]>
  /** goOn answers the id of the job that takes it up. */
  goOn(project: string, id: string): Promise<string>
  forget(project: string, id: string): Promise<void>
}

export const interrupts = (call: <T>(method: string, ...args: unknown[]) => Promise<T>): Interrupts => ({
  interrupted: async project => (await call<Interrupted[] | null>('Interrupted', project)) ?? [],
  goOn: (project, id) => call('GoOn', project, id),
  forget: (project, id) => call('Forget', project, id),
})
