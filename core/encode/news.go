package encode

import (
	"fmt"
	"slices"
	"strings"

	"shoptwin/core/table"
)

// newsShown is how many new levels a sentence names.
const newsShown = 5

// News says, in a sentence a column, what is in t that the encoder was not
// fitted to: levels that MinCount rows or more have, and numbers or times beyond
// the range. Rows with them are learned from as if they had a rare level, or the
// nearest number. Columns that are not in both are passed over; see
// [Encoder.Codes] for tables that do not fit.
func (e *Encoder) News(t *table.Table) (sentences []string) {
	for i := range e.Columns {
		c := &e.Columns[i]
		col := t.Column(c.Field.Name)
		if c.Form != Modelled || col == nil || col.Kind != c.Field.Kind {
			continue
		}
		if col.Kind == table.Text {
			sentences = append(sentences, c.newLevels(col, e.Config.MinCount)...)
			continue
		}
		if p := &c.Parts[0]; p.Unit == Value && len(p.Lo) > 0 && !c.isSince() {
			lo, hi, out := p.Lo[0], p.Hi[len(p.Hi)-1], 0
			margin := (hi - lo) / 100
			for _, x := range col.Num {
				if x < lo-margin || x > hi+margin { // missing cells compare as false
					out++
				}
			}
			if out >= e.Config.MinCount {
				sentences = append(sentences, fmt.Sprintf("column %q: %d rows are beyond %.6g to %.6g, the range the model knows: they count as its ends", c.Field.Name, out, lo, hi))
			}
		} else if c.Days != nil && !c.isSince() { // a time between says less than the time it is counted from
			out := 0
			for _, x := range col.Num {
				if d := timePart(Day, x); d < float64(c.Days.First) || d > float64(c.Days.Last) {
					out++
				}
			}
			if out >= e.Config.MinCount {
				sentences = append(sentences, fmt.Sprintf("column %q: %d rows are outside of the days the model knows: they count as its first or last ones", c.Field.Name, out))
			}
		}
	}
	return sentences
}

// newLevels tells of levels of col that are not remembered.
func (c *Column) newLevels(col *table.Column, minCount int) []string {
	count := make([]int, len(col.Levels))
	for _, code := range col.Codes {
		if code >= 0 {
			count[code]++
		}
	}
	var names []string
	rows, number := 0, 0
	for l, n := range count {
		if n < minCount || slices.Contains(c.Parts[0].Levels, col.Levels[l]) {
			continue
		}
		if rows, number = rows+n, number+1; len(names) < newsShown {
			names = append(names, fmt.Sprintf("%q", col.Levels[l]))
		}
	}
	if number == 0 {
		return nil
	}
	if number > newsShown {
		names = append(names, "…")
	}
	return []string{fmt.Sprintf("column %q: %d new values in %d rows (%s) count as rare: train anew to learn them", c.Field.Name, number, rows, strings.Join(names, ", "))}
}
