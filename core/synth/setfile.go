package synth

import "shoptwin/core"

// check says whether s's parts fit together.
func (s *Set) check() error {
	for i, m := range s.Members {
		bad := func(what string) error {
			return core.Errorf(core.Invalid, "the model of table %q does not fit the others: %s", m.Name, what)
		}
		if m.Owner >= i || m.Owner >= 0 && (m.Batch < 1 || m.Span < 1) {
			return bad("its owner")
		}
		for _, r := range m.References {
			if r.Member < 0 || r.Member >= i {
				return bad("key " + r.Column)
			}
		}
		for _, f := range m.Foreign {
			if f.Member < 0 || f.Member >= i {
				return bad("key " + f.Column)
			}
		}
		if m.EarlySteps < 0 || m.EarlySteps > len(m.Steps) {
			return bad("its rules")
		}
	}
	return nil
}
