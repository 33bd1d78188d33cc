/** One thing to do. Words are other names by which it is found, such as the one in the other language; icon is an IconName. */
export interface Command { id: string; group: string; name: string; icon: string; hint?: string; words?: string; run: () => void }
