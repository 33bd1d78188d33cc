package promo

import "slices"

// Trial answers one plan after the other, as when somebody edits one. Items
// answer to those of their own category alone, and weeks to themselves and
// those before that they remember, so what was reckoned of a category's weeks
// serves until something there changes: an edit costs some weeks of its
// category and not the whole plan. A Trial is not for several goroutines at
// once.
type Trial struct {
	m    *Model
	kept [][]*part // by category, the last used at the end
}

// keptPlans is how many plans' parts a Trial keeps: three scenarios, and what
// one of them was before the last edits.
const keptPlans = 5

// Trial returns one without anything in it.
func (m *Model) Trial() *Trial { return &Trial{m: m, kept: make([][]*part, len(m.members))} }

// WhatIf is [Model.WhatIf].
func (t *Trial) WhatIf(p Plan) (*Outcome, error) {
	r, err := t.run(p)
	if err != nil {
		return nil, err
	}
	return r.outcome(), nil
}

// Compare is [Model.Compare].
func (t *Trial) Compare(p, than Plan) (*Comparison, error) {
	a, err := t.run(p)
	if err != nil {
		return nil, err
	}
	b, err := t.run(than)
	if err != nil {
		return nil, err
	}
	return a.beside(b), nil
}

// run puts a plan together from the parts of its categories.
func (t *Trial) run(p Plan) (*run, error) {
	m := t.m
	q, err := m.check(p)
	if err != nil {
		return nil, err
	}
	touched, needed := q.groups(m)
	heads, offers := q.keys(m, touched, needed)
	var parts []*part
	for g := range m.members {
		if needed[g] || touched[g] {
			parts = append(parts, t.part(q, g, touched[g], heads[g], offers[g]))
		}
	}
	return q.together(m, parts), nil
}

// part is what was kept of category g, or made of what is nearest to it.
func (t *Trial) part(q *planned, g int, touched bool, head string, offers []string) *part {
	kept := t.kept[g]
	var near *part
	most := -1
	for n, p := range kept {
		if p.head != head {
			continue
		}
		same := 0
		for w, o := range p.offers {
			if o == offers[w] {
				same++
			}
		}
		if same == len(offers) {
			t.kept[g] = append(slices.Delete(kept, n, n+1), p)
			return p
		}
		if same > most {
			near, most = p, same
		}
	}
	made := q.part(t.m, g, touched, head, offers, near)
	if len(kept) == keptPlans {
		kept = slices.Delete(kept, 0, 1)
	}
	t.kept[g] = append(kept, made)
	return made
}
