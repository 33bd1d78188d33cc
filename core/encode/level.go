package encode

import (
	"cmp"
	"slices"
	"strconv"

	"shoptwin/core/table"
)

// rareShare is the share of rows in rare levels above which they are written
// as a level of their own, "other". Below it they are drawn as one of the
// kept levels, by frequency: a few unfamiliar cells are not worth a word that
// the real table does not have.
const rareShare = .05

// fitLevels returns the levels of a column of text, most frequent first, each
// with a bin of its own; levels rarer than MinCount share one. The key is how
// these are written, nil where by a word.
func (e *Encoder) fitLevels(c *table.Column, s facts) (Part, *Key) {
	p := Part{Unit: Label, Rare: -1}
	persons := s.count
	if len(e.who) > 0 {
		persons = byPerson(c.Codes, e.who, len(c.Levels))
	}
	for l, n := range s.count {
		if persons[l] >= int64(e.Config.MinCount) {
			p.Levels, p.Count = append(p.Levels, c.Levels[l]), append(p.Count, n)
			p.rareRows -= n
		}
	}
	p.rareRows += int64(s.present)
	order := make([]int, len(p.Levels))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(p.Count[b], p.Count[a]), cmp.Compare(p.Levels[a], p.Levels[b]))
	})
	p.reorder(order)
	var fresh *Key
	if float64(p.rareRows) > rareShare*float64(s.present) || len(p.Levels) == 0 {
		p.other = "other"
		taken := func(name string) bool {
			l := slices.Index(c.Levels, name)
			return l >= 0 && s.count[l] > 0
		}
		for i := 2; taken(p.other); i++ {
			p.other = "other_" + strconv.Itoa(i)
		}
		of := "seen in fewer than %d rows"
		if len(e.who) > 0 {
			of = "of fewer than %d persons"
		}
		if fresh = e.fitFresh(c, s, &p); fresh != nil {
			e.warn("column %q: %d rows hold values "+of+"; they get fresh values of the same form", c.Name, p.rareRows, e.Config.MinCount)
		} else {
			e.warn("column %q: %d rows hold values "+of+"; they are written as %q", c.Name, p.rareRows, e.Config.MinCount, p.other)
		}
	}
	return p, fresh
}

func (p *Part) reorder(order []int) {
	levels, count := make([]string, len(order)), make([]int64, len(order))
	for i, o := range order {
		levels[i], count[i] = p.Levels[o], p.Count[o]
	}
	p.Levels, p.Count = levels, count
}

// kept returns how many pieces are real levels, not the word for the others.
func (p *Part) kept() int {
	if p.other != "" && len(p.Levels) > 0 && p.Levels[len(p.Levels)-1] == p.other {
		return len(p.Levels) - 1
	}
	return len(p.Levels)
}

// rareBins returns 1 if rare levels have a bin of their own, else 0.
func (p *Part) rareBins(minCount int) int {
	if p.other != "" || p.rareRows >= int64(minCount) && len(p.Levels) > 1 {
		return 1
	}
	return 0
}

// group gives the levels, most frequent first, at most most bins, and then
// one to the rare ones if they deserve it. A level has its own bin if its
// mass is at least that of a fair share of what is left; the others are cut
// into bins of equal mass in the order of their place on axis.
func (p *Part) group(axis []float64, most, minCount int) {
	n := p.kept()
	p.Levels, p.Count = p.Levels[:n], p.Count[:n]
	p.From, p.To = nil, nil
	var rest int64
	for _, c := range p.Count {
		rest += c
	}
	most = max(1, most)
	own := 0
	for ; own < n && (n <= most || own < most-1 && p.Count[own]*int64(most-own) >= rest); own++ {
		rest -= p.Count[own]
		p.From, p.To = append(p.From, int32(own)), append(p.To, int32(own+1))
	}
	if own < n {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		if axis != nil {
			slices.SortStableFunc(order[own:], func(a, b int) int { return cmp.Compare(axis[a], axis[b]) })
		}
		p.reorder(order)
		p.cut(own, most-own, rest)
	}
	p.addRare(minCount)
}

// cut makes at most bins bins of about equal mass from the pieces after own.
func (p *Part) cut(own, bins int, rest int64) {
	var sum int64
	last := -1
	for i := own; i < len(p.Count); i++ {
		b := int((float64(sum) + float64(p.Count[i])/2) / float64(rest) * float64(bins))
		if b != last {
			p.From, p.To = append(p.From, int32(i)), append(p.To, int32(i))
			last = b
		}
		p.To[len(p.To)-1]++
		sum += p.Count[i]
	}
}

// addRare adds the bin of rare levels: the word for others, or all kept
// levels by frequency. Without such a bin they count as the most common.
func (p *Part) addRare(minCount int) {
	n := int32(len(p.Levels))
	p.Rare = 0
	if p.rareBins(minCount) == 0 {
		return
	}
	p.Rare = int32(len(p.From))
	if p.other == "" {
		p.From, p.To = append(p.From, 0), append(p.To, n)
		return
	}
	p.Levels, p.Count = append(p.Levels, p.other), append(p.Count, max(1, p.rareRows))
	p.From, p.To = append(p.From, n), append(p.To, n+1)
}
