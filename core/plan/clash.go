package plan

import (
	"context"
	"slices"
	"strings"

	"shoptwin/core"
)

// Clash returns rules of p that cannot be kept together, in words, such that
// without any one of them the rest can; none when all can be kept, by parts
// of calendars at least. The rules are tried without one after another
// (the deletion filter of Chinneck, Feasibility and Infeasibility in
// Optimization, 2008), so of several clashes one is told.
func Clash(p *Problem) ([]string, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	ok, err := p.feasible()
	if err != nil || ok {
		return nil, err
	}
	// One item alone, if one cannot keep its own rules.
	q := p.copy()
	for i := range p.Items {
		one := &Problem{Weeks: p.Weeks, Options: p.Options, Own: p.Own, Items: p.Items[i : i+1]}
		if ok, err := one.feasible(); err != nil {
			return nil, err
		} else if !ok {
			q = one.copy()
			break
		}
	}
	for i := range q.Items { // whole items that play no part
		without := q.copy()
		for _, r := range without.itemRules(i) {
			r.drop(without)
		}
		if ok, err := without.feasible(); err != nil {
			return nil, err
		} else if !ok {
			q = without
		}
	}
	for n := 0; n < len(q.rules()); {
		without := q.copy()
		without.rules()[n].drop(without)
		if ok, err := without.feasible(); err != nil {
			return nil, err
		} else if !ok {
			q = without
			continue
		}
		n++
	}
	var out []string
	for _, r := range q.rules() {
		out = append(out, r.text)
	}
	return out, nil
}

func (p *Problem) copy() *Problem {
	q := *p
	q.Items = slices.Clone(p.Items)
	return &q
}

// feasible says whether calendars, or weights of them, keep all rules.
func (p *Problem) feasible() (bool, error) {
	s, err := p.planner()
	if err != nil {
		return false, err
	}
	for _, l := range s.lattice {
		if !l.feasible() {
			return false, nil
		}
	}
	if p.Shared == (Shared{}) {
		return true, nil
	}
	if _, err := s.relax(context.Background(), 0, nil); err != nil {
		return false, err
	}
	return s.last.short < 1e-6, nil
}

// clashError tells of the rules that cannot hold together.
func (p *Problem) clashError() error {
	rules, err := Clash(p)
	if err != nil {
		return err
	}
	if len(rules) == 0 {
		return core.Errorf(core.Unsupported, "no plan that keeps all rules was found").WithHint("loosen one of them")
	}
	return core.Errorf(core.Invalid, "these rules cannot be kept together: %s", strings.Join(rules, "; ")).
		WithHint("without any one of them a plan exists: loosen one")
}
