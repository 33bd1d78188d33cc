// What the program says of plans of promotions, in Chinese; see messages.ts.
import type { Said } from '../messages'

export const plans: Said = {
  'core/plan': {
    'at most %.2f is spent on promotions': '促销支出不超过 {1}',
    'profit is at least %.1f%% of sales': '利润不低于销售额的 {1}%',
    'at most %d items of a category are on promotion in one week': '同一周内同一品类最多 {1} 个商品促销',
    '%s: at least %d promotions': '{1}：至少促销 {2} 次',
    '%s: at most %d promotions': '{1}：最多促销 {2} 次',
    '%s: at least %d weeks between promotions': '{1}：两次促销之间至少相隔 {2} 周',
    '%s: discounts of at least %.0f%%': '{1}：折扣不低于 {2}%',
    '%s: discounts of at most %.0f%%, the deepest observed': '{1}：折扣不超过 {2}%，即试过的最大折扣',
    '%s: discounts of at most %.0f%%': '{1}：折扣不超过 {2}%',
    '%s: no promotion in the weeks %s': '{1}：在第 {2} 周不促销',
    '%s: week %d is locked at no promotion': '{1}：第 {2} 周锁定为不促销',
    '%s: week %d is locked at %.0f%% off': '{1}：第 {2} 周锁定为减 {3}%',
    'these rules cannot be kept together: %s': '以下限制无法同时满足：{1}',
    'without any one of them a plan exists: loosen one': '去掉其中任意一条就有方案：请放宽一条',
    'no plan that keeps all rules was found': '没有找到满足所有限制的方案',
    'loosen one of them': '请放宽其中一条',
    'no plan was found that keeps: %s': '没有找到满足此限制的方案：{1}',
    'parts of plans could keep it; loosen it a little': '部分方案可以满足；请略微放宽',
  },
  'app': {
    '%d of %d items were never below their base price: nothing is known of how they answer, and no offer is planned for them unless guesses are allowed': '{2} 个商品中有 {1} 个从未低于基准价：不知道它们如何响应，除非允许猜测，否则不为它们安排促销',
    "no offer earns more than it costs: what is given away exceeds what is sold more; a supplier's funding or better margins would change that": '没有促销能赚回成本：让出的多于多卖的；供应商出资或更高的毛利会改变这一点',
    "an offer of %q is locked, which is not among the plan's items": '锁定了 {1} 的促销，但它不在方案的商品之中',
    'add the item to the plan': '请将该商品加入方案',
  },
}
