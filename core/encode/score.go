package encode

import (
	"math"
	"slices"

	"shoptwin/core"
)

// bits returns the mean bits that the judging rows' pieces of part k take,
// given the contexts and, unless free, its own code.
func (s *search) bits(k int, by []Context, free bool) float64 {
	p := s.e.parts[k]
	all := make([]states, 0, len(by)+1)
	if !free {
		all = append(all, states{s.codes[k], uint64(p.Width())})
	}
	for _, c := range by {
		all = append(all, s.states(c))
	}
	if !keysFit(all, len(p.Count)+1) {
		return math.Inf(1)
	}
	g := s.given(k, by, free, s.count, s.minCount)
	bin := p.binOf()
	pieces := make([]float64, len(p.From)+1) // of each bin
	rest := make([]float64, len(p.From)+1)
	total := 0.
	for i, n := range g.Rest {
		rest[bin[i]] += float64(n)
		pieces[bin[i]]++
		total += float64(n)
	}
	var sum float64
	base := len(all) - len(by)
	for _, i := range s.judge {
		piece := s.piece[k][i]
		if piece < 0 || !free && int(piece) == len(p.Count) {
			continue
		}
		left, prob := 1., 0.
		for d := len(by) - 1; d >= 0; d-- {
			key, ok := keyed(all[:base+d+1], i)
			if !ok {
				continue
			}
			c := &g.Levels[d]
			at, ok := c.place[key]
			if !ok {
				continue
			}
			n := float64(c.Rows[at]) + .5
			if j, ok := slices.BinarySearch(c.Piece[c.From[at]:c.From[at+1]], piece); ok {
				prob += left * float64(c.Count[int(c.From[at])+j]) / n
			}
			left *= 1 - float64(c.kept[at])/n
		}
		n, m := total, float64(len(g.Rest))
		if !free {
			n, m = rest[bin[piece]], pieces[bin[piece]]
		}
		prob += left * (float64(g.Rest[piece]) + .5) / (n + .5*m)
		sum -= math.Log2(prob)
	}
	return sum / float64(len(s.judge))
}

// info returns the mutual information of two parts' codes in the judging
// rows, in bits, with Miller's correction for its bias.
func (s *search) info(a, b int) float64 {
	wa, wb := s.e.parts[a].Width(), s.e.parts[b].Width()
	ab, ma, mb := make([]float64, wa*wb), make([]float64, wa), make([]float64, wb)
	for _, i := range s.judge {
		x, y := s.codes[a][i], s.codes[b][i]
		ab[int(x)*wb+int(y)]++
		ma[x]++
		mb[y]++
	}
	entropy := func(count []float64) (h float64) {
		n := float64(len(s.judge))
		for _, c := range count {
			if c > 0 {
				h += c/n*math.Log2(n/c) + .5/math.Ln2/n
			}
		}
		return h
	}
	return entropy(ma) + entropy(mb) - entropy(ab)
}

// shift returns by how much the worst pair of columns changes when part k is
// drawn by its contexts: the mean squared contingency between the pair's
// table in the judging rows and the one that is expected, without what chance
// contributes.
func (s *search) shift(k int, by []Context) float64 {
	p := s.e.parts[k]
	g := s.given(k, by, true, s.count, s.minCount)
	all := make([]states, len(by))
	for j, c := range by {
		all[j] = s.states(c)
	}
	bin := p.binOf()
	width := len(p.From) + 1
	rest := make([]float64, width)
	var total float64
	for i, n := range g.Rest {
		rest[bin[i]] += float64(n)
		total += float64(n)
	}
	for b := range rest {
		rest[b] /= max(total, 1)
	}
	n := len(s.judge)
	want := make([]float64, n*width) // expected bins of each row
	for j, i := range s.judge {
		q := want[j*width : (j+1)*width]
		left := 1.
		for d := len(by) - 1; d >= 0; d-- {
			if key, ok := keyed(all[:d+1], i); ok {
				c := &g.Levels[d]
				if at, ok := c.place[key]; ok {
					rows := float64(c.Rows[at])
					for x := c.From[at]; x < c.From[at+1]; x++ {
						q[bin[c.Piece[x]]] += left * float64(c.Count[x]) / rows
					}
					left *= 1 - float64(c.kept[at])/rows
				}
			}
		}
		for b, r := range rest {
			q[b] += left * r
		}
	}
	more := 1 + float64(n)/float64(len(s.count)) // counting was by chance too
	worst := make([]float64, len(s.e.parts))
	core.Parallel(len(s.e.parts), func(o int) {
		if o == k || s.codes[o] == nil {
			return
		}
		wo := s.e.parts[o].Width()
		have, expect, noise := make([]float64, width*wo), make([]float64, width*wo), make([]float64, width*wo)
		for j, i := range s.judge {
			co := int(s.codes[o][i])
			if piece := s.piece[k][i]; piece >= 0 {
				have[int(bin[piece])*wo+co]++
			} else {
				for b, q := range want[j*width : (j+1)*width] {
					have[b*wo+co] += q
				}
			}
			for b, q := range want[j*width : (j+1)*width] {
				expect[b*wo+co] += q
				noise[b*wo+co] += q * (1 - q)
			}
		}
		var sum float64
		for c, x := range expect {
			if x > 0 {
				d := have[c] - x
				sum += (d*d - more*noise[c]) / max(x, 5)
			}
		}
		worst[o] = sum / float64(n)
	})
	return slices.Max(worst)
}
