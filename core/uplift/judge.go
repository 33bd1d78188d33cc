package uplift

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Places of what the bootstrap keeps beside each learner's AUUC and Qini.
const (
	curvePoints = 20
	groups      = 5

	atEffect  = 0
	atTarget  = 1
	atAll     = 2
	atBetter  = 3
	atCurve   = 4
	atGroup   = atCurve + curvePoints
	atRanking = atGroup + groups
	figures   = atRanking + 2*(learners+1)
)

// judge fills the report from the expected effects and what happened.
// Intervals are percentiles of resamples of persons (Efron 1979), models
// standing still.
func (s *study) judge(r *Report, rng *rand.Rand) {
	n := len(s.score)
	var order [learners + 1][]int
	tie := rng.Perm(n)
	for k, e := range s.effect {
		order[k] = make([]int, n)
		for i := range order[k] {
			order[k][i] = i
		}
		slices.SortFunc(order[k], func(a, b int) int { return cmp.Or(cmp.Compare(e[b], e[a]), cmp.Compare(tie[a], tie[b])) })
	}
	count := slices.Repeat([]uint16{1}, n)
	mean := s.figures(order, count)
	drawn := make([][]float64, figures)
	for range s.cfg.Resamples {
		clear(count)
		for range n {
			count[rng.IntN(n)]++
		}
		for j, v := range s.figures(order, count) {
			drawn[j] = append(drawn[j], v)
		}
	}
	interval := func(j int) Interval {
		slices.Sort(drawn[j])
		at := func(q float64) float64 { return drawn[j][int(q*float64(s.cfg.Resamples-1)+0.5)] }
		return Interval{mean[j], at((1 - s.cfg.Level) / 2), at((1 + s.cfg.Level) / 2)}
	}
	r.Effect = interval(atEffect)
	for k, e := range s.effect {
		l := Learner{Name: names[k], AUUC: interval(atRanking + 2*k), Qini: interval(atRanking + 2*k + 1)}
		for i, v := range s.score {
			l.Loss += (v - e[i]) * (v - e[i]) / float64(n)
		}
		r.Learners = append(r.Learners, l)
	}
	r.Curve = append(r.Curve, Point{})
	for p := range curvePoints {
		r.Curve = append(r.Curve, Point{float64(p+1) / curvePoints, interval(atCurve + p)})
	}
	for g := range groups {
		x := Group{Effect: interval(atGroup + g)}
		for _, i := range order[learners][g*n/groups : (g+1)*n/groups] {
			x.Expected += s.effect[learners][i]
			x.Rows++
		}
		x.Expected /= float64(max(x.Rows, 1))
		r.Groups = append(r.Groups, x)
	}
	for i, v := range s.plain {
		r.Without += v / float64(n)
		if s.pays(i) {
			r.Target.Share += 1 / float64(n)
		}
	}
	r.Target.Threshold = s.cfg.Cost / s.cfg.Value
	r.Target.Gain, r.Target.Everyone, r.Target.Better = interval(atTarget), interval(atAll), interval(atBetter)
	for _, v := range drawn[atBetter] {
		if v > 0 {
			r.Target.Chance += 1 / float64(s.cfg.Resamples)
		}
	}
	r.Expected = slices.Clone(s.effect[learners])
	if r.Learners[learners].AUUC.Lo <= 0 {
		r.Notes = append(r.Notes, "the ranking of persons is not plainly better than chance: reach all or no one")
	}
}

// pays says whether person i is worth reaching.
func (s *study) pays(i int) bool { return s.effect[learners][i]*s.cfg.Value > s.cfg.Cost }

// figures computes all that has an interval from persons taken count times.
func (s *study) figures(order [learners + 1][]int, count []uint16) []float64 {
	out := make([]float64, figures)
	n := float64(len(count))
	for i, c := range count {
		v := float64(c) / n
		out[atEffect] += v * s.score[i]
		money := v * (s.score[i]*s.cfg.Value - s.cfg.Cost)
		out[atAll] += money
		if s.pays(i) {
			out[atTarget] += money
		}
	}
	out[atBetter] = out[atTarget] - max(out[atAll], 0)
	for k := range order {
		out[atRanking+2*k], out[atRanking+2*k+1] = s.areas(order[k], count)
	}
	at, gain, group, size, done := 0.0, 0.0, 0.0, 0.0, 0
	for _, i := range order[learners] {
		c := float64(count[i])
		before := at
		at += c
		for done < curvePoints && at >= float64(done+1)/curvePoints*n-1e-9 {
			part := float64(done+1)/curvePoints*n - before
			out[atCurve+done] = (gain + part*s.score[i]) / n
			done++
		}
		gain += c * s.score[i]
		group += c * s.score[i]
		size += c
		if g := int(before / n * groups); int(at/n*groups+1e-9) > g && g < groups {
			out[atGroup+g] = group / max(size, 1)
			group, size = 0, 0
		}
	}
	return out
}

// areas are AUUC and Qini of a ranking: what lies between its curve and the
// straight line to the same end.
func (s *study) areas(order []int, count []uint16) (auuc, qini float64) {
	n := float64(len(count))
	var at, gain float64
	var w, y [2]float64 // weights and weighted outcomes of either side so far
	var under, counted float64
	for _, i := range order {
		c := float64(count[i])
		if c == 0 {
			continue
		}
		under += c * (gain + c*s.score[i]/2)
		gain += c * s.score[i]
		side, weight := sideOf(s.t.Treated[i]), c/(1-s.chance[i])
		if side == 1 {
			weight = c / s.chance[i]
		}
		w[side] += weight
		y[side] += weight * s.t.Outcome[i]
		at += c
		if w[0] > 0 {
			counted += c * (y[1] - y[0]*w[1]/w[0])
		}
	}
	auuc = under/(n*n) - gain/n/2
	if w[0] > 0 && w[1] > 0 {
		qini = (counted/n - (y[1]-y[0]*w[1]/w[0])/2) / w[1]
	}
	return auuc, qini
}
