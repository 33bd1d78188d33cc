package encode

import (
	"math/rand/v2"
	"strings"

	"shoptwin/core/table"
)

// Rare levels of a column of codes (products, customers, invoices named by
// letters and digits) are not written as "other", a word by which anybody tells
// a synthetic row: they get fresh codes of the same form, which repeat as often
// as the rare ones do.

// codeShare is the share of levels that must have the form of most.
const codeShare = .8

// freshLevels is how many rare levels are worth fresh ones.
const freshLevels = 50

// shape is s with its letters and digits made alike: AA-99.
func shape(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '9'
		case r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
			return 'A'
		}
		return r
	}, s)
}

// fitFresh returns how to write the levels of c that p does not keep; nil
// where levels are no codes, but names.
func (e *Encoder) fitFresh(c *table.Column, s facts, p *Part) *Key {
	kept := map[string]bool{}
	for _, l := range p.Levels {
		kept[l] = true
	}
	count := map[string]int{}
	levels := 0
	for l, n := range s.count {
		if n > 0 {
			levels++
			count[shape(c.Levels[l])]++
		}
	}
	most := ""
	for form, n := range count {
		if n > count[most] || n == count[most] && form < most {
			most = form
		}
	}
	if !strings.Contains(most, "9") || float64(count[most]) < codeShare*float64(levels) {
		return nil
	}
	var values []string
	var sizes []float64
	rows := 0
	for l, n := range s.count {
		if n == 0 {
			continue
		}
		if shape(c.Levels[l]) == most {
			values = append(values, c.Levels[l])
		}
		if !kept[c.Levels[l]] {
			sizes = append(sizes, float64(n))
			rows += int(n)
		}
	}
	if len(sizes) < freshLevels {
		return nil
	}
	k := &Key{}
	switch {
	case k.counted(values):
		all := values // one of another length may have the same prefix
		for l, n := range s.count {
			if rest, ok := strings.CutPrefix(c.Levels[l], k.Prefix); ok && n > 0 && digits(rest) && len(rest) < 16 {
				all = append(all, c.Levels[l])
			}
		}
		width := k.Digits
		if !k.counted(all) {
			return nil
		}
		k.Digits = width
	case !k.patterned(values):
		return nil
	}
	k.Repeat = fitSizes(sizes, facts{present: rows}, e.Config)
	return k
}

// freshen gives the cells of col that hold the word for rare levels fresh
// codes, those of rows first on of a longer sample.
func (c *Column) freshen(col *table.Column, first int64, rng *rand.Rand) {
	word := int32(len(c.Parts[0].Levels) - 1)
	n := 0
	for _, code := range col.Codes {
		if code == word {
			n++
		}
	}
	fresh := c.Key.column(c.Field, n, first, rng)
	levels := append(make([]string, 0, int(word)+len(fresh.Levels)), col.Levels[:word]...)
	col.Levels = append(levels, fresh.Levels...)
	at := 0
	for i, code := range col.Codes {
		if code == word {
			col.Codes[i] = word + fresh.Codes[at]
			at++
		}
	}
}
