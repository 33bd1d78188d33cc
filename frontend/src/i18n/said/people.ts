// What the program says of experiments, simulated shoppers and logs of decisions, in Chinese; see messages.ts.
import type { Said } from '../messages'

export const people: Said = {
  'core/uplift': {
    'nothing is known of the persons of the campaign': '没有关于这些人的任何信息',
    'name columns of what was known before it: effects differ by these': '请指明活动之前已知的列：效果因它们而异',
    'row %d: the outcome is not a number': '第 {1} 行：结果不是数字',
    'give 0 to those who did nothing': '没有行为的人请填 0',
    'at least %d on either side are needed; keep a larger group apart next time': '两边至少各需要 {1} 人；下次请留出更大的对照组',
    'at least %d are needed; take a longer time after the campaign, or another outcome': '至少需要 {1} 人；请取活动之后更长的时间，或换一个结果',
  },
  'app': {
    '%s, column %q does not say who was reached: it holds %s': '{1} 的列 {2} 没有说明触达了谁：其中有 {3}',
    'it needs 1 and 0, or yes and no; or name the value that means reached: --treatment VALUE': '需要 1 和 0，或 yes 和 no；或指明表示触达的值',
  },
}
