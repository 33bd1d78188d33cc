package recommend

import (
	"fmt"
	"slices"

	"shoptwin/core"
)

// Case is one question of the examination: what comes after the history?
type Case struct {
	History History
	Next    []int32 // the items that came, each once, in order of appearance
}

// Split is a log cut into what may be learned from and what is asked.
type Split struct {
	Name  string // how it was cut, in words
	Train *Log
	Cases []Case
	New   bool // only items that are not in the history count and are ranked
}

// LastBasket asks for each customer's last basket, of customers with at least
// two.
func LastBasket(l *Log) (*Split, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	baskets := l.Baskets()
	s := &Split{Name: "each customer's last basket"}
	s.Train = l.Keep(func(c, e int) bool { return baskets[c] < 2 || l.Basket[e] < baskets[c]-1 })
	for c, n := range baskets {
		if n < 2 {
			continue
		}
		h := l.History(c)
		var next []int32
		h.Baskets(func(b, lo, hi int) {
			if b == int(n)-1 {
				next = h.Items[lo:hi]
			}
		})
		s.Cases = append(s.Cases, Case{s.Train.History(c), distinct(next)})
	}
	if len(s.Cases) == 0 {
		return nil, core.Errorf(core.Invalid, "none of the %d customers has two baskets: there is nothing to hold out", len(l.Customers)).
			WithHint("give a longer history, or check --map basket=COLUMN,time=COLUMN")
	}
	return s, nil
}

// LastOut asks for each customer's last event, of customers with at least two.
// It lets methods learn from what other customers did later: only to compare
// with papers.
func LastOut(l *Log) (*Split, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	s := &Split{Name: "each customer's last item"}
	s.Train = l.Keep(func(c, e int) bool { return e < int(l.First[c+1])-1 || l.First[c+1]-l.First[c] < 2 })
	for c := range l.Customers {
		if n := l.First[c+1] - l.First[c]; n >= 2 {
			s.Cases = append(s.Cases, Case{s.Train.History(c), l.Item[l.First[c+1]-1 : l.First[c+1]]})
		}
	}
	if len(s.Cases) == 0 {
		return nil, core.Errorf(core.Invalid, "none of the %d customers has two events: there is nothing to hold out", len(l.Customers)).
			WithHint("give a longer history, or check --map customer=COLUMN")
	}
	return s, nil
}

// ByTime learns from events before valid; what came from then on until test is
// for choosing, what came later is the examination: asked of each customer who
// was there before and after. valid and test are shares of the events, such as
// .8 and .9; cuts lie between two different times. In the examination the
// histories reach until its begin, the learning too: the second split's Train
// holds all before it.
func ByTime(l *Log, valid, test float64) (choose, examine *Split, err error) {
	if err := l.check(); err != nil {
		return nil, nil, err
	}
	if _, _, ok := l.Times(); !ok {
		return nil, nil, core.Errorf(core.Invalid, "the events have no times that differ: they cannot be cut by time").WithHint("name the column of times: --map time=COLUMN, or hold out last baskets")
	}
	sorted := slices.Clone(l.Time)
	slices.Sort(sorted)
	at := func(share float64) float64 { // the first time of a later part
		return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
	}
	t1, t2 := at(valid), at(test)
	if t1 == sorted[0] || t2 <= t1 {
		return nil, nil, core.Errorf(core.Invalid, "the events have too few different times to be cut into three parts").WithHint("hold out last baskets")
	}
	choose, examine = l.between(t1, t2), l.between(t2, sorted[len(sorted)-1]+1)
	choose.Name, examine.Name = "validation weeks", "the last weeks"
	for _, s := range []*Split{choose, examine} {
		if len(s.Cases) == 0 {
			return nil, nil, core.Errorf(core.Invalid, "no customer was there both before and in %s: there is nothing to ask", s.Name).WithHint("give a longer history, or hold out last baskets")
		}
	}
	return choose, examine, nil
}

// between learns from what was before from, and asks for what came until to.
func (l *Log) between(from, to float64) *Split {
	s := &Split{Train: l.Keep(func(_, e int) bool { return l.Time[e] < from })}
	for c := range l.Customers {
		before := s.Train.History(c)
		var next []int32
		for e := l.First[c]; e < l.First[c+1]; e++ {
			if l.Time[e] >= from && l.Time[e] < to {
				next = append(next, l.Item[e])
			}
		}
		if len(next) > 0 && len(before.Items) > 0 {
			s.Cases = append(s.Cases, Case{before, distinct(next)})
		}
	}
	return s
}

// Given is a split that somebody else has made: next holds for each customer of
// train the items to find, none for those who are not asked.
func Given(train *Log, next [][]int32, new bool) *Split {
	s := &Split{Name: "the given split", Train: train, New: new}
	for c, items := range next {
		if len(items) > 0 {
			s.Cases = append(s.Cases, Case{train.History(c), distinct(items)})
		}
	}
	return s
}

// Inner cuts a split's own Train once more, in its manner, to choose by: the
// last basket of each customer, or for sets without order a fifth of each
// customer's items, every fifth by a mixed number.
func (s *Split) Inner(ordered bool) (*Split, error) {
	if ordered {
		in, err := LastBasket(s.Train)
		if err == nil {
			in.New, in.Name = s.New, "within the training part: "+in.Name
		}
		return in, err
	}
	l := s.Train
	held := func(c, e int) bool { return mixed(uint64(c), uint64(l.Item[e]))%5 == 0 }
	in := &Split{Name: "within the training part: a fifth of the items", New: s.New}
	in.Train = l.Keep(func(c, e int) bool { return !held(c, e) })
	for c := range l.Customers {
		var next []int32
		for e := int(l.First[c]); e < int(l.First[c+1]); e++ {
			if held(c, e) {
				next = append(next, l.Item[e])
			}
		}
		if len(next) > 0 && in.Train.First[c+1] > in.Train.First[c] {
			in.Cases = append(in.Cases, Case{in.Train.History(c), distinct(next)})
		}
	}
	if len(in.Cases) == 0 {
		return nil, core.Errorf(core.Invalid, "the training part is too small to be cut once more")
	}
	return in, nil
}

// Sample returns the split with at most n of its cases, evenly spread.
func (s *Split) Sample(n int) *Split {
	if n >= len(s.Cases) || n <= 0 {
		return s
	}
	out := *s
	out.Cases = make([]Case, n)
	for i := range out.Cases {
		out.Cases[i] = s.Cases[i*len(s.Cases)/n]
	}
	out.Name = fmt.Sprintf("%s, %d of them", s.Name, n)
	return &out
}

// mixed is splitmix64 of two numbers.
func mixed(a, b uint64) uint64 {
	x := a*0x9e3779b97f4a7c15 + b + 0x632be59bd9b4e019
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// distinct returns items, each once, in order of appearance.
func distinct(items []int32) []int32 {
	out := make([]int32, 0, len(items))
	if len(items) < 64 {
		for _, item := range items {
			if !slices.Contains(out, item) {
				out = append(out, item)
			}
		}
		return out
	}
	seen := map[int32]bool{}
	for _, item := range items {
		if !seen[item] {
			seen[item] = true
			out = append(out, item)
		}
	}
	return out
}

// byScore orders items by score, the better first, ties by number.
func byScore(score []float32) func(a, b int32) int {
	return func(a, b int32) int {
		switch x, y := score[a], score[b]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return int(a) - int(b)
	}
}
