// What the program says of twins: what they learn and make, in Chinese; see messages.ts.
import type { Said } from '../messages'

export const synth: Said = {
  'core/synth': {
    'model file of version %d; this program reads version %d': '模型文件的版本为 {1}，本程序读取版本 {2}',
    'use the program that wrote it': '请使用写出它的程序',
  },
  'app': {
    'judging the upsampling of %s: %s': '评判 {1} 的增样：{2}',
    '%s=%s makes up %.3g of the rows already': '{1}={2} 已占全部行的 {3}',
    'no folder was given for the synthetic files': '没有指定合成文件的文件夹',
    'name one with --out': '请用 --out 指定',
    'one table is not several': '只有一张表',
    'name two or more': '请指定两张或更多',
    'no key between these tables was found': '这些表之间没有找到关联键',
    'effort %q is not known': '不认识力度 {1}',
    'choose quick, balanced or best': '请选 quick、balanced 或 best',
    'project %q has no model of several tables %q': '项目 {1} 没有多表模型 {2}',
    'train one on two or more datasets: --dataset a,b,c': '请用两个或更多数据集训练：--dataset a,b,c',
  },
}
