// Words of what is shared, kept and taken back: reports, whole plans, English. share.zh.ts has the same keys.
export const share = {
  plan: (name: string) => `Plan ${name}`,
  copyTo: (name: string) => `Copy to plan ${name}`,
  copied: (from: string, to: string) => `Plan ${to} is now as plan ${from}.`,
  empty: 'Take all offers away',
  emptied: (name: string) => `Plan ${name} has no offers but in locked cells.`,
  drop: (product: string) => `Take ${product} out`,
  dropped: (product: string) => `${product} is no longer in the calendar.`,
  levers: 'The what-ifs for all offers are as they were at first.',
  whatIf: 'What-if report',
  whatIfTip: 'One page with these plans and their sliders, for people without Shoptwin. No row of the data is in it',
  recommend: 'Report',
  recommendTip: 'One page with the comparison and what goes together, for people without Shoptwin. No customer is in it',
  preparing: 'Preparing…',
  kept: (name: string) => `${name} is written. It opens in any browser, without a network.`,
}
