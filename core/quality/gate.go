package quality

import "math"

// Check is one thing that must hold before synthetic rows are given away.
type Check struct {
	// Name is copies, nearer, member or single; the app adds others.
	Name   string   `json:"name"`
	State  string   `json:"state"` // Yes: holds; Watch: more than it should, within chance; No: does not hold; Unknown: could not be measured
	Value  float64  `json:"value"`
	Lo     *float64 `json:"lo,omitempty"` // 95 % interval of Value
	Hi     *float64 `json:"hi,omitempty"`
	Limit  float64  `json:"limit"`            // that Value should not exceed
	Of     int      `json:"of,omitempty"`     // rows that were looked at
	Chance float64  `json:"chance,omitempty"` // what chance alone gives
}

// Gate returns what must hold before rows of this table are given away, from
// the same measures and limits as the verdict on sharing. Copies count as too
// many where chance does not explain them: three standard errors above as many
// fresh rows.
func (r *Report) Gate() []Check {
	p := &r.Privacy
	copies := Check{Name: "copies", State: Unknown, Value: float64(p.Copies), Of: p.CopyRows}
	switch {
	case p.HoldoutCopies != nil && p.HoldoutRows > 0:
		usual := float64(*p.HoldoutCopies) / float64(p.HoldoutRows)
		copies.Chance = math.Round(usual * float64(p.CopyRows))
		n, m := float64(p.CopyRows), float64(p.HoldoutRows)
		copies.Limit = math.Floor(n * (usual + 3*math.Sqrt(max(usual, 1/m)*(1/n+1/m))))
		if copies.State = Yes; p.copied() {
			copies.State = No
		}
	case p.Copies == 0:
		copies.State = Yes
	}
	nearer := Check{Name: "nearer", State: Unknown, Limit: p.Limit, Chance: 0.5, Of: p.Queries}
	if p.DCRShare != nil {
		nearer.Value, nearer.Lo, nearer.Hi = *p.DCRShare, p.DCRLo, p.DCRHi
		nearer.State = held(nearer.Value, *p.DCRLo, p.Limit)
	}
	member := Check{Name: "member", State: Unknown, Limit: memberLimit, Chance: 0.5}
	if m := p.Membership; m != nil {
		a, _ := m.worst()
		member.Value, member.Lo, member.Hi, member.Limit = a.AUC, &a.Lo, &a.Hi, m.Limit
		member.State = held(a.AUC, a.Lo, m.Limit)
	}
	single := Check{Name: "single", State: Unknown, Limit: singledLimit}
	for i, s := range p.SinglingOut {
		if i == 0 || s.Risk > single.Value {
			state := held(s.Risk, s.Lo, s.Limit)
			if s.Lo == 0 { // chance explains it
				state = Yes
			}
			single = Check{Name: "single", State: state, Value: s.Risk, Lo: &s.Lo, Hi: &s.Hi, Limit: s.Limit, Of: s.Guesses}
		}
	}
	return []Check{copies, nearer, member, single}
}

// held says whether a value keeps a limit, for sure where even its interval's
// lower end does not.
func held(value, lo, limit float64) string {
	switch {
	case lo > limit:
		return No
	case value > limit:
		return Watch
	}
	return Yes
}
