// The program's own words in its sentences, where a sentence asks for them as
// {1*}: a column may bear the same name, so they are not looked for elsewhere.
export const words: Readonly<Record<string, string>> = {
  // Kinds and roles of columns
  number: '数字', numbers: '数字', 'a number': '数字', 'a time': '时间', 'true or false': '真或假', integer: '整数', boolean: '是或否', text: '文本', texts: '文本', time: '时间', times: '时间', key: '标识', measure: '数量', category: '类别',
  customer: '顾客', item: '商品', basket: '订单', action: '行为', price: '价格', discount: '折扣', channel: '渠道', product: '商品', store: '门店', date: '日期', week: '周', units: '销量', quantity: '数量',
  'the customer': '顾客', 'the time': '时间', 'the basket': '订单', 'the item': '商品',
  'units sold': '销量', 'week or date': '周或日期', 'price or money paid': '价格或实付金额',
  'says the product: item, product_id or name': '说明商品（item、product_id 或 name）', 'says when: week, or from and to': '说明时间（week，或 from 和 to）', 'says what is offered: depth, price or type': '说明促销内容（depth、price 或 type）',
  // Tables that are judged, weeks that are examined
  'real table': '真实表', holdout: '留出表', 'synthetic table': '合成表', 'validation weeks': '验证周', 'the last weeks': '最后几周',
  // Whom a campaign reached
  'were reached': '被触达', 'were not reached': '未被触达', reached: '被触达', 'not reached': '未被触达',
  // Settings and choices
  language: '可用的语言', theme: '可用的外观', 'form of numbers': '可用的数字格式', 'form of dates': '可用的日期格式',
  // What a project holds
  dataset: '表', model: '模型', run: '运行记录', promo: '促销响应', scenario: '方案', checkpoint: '断点', recipe: '配方', draft: '草稿', underway: '进行中的任务', recommender: '推荐模型', plan: '建议方案', tables: '多表模型', secret: '密钥',
}
