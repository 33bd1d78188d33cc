package recommend

import (
	"cmp"
	"math"
	"slices"

	"shoptwin/core"
)

// Log is a shop's events, sorted by customer and time. It does not change.
// Some 20 bytes an event, and the names.
type Log struct {
	Customers  []string
	Items      []string
	Actions    []string // nil: one kind of event
	Channels   []string // nil: not known
	Categories []string // nil: not known
	Labels     []string // of each item, such as the product's name; nil: not known

	First    []int32   // events of customer c are First[c] to First[c+1]
	Item     []int32   // of each event
	Basket   []int32   // of each event, ascending from 0 within a customer
	Time     []float64 // of each event, seconds since 1970; nil: only the order is known
	Action   []uint8   // of each event, into Actions; nil when there is one kind
	Price    []float32 // of each event, NaN missing; nil: not known
	Discount []float32 // of each event, more is cheaper, NaN missing; nil: not known
	Channel  []uint8   // of each event, into Channels; nil: not known
	Category []int32   // of each item, -1 missing; nil: not known

	Notes []string // what was left out or assumed, in words
}

// Events returns the number of events.
func (l *Log) Events() int { return len(l.Item) }

// History returns customer c's events.
func (l *Log) History(c int) History {
	h := History{Customer: int32(c), Items: l.Item, Basket: l.Basket, Time: l.Time, Action: l.Action, Price: l.Price, Discount: l.Discount, Channel: l.Channel}
	return h.Slice(int(l.First[c]), int(l.First[c+1]))
}

// Keep returns the log with, of each customer, only the events for which keep
// is true. Customers and items keep their numbers.
func (l *Log) Keep(keep func(customer, event int) bool) *Log {
	out := *l
	out.First = make([]int32, 1, len(l.First))
	out.Item, out.Basket, out.Time, out.Action, out.Price, out.Discount, out.Channel = nil, nil, nil, nil, nil, nil, nil
	for c := range l.Customers {
		for e := int(l.First[c]); e < int(l.First[c+1]); e++ {
			if !keep(c, e) {
				continue
			}
			out.Item, out.Basket = append(out.Item, l.Item[e]), append(out.Basket, l.Basket[e])
			if l.Time != nil {
				out.Time = append(out.Time, l.Time[e])
			}
			if l.Action != nil {
				out.Action = append(out.Action, l.Action[e])
			}
			if l.Price != nil {
				out.Price = append(out.Price, l.Price[e])
			}
			if l.Discount != nil {
				out.Discount = append(out.Discount, l.Discount[e])
			}
			if l.Channel != nil {
				out.Channel = append(out.Channel, l.Channel[e])
			}
		}
		out.First = append(out.First, int32(len(out.Item)))
	}
	return &out
}

// Baskets returns the number of baskets of each customer.
func (l *Log) Baskets() []int32 {
	n := make([]int32, len(l.Customers))
	for c := range n {
		n[c] = int32(l.History(c).Baskets(nil))
	}
	return n
}

// FromSequences returns a log of sequences of items, one a customer, in time
// order; each item is a basket of its own. names, if not nil, are the items'.
func FromSequences(sequences [][]int32, items int) *Log {
	rows := rawRows{}
	for c, s := range sequences {
		for i, item := range s {
			rows.customer, rows.item, rows.basket = append(rows.customer, int32(c)), append(rows.item, item), append(rows.basket, int64(i))
		}
	}
	return rows.log(numbered(len(sequences)), numbered(items))
}

// FromBaskets returns a log of baskets: of row i, the customer, the number of
// the basket in time order, and the item.
func FromBaskets(customer, basket, item []int32, customers, items int) *Log {
	rows := rawRows{customer: customer, item: item}
	for _, b := range basket {
		rows.basket = append(rows.basket, int64(b))
	}
	return rows.log(numbered(customers), numbered(items))
}

func numbered(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = itoa(i)
	}
	return out
}

// rawRows are events in the order of a file.
type rawRows struct {
	customer, item []int32
	basket         []int64   // orders baskets where times do not; nil: the same time is the same basket
	time           []float64 // nil: not known
	named          bool      // baskets are names: they say what belongs together, not when
	action         []uint8
	price          []float32
	discount       []float32
	channel        []uint8
}

// log sorts the rows by customer, time, basket and place, and numbers the
// baskets.
func (r *rawRows) log(customers, items []string) *Log {
	n := len(r.item)
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	// A named basket is where its first event is.
	at := r.time
	if r.named && r.time != nil {
		at = r.starts()
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		if c := cmp.Compare(r.customer[a], r.customer[b]); c != 0 {
			return c
		}
		if at != nil {
			if c := cmp.Compare(at[a], at[b]); c != 0 {
				return c
			}
		}
		if r.basket != nil {
			if c := cmp.Compare(r.basket[a], r.basket[b]); c != 0 {
				return c
			}
		}
		if r.time != nil {
			return cmp.Compare(r.time[a], r.time[b])
		}
		return 0
	})
	l := &Log{Customers: customers, Items: items, First: make([]int32, len(customers)+1), Item: make([]int32, n), Basket: make([]int32, n)}
	if r.time != nil {
		l.Time = make([]float64, n)
	}
	if r.action != nil {
		l.Action = make([]uint8, n)
	}
	if r.price != nil {
		l.Price = make([]float32, n)
	}
	if r.discount != nil {
		l.Discount = make([]float32, n)
	}
	if r.channel != nil {
		l.Channel = make([]uint8, n)
	}
	for i, e := range order {
		l.First[r.customer[e]+1]++
		l.Item[i] = r.item[e]
		if l.Time != nil {
			l.Time[i] = r.time[e]
		}
		if l.Action != nil {
			l.Action[i] = r.action[e]
		}
		if l.Price != nil {
			l.Price[i] = r.price[e]
		}
		if l.Discount != nil {
			l.Discount[i] = r.discount[e]
		}
		if l.Channel != nil {
			l.Channel[i] = r.channel[e]
		}
		if i == 0 || r.customer[order[i-1]] != r.customer[e] {
			continue
		}
		l.Basket[i] = l.Basket[i-1]
		if !r.together(order[i-1], e) {
			l.Basket[i]++
		}
	}
	for c := range customers {
		l.First[c+1] += l.First[c]
	}
	return l
}

// together says whether two rows of one customer, next to each other in order,
// are one basket.
func (r *rawRows) together(a, b int32) bool {
	switch {
	case r.basket != nil:
		return r.basket[a] == r.basket[b]
	case r.time != nil:
		return r.time[a] == r.time[b]
	}
	return false
}

// starts returns for each row the first time of its basket.
func (r *rawRows) starts() []float64 {
	first := map[[2]int64]float64{}
	for i := range r.item {
		key := [2]int64{int64(r.customer[i]), r.basket[i]}
		if t, ok := first[key]; !ok || r.time[i] < t {
			first[key] = r.time[i]
		}
	}
	out := make([]float64, len(r.item))
	for i := range out {
		out[i] = first[[2]int64{int64(r.customer[i]), r.basket[i]}]
	}
	return out
}

// Times returns the first and the last time; ok is false when there are none
// or all are equal.
func (l *Log) Times() (first, last float64, ok bool) {
	first, last = math.Inf(1), math.Inf(-1)
	for _, t := range l.Time {
		first, last = min(first, t), max(last, t)
	}
	return first, last, last > first
}

// Shares returns how often each item is in the log: events, and customers that
// have it.
func (l *Log) Counts() (events, customers []int32) {
	events, customers = make([]int32, len(l.Items)), make([]int32, len(l.Items))
	last := make([]int32, len(l.Items))
	for c := range l.Customers {
		for _, item := range l.Item[l.First[c]:l.First[c+1]] {
			events[item]++
			if last[item] != int32(c)+1 {
				last[item] = int32(c) + 1
				customers[item]++
			}
		}
	}
	return events, customers
}

// check returns an error if nothing can be learned from l.
func (l *Log) check() error {
	switch {
	case len(l.Item) == 0:
		return core.Errorf(core.Invalid, "there are no events to learn from").WithHint("every event needs a customer and an item: check --map customer=COLUMN,item=COLUMN")
	case len(l.Items) == 1:
		return core.Errorf(core.Invalid, "the events name one item only, %q: there is nothing to choose from", l.Items[0]).WithHint("check --map item=COLUMN: it should name the products")
	}
	return nil
}
