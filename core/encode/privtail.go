package encode

import (
	"math"
	"slices"
)

func (s *pieces) mirror() {
	slices.Reverse(s.pieces)
	slices.Reverse(s.count)
	slices.Reverse(s.vars)
	for i, c := range s.pieces {
		s.pieces[i] = interval{-c.hi, -c.lo}
	}
}

// taperHigh ends the last piece where the last row is to be expected: the true
// extreme is a single row's affair and not to be had in private. It looks at
// the points above which there are 1, 4, 16 and so on times as many rows as in
// the last piece, takes the mean ratio of the gaps between them to go on
// (the idea of Pickands 1975), and puts pieces of falling density there. limit
// is the end of the interval that the rows were found in. Where the cells
// beyond hold fewer rows than that lets expect, the last piece ends as it is.
func (s *pieces) taperHigh(fair bool, empty beyond, limit float64) {
	k := len(s.pieces) - 1
	var all float64
	for _, n := range s.count {
		all += max(0, n)
	}
	above := max(1, s.count[k])
	if c := s.pieces[k]; c.lo == c.hi && fair && k > 0 {
		if in := s.pieces[k-1]; above > 3*s.count[k-1]/(in.hi-in.lo+1) {
			s.cut(empty) // a spike at the end
			return
		}
	}
	at := []float64{s.pieces[k].lo}
	for i, sum, next := k-1, above, 4*above; i >= 0 && next < .7*all; {
		n := max(0, s.count[i])
		if c := s.pieces[i]; sum+n < next {
			sum += n
			i--
		} else {
			at = append(at, c.hi-(c.hi-c.lo)*(next-sum)/n)
			next *= 4
		}
	}
	if len(at) < 2 || !(at[0] > at[1]) {
		return
	}
	fall := math.Log(4) / (at[0] - at[1])
	if empty.tells(at[0], above, fall, fair) {
		return
	}
	// Few gaps are known, and with noise: their ratio is taken halfway to the
	// usual one.
	// Scales of few whole numbers end, and no tail of theirs is longer than
	// what lies between it and the median; for others it is exponential.
	narrow := fair && len(empty.cells)+len(s.pieces) <= maxWhole && s.pieces[k].hi-s.pieces[0].lo <= maxWhole
	usual := 1.
	if narrow {
		usual = .85
	}
	ratio := usual
	if n := len(at); n > 2 {
		ratio = math.Pow((at[0]-at[1])/max(at[n-2]-at[n-1], 1e-300), 1/float64(n-2))
		ratio = min(max(math.Sqrt(ratio*usual), .5), 1.3)
	}
	x1, end := at[0], at[0]
	gap, left := at[0]-at[1], math.Log(above)/math.Log(4)
	for ; left > 0; left-- {
		gap *= ratio
		end += gap * min(1, left)
	}
	if narrow {
		end = min(end, 2*x1-below(s.pieces, s.count, all/2))
	}
	if limit > 0 { // the next interval may hold some rows
		limit *= 2
	} else {
		limit /= 2
	}
	end = min(end, limit)
	if fair {
		end = max(math.Round(end), x1)
	}
	if end <= x1 {
		s.pieces[k].hi = x1
		return
	}
	const parts = 5
	s.pieces, s.count, s.vars = s.pieces[:k], s.count[:k], append(s.vars[:k:k], s.vars[k])[:k]
	v := above
	rate := fall * (end - x1) / parts
	var odds float64
	for j := range parts {
		odds += math.Exp(-rate * float64(j))
	}
	from := x1
	for j := range parts {
		to := x1 + (end-x1)*float64(j+1)/parts
		share := math.Exp(-rate*float64(j)) / odds
		if fair {
			if to = math.Floor(to + 1e-9); j == parts-1 {
				to = end
			}
			if to < from {
				continue
			}
		}
		s.add(interval{from, to}, above*share, v*share)
		if from = to; fair {
			from++
		}
	}
}

// below returns where n rows lie below.
func below(p []interval, count []float64, n float64) float64 {
	for i, c := range p {
		if c := max(0, count[i]); c < n {
			n -= c
			continue
		}
		return c.lo + (c.hi-c.lo)*n/max(count[i], 1)
	}
	return p[len(p)-1].hi
}

// cut ends a scale of whole numbers whose last piece is a spike. People cut at
// nines: where the spike lies past the middle of 9, 99 or 999, the scale is
// taken to go on to there, with what rows the noise lets see.
func (s *pieces) cut(empty beyond) {
	at := s.pieces[len(s.pieces)-1].hi
	end := 9.
	for end < at && end < 999 {
		end = 10*end + 9
	}
	if at < 5 || at >= end || at <= end/2 || len(empty.cells) == 0 {
		return
	}
	var in, cells float64
	for i, c := range empty.cells {
		if c.hi <= end {
			in += float64(empty.noisy[i])
			cells++
		}
	}
	s.add(interval{at + 1, end}, min(max(1, in), s.count[len(s.count)-1]), empty.sigma*empty.sigma*max(1, cells))
}

// beyond is the cells outside a range.
type beyond struct {
	cells []interval
	noisy []int64
	sigma float64
}

// tells says whether the cells look empty rather than as if, of above rows
// from x up, the number fell by exp(-fall) a unit: by the likelihood of their
// noise.
func (b beyond) tells(x, above, fall float64, fair bool) bool {
	var odds, info float64
	for i, c := range b.cells {
		lo, hi := c.lo, c.hi
		if fair {
			hi++
		}
		want := above * (math.Exp(-fall*(lo-x)) - math.Exp(-fall*(hi-x)))
		odds += want * (float64(b.noisy[i]) - want/2) / (b.sigma * b.sigma)
		info += want * want / (2 * b.sigma * b.sigma) // what odds is if it is so, and minus that if not
	}
	if info > 3 {
		return odds < info/2 // too long a range costs more than one too short
	}
	return info > 1.2 && odds < 0
}

// with puts atoms between the pieces, which they split.
func (s pieces) with(atoms []float64, count []int64, sigma float64, fair bool) (out pieces) {
	next := 0
	atom := func() {
		out.add(interval{atoms[next], atoms[next]}, float64(count[next]), sigma*sigma)
		next++
	}
	for i, c := range s.pieces {
		for next < len(atoms) && atoms[next] < c.lo {
			atom()
		}
		at, left, v := c.lo, s.count[i], s.vars[i]
		size := func(lo, hi float64) float64 {
			if fair {
				return hi - lo + 1
			}
			return hi - lo
		}
		whole := size(c.lo, c.hi)
		part := func(hi float64) {
			if n := size(at, hi); n > 0 && hi >= at {
				out.add(interval{at, hi}, left*n/whole, v*n/whole)
			}
		}
		if c.lo == c.hi && whole == 0 {
			whole = 1
		}
		for next < len(atoms) && atoms[next] <= c.hi {
			a := atoms[next]
			if fair {
				part(a - 1)
				at = a + 1
			} else {
				part(a)
				at = a
			}
			atom()
		}
		part(c.hi)
	}
	for next < len(atoms) {
		atom()
	}
	return out
}
