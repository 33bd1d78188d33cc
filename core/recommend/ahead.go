package recommend

import "math"

// Examples are histories and what is to be foretold of each: 1 or 0, the
// number of a class, or a number.
type Examples struct {
	Histories []History
	Labels    []float32
}

// Ahead returns what was known at each of the given times of every customer
// who had been there, the latest of most events and behind them an event
// without an item at that time, so that a network sees how long ago the last
// one was; and what label says of the events of the days after. Only times
// with so many days behind them tell the truth: end is the log's end, and
// later times are left out. The log must have times. O(times · events).
func Ahead(l *Log, at []float64, days float64, most int, label func(after History) float32) Examples {
	var x Examples
	_, end, _ := l.Times()
	for _, now := range at {
		if now+days*86400 > end {
			continue
		}
		for c := range l.Customers {
			h := l.History(c)
			n := 0
			for n < len(h.Items) && h.Time[n] < now {
				n++
			}
			if n == 0 {
				continue
			}
			to := n
			for to < len(h.Items) && h.Time[to] < now+days*86400 {
				to++
			}
			x.Histories = append(x.Histories, h.Slice(max(0, n-most), n).At(now))
			x.Labels = append(x.Labels, label(h.Slice(n, to)))
		}
	}
	return x
}

// At returns a copy of h with an event behind it that says nothing but that
// time has passed.
func (h History) At(now float64) History {
	n := len(h.Items)
	h.Items = append(h.Items[:n:n], -1)
	basket := int32(0)
	if n > 0 {
		basket = h.Basket[n-1] + 1
	}
	h.Basket = append(h.Basket[:n:n], basket)
	if h.Time != nil {
		h.Time = append(h.Time[:n:n], now)
	}
	if h.Action != nil {
		h.Action = append(h.Action[:n:n], math.MaxUint8)
	}
	if h.Price != nil {
		h.Price = append(h.Price[:n:n], float32(math.NaN()))
	}
	return h
}
