package recommend

import (
	"cmp"
	"context"
	"slices"

	"shoptwin/core"
)

// Kept is how long the lists are that a Model keeps of each customer.
const Kept = 100

// Model is a trained recommender: the lists of the customers it knows, what
// they have had, and which items belong together. It answers in microseconds,
// does not change, and any number of goroutines may ask it at once.
type Model struct {
	Method     string   // that made the lists
	Customers  []string // names
	Items      []string
	Labels     []string // of each item, what people call it; nil: not known
	Relations  *Relations
	Board      *Board // how the method was chosen; nil if it was not
	Notes      []string
	Segments   []Segment // customers by recency, frequency and spend
	Soon       *Soon     // who comes soon; nil if it was not asked
	segment    []int32   // of each customer, -1 without events
	lists      *Lists
	scorer     Scorer  // what made the lists; nil: of a kind that no file holds
	recent     *Log    // the latest events of each customer, no more than the scorer looks at
	popular    []int32 // items, the most popular first
	history    []int32 // the different items of each customer, ascending
	first      []int32 // where each customer's begin
	customerAt map[string]int32
	itemAt     map[string]int32
}

// mostRecent are the events of a customer that a model keeps, to say why it
// recommends what it does and to answer for baskets.
const mostRecent = 1000

// Train fits the method to the log and keeps it, what it says for every
// customer, and the relations of items: who reads the model need not fit again.
// Of the customers it keeps what they had, of their latest events the order,
// and times, actions and prices only where a network looks at them. 8 bytes
// times [Kept] a customer, and the method's own.
func Train(ctx context.Context, m Method, l *Log, board *Board, report func(core.Progress)) (*Model, Scorer, error) {
	s, err := m.Fit(ctx, l, report)
	if err != nil {
		return nil, nil, err
	}
	out := &Model{Method: m.Name, Customers: l.Customers, Items: l.Items, Labels: l.Labels, Board: board, Notes: l.Notes}
	groups := RFM(l)
	out.Segments, out.segment = groups.Segments, groups.Of
	if keepable(s) {
		out.scorer = s
	}
	out.recent = l.latest(mostRecent, m.Network)
	if out.lists, err = ListAll(ctx, s, l, Kept, false, report); err != nil {
		return nil, nil, err
	}
	if out.Relations, err = Relate(ctx, l, Together{}); err != nil {
		return nil, nil, err
	}
	out.popular = Top(popularity(l, Decay{}), min(1000, len(l.Items)), nil)
	out.first = make([]int32, 1, len(l.Customers)+1)
	for c := range l.Customers {
		items := slices.Clone(l.History(c).Items)
		slices.Sort(items)
		out.history = append(out.history, slices.Compact(items)...)
		out.first = append(out.first, int32(len(out.history)))
	}
	out.index()
	return out, s, nil
}

// latest returns the most latest events of each customer: items and baskets,
// and all that is known of them with whole.
func (l *Log) latest(most int, whole bool) *Log {
	out := l.Keep(func(c, e int) bool { return e >= int(l.First[c+1])-most })
	if !whole {
		out.Time, out.Action, out.Price, out.Discount, out.Channel, out.Actions, out.Channels = nil, nil, nil, nil, nil, nil, nil
	}
	return out
}

func (m *Model) index() {
	m.customerAt, m.itemAt = make(map[string]int32, len(m.Customers)), make(map[string]int32, len(m.Items))
	for i, name := range m.Customers {
		m.customerAt[name] = int32(i)
	}
	for i, name := range m.Items {
		m.itemAt[name] = int32(i)
	}
}

// Query asks for a list.
type Query struct {
	Customer string   `json:"customer,omitempty"`
	Items    []string `json:"items,omitempty"`   // instead of a customer: what is in the basket
	K        int      `json:"k,omitempty"`       // 10
	New      bool     `json:"new,omitempty"`     // leave out what the customer has had
	Exclude  []string `json:"exclude,omitempty"` // such as what is out of stock
	Only     []string `json:"only,omitempty"`    // such as what is in stock
	Why      bool     `json:"why,omitempty"`     // with reasons
}

// Answer is a list.
type Answer struct {
	Customer string      `json:"customer,omitempty"`
	Items    []Suggested `json:"items"`
	Note     string      `json:"note,omitempty"` // what was not known
}

// Suggested is one item of a list.
type Suggested struct {
	Item  string  `json:"item"`
	Label string  `json:"label,omitempty"` // what people call it
	Score float64 `json:"score"`           // only the order means anything
	Had   bool    `json:"had,omitempty"`   // by the customer
	From  string  `json:"from"`            // list, together or popular
	// Chance is for what share of the customers of the examination that came
	// which stood at this place of their list; 0 where it is not known.
	Chance  float64  `json:"chance,omitempty"`
	Because *Because `json:"because,omitempty"` // where it was asked
}

const mostAnswered = 1000

// Ask answers a query. A customer that is not known, and filters that leave
// nothing of the list, get what is popular, with a note. Names of items that are
// not known are told in the note; k is at most 1,000.
func (m *Model) Ask(q Query) (Answer, error) {
	if q.K == 0 {
		q.K = 10
	}
	if q.K < 0 || q.K > mostAnswered {
		return Answer{}, core.Errorf(core.Invalid, "k is %d", q.K).WithHint("give 1 to %d", mostAnswered)
	}
	a := Answer{Customer: q.Customer, Items: make([]Suggested, 0, q.K)}
	var note string
	known := func(names []string) (items []int32) {
		for _, name := range names {
			if i, ok := m.itemAt[name]; ok {
				items = append(items, i)
			} else if note == "" {
				note = "item " + name + " is not known"
			}
		}
		slices.Sort(items)
		return items
	}
	exclude, only := known(q.Exclude), known(q.Only)
	customer, ok := m.customerAt[q.Customer]
	var had []int32
	if ok {
		had = m.history[m.first[customer]:m.first[customer+1]]
	}
	var taken []int32
	take := func(item int32, score float64, from string) bool {
		if len(a.Items) == q.K {
			return false
		}
		_, has := slices.BinarySearch(had, item)
		if q.New && has || slices.Contains(taken, item) {
			return true
		}
		if _, no := slices.BinarySearch(exclude, item); no {
			return true
		}
		if len(q.Only) > 0 {
			if _, yes := slices.BinarySearch(only, item); !yes {
				return true
			}
		}
		taken = append(taken, item)
		a.Items = append(a.Items, Suggested{Item: m.Items[item], Label: m.Label(item), Score: score, Had: has, From: from})
		return true
	}
	basket := known(q.Items)
	switch {
	case len(q.Items) > 0:
		exclude = slices.Concat(exclude, basket)
		slices.Sort(exclude)
		for _, p := range m.Relations.next(basket, q.K+len(exclude)) {
			take(p.Item, p.Score, "together")
		}
	case ok:
		items, score := m.lists.Of(int(customer))
		promise := m.promise()
		for i, item := range items {
			before := len(a.Items)
			if !take(item, float64(score[i]), "list") {
				break
			}
			if len(a.Items) > before && i < len(promise) {
				a.Items[before].Chance = promise[i]
			}
		}
		if len(a.Items) < q.K { // the list was used up
			for _, p := range m.Relations.next(had, q.K+len(had)+len(exclude)) {
				take(p.Item, p.Score, "together")
			}
		}
	case note == "" && q.Customer != "":
		note = "customer " + q.Customer + " is not known: these are the most popular"
	}
	for i, item := range m.popular {
		if !take(item, -float64(i+1), "popular") {
			break
		}
	}
	for item := range len(m.Items) {
		if len(a.Items) == q.K || len(only) == 0 {
			break
		}
		take(int32(item), -mostAnswered, "popular")
	}
	a.Note = note
	if q.Why {
		m.reasons(&a, q, basket)
	}
	return a, nil
}

// next returns the items that are bought together with those of a basket, by
// the sum of their cosines.
func (r *Relations) next(basket []int32, most int) []Pair {
	sum := map[int32]float64{}
	for _, item := range basket[max(0, len(basket)-100):] {
		items, cosine := row(r.cosine, int(item))
		for k, other := range items {
			sum[other] += float64(cosine[k])
		}
	}
	out := make([]Pair, 0, len(sum))
	for item, x := range sum {
		if _, in := slices.BinarySearch(basket, item); !in {
			out = append(out, Pair{Item: item, Score: x})
		}
	}
	slices.SortFunc(out, func(a, b Pair) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return int(a.Item - b.Item)
	})
	return out[:min(most, len(out))]
}

// Known says whether the model has seen the customer.
func (m *Model) Known(customer string) bool {
	_, ok := m.customerAt[customer]
	return ok
}

// Item returns an item's number; ok is false when the model has not seen it.
func (m *Model) Item(name string) (item int32, ok bool) {
	item, ok = m.itemAt[name]
	return item, ok
}

// List returns the numbers of a customer's items, the best first, and their
// scores.
func (m *Model) List(customer int) ([]int32, []float32) { return m.lists.Of(customer) }

// Label returns what people call an item, "" if that is not known.
func (m *Model) Label(item int32) string {
	if m.Labels == nil {
		return ""
	}
	return m.Labels[item]
}

// called returns the label, or else the name.
func (m *Model) called(item int32) string { return cmp.Or(m.Label(item), m.Items[item]) }

// Segment returns the segment of a customer, -1 for one without events.
func (m *Model) Segment(customer int) int { return int(m.segment[customer]) }

// Popular returns the most popular items, the most popular first.
func (m *Model) Popular() []int32 { return m.popular }

// Scorer returns what made the lists, nil if the model was kept without.
func (m *Model) Scorer() Scorer { return m.scorer }

// HistoryOf returns the latest events of a customer; empty for one that is not
// known.
func (m *Model) HistoryOf(customer string) History {
	c, ok := m.customerAt[customer]
	if !ok {
		return History{Customer: -1}
	}
	return m.recent.History(int(c))
}
