package recommend

import (
	"context"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Together are the choices of [Relate]; zero values are the defaults.
type Together struct {
	Keep   int     // related items kept of each; 50
	Shrink float64 // added to the cosine's denominator; 5
}

// Pair is the evidence that one item belongs to another.
type Pair struct {
	Item       int32   `json:"item"`
	Both       int     `json:"both"`       // baskets with both
	Support    float64 `json:"support"`    // share of all baskets with both
	Confidence float64 `json:"confidence"` // share of the baskets with the first that have the other, too
	Lift       float64 `json:"lift"`       // Both by what independent items would have
	Cosine     float64 `json:"cosine"`     // shrunk: Both / (sqrt(baskets x baskets) + shrink)
	// Score is the log of the lift after shrinkage to that of the two
	// categories, where they are known, and else to 1; above 0 items are bought
	// together, below instead of each other.
	Score float64 `json:"score"`
	// Substitute says: bought by the same customers, but not together.
	Substitute bool `json:"substitute,omitempty"`
}

// Relations are what baskets say of pairs of items. It does not change.
type Relations struct {
	Items     []string
	Baskets   int
	Community []int32 // of each item; see communities

	cfg      Together
	count    []float32 // baskets with each item
	cosine   *nn.CSR   // of the kept pairs, symmetric but for the cut
	category []int32
	k        int       // categories
	lift     []float32 // of categories, k x k, by what independent baskets would have
	own      []float32 // likewise, by what the same customers' baskets would have in any order
	usual    float64   // lift of a pair of items that have nothing to do with each other
	prior    float64   // expected co-purchases that lift is worth in a pair's
}

// Relate counts which items share baskets.
//
// Few pairs are seen often enough for a lift of their own. A pair's is drawn to
// that of its two categories, by as much as pairs of the same categories are
// alike: counts are Poisson about a gamma variable whose shape is estimated by
// moments (DuMouchel, Bayesian Data Mining in Large Frequency Tables, 1999). The
// categories' lift is taken within customers, as one who buys much buys much of
// everything. O(sum of squared basket sizes).
func Relate(ctx context.Context, l *Log, cfg Together) (*Relations, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	if cfg.Keep == 0 {
		cfg.Keep = 50
	}
	if cfg.Shrink == 0 {
		cfg.Shrink = 5
	}
	baskets := basketMatrix(l)
	r := &Relations{Items: l.Items, Baskets: baskets.byCustomer.Rows, cfg: cfg, category: l.Category, k: len(l.Categories)}
	r.count = make([]float32, len(l.Items))
	for i := range r.count {
		r.count[i] = float32(baskets.byItem.Start[i+1] - baskets.byItem.Start[i])
	}
	r.categories(l, baskets.byCustomer)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	over := make([]float64, len(l.Items)) // by item, as each has one thread
	r.cosine = neighbours(baskets, cfg.Keep, func(i, j int32, both float32) float32 {
		mu, n := r.expected(i, j), float64(both)
		over[i] += n*n - 2*n*mu - n // (n-mu)² - mu² - n; pairs without have 0
		return both / float32(r.root(i, j))
	})
	r.prior = r.alike(over)
	r.Community = communities(r.cosine)
	return r, ctx.Err()
}

// root is the denominator of the cosine.
func (r *Relations) root(i, j int32) float64 {
	return math.Sqrt(float64(r.count[i])*float64(r.count[j])) + r.cfg.Shrink
}

// basketMatrix is baskets x items, each item once.
func basketMatrix(l *Log) matrix {
	by := &nn.CSR{Cols: len(l.Items), Start: []int32{0}}
	for c := range l.Customers {
		h := l.History(c)
		h.Baskets(func(_, lo, hi int) {
			from := len(by.Index)
			by.Index = append(by.Index, h.Items[lo:hi]...)
			slices.Sort(by.Index[from:])
			by.Index = by.Index[:from+len(slices.Compact(by.Index[from:]))]
			by.Start = append(by.Start, int32(len(by.Index)))
		})
	}
	by.Rows = len(by.Start) - 1
	by.Value = make([]float32, len(by.Index))
	for i := range by.Value {
		by.Value[i] = 1
	}
	return matrix{by, by.Transposed()}
}

// category of an item, -1 for none.
func (r *Relations) of(item int32) int {
	if r.category == nil {
		return -1
	}
	return int(r.category[item])
}

// expected is how many baskets a pair would share by its categories' lift.
func (r *Relations) expected(a, b int32) float64 {
	mu := float64(r.count[a]) * float64(r.count[b]) / float64(r.Baskets) * r.usual
	if c, d := r.of(a), r.of(b); c >= 0 && d >= 0 {
		mu *= float64(r.lift[c*r.k+d])
	}
	return mu
}

// alike returns the shape of the gamma variable about which pairs vary, from
// over, by item the sum of (n-mu)² - mu² - n over its pairs.
func (r *Relations) alike(over []float64) float64 {
	excess, square := 0., 0.
	for _, x := range over {
		excess += x
	}
	// The sum of mu² over all pairs, by category.
	k := max(1, r.k)
	of := make([]float64, k+1)
	for i, n := range r.count {
		if c := r.of(int32(i)); c >= 0 {
			of[c] += float64(n) * float64(n)
		} else {
			of[k] += float64(n) * float64(n)
		}
	}
	for c := range k + 1 {
		for d := range k + 1 {
			x := r.usual / float64(r.Baskets)
			if r.category != nil && c < k && d < k {
				x *= float64(r.lift[c*k+d])
			}
			square += of[c] * of[d] * x * x
		}
	}
	// excess + square is the sum of (n-mu)² - n: square/shape where counts vary
	// more than Poisson's.
	const least, most = 1, 200
	if excess+square <= square/most {
		return most
	}
	return max(least, square/(excess+square))
}

// categories counts pairs of different items by category, and the mean lift.
func (r *Relations) categories(l *Log, baskets *nn.CSR) {
	if r.k > 2000 {
		r.category, r.k = nil, 0
	}
	k := max(1, r.k)
	all, whole, wholeSquare := 0., 0., 0.
	for b := range baskets.Rows {
		n := float64(baskets.Start[b+1] - baskets.Start[b])
		all += n * (n - 1)
	}
	sum, square := make([]float64, k), make([]float64, k)
	for i, n := range r.count {
		whole += float64(n)
		wholeSquare += float64(n) * float64(n)
		if c := r.of(int32(i)); c >= 0 {
			sum[c] += float64(n)
			square[c] += float64(n) * float64(n)
		}
	}
	n := float64(r.Baskets)
	r.usual = 1
	if expected := (whole*whole - wholeSquare) / n; expected > 0 && all > 0 {
		r.usual = all / expected
	}
	if r.category == nil {
		return
	}
	seen, own := make([]float64, k*k), make([]float64, k*k)
	tally := func(to []float64, items []int32, by float64, number []float64, once map[int32]float64) {
		var touched []int
		for _, item := range items {
			if c := r.of(item); c >= 0 {
				if number[c] == 0 {
					touched = append(touched, c)
				}
				number[c]++
			}
		}
		for _, c := range touched {
			for _, d := range touched {
				to[c*k+d] += number[c] * number[d] * by
			}
		}
		for item, n := range once { // no pairs of an item with itself
			if c := r.of(item); c >= 0 {
				to[c*k+c] -= n * n * by
			}
		}
		for _, c := range touched {
			number[c] = 0
		}
	}
	number := make([]float64, k)
	at := 0
	for c := range l.Customers {
		var items []int32
		once := map[int32]float64{}
		from := at
		for range l.History(c).Baskets(nil) {
			basket, _ := row(baskets, at)
			single := map[int32]float64{}
			for _, item := range basket {
				once[item]++
				single[item] = 1
			}
			tally(seen, basket, 1, number, single)
			items = append(items, basket...)
			at++
		}
		if at > from {
			tally(own, items, 1/float64(at-from), number, once)
		}
	}
	const prior = 20 // expected co-purchases
	wholeOwn, wholeSeen := 0., 0.
	for i, x := range own {
		wholeOwn += x
		wholeSeen += seen[i]
	}
	by := 1.
	if wholeOwn > 0 {
		by = wholeSeen / wholeOwn
	}
	r.lift, r.own = make([]float32, k*k), make([]float32, k*k)
	for c := range k {
		for d := range k {
			expected := sum[c] * sum[d] / n
			if c == d {
				expected -= square[c] / n
			}
			r.lift[c*k+d] = float32((seen[c*k+d] + prior) / (expected*r.usual + prior))
			r.own[c*k+d] = float32((seen[c*k+d] + prior) / (own[c*k+d]*by + prior))
		}
	}
}

// Between returns the evidence for a pair. Of pairs that were not kept only the
// categories are known.
func (r *Relations) Between(a, b int32) Pair {
	both := 0.
	items, cosine := row(r.cosine, int(a))
	if at, ok := slices.BinarySearch(items, b); ok {
		both = math.Round(float64(cosine[at]) * r.root(a, b))
	}
	return r.pair(a, b, both)
}

func (r *Relations) pair(a, b int32, both float64) Pair {
	n, na, nb := float64(r.Baskets), float64(r.count[a]), float64(r.count[b])
	p := Pair{Item: b, Both: int(both), Support: both / n, Confidence: both / max(1, na), Cosine: both / r.root(a, b)}
	expected := na * nb / n
	if expected > 0 {
		p.Lift = both / expected
	}
	own := 1.
	if c, d := r.of(a), r.of(b); c >= 0 && d >= 0 {
		own = float64(r.own[c*r.k+d])
	}
	p.Score = math.Log(own * (both + r.prior) / (r.expected(a, b) + r.prior))
	return p
}

// To returns up to k items that are bought together with item, the most likely
// first, by lift after shrinkage times confidence.
func (r *Relations) To(item int32, k int) []Pair {
	var out []Pair
	items, cosine := row(r.cosine, int(item))
	for i, other := range items {
		if p := r.pair(item, other, math.Round(float64(cosine[i])*r.root(item, other))); p.Score > 0 {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Pair) int {
		switch x, y := a.Score*a.Confidence, b.Score*b.Confidence; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return int(a.Item - b.Item)
	})
	return out[:min(k, len(out))]
}

// Instead returns up to k items that stand in for item: with the same
// neighbours, but in fewer baskets together than chance would have it. It looks
// among the neighbours' neighbours and, where categories are known, in the
// item's.
func (r *Relations) Instead(item int32, k int) []Pair {
	mine := map[int32]float32{}
	items, cosine := row(r.cosine, int(item))
	for i, other := range items {
		mine[other] = cosine[i]
	}
	like := map[int32]float64{}
	for i, other := range items {
		next, x := row(r.cosine, int(other))
		for j, far := range next {
			if far != item {
				like[far] += float64(cosine[i]) * float64(x[j])
			}
		}
	}
	var out []Pair
	for far, alike := range like {
		p := r.Between(item, far)
		if same := r.category != nil && r.category[item] >= 0 && r.category[item] == r.category[far]; p.Score < -.2 || same && p.Score < .2 {
			p.Substitute = true
			p.Cosine = alike // of the neighbours
			if same {
				p.Cosine *= 3
			}
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b Pair) int {
		switch x, y := a.Cosine*(1-a.Score), b.Cosine*(1-b.Score); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return int(a.Item - b.Item)
	})
	return out[:min(k, len(out))]
}

// Rule is an association rule: who has If has Then, too.
type Rule struct {
	If, Then int32
	Pair
}

// Rules returns the pairs in at least both baskets with the highest lift, at
// most most of them (Agrawal, Imieliński and Swami, Mining Association Rules,
// 1993, of one item on each side).
func (r *Relations) Rules(both, most int) []Rule {
	parts := make([][]Rule, len(r.Items))
	core.Parallel(len(r.Items), func(i int) {
		items, cosine := row(r.cosine, i)
		for k, other := range items {
			if n := math.Round(float64(cosine[k]) * r.root(int32(i), other)); n >= float64(both) {
				parts[i] = append(parts[i], Rule{int32(i), other, r.pair(int32(i), other, n)})
			}
		}
	})
	out := slices.Concat(parts...)
	slices.SortStableFunc(out, func(a, b Rule) int {
		switch {
		case a.Lift > b.Lift:
			return -1
		case a.Lift < b.Lift:
			return 1
		}
		return 0
	})
	return out[:min(most, len(out))]
}
