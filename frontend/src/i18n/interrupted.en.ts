// Words about jobs that were cut off, English. interrupted.zh.ts has the same keys.
export const interrupted = {
  was: (what: string) => `${what} was interrupted`,
  kept: 'It goes on where it was.',
  fresh: 'It begins from the start; nothing half-made was kept.',
  again: 'Nothing half-made was kept: begin it again where you began it.',
  goOn: 'Go on',
  forget: 'Do not go on',
  ok: 'All right',
} as const
