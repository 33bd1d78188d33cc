package recommend

import (
	"fmt"
	"slices"
)

// Most returns the log with only the most items that most customers have, in
// the order of their numbers, and a note of it; l itself when there are no more
// than that. Methods that weigh every item for every customer cannot do it for
// millions of them, of which most were had once.
func (l *Log) Most(most int) *Log {
	if len(l.Items) <= most {
		return l
	}
	_, have := l.Counts()
	score := make([]float32, len(have))
	for i, n := range have {
		score[i] = float32(n)
	}
	kept := Top(score, most, nil)
	slices.Sort(kept)
	at := make([]int32, len(have))
	for i := range at {
		at[i] = -1
	}
	for k, item := range kept {
		at[item] = int32(k)
	}
	out := l.Keep(func(_, e int) bool { return at[l.Item[e]] >= 0 })
	for e, item := range out.Item {
		out.Item[e] = at[item]
	}
	out.Items, out.Category = make([]string, most), nil
	for k, item := range kept {
		out.Items[k] = l.Items[item]
		if l.Category != nil {
			out.Category = append(out.Category, l.Category[item])
		}
	}
	out.Notes = append(slices.Clone(l.Notes), fmt.Sprintf("of %d different items the %d that most customers have take part, with %d of %d events", len(l.Items), most, out.Events(), l.Events()))
	return out
}
