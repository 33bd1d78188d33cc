// Finding by a few letters: those that are typed stand in the name in their
// order. Beginnings of words and letters side by side count more.

/** How well text is found by query, higher is better; null when it is not. at are the places of the letters. */
export function fuzzy(query: string, text: string): { score: number; at: number[] } | null {
  const q = query.toLowerCase().replace(/\s+/g, ''), t = text.toLowerCase()
  if (!q) return { score: 0, at: [] }
  const whole = t.indexOf(query.trim().toLowerCase())
  if (whole >= 0) {
    const n = query.trim().length
    return { score: 100 + (begins(text, whole) ? 50 : 0) - whole * 0.1 - text.length * 0.01, at: Array.from({ length: n }, (_, i) => whole + i) }
  }
  // From every place where the first letter stands, the letters that follow,
  // at the beginning of a word where there is a choice.
  let best: { score: number; at: number[] } | null = null
  for (let from = t.indexOf(q[0]!); from >= 0; from = t.indexOf(q[0]!, from + 1)) {
    const at = [from]
    let score = begins(text, from) ? 8 : 0
    for (const letter of q.slice(1)) {
      const last = at.at(-1)!
      let next = t.indexOf(letter, last + 1)
      if (next < 0) { at.length = 0; break }
      if (next !== last + 1) for (let i = next; i >= 0; i = t.indexOf(letter, i + 1)) if (begins(text, i)) { next = i; break }
      score += next === last + 1 ? 5 : begins(text, next) ? 6 : -Math.min(3, (next - last) * 0.2)
      at.push(next)
    }
    if (at.length === q.length && (!best || score > best.score)) best = { score: score - text.length * 0.01, at }
  }
  return best && best.score > 0 ? best : null
}

const begins = (text: string, i: number) => i === 0 || /[\s_\-./:“(]/.test(text[i - 1]!) || (/[A-Z]/.test(text[i]!) && /[a-z]/.test(text[i - 1]!)) || text.charCodeAt(i) > 0x2e80
