package recommend

import (
	"fmt"
	"slices"
	"strings"

	"shoptwin/core"
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
	out.renumber()
	out.Items, out.Category, out.Labels = make([]string, most), nil, nil
	for k, item := range kept {
		out.Items[k] = l.Items[item]
		if l.Category != nil {
			out.Category = append(out.Category, l.Category[item])
		}
		if l.Labels != nil {
			out.Labels = append(out.Labels, l.Labels[item])
		}
	}
	out.Notes = append(slices.Clone(l.Notes), fmt.Sprintf("of %d different items the %d that most customers have take part, with %d of %d events", len(l.Items), most, out.Events(), l.Events()))
	return out
}

// Only returns the log with only the events of the named actions: bought
// together and looked at together are different graphs. An action that no event
// has is an error that lists them.
func (l *Log) Only(actions ...string) (*Log, error) {
	if len(actions) == 0 {
		return l, nil
	}
	want := make([]bool, len(l.Actions))
	for _, name := range actions {
		i := slices.Index(l.Actions, name)
		if i < 0 || name == "" {
			return nil, core.Errorf(core.NotFound, "no event has the action %q", name).
				WithHint("actions are %s; name their column with --map action=COLUMN", strings.Trim(strings.Join(l.Actions, ", "), ", "))
		}
		want[i] = true
	}
	out := l.Keep(func(_, e int) bool { return want[l.Action[e]] })
	out.renumber()
	return out, out.check()
}

// renumber numbers each customer's baskets from 0, without gaps.
func (l *Log) renumber() {
	for c := range l.Customers {
		was, n := int32(-1), int32(-1)
		for e := l.First[c]; e < l.First[c+1]; e++ {
			if l.Basket[e] != was {
				was = l.Basket[e]
				n++
			}
			l.Basket[e] = n
		}
	}
}
