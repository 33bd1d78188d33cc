package quality

import (
	"cmp"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/table"
)

// SequenceColumns says which columns of a table of events are what.
type SequenceColumns struct {
	Owner  string `json:"owner"`            // whose event it is
	Time   string `json:"time"`             // when, a time or a number
	Basket string `json:"basket,omitempty"` // what belongs together; "": events at the same time
	Item   string `json:"item,omitempty"`   // what it was; "": not judged
	Amount string `json:"amount,omitempty"` // what it was worth; "": the last measure
}

// Sequence compares customers with their events: how many, how far apart, in
// which order, what together.
type Sequence struct {
	Columns SequenceColumns  `json:"columns"`
	Owners  int              `json:"owners"` // synthetic customers
	Baskets int              `json:"baskets"`
	Metrics []SequenceMetric `json:"metrics"`
	// Order is the share of synthetic customers whose events stand in the
	// order of time, Whole that of synthetic baskets that are one customer's
	// at one time, Constant that of customers for whom stays the same what
	// does for nearly all real ones.
	Order    float64 `json:"order"`
	Whole    float64 `json:"whole"`
	Constant float64 `json:"constant"`

	Privacy *SequencePrivacy `json:"privacy,omitempty"` // nil without a holdout or items
}

// SequenceMetric is one comparison; the score is 1 where the tables agree.
type SequenceMetric struct {
	Name    string   `json:"name"`
	Score   float64  `json:"score"`
	Ceiling *float64 `json:"ceiling,omitempty"` // of the holdout's customers, which are fewer: chance alone lowers it
}

// topPairs is how many of the real baskets' most frequent pairs of items are
// compared, and topItems how many of the items.
const (
	topPairs = 100
	topItems = 500
)

// CompareSequences judges the events of synthetic customers. holdout may be
// nil; its customers are none of real's. Rows without owner or time are left
// out. Pairs are counted once a basket. O(rows log rows + pairs in baskets);
// of a basket of more than 500 items the first 500 count.
//
// Metrics are KS complements of the events a customer ("lengths"), its visits,
// the gaps between visits, the events a basket ("basket sizes"), amounts of an
// event, of a basket and of a customer, and how far each measure is from that
// of the customer's event before ("lags"); rank correlations (Spearman) of how
// often the real table's 500 most frequent items ("popularity") and 100 most
// frequent pairs in a basket ("co-purchase") occur; and, for items that the
// customer had in an earlier visit, 1 less the difference of their share
// ("returns").
func CompareSequences(real, holdout, synthetic *table.Table, c SequenceColumns) (*Sequence, error) {
	if c.Amount == "" {
		for _, col := range real.Columns {
			if col.Kind == table.Number && (col.Role == table.Measure || col.Role == table.Auto) && col.Name != c.Time && col.Name != c.Owner && col.Name != c.Basket && col.Name != c.Item {
				c.Amount = col.Name
			}
		}
	}
	a, err := newHistories(real, c)
	if err != nil {
		return nil, err
	}
	b, err := newHistories(synthetic, c)
	if err != nil {
		return nil, err
	}
	out := &Sequence{Columns: c, Owners: len(b.owners), Baskets: len(b.baskets)}
	scores := a.compare(b)
	var ceiling map[string]float64
	if holdout != nil {
		h, err := newHistories(holdout, c)
		if err != nil {
			return nil, err
		}
		ceiling = map[string]float64{}
		for _, m := range a.compare(h) {
			ceiling[m.Name] = m.Score
		}
		out.Privacy = a.privacy(h, b)
	}
	for _, m := range scores {
		if math.IsNaN(m.Score) {
			continue
		}
		if v, ok := ceiling[m.Name]; ok && !math.IsNaN(v) {
			m.Ceiling = &v
		}
		out.Metrics = append(out.Metrics, m)
	}
	out.Order, out.Whole = b.order(), b.whole(a)
	out.Constant = b.constant(a)
	return out, nil
}

// Metric returns the score of that name, NaN where it was not judged.
func (s *Sequence) Metric(name string) float64 {
	for _, m := range s.Metrics {
		if m.Name == name {
			return m.Score
		}
	}
	return math.NaN()
}

// histories are events by customer and basket.
type histories struct {
	t       *table.Table
	c       SequenceColumns
	owners  [][]int // rows of each, as the table has them
	baskets []bundle
	from    []int // customer o has baskets[from[o]:from[o+1]], in time
	item    []string
}

// bundle is one basket.
type bundle struct {
	rows []int
	time float64
	days int // distinct times
}

func newHistories(t *table.Table, c SequenceColumns) (*histories, error) {
	h := &histories{t: t, c: c, from: []int{0}}
	need := func(name string) (*table.Column, error) {
		if col := t.Column(name); col != nil {
			return col, nil
		}
		return nil, core.Errorf(core.NotFound, "table %q has no column %q", t.Name, name)
	}
	owner, err := need(c.Owner)
	if err != nil {
		return nil, err
	}
	when, err := need(c.Time)
	if err != nil {
		return nil, err
	}
	if when.Kind == table.Text {
		return nil, core.Errorf(core.Invalid, "column %q of table %q holds text, not times", c.Time, t.Name).WithHint("repair it to a date first")
	}
	group := func(i int) any { return when.Num[i] }
	if c.Basket != "" {
		basket, err := need(c.Basket)
		if err != nil {
			return nil, err
		}
		group = func(i int) any { return cellOf(basket, i) }
	}
	if c.Item != "" {
		item, err := need(c.Item)
		if err != nil {
			return nil, err
		}
		h.item = make([]string, item.Len())
		for i := range h.item {
			h.item[i] = item.Cell(i)
		}
	}
	index := map[any]int{}
	for i := range t.Rows() {
		if owner.Missing(i) || when.Missing(i) {
			continue
		}
		key := cellOf(owner, i)
		o, ok := index[key]
		if !ok {
			o = len(h.owners)
			index[key] = o
			h.owners = append(h.owners, nil)
		}
		h.owners[o] = append(h.owners[o], i)
	}
	for _, rows := range h.owners {
		place := map[any]int{}
		first := len(h.baskets)
		for _, i := range rows {
			key := group(i)
			at, ok := place[key]
			if !ok {
				at = len(h.baskets)
				place[key] = at
				h.baskets = append(h.baskets, bundle{time: when.Num[i]})
			}
			b := &h.baskets[at]
			b.rows = append(b.rows, i)
			b.time = min(b.time, when.Num[i])
			if when.Num[i] != when.Num[b.rows[0]] {
				b.days = 2
			}
		}
		slices.SortStableFunc(h.baskets[first:], func(a, b bundle) int { return cmp.Compare(a.time, b.time) })
		h.from = append(h.from, len(h.baskets))
	}
	return h, nil
}

// cellOf returns what tells cell i from others.
func cellOf(c *table.Column, i int) any {
	if c.Kind == table.Text {
		if c.Codes[i] < 0 {
			return ""
		}
		return c.Levels[c.Codes[i]]
	}
	return c.Num[i]
}

// compare returns all scores of b beside a.
func (a *histories) compare(b *histories) []SequenceMetric {
	ks := func(f func(h *histories) []float64) float64 { return KSComplement(f(a), f(b)) }
	out := []SequenceMetric{
		{Name: "lengths", Score: ks((*histories).lengths)},
		{Name: "visits", Score: ks((*histories).visits)},
		{Name: "gaps", Score: ks((*histories).gaps)},
		{Name: "basket sizes", Score: ks((*histories).sizes)},
	}
	if a.c.Amount != "" && b.t.Column(a.c.Amount) != nil {
		out = append(out, SequenceMetric{Name: "amounts", Score: ks(func(h *histories) []float64 { return h.t.Column(a.c.Amount).Num })},
			SequenceMetric{Name: "basket amounts", Score: ks((*histories).basketAmounts)},
			SequenceMetric{Name: "customer amounts", Score: ks((*histories).ownerAmounts)})
	}
	if lag, n := 0.0, 0.0; true {
		for _, c := range a.t.Columns {
			if c.Kind != table.Number || c.Role == table.Key || c.Name == a.c.Owner || c.Name == a.c.Basket || c.Name == a.c.Item || c.Name == a.c.Time || b.t.Column(c.Name) == nil {
				continue
			}
			lag += ks(func(h *histories) []float64 { return h.lags(c.Name) })
			n++
		}
		out = append(out, SequenceMetric{Name: "lags", Score: lag / n})
	}
	if a.item != nil && b.item != nil {
		out = append(out, SequenceMetric{Name: "popularity", Score: rankAgreement(a.popular(), b.popular(), topItems)},
			SequenceMetric{Name: "co-purchase", Score: rankAgreement(a.together(), b.together(), topPairs)},
			SequenceMetric{Name: "returns", Score: 1 - math.Abs(a.returns()-b.returns())})
	}
	return out
}

func (h *histories) lengths() (x []float64) {
	for _, rows := range h.owners {
		x = append(x, float64(len(rows)))
	}
	return x
}

func (h *histories) visits() (x []float64) {
	for o := range h.owners {
		x = append(x, float64(h.from[o+1]-h.from[o]))
	}
	return x
}

func (h *histories) gaps() (x []float64) {
	for o := range h.owners {
		for b := h.from[o] + 1; b < h.from[o+1]; b++ {
			x = append(x, h.baskets[b].time-h.baskets[b-1].time)
		}
	}
	return x
}

func (h *histories) sizes() (x []float64) {
	for _, b := range h.baskets {
		x = append(x, float64(len(b.rows)))
	}
	return x
}

func (h *histories) amount(rows []int) (sum float64) {
	for _, r := range rows {
		sum += zero(h.t.Column(h.c.Amount).Num[r])
	}
	return sum
}

func (h *histories) basketAmounts() (x []float64) {
	for _, b := range h.baskets {
		x = append(x, h.amount(b.rows))
	}
	return x
}

func (h *histories) ownerAmounts() (x []float64) {
	for _, rows := range h.owners {
		x = append(x, h.amount(rows))
	}
	return x
}

// lags returns how far each value of a column is from the customer's before.
func (h *histories) lags(name string) (x []float64) {
	num := h.t.Column(name).Num
	for o := range h.owners {
		last := math.NaN()
		for _, b := range h.baskets[h.from[o]:h.from[o+1]] {
			for _, r := range b.rows {
				x = append(x, num[r]-last)
				last = num[r]
			}
		}
	}
	return x
}
