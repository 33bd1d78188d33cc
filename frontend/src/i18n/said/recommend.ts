// What the program says of recommendations, in Chinese; see messages.ts.
import type { Said } from '../messages'

export const recommend: Said = {
  'core/recommend': {
    'no time could be read in column %q: the order of the rows counts': '列 {1} 中读不出时间：以行的先后为准',
    '%d rows without customer were left out': '略去 {1} 行：没有顾客',
    '%d rows without item were left out': '略去 {1} 行：没有商品',
    '%d rows without time were left out': '略去 {1} 行：没有时间',
    'all times are equal: the order of the rows counts': '所有时间都相同：以行的先后为准',
    'there are no times: the order of the rows counts, and each row is a visit of its own': '没有时间：以行的先后为准，每行算一次光顾',
    'there are no times: the order of the baskets counts': '没有时间：以订单的先后为准',
    'column %q has %d values, too many for actions: it was not used': '列 {1} 有 {2} 种取值，作为行为太多：未使用',
    'column %q has %d values, too many for channels: it was not used': '列 {1} 有 {2} 种取值，作为渠道太多：未使用',
    'no number, yes or no could be read in column %q, named for discounts: it was not used': '列 {1} 指定为折扣，但读不出数字或是否：未使用',
    'of %d different items the %d that most customers have take part, with %d of %d events': '{1} 种商品中，取顾客最多的 {2} 种，含 {4} 条事件中的 {3} 条',
    'no stack was learned: %s': '未能学习叠加：{1}',
  },
  'app': {
    'methods could not be compared, so popularity was taken: %s': '各方法无法比较，因此采用畅销品：{1}',
    'who comes soon is not told: %s': '未预测谁会来：{1}',
    '%s was not tried: one pass over the events takes longer than its share of %g minutes': '未试 {1}：在 {2} 分钟的份额内，一遍事件都学不完',
    '%s was not tried: %s': '未试 {1}：{2}',
    '%s took %d passes over the events, not %d: that is what %g minutes allow': '{1} 学了 {2} 遍事件，而非 {3} 遍：{4} 分钟只够这些',
  },
}
