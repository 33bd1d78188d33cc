package synth

import (
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/table"
)

// SequenceConfig is what was chosen for customers with events. The zero value
// of all but Owner and Time is the default.
type SequenceConfig struct {
	Owner  string `json:"owner"`            // column that names whose event it is
	Time   string `json:"time"`             // column that orders them: a time, or a number
	Basket string `json:"basket,omitempty"` // column that names what was bought together; "": events at the same time
	Item   string `json:"item,omitempty"`   // column of what it was; "": the widest product column, if there is one

	// Context are columns that are there when customers are drawn: those of a
	// parent table, which every event of the customer repeats.
	Context []string `json:"context,omitempty"`

	Encode encode.Config `json:"encode"` // MinCount counts customers where it speaks of levels

	Steps     int     `json:"steps,omitempty"`     // of training; 2000
	Batch     int     `json:"batch,omitempty"`     // customers a step; 48
	Window    int     `json:"window,omitempty"`    // visits that the history state looks back on; 24
	Lines     int     `json:"lines,omitempty"`     // events a step; 768
	Hidden    int     `json:"hidden,omitempty"`    // width of the history state; 64
	Wide      int     `json:"wide,omitempty"`      // width of what an item is chosen by; 128
	LearnRate float64 `json:"learnRate,omitempty"` // 4e-3
	Decay     float64 `json:"decay,omitempty"`     // share of LearnRate at the end; .02
	EMA       float64 `json:"ema,omitempty"`       // decay of the averaged weights; .995
	Dropout   float64 `json:"dropout,omitempty"`   // of what a column is chosen by, in training; .1, below 0 none
	HoldOut   float64 `json:"holdOut,omitempty"`   // share of the customers set aside for early stopping; .08
	Rounds    int     `json:"rounds,omitempty"`    // of calibration, see [Sequences.Calibrate]; 6, below 0 none
}

// WithDefaults returns c with every zero replaced by its default.
func (c SequenceConfig) WithDefaults() SequenceConfig {
	c.Encode = c.Encode.WithDefaults()
	ints := func(p *int, v int) {
		if *p <= 0 {
			*p = v
		}
	}
	ints(&c.Steps, 2000)
	ints(&c.Batch, 48)
	ints(&c.Window, 24)
	ints(&c.Lines, 768)
	ints(&c.Hidden, 64)
	ints(&c.Wide, 128)
	if c.Rounds == 0 {
		c.Rounds = 6
	}
	floats := func(p *float64, v float64) {
		if *p == 0 {
			*p = v
		}
	}
	floats(&c.LearnRate, 4e-3)
	floats(&c.Decay, .02)
	floats(&c.EMA, .995)
	floats(&c.Dropout, .1)
	floats(&c.HoldOut, .08)
	return c
}

// Sequences is what was learned of customers with events: it draws whole
// customers. It does not change once trained and calibrated; any number of
// goroutines may sample from it.
//
// A customer is drawn by Owners: what stays the same in all of its events,
// when it begins, how many visits and events it has. A visit is the events of
// one basket, or of one moment. An LSTM goes from visit to visit; it sees how
// many visits and events are left, what was in the last basket and when, and
// from its state follow, one given the other, the gap to the next visit and
// how many events it has. Then come its events, one after another, their
// columns in a chain: each sees the history, the basket so far and the event's
// columns before it. Counts are drawn first and run down to zero, which ends a
// visit and a customer (Lin, Yacoby and Reingold, and others, learn when to
// stop; counts keep lengths exactly as they should be).
//
// Items are chosen by a softmax over all that [encode.Config.MinCount]
// customers or more have had. What is in the basket, was there before or came
// last is marked, and what a mark is worth depends on the state: so customers
// come back for what they had.
type Sequences struct {
	Config SequenceConfig
	Fields []table.Field // of the events table, in order
	Owners *Model        // key, attributes, start, visits, events
	Lines  *encode.Encoder
	Visits *encode.Encoder // columns that are the same in a visit; nil without
	Items  []string        // what can be chosen
	Seed   uint64
	Events int // that were learned from

	// Mean is how many events a visit a customer has at most: Encode.MinCount
	// customers or more have as many. 0: no bound.
	Mean float64

	Weights [][]float32 // of the network, in the order of plan.shapes
	Ties    []Tie       // what calibration adds to a choice

	gauges [gaugeCount]*gauge
	times  *encode.Encoder // of the moments of visits: the calendar and the end
	basket *encode.KeyMaker
	roles  []byte // of Fields: owner, time, basket, attribute, visit, line
	pause  bool   // events of a basket have times of their own
	plan   *plan
}

// Tie is what item A in the basket adds to the logit of B, and the other way
// round.
type Tie struct {
	A, B int32
	By   float32
}

// What a column of the events is.
const (
	isOwner byte = iota
	isTime
	isBasket
	isAttribute // the same for all of a customer's events
	isVisit     // the same in all of a basket's
	isLine
	isItem
)

// Columns of Owners beside the attributes.
const (
	startColumn  = "first seen"
	visitsColumn = "visits"
	eventsColumn = "events"
	pauseColumn  = "pause"
)

// check says whether s's parts fit together.
func (s *Sequences) check() error {
	bad := func(what string) error {
		return core.Errorf(core.Invalid, "the model of sequences is damaged: %s", what).WithHint("restore it from a backup, or train again")
	}
	if s.Owners == nil || s.Lines == nil || s.times == nil || len(s.roles) != len(s.Fields) {
		return bad("a part is missing")
	}
	if err := s.Owners.check(); err != nil {
		return err
	}
	shapes := s.plan.shapes(s.Config)
	if len(shapes) != len(s.Weights) {
		return bad("its network has not all its layers")
	}
	for i, n := range shapes {
		if len(s.Weights[i]) != n.Rows*n.Cols {
			return bad("a layer of its network has the wrong size")
		}
	}
	for _, t := range s.Ties {
		if min(t.A, t.B) < 0 || max(int(t.A), int(t.B)) >= len(s.Items) {
			return bad("an item is not known")
		}
	}
	return nil
}

// SequenceEffort returns the Config behind the three words a person chooses
// from, for so many events: "quick", "balanced" (or ""), "best". Few events
// take fewer steps, as they are learned by heart otherwise.
func SequenceEffort(name string, events int) (SequenceConfig, error) {
	c := SequenceConfig{}.WithDefaults()
	switch name {
	case "quick":
		c.Steps /= 3
		c.Rounds = 3
	case "", "balanced":
	case "best":
		c.Steps *= 2
		c.Rounds = 10
	default:
		return c, core.Errorf(core.Invalid, "effort %q is not known", name).WithHint("choose quick, balanced or best")
	}
	if events < 100_000 {
		c.Steps = max(200, int(float64(c.Steps)*math.Sqrt(float64(events)/100_000)))
	}
	return c, nil
}

// Warnings are sentences for the person who trains, of all columns.
func (s *Sequences) Warnings() []string {
	out := slices.Clone(s.Lines.Warnings)
	if s.Visits != nil {
		out = append(out, s.Visits.Warnings...)
	}
	return append(out, s.Owners.Encoder.Warnings...)
}
