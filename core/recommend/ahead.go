package recommend

import "math"

// Examples are histories and what is to be foretold of each: 1 or 0, the
// number of a class, or a number.
type Examples struct {
	Histories []History
	Labels    []float32
}

// Ahead returns what was known at each of the given times of every customer
// who had been there, the latest of most events between two that say nothing
// but what time it is: the log's begin, where the customer's first event is
// among them, and that time, so that a network sees how long she has been
// watched and how long ago she was there; and what label says of the events of
// the days after. Times with fewer days until the log's end are left out. The
// log must have times. O(times · events).
func Ahead(l *Log, at []float64, days float64, most int, label func(after History) float32) Examples {
	var x Examples
	begin, end, _ := l.Times()
	for _, now := range at {
		if now+days*86400 > end {
			continue
		}
		for c := range l.Customers {
			h := l.History(c)
			n, to := h.Before(now), h.Before(now+days*86400)
			if n == 0 {
				continue
			}
			x.Histories = append(x.Histories, h.Until(n, most, begin, now))
			x.Labels = append(x.Labels, label(h.Slice(n, to)))
		}
	}
	return x
}

// Until returns the latest of most of the first n events of h, as [Ahead] shows
// them: begin is the log's first time.
func (h History) Until(n, most int, begin, now float64) History {
	lo := max(0, n-most)
	part := h.Slice(lo, n)
	out := History{Customer: h.Customer}
	empty := func(basket int32, time float64) {
		out.Items, out.Basket = append(out.Items, -1), append(out.Basket, basket)
		if h.Time != nil {
			out.Time = append(out.Time, time)
		}
		if h.Action != nil {
			out.Action = append(out.Action, math.MaxUint8)
		}
		if h.Price != nil {
			out.Price = append(out.Price, float32(math.NaN()))
		}
		if h.Discount != nil {
			out.Discount = append(out.Discount, float32(math.NaN()))
		}
		if h.Channel != nil {
			out.Channel = append(out.Channel, math.MaxUint8)
		}
	}
	if lo == 0 {
		empty(-1, begin)
	}
	out.Items, out.Basket = append(out.Items, part.Items...), append(out.Basket, part.Basket...)
	out.Time, out.Action, out.Price = append(out.Time, part.Time...), append(out.Action, part.Action...), append(out.Price, part.Price...)
	out.Discount, out.Channel = append(out.Discount, part.Discount...), append(out.Channel, part.Channel...)
	empty(math.MaxInt32, now)
	return out
}
