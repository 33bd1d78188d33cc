// Package privacy holds the mechanisms and the accounting of differential
// privacy: noise that is drawn exactly, and a [Ledger] of what it cost.
//
// Cost is counted as zero-concentrated differential privacy (zCDP; Bun and
// Steinke 2016), whose rho simply adds up over everything that is asked of
// the data. A mechanism that with probability delta reveals more than its rho
// says, such as a threshold on counts, is delta-approximate rho-zCDP; these
// deltas add up, too. [Delta] turns both into the (epsilon, delta) that is
// promised.
//
// All sums are of integers and all noise is integer: mechanisms that add
// floating-point noise to numbers leak through the digits of the result
// (Mironov 2012).
package privacy

import (
	"shoptwin/core"
)

// Statement says what was promised about the privacy of the rows that a model
// was learned from, and what was spent on what. It is part of the promise
// that everything else the model holds is computed from what it lists and
// from what is public.
type Statement struct {
	Epsilon float64 `json:"epsilon"` // promised
	Delta   float64 `json:"delta"`   // promised
	Rho     float64 `json:"rho"`     // the zCDP that Epsilon and Delta allow
	Spent   float64 `json:"spent"`   // of Rho

	// Two tables are neighbours if one has all rows of the other and those of
	// one person more: at most Rows of them, by default one.
	Rows int `json:"rows"`
	// Person is the column that tells persons apart, whose rows beyond Rows
	// were left out; "" when no more than Rows a person was taken on trust.
	Person string `json:"person,omitempty"`
	// Repeatable says that the noise came from a seed that somebody chose:
	// who knows it can take the noise off again.
	Repeatable bool `json:"repeatable,omitempty"`

	Costs  []Cost   `json:"costs"`
	Public []string `json:"public,omitempty"` // columns whose range or values were given
}

// Cost is what one kind of question cost.
type Cost struct {
	What  string  `json:"what"` // one of the words below
	Times int     `json:"times"`
	Rho   float64 `json:"rho"`
	Delta float64 `json:"delta,omitempty"`
}

// What is paid for.
const (
	ForForm    = "form"    // missing cells, decimals, times of day, weekdays; with the number of rows
	ForRoles   = "roles"   // how many different values a column has
	ForRanges  = "ranges"  // between which powers of two a number lies
	ForValues  = "values"  // which values and levels are frequent, and how frequent
	ForBins    = "bins"    // rows in each interval of a number
	ForCounts  = "counts"  // rows of each code
	ForChoices = "choices" // which pairs of columns to measure
	ForPairs   = "pairs"   // their tables
	ForSteps   = "steps"   // noisy gradients; their rho is what the others left
)

// Ledger keeps what may be spent and what was. It is not safe for concurrent
// use.
type Ledger struct {
	rho, delta           float64 // allowed
	spentRho, spentDelta float64
	rows                 float64 // of a person
	costs                []Cost
}

// NewLedger returns a ledger of rho and delta, for neighbours that differ in
// at most rows rows (0: one).
func NewLedger(rho, delta float64, rows int) *Ledger {
	return &Ledger{rho: rho, delta: delta, rows: float64(max(1, rows))}
}

// Rows returns in how many rows neighbours differ: a count's sensitivity.
func (l *Ledger) Rows() int { return int(l.rows) }

// Left returns the rho not yet spent.
func (l *Ledger) Left() float64 { return max(0, l.rho-l.spentRho) }

// Spent returns what was spent in all.
func (l *Ledger) Spent() (rho, delta float64) { return l.spentRho, l.spentDelta }

// Costs returns what was spent on what, in the order of first spending.
func (l *Ledger) Costs() []Cost { return append([]Cost(nil), l.costs...) }

// slack forgives what adding up numbers rounds.
const slack = 1e-9

// Spend enters a cost. It panics when that is more than is left: a mechanism
// that would break the promise must not run.
func (l *Ledger) Spend(what string, rho, delta float64) {
	if !(rho >= 0) || !(delta >= 0) || l.spentRho+rho > l.rho*(1+slack) || l.spentDelta+delta > l.delta*(1+slack) {
		panic(core.Errorf(core.Internal, "privacy: %s costs rho %g and delta %g, of %g and %g there are %g and %g left",
			what, rho, delta, l.rho, l.delta, l.rho-l.spentRho, l.delta-l.spentDelta))
	}
	l.spentRho += rho
	l.spentDelta += delta
	for i := range l.costs {
		if c := &l.costs[i]; c.What == what {
			c.Times, c.Rho, c.Delta = c.Times+1, c.Rho+rho, c.Delta+delta
			return
		}
	}
	l.costs = append(l.costs, Cost{what, 1, rho, delta})
}
