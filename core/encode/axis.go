package encode

import (
	"math"
	"math/rand/v2"

	"shoptwin/core/table"
)

// thinRows is how many rows are looked at to order levels.
const thinRows = 60_000

// sample is a thinned table as codes of its narrow parts.
type sample struct {
	rows  []int
	codes [][]uint16 // codes[part][i], i indexing rows
	width []int
}

// thin encodes at most thinRows rows of t, without the columns in skip.
func (e *Encoder) thin(t *table.Table, skip map[int]bool, rng *rand.Rand) *sample {
	s := &sample{}
	n := t.Rows()
	for i := range n {
		// Selection sampling (Knuth 3.4.2 S): each row with equal chance.
		if n <= thinRows || rng == nil && i*thinRows/n != (i+1)*thinRows/n || rng != nil && rng.IntN(n-i) < thinRows-len(s.rows) {
			s.rows = append(s.rows, i)
		}
	}
	for i := range e.Columns {
		c := &e.Columns[i]
		if skip[i] || c.Form != Modelled {
			continue
		}
		for j, codes := range c.encode(t.Columns[i].Take(s.rows)) {
			if p := &c.Parts[j]; !p.Free && p.Width() > 1 {
				s.codes, s.width = append(s.codes, codes), append(s.width, p.Width())
			}
		}
	}
	return s
}

// axis places p's levels on a line so that levels whose rows look alike in
// the other columns are neighbours: the first axis of a correspondence
// analysis of levels against all other codes, found by reciprocal averaging
// (Hill 1973), with scores of small levels shrunk to 0. Nil if there are no
// other columns. O(rows x parts) a round.
func (s *sample) axis(c *table.Column, p *Part) []float64 {
	if len(s.codes) == 0 {
		return nil
	}
	index := make(map[string]int32, len(p.Levels))
	for l, name := range p.Levels[:p.kept()] {
		index[name] = int32(l)
	}
	piece := make([]int32, len(c.Levels))
	for l, name := range c.Levels {
		piece[l] = -1
		if i, ok := index[name]; ok {
			piece[l] = i
		}
	}
	level := make([]int32, len(s.rows)) // piece of each sampled row, -1 none
	n := make([]float64, p.kept())
	for i, r := range s.rows {
		level[i] = -1
		if code := c.Codes[r]; code >= 0 {
			level[i] = piece[code]
		}
		if level[i] >= 0 {
			n[level[i]]++
		}
	}
	u := make([]float64, len(n))
	for round := range 10 {
		next := make([]float64, len(u))
		for b, codes := range s.codes {
			v, m := make([]float64, s.width[b]), make([]float64, s.width[b])
			var mean, rows float64
			for i, l := range level {
				if l < 0 {
					continue
				}
				w := codes[i]
				if round == 0 {
					v[w] = float64(w) // any start that is not constant
					m[w] = 1
				} else {
					v[w] += u[l]
					m[w]++
				}
			}
			for w := range v {
				v[w] /= max(m[w], 1)
			}
			for i, l := range level {
				if l >= 0 {
					mean += v[codes[i]]
					rows++
				}
			}
			mean /= max(rows, 1)
			for i, l := range level {
				if l >= 0 {
					next[l] += v[codes[i]] - mean
				}
			}
		}
		var norm float64
		for l := range next {
			next[l] /= n[l] + 10
			norm += n[l] * next[l] * next[l]
		}
		if norm == 0 {
			return nil
		}
		norm = math.Sqrt(norm / float64(len(level)))
		for l := range next {
			u[l] = next[l] / norm
		}
	}
	return u
}
