import type { ColumnInfo, ColumnProfile, Dataset } from '../../backend'
import { nf, sig, type Words } from '../../i18n/index.svelte'

/** kindOf names a column's type as people do. */
export function kindOf(c: ColumnInfo, t: Words): string {
  if (c.kind === 'number') return t.data.kinds[c.decimals === 0 ? 'integer' : 'number'] ?? c.kind
  if (c.kind === 'time') return t.data.kinds['time'] ?? c.kind
  return t.data.kinds[c.role === 'category' ? 'category' : 'text'] ?? c.kind
}

/** bars of a column: its histogram, or its most frequent values; none for a key. */
export function bars(c: ColumnProfile): number[] {
  if (c.role === 'key' || c.role === 'text') return []
  if (c.histogram?.length) return c.histogram.map(b => b.count)
  return (c.top ?? []).map(v => v.count)
}

/** bound writes a column's smallest or largest value; times come in seconds since 1970. */
export function bound(c: ColumnInfo, x: number): string {
  if (c.kind !== 'time') return Number.isInteger(x) && Math.abs(x) < 1e4 ? nf(x) : sig(x)
  return new Date(x * 1000).toISOString().slice(0, 10)
}

/** range is from smallest to largest, or how many values there are. */
export function range(c: ColumnProfile): string {
  const numeric = c.kind !== 'text' && c.role !== 'key'
  if (numeric && c.min === undefined) return '' // not profiled yet, or empty
  return numeric && c.min !== undefined && c.max !== undefined ? `${bound(c, c.min)} – ${bound(c, c.max)}` : nf(c.distinct)
}

/** trouble says whether a dataset has anything to look at. */
export const trouble = (d: Dataset): boolean => d.rejected > 0 || d.columns.some(c => (c.problems ?? []).length > 0)
