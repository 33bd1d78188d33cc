// Package encode turns a table into small integer codes, one block of codes
// per network output, and codes back into a table that has the same
// distribution but no row of the original.
//
// Every column becomes zero or more blocks:
//
//   - A number becomes bins: frequent values (spikes) have a bin of their
//     own, the runs of values between them are cut into bins of equal mass.
//   - A time is a number when it is a date or spans few days; otherwise it is
//     split into a day block (or week and weekday) and a time-of-day block,
//     so that hour and weekday patterns can be learned.
//   - Text becomes one code a level; where there are too many levels, the
//     frequent ones keep their code and the others are grouped into bins of
//     levels that behave alike. Rare codes (of products, of customers) get fresh
//     ones of the same form, rare names one word.
//   - A missing cell is a code of its own in the column's first block.
//   - A key has no block: it is replaced by fresh values of the same pattern.
//     A key that repeats, as a customer's in a list of events, does so as
//     often as the real one, but without ties to the other columns.
//   - A column that another one decides in every row (category by product,
//     region by store) has no block: it follows that column by a [Rule], so
//     that no sample breaks what holds in the real table.
//   - A number that is computed from others in every row (amount from quantity
//     and price) has no block either: its [Formula] holds in every sample.
//   - A time that comes a while after another one in every row (the end of a
//     promotion after its start) is the time between them: [Since].
//   - What a block does not tell, the value within a bin or the member of a
//     group of levels, may follow from other columns, see [Given]; a column
//     that follows from others altogether has no block.
//   - A column without variety (constant, all missing) has no block either,
//     and free text is left out with a warning.
//
// # What may be remembered
//
// An Encoder holds statistics of single columns, and counts of values together
// with up to three other columns' where these tell much about them. With
// k = Config.MinCount: no combination of fewer than k rows is stored;
// a level seen in fewer than k rows, or of fewer than k persons where it is
// known whose rows they are (Config.Person), is never stored (its rows are drawn as
// other levels by frequency, or where they are more than 5 % of the column as
// one level "other" or as fresh codes); a number seen in fewer
// than k rows is stored only as part of an interval that covers at least k
// rows, and where a column's true end is rarer than k its end is estimated
// from its k outermost values together. The range of a skewed column
// therefore differs a little from the real one, which costs some Trend (its
// bins follow each table's own range) and buys that the largest customer's
// value does not leave the house. Config.MinCount = 1 turns all of this off.
//
// The bins follow the recipe of the tabular GAN literature that replaced
// Gaussian mixtures by quantile bins (TabularARGN, Tiwald et al. 2025; spikes
// as modes of their own as in CTAB-GAN+, Zhao et al. 2022).
package encode

import (
	"context"
	"math/rand/v2"
	"slices"

	"shoptwin/core/table"
)

// Config is what was chosen; the zero value is the default.
type Config struct {
	Bins      int `json:"bins,omitempty"`      // bins of a number, about; 24
	MinCount  int `json:"minCount,omitempty"`  // rows below which a level or value is not remembered; 5
	MaxLevels int `json:"maxLevels,omitempty"` // codes of a text column before levels are grouped; 64
	MaxGroups int `json:"maxGroups,omitempty"` // codes of a text column of more levels; MaxLevels
	MaxWidth  int `json:"maxWidth,omitempty"`  // sum of Widths, kept by shrinking the widest blocks; 512
	// Person is the column that names the person a row is about: a level then
	// counts as often as there are persons with it. "": the first key that
	// repeats and is called as persons are (customer, user, 顾客, …), if any.
	Person string `json:"person,omitempty"`
}

// WithDefaults returns c with every zero replaced by its default.
func (c Config) WithDefaults() Config {
	set := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	set(&c.Bins, 24)
	set(&c.MinCount, 5)
	set(&c.MaxLevels, 64)
	set(&c.MaxWidth, 512)
	c.MaxLevels = min(c.MaxLevels, 1<<15) // codes are uint16
	set(&c.MaxGroups, c.MaxLevels)
	c.MaxGroups = min(c.MaxGroups, c.MaxLevels)
	c.Bins = min(c.Bins, 1<<12)
	return c
}

// Encoder is what was learned about the columns of one table. It does not
// change once fitted and may be used by several goroutines at once.
type Encoder struct {
	Config   Config
	Table    string   // its name
	Rows     int      // rows it was fitted to
	Columns  []Column // in the table's order, left-out ones included
	Warnings []string // one sentence each, for the person who trains

	who []int32 // while fitting: whose each row is; nil if that is not known

	parts  []*Part // all parts in order
	blocks []*Part // those that the network models: block b of Codes
	order  []int   // the parts of modelled columns, each after its contexts
}

// Fit learns how to encode the columns of t. rng chooses the rows on which an
// order of levels, and what follows from what, is sought; nil takes evenly
// spaced ones.
func Fit(t *table.Table, cfg Config, rng *rand.Rand) (*Encoder, error) {
	return fit(context.Background(), t, nil, cfg, rng)
}

// Widths returns the number of codes of each block, each at least 2. It is
// empty for a table without variety: then there is nothing to train.
func (e *Encoder) Widths() []int {
	w := make([]int, len(e.blocks))
	for b, p := range e.blocks {
		w[b] = p.Width()
	}
	return w
}

// Marginals returns for each block the share of each code among the fitted
// rows: widths as in Widths, each summing to 1.
func (e *Encoder) Marginals() [][]float64 {
	out := make([][]float64, len(e.blocks))
	for b, p := range e.blocks {
		out[b] = make([]float64, p.Width())
		for i, n := range p.Mass {
			out[b][i] = float64(n) / float64(e.Rows)
		}
	}
	return out
}

// Recount returns e with the shares of codes that other rows have, given their
// codes: those that a model is trained on with. A code of fewer than MinCount of
// them counts as none.
func (e *Encoder) Recount(codes [][]uint16) *Encoder {
	out := *e
	out.Columns = slices.Clone(e.Columns)
	b := 0
	for i := range out.Columns {
		c := &out.Columns[i]
		c.Parts = slices.Clone(c.Parts)
		for j := range c.Parts {
			p := &c.Parts[j]
			if p.Free {
				continue
			}
			p.weigh(codes[b])
			out.Rows = len(codes[b])
			for k, n := range p.Mass {
				if n < int64(e.Config.MinCount) {
					p.Mass[k] = 0
				}
			}
			b++
		}
	}
	if err := out.index(); err != nil {
		panic(err) // e has the same order
	}
	return &out
}

// BlockNames returns a name for each block, for pictures and messages: the
// column's, followed by the part's where a column has several.
func (e *Encoder) BlockNames() []string {
	out := make([]string, 0, len(e.blocks))
	for i := range e.Columns {
		c := &e.Columns[i]
		for j := range c.Parts {
			if !c.Parts[j].Free {
				out = append(out, c.partName(j))
			}
		}
	}
	return out
}
