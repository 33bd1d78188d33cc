package recommend

import (
	"math"
	"slices"
	"sort"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// BehaviourConfig is what was chosen for a network over customers' events;
// zero values are the defaults, which [BehaviourConfig.WithDefaults] fills in.
type BehaviourConfig struct {
	Body   string `json:"body,omitempty"`   // lstm (default), gru or attention
	Widths []int  `json:"widths,omitempty"` // states of the recurrent layers, first to last; {128}
	Dim    int    `json:"dim,omitempty"`    // numbers in an item's vector; 64
	Blocks int    `json:"blocks,omitempty"` // of attention; 2
	Heads  int    `json:"heads,omitempty"`  // of attention; 2
	Length int    `json:"length,omitempty"` // latest events that are looked at; 100

	// Loss is softmax over all items (default up to 20,000 of them), sampled
	// (softmax over sampled items with logQ correction, the default beyond)
	// or gbce (gSASRec's binary loss).
	Loss      string  `json:"loss,omitempty"`
	Negatives int     `json:"negatives,omitempty"` // sampled items of a batch; 512, for gbce 256
	T         float64 `json:"t,omitempty"`         // of gbce; .75 ranks best, 1 gives calibrated probabilities

	// Ahead are the shares of what is foretold: the next event, the one after
	// it, and so on; {1} is the next alone. A list is looked at later than it
	// was made: who wants it to be good then foretells further ahead. Where
	// the order within baskets says nothing the next basket is foretold.
	Ahead []float64 `json:"ahead,omitempty"`

	Epochs    int     `json:"epochs,omitempty"`     // passes over the events; 20
	Batch     int     `json:"batch,omitempty"`      // events a step; 4,096
	LearnRate float64 `json:"learn_rate,omitempty"` // .001
	Decay     float64 `json:"decay,omitempty"`      // the rate's factor at the end; .05
	Dropout   float64 `json:"dropout,omitempty"`    // .2; -1: none
	Skip      float64 `json:"skip,omitempty"`       // share of the events that each pass leaves out, others every time; 0
	Shrink    float64 `json:"shrink,omitempty"`     // decoupled weight decay; 0
	EMA       float64 `json:"ema,omitempty"`        // of the mean of weights that is kept; .99
	HoldOut   float64 `json:"hold_out,omitempty"`   // share of customers whose last basket judges; .1, at most 500
	Lambda    float64 `json:"lambda,omitempty"`     // what the mean loss of synthetic rows is worth beside that of real ones; .3
	Items     int     `json:"items,omitempty"`      // the most frequent ones that the network knows; 100,000
	Smoothing float64 `json:"smoothing,omitempty"`  // of the first bias, in events; 1
}

// WithDefaults returns c with its zero fields set.
func (c BehaviourConfig) WithDefaults() BehaviourConfig {
	set := func(x *int, v int) {
		if *x == 0 {
			*x = v
		}
	}
	number := func(x *float64, v float64) {
		if *x == 0 {
			*x = v
		}
	}
	if c.Body == "" {
		c.Body = "lstm"
	}
	if c.Widths == nil {
		c.Widths = []int{128}
	}
	set(&c.Dim, 64)
	set(&c.Blocks, 2)
	set(&c.Heads, 2)
	set(&c.Length, 100)
	set(&c.Negatives, 512)
	set(&c.Epochs, 20)
	set(&c.Batch, 4096)
	set(&c.Items, 100_000)
	number(&c.T, .75)
	number(&c.LearnRate, .001)
	number(&c.Decay, .05)
	number(&c.Dropout, .2)
	number(&c.EMA, .99)
	number(&c.HoldOut, .1)
	number(&c.Lambda, .3)
	number(&c.Smoothing, 1)
	return c
}

// Check returns an error if a network cannot be made as c says.
func (c BehaviourConfig) Check() error {
	bad := func(what string, value any, hint string) error {
		return core.Errorf(core.Invalid, "%s is %v", what, value).WithHint("%s", hint)
	}
	switch {
	case !slices.Contains([]string{"lstm", "gru", "attention"}, c.Body):
		return bad("the network's body", c.Body, "use lstm, gru or attention")
	case !slices.Contains([]string{"", "softmax", "sampled", "gbce"}, c.Loss):
		return bad("the loss", c.Loss, "use softmax, sampled or gbce")
	case len(c.Widths) == 0 || slices.Min(c.Widths) < 1 || len(c.Widths) > 4:
		return bad("the list of widths", c.Widths, "name one to four, such as 128,64")
	case c.Dim < 1 || c.Blocks < 1 || c.Length < 1 || c.Batch < 1 || c.Epochs < 1 || c.Items < 2:
		return bad("one of dim, blocks, length, batch, epochs and items", "below what is possible", "each must be at least 1, items 2")
	case c.Body == "attention" && c.Dim%c.Heads != 0:
		return bad("dim", c.Dim, "with attention it must be a multiple of the heads")
	case len(c.Ahead) > 16 || len(c.Ahead) > 0 && !(slices.Min(c.Ahead) >= 0 && sumOf(c.Ahead) > 0):
		return bad("ahead", c.Ahead, "give one to sixteen shares, such as .5,.5")
	case c.Dropout >= 1 || c.Skip < 0 || c.Skip >= 1 || c.HoldOut < 0 || c.HoldOut >= 1 || c.Lambda < 0:
		return bad("one of dropout, skip, hold_out and lambda", "out of range", "dropout, skip and hold_out lie below 1, lambda is not negative")
	}
	return nil
}

// Furthest returns how many events ahead is foretold most often, from 1.
func (c BehaviourConfig) Furthest() int {
	most := 0
	for i, share := range c.Ahead {
		if share >= c.Ahead[most] {
			most = i
		}
	}
	return most + 1
}

func sumOf(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}

// Behaviour is a network that has learned from customers' events what they do
// next: vectors of items and of what is known of an event are added up, an
// LSTM, GRU or self-attention goes along the events, and what it says after
// the last of them is compared with the items' vectors. It is a [Scorer].
type Behaviour struct {
	Config BehaviourConfig
	Items  int     // of the log that was learned from
	Code   []int32 // of each item: its row in Table, or -1; nil: its number

	// What beside the item is known of an event, each a run of rows of Table
	// behind the items: categories, actions, channels, bins of price, discount
	// and of the time since the event before, and for attention places.
	Categories int
	Category   []int32 // of each item, -1 missing
	Actions    int
	Prices     []float32 // cuts between bins, ascending; nil: no prices
	Discounts  []float32 // likewise of discounts; the first is the least that is one
	Channels   int
	Gaps       int // bins of time, 0: none, 2: only whether it is another basket

	Table []float32 // (known items and the others) x Dim
	Bias  []float32 // of known items
	Net   *nn.Net   // Dim in, Dim out of the last event
	Task  *Task     // what is foretold in place of the next item; nil
}

// NewBehaviour returns a network for l that has not learned anything: its
// items, cuts and sizes, but neither Table, Bias nor weights.
func NewBehaviour(l *Log, cfg BehaviourConfig) (*Behaviour, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	if err := cfg.Check(); err != nil {
		return nil, err
	}
	b := &Behaviour{Config: cfg, Items: len(l.Items)}
	if len(l.Items) > cfg.Items {
		b.keep(l, cfg.Items)
	}
	if l.Category != nil {
		b.Categories, b.Category = len(l.Categories), l.Category
	}
	if l.Action != nil {
		b.Actions = len(l.Actions)
	}
	if l.Price != nil {
		b.Prices = quantileCuts(l.Price, 15)
	}
	if l.Discount != nil {
		b.Discounts = discountCuts(l.Discount)
	}
	if l.Channel != nil {
		b.Channels = len(l.Channels)
	}
	switch {
	case l.Time != nil:
		b.Gaps = len(gapCuts) + 1
	case int(sum32(l.Baskets())) < len(l.Item):
		b.Gaps = 2
	}
	return b, nil
}

// keep gives codes to the n most frequent items only, in their order.
func (b *Behaviour) keep(l *Log, n int) {
	count, _ := l.Counts()
	order := make([]int32, len(count))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(x, y int32) int { return int(count[y] - count[x]) })
	b.Code = make([]int32, len(count))
	for i := range b.Code {
		b.Code[i] = -1
	}
	kept := order[:n]
	slices.Sort(kept)
	for code, item := range kept {
		b.Code[item] = int32(code)
	}
}

func sum32(x []int32) (n int64) {
	for _, v := range x {
		n += int64(v)
	}
	return n
}

// quantileCuts returns up to n cuts that part x into bins of about the same
// size; equal values are never parted.
func quantileCuts(x []float32, n int) []float32 {
	sorted := make([]float32, 0, len(x))
	for _, v := range x {
		if v == v {
			sorted = append(sorted, v)
		}
	}
	slices.Sort(sorted)
	cuts := []float32{}
	for i := 1; i <= n && len(sorted) > 0; i++ {
		c := sorted[len(sorted)*i/(n+1)]
		if c > sorted[0] && (len(cuts) == 0 || c > cuts[len(cuts)-1]) {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

// discountCuts returns the least value above 0 and up to six more, of those
// above it: most events have none, and whether there is one says most.
func discountCuts(x []float32) []float32 {
	var some []float32
	for _, v := range x {
		if v > 0 {
			some = append(some, v)
		}
	}
	if len(some) == 0 {
		return []float32{}
	}
	return append([]float32{slices.Min(some)}, quantileCuts(some, 6)...)
}

// gapCuts part the seconds between two events: moments, hours, days, weeks,
// months.
var gapCuts = []float64{1, 60, 600, 3600, 6 * 3600, 86400, 2 * 86400, 4 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 60 * 86400, 120 * 86400}

// Known returns how many items have a vector.
func (b *Behaviour) Known() int {
	if b.Code == nil {
		return b.Items
	}
	n := 0
	for _, c := range b.Code {
		if c >= 0 {
			n++
		}
	}
	return n
}

// ItemCode returns the row of an item, -1 for one without.
func (b *Behaviour) ItemCode(item int32) int32 {
	switch {
	case item < 0 || int(item) >= b.Items:
		return -1
	case b.Code == nil:
		return item
	}
	return b.Code[item]
}

// Inputs returns how many codes describe an event, and Rows how many rows
// Table has.
func (b *Behaviour) Inputs() int { n, _ := b.runs(nil); return n }
func (b *Behaviour) Rows() int   { _, rows := b.runs(nil); return rows }

// runs calls f with each run of Table's rows behind the items: its place among
// an event's codes and its first row.
func (b *Behaviour) runs(f func(kind string, place, first int)) (inputs, rows int) {
	inputs, rows = 1, b.Known()
	for _, r := range []struct {
		kind string
		n    int
	}{{"category", b.Categories}, {"action", b.Actions}, {"price", bins(b.Prices)}, {"discount", bins(b.Discounts)}, {"channel", b.Channels}, {"gap", b.Gaps}, {"place", b.places()}} {
		if r.n == 0 {
			continue
		}
		if f != nil {
			f(r.kind, inputs, rows)
		}
		inputs++
		rows += r.n
	}
	return inputs, rows
}

// bins is how many bins the cuts make; none where there are no cuts.
func bins(cuts []float32) int {
	if cuts == nil {
		return 0
	}
	return len(cuts) + 1
}

// bin returns the bin of event e, -1 where nothing is known.
func bin(cuts, x []float32, e int) int32 {
	if x == nil || x[e] != x[e] {
		return -1
	}
	return int32(sort.Search(len(cuts), func(i int) bool { return cuts[i] > x[e] }))
}

func (b *Behaviour) places() int {
	if b.Config.Body == "attention" {
		return b.Config.Length
	}
	return 0
}

// Codes sets to, events x Inputs, to the rows of Table that describe events lo
// to hi of h, at most Config.Length of them; -1 where something is not known.
// The time before event lo is looked at, too, if there is one.
func (b *Behaviour) Codes(h History, lo, hi int, to []int32) {
	n := b.Inputs()
	for e := lo; e < hi; e++ {
		to[(e-lo)*n] = b.ItemCode(h.Items[e])
	}
	b.runs(func(kind string, place, first int) {
		for e := lo; e < hi; e++ {
			code := int32(-1)
			switch kind {
			case "category":
				if item := h.Items[e]; item >= 0 && int(item) < len(b.Category) {
					code = b.Category[item]
				}
			case "action":
				if h.Action != nil && int(h.Action[e]) < b.Actions {
					code = int32(h.Action[e])
				}
			case "price":
				code = bin(b.Prices, h.Price, e)
			case "discount":
				code = bin(b.Discounts, h.Discount, e)
			case "channel":
				if h.Channel != nil && int(h.Channel[e]) < b.Channels {
					code = int32(h.Channel[e])
				}
			case "gap":
				code = b.gap(h, e)
			case "place":
				code = int32(e - lo)
			}
			if code >= 0 {
				code += int32(first)
			}
			to[(e-lo)*n+place] = code
		}
	})
}

func (b *Behaviour) gap(h History, e int) int32 {
	switch {
	case e == 0:
		return -1
	case b.Gaps == 2:
		if h.Basket[e] == h.Basket[e-1] {
			return 0
		}
		return 1
	case h.Time == nil || math.IsNaN(h.Time[e]-h.Time[e-1]):
		return -1
	}
	gap := h.Time[e] - h.Time[e-1]
	return int32(sort.Search(len(gapCuts), func(i int) bool { return gapCuts[i] > gap }))
}
