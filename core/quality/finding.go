package quality

import (
	"fmt"
	"math"
)

// describe says in a sentence what is off with the column of s.
func (c *column) describe(s *ColumnScore, rows [sides]int) {
	n, m := float64(rows[realSide])*(1-s.RealMissing), float64(rows[syntheticSide])*(1-s.SyntheticMissing)
	chance := 1.36 * math.Sqrt(1/n+1/m) // 95 % of D under equal distributions
	if c.discrete {
		chance = 0
		for _, p := range shares(c.codes[realSide]) {
			chance += math.Sqrt(p * (1 - p) * (1/n + 1/m) / (2 * math.Pi))
		}
		chance *= 1.5
	}
	visible := max(0.01, chance)
	if s.Ceiling != nil {
		visible = max(visible, 1.5*(1-*s.Ceiling))
	}
	gap := s.SyntheticMissing - s.RealMissing
	blanks := math.Abs(gap) > max(0.01, 3*math.Sqrt(s.RealMissing*(1-s.RealMissing)*(1/n+1/m)))
	s.Finding = Words{"no visible difference", "无可见差异"}
	switch {
	case blanks && math.Abs(gap) > 1-s.Score:
		s.Differs = true
		s.Finding = words("%s of the cells are missing, in the real table %s", "缺失 %s 的单元格，真实表为 %s", percent(s.SyntheticMissing), percent(s.RealMissing))
	case 1-s.Score <= visible:
	case c.discrete:
		s.Differs = true
		s.Finding = c.describeLevels(s)
	default:
		s.Differs = true
		s.Finding = c.describeRange(s)
	}
}

// describeLevels names the level whose share is farthest off.
func (c *column) describeLevels(s *ColumnScore) Words {
	real, synthetic := shares(c.codes[realSide]), shares(c.codes[syntheticSide])
	invented := 0.0
	for k, q := range synthetic {
		if at(real, k) == 0 {
			invented += q
		}
	}
	worst := s.Bars[0]
	for _, b := range s.Bars {
		if math.Abs(b.Synthetic-b.Real) > math.Abs(worst.Synthetic-worst.Real) {
			worst = b
		}
	}
	switch {
	case invented > 0.5*math.Abs(worst.Synthetic-worst.Real) && invented > 0.005:
		return words("%s of the cells hold values that the real table does not have", "%s 的单元格取值在真实表中不存在", percent(invented))
	case worst.Other:
		how := far(worst.Real, worst.Synthetic, true)
		return Words{"the rarer values together " + how.En, "其余较少见的取值合计" + how.Zh}
	}
	how := far(worst.Real, worst.Synthetic, false)
	return Words{fmt.Sprintf("“%s” %s", worst.Label, how.En), fmt.Sprintf("“%s”%s", worst.Label, how.Zh)}
}

// describeRange names the value or the run of bins whose share is farthest off.
func (c *column) describeRange(s *ColumnScore) Words {
	if v, p := mode(c.num[realSide]); p >= 0.1 && p*float64(c.length(realSide))*(1-s.RealMissing) >= rare {
		if q := shareOf(c.num[syntheticSide], v); math.Abs(q-p) > 0.5*(1-s.Score) {
			how := far(p, q, false)
			return Words{fmt.Sprintf("the value %s %s", c.text(v), how.En), fmt.Sprintf("取值 %s %s", c.text(v), how.Zh)}
		}
	}
	best, from, to := 0.0, 0, 0
	for _, sign := range []float64{1, -1} {
		sum, start := 0.0, 0
		for i, b := range s.Bars {
			if sum <= 0 {
				sum, start = 0, i
			}
			if sum += sign * (b.Synthetic - b.Real); sum > best*(1+1e-9) {
				best, from, to = sum, start, i
			}
		}
	}
	if best < 0.005 {
		return Words{"values are moved within the bars shown", "取值在所示区间内部有偏移"}
	}
	real, synthetic := 0.0, 0.0
	for _, b := range s.Bars[from : to+1] {
		real += b.Real
		synthetic += b.Synthetic
	}
	how := far(real, synthetic, true)
	lo, hi := *s.Bars[from].Lo, *s.Bars[to].Hi
	switch {
	case from == 0:
		return Words{fmt.Sprintf("values below %s %s", c.text(hi), how.En), fmt.Sprintf("小于 %s 的值%s", c.text(hi), how.Zh)}
	case to == len(s.Bars)-1:
		return Words{fmt.Sprintf("values of %s or more %s", c.text(lo), how.En), fmt.Sprintf("不小于 %s 的值%s", c.text(lo), how.Zh)}
	case from == to && c.whole() && hi-lo == 1:
		how = far(real, synthetic, false)
		return Words{fmt.Sprintf("the value %s %s", c.text(lo), how.En), fmt.Sprintf("取值 %s %s", c.text(lo), how.Zh)}
	}
	if c.whole() {
		hi--
	}
	return Words{fmt.Sprintf("values from %s to %s %s", c.text(lo), c.text(hi), how.En), fmt.Sprintf("%s 至 %s 的值%s", c.text(lo), c.text(hi), how.Zh)}
}

// mode returns the most frequent value of x and its share, NaN left out.
func mode(x []float64) (value, share float64) {
	sorted := sortedValues(x)
	most := 0
	for i := 0; i < len(sorted); {
		k := i
		for ; k < len(sorted) && sorted[k] == sorted[i]; k++ {
		}
		if k-i > most {
			most, value = k-i, sorted[i]
		}
		i = k
	}
	return value, float64(most) / float64(max(1, len(sorted)))
}

// shareOf returns the share of v in x, NaN left out.
func shareOf(x []float64, v float64) float64 {
	n, total := 0, 0
	for _, u := range x {
		if u == v {
			n++
		}
		if !math.IsNaN(u) {
			total++
		}
	}
	return float64(n) / float64(max(1, total))
}

// far says how far a share q is from the share p it should be.
func far(p, q float64, many bool) Words {
	is := "is"
	if many {
		is = "are"
	}
	switch {
	case p < 0.0005:
		return words(is+" %s of all, in the real table almost none", "占 %s，真实表中几乎没有", percent(q))
	case q < 0.02*p:
		return words(is+" all but absent (%s in the real table)", "几乎没有（真实表中占 %s）", percent(p))
	case q >= 2*p:
		return words(is+" %.3g times as frequent as in the real table", "出现频率为应有的 %.3g 倍", q/p)
	case q > p:
		return words(is+" %s too frequent", "多了 %s", percent(q/p-1))
	}
	return words(is+" %s too rare", "少了 %s", percent(1-q/p))
}

// percent writes a share with at most three significant digits.
func percent(p float64) string {
	switch {
	case p >= 0.0995:
		return fmt.Sprintf("%.0f%%", 100*p)
	case p >= 0.00095:
		return fmt.Sprintf("%.1f%%", 100*p)
	case p == 0:
		return "0%"
	}
	return "<0.1%"
}
