// Package recommend says what a customer is likely to want next and which
// products belong together: events in a [Log], methods that learn a [Scorer]
// from it, an honest protocol that compares them ([Backtest]), lists with
// reasons, related products and segments of customers.
//
// A method is anything that fits a Scorer: the controls of this package
// (popularity, neighbours, linear models), their blends, or a network that
// another package trained. The protocol, the leaderboard and the lists treat
// all of them alike.
package recommend

import (
	"context"

	"shoptwin/core"
)

// History is what is known of one customer when a list is wanted: events in
// time order. Its slices are shared and not changed.
type History struct {
	Customer int32     // in the log that was learned from; -1: not in it
	Items    []int32   // item of each event
	Basket   []int32   // of each event, ascending within the customer
	Time     []float64 // of each event, seconds; nil when not known
	Action   []uint8   // of each event; nil when not known
	Price    []float32 // of each event, NaN missing; nil when not known
	Discount []float32 // of each event, more is cheaper, NaN missing; nil when not known
	Channel  []uint8   // of each event; nil when not known
}

// Slice returns events lo to hi (exclusive).
func (h History) Slice(lo, hi int) History {
	h.Items, h.Basket = h.Items[lo:hi], h.Basket[lo:hi]
	if h.Time != nil {
		h.Time = h.Time[lo:hi]
	}
	if h.Action != nil {
		h.Action = h.Action[lo:hi]
	}
	if h.Price != nil {
		h.Price = h.Price[lo:hi]
	}
	if h.Discount != nil {
		h.Discount = h.Discount[lo:hi]
	}
	if h.Channel != nil {
		h.Channel = h.Channel[lo:hi]
	}
	return h
}

// Before returns how many events of h come before the moment now, in seconds;
// h has times.
func (h History) Before(now float64) (n int) {
	for n < len(h.Items) && h.Time[n] < now {
		n++
	}
	return n
}

// Push adds event e of from to h, with all that is known of it.
func (h *History) Push(from History, e int) {
	h.Items, h.Basket = append(h.Items, from.Items[e]), append(h.Basket, from.Basket[e])
	if from.Time != nil {
		h.Time = append(h.Time, from.Time[e])
	}
	if from.Action != nil {
		h.Action = append(h.Action, from.Action[e])
	}
	if from.Price != nil {
		h.Price = append(h.Price, from.Price[e])
	}
	if from.Discount != nil {
		h.Discount = append(h.Discount, from.Discount[e])
	}
	if from.Channel != nil {
		h.Channel = append(h.Channel, from.Channel[e])
	}
}

// Baskets returns how many baskets h has, and calls f, if not nil, with each:
// its number from 0, the latest being the last, and the range of its events.
func (h History) Baskets(f func(basket, lo, hi int)) (n int) {
	for lo := 0; lo < len(h.Items); n++ {
		hi := lo + 1
		for hi < len(h.Items) && h.Basket[hi] == h.Basket[lo] {
			hi++
		}
		if f != nil {
			f(n, lo, hi)
		}
		lo = hi
	}
	return n
}

// A Scorer is a trained model: it says how much each item is expected next.
// It does not change and any number of goroutines may ask it at once; the same
// histories give the same scores natively and in wasm, whatever else is in the
// batch.
type Scorer interface {
	// Score sets out, len(h) x items row-major, to a score for each item of
	// the log that was learned from, whether it is in the history or not:
	// more is better, and only the order within a row means anything. Scores
	// are finite. An empty history gives popularity, or what comes nearest.
	Score(h []History, out []float32)
}

// Method is a way to learn a Scorer.
type Method struct {
	Name    string `json:"name"`
	Network bool   `json:"network,omitempty"` // trained by gradient descent; the leaderboard says whether it earns its place
	Control bool   `json:"control,omitempty"` // one of the simple ones that are always trained too
	// Fit learns from the log's events, and only from them. It stops soon
	// after ctx is cancelled and returns ctx's error.
	Fit func(ctx context.Context, log *Log, report func(core.Progress)) (Scorer, error) `json:"-"`
}

// batchFor returns how many histories are scored at a time: some 16 MB of
// scores, so that five million items fit, too.
func batchFor(items int) int { return max(1, min(128, (4<<20)/max(1, items))) }
