// 被中断的任务，中文。键与 interrupted.en.ts 相同。
export const interrupted = {
  was: (what: string) => `${what}被中断`,
  kept: '会从中断处继续。',
  fresh: '会从头开始；没有留下半成品。',
  again: '没有留下半成品：请在原处重新开始。',
  goOn: '继续',
  forget: '不再继续',
  ok: '知道了',
}
