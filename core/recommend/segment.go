package recommend

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"shoptwin/core"
)

// Segment is a group of customers, described.
type Segment struct {
	Name      Words   `json:"name"`
	Customers int     `json:"customers"`
	Share     float64 `json:"share"`     // of all customers
	Recency   float64 `json:"recency"`   // median days since the last event, or baskets where there are no times
	Frequency float64 `json:"frequency"` // median baskets
	Spend     float64 `json:"spend"`     // median sum of prices; 0 without prices
	Items     []int32 `json:"-"`         // what stands out: the items had most beyond their usual share
	Words     Words   `json:"words"`
}

// Segments are the customers in groups.
type Segments struct {
	Of       []int32 // of each customer; -1 without events
	Segments []Segment
}

// RFM groups customers by when they were last there, how often, and how much
// they spent: each against the median of all, so that the shop's own customers
// set the bar. The groups are champions, regulars, newcomers, dozing (frequent
// but long gone), lost and occasional.
func RFM(l *Log) *Segments {
	n := len(l.Customers)
	recency, frequency, spend := rfm(l)
	rm, fm := median(recency), median(frequency)
	sm := median(spend)
	s := &Segments{Of: make([]int32, n)}
	names := []Words{
		{"champions", "核心顾客"}, {"regulars", "常客"}, {"newcomers", "新顾客"},
		{"dozing", "沉睡的常客"}, {"occasional", "偶尔光顾"}, {"lost", "流失顾客"}}
	for c := range n {
		if l.First[c] == l.First[c+1] {
			s.Of[c] = -1
			continue
		}
		late, often, much := recency[c] <= rm, frequency[c] > fm, spend[c] > sm
		gone := recency[c] > 2*rm+1
		k := 4
		switch {
		case late && often && much:
			k = 0
		case late && often:
			k = 1
		case late && frequency[c] <= 2:
			k = 2
		case !late && often:
			k = 3
		case gone:
			k = 5
		}
		s.Of[c] = int32(k)
	}
	s.describe(l, names, recency, frequency, spend)
	return s
}

// Cluster groups customers by k-means (Lloyd 1982, seeded as by Arthur and
// Vassilvitskii, k-means++, 2007) of their coordinates on the first singular
// vectors of the customers by items: what they buy, not how much. The same log
// gives the same groups.
func Cluster(ctx context.Context, l *Log, k int) (*Segments, error) {
	if err := l.check(); err != nil {
		return nil, err
	}
	const rank = 16
	g, err := newGraph(ctx, l, rank, nil)
	if err != nil {
		return nil, err
	}
	n, r := len(l.Customers), g.rank
	x := make([]float32, n*r)
	times(x, g.norm.byCustomer, g.v, r)
	s := &Segments{Of: make([]int32, n)}
	var have []int32
	for c := range n {
		s.Of[c] = -1
		row := x[c*r : (c+1)*r]
		if size := squared(row); size > 0 {
			by := float32(1 / math.Sqrt(float64(size)))
			for j := range row {
				row[j] *= by
			}
			have = append(have, int32(c))
		}
	}
	for i, group := range kMeans(x, r, have, min(k, len(have))) {
		s.Of[have[i]] = group
	}
	recency, frequency, spend := rfm(l)
	var names []Words
	for i := range k {
		names = append(names, Words{fmt.Sprintf("group %d", i+1), fmt.Sprintf("第 %d 组", i+1)})
	}
	s.describe(l, names, recency, frequency, spend)
	return s, ctx.Err()
}

// kMeans returns the group of each of the points, rows of x with r columns.
func kMeans(x []float32, r int, points []int32, k int) []int32 {
	rng := rand.New(rand.NewPCG(1, 3))
	at := func(i int) []float32 { return x[int(points[i])*r : int(points[i])*r+r] }
	far := func(a, b []float32) (d float64) {
		for j := range a {
			d += float64(a[j]-b[j]) * float64(a[j]-b[j])
		}
		return d
	}
	centres := [][]float32{slices.Clone(at(rng.IntN(len(points))))}
	nearest := make([]float64, len(points))
	for i := range nearest {
		nearest[i] = math.Inf(1)
	}
	for len(centres) < k {
		sum := 0.
		for i := range points {
			nearest[i] = min(nearest[i], far(at(i), centres[len(centres)-1]))
			sum += nearest[i]
		}
		pick, u := 0, sum*rng.Float64()
		for i, d := range nearest {
			if u -= d; u < 0 {
				pick = i
				break
			}
		}
		centres = append(centres, slices.Clone(at(pick)))
	}
	group := make([]int32, len(points))
	for range 30 {
		var moved [64]int
		core.Parallel(64, func(p int) {
			for i := p; i < len(points); i += 64 {
				best, most := int32(0), math.Inf(1)
				for c := range centres {
					if d := far(at(i), centres[c]); d < most {
						best, most = int32(c), d
					}
				}
				if group[i] != best {
					group[i] = best
					moved[p]++
				}
			}
		})
		changed := 0
		for _, m := range moved {
			changed += m
		}
		number := make([]float32, len(centres))
		for c := range centres {
			clear(centres[c])
		}
		for i := range points {
			add(centres[group[i]], at(i), 1)
			number[group[i]]++
		}
		for c := range centres {
			for j := range centres[c] {
				centres[c][j] /= max(1, number[c])
			}
		}
		if changed*1000 < len(points) {
			break
		}
	}
	return group
}

// rfm returns days (or baskets, counted back from the longest history) since
// the last event, the number of baskets and the sum of prices.
func rfm(l *Log) (recency, frequency, spend []float64) {
	n := len(l.Customers)
	recency, frequency, spend = make([]float64, n), make([]float64, n), make([]float64, n)
	_, last, dated := l.Times()
	for c := range n {
		h := l.History(c)
		if len(h.Items) == 0 {
			recency[c] = math.NaN()
			continue
		}
		frequency[c] = float64(h.Baskets(nil))
		if dated {
			recency[c] = (last - h.Time[len(h.Time)-1]) / 86400
		}
		for _, p := range h.Price {
			if p == p {
				spend[c] += float64(p)
			}
		}
	}
	return recency, frequency, spend
}

func median(x []float64) float64 {
	var y []float64
	for _, v := range x {
		if !math.IsNaN(v) {
			y = append(y, v)
		}
	}
	if len(y) == 0 {
		return 0
	}
	slices.Sort(y)
	return (y[(len(y)-1)/2] + y[len(y)/2]) / 2
}

// describe counts the groups, drops empty ones and says what each is like.
func (s *Segments) describe(l *Log, names []Words, recency, frequency, spend []float64) {
	all := countTimes(l)
	whole := float64(len(l.Item))
	var kept []Segment
	number := make([]int32, len(names))
	for k := range names {
		seg := Segment{Name: names[k]}
		var r, f, m []float64
		mine := make([]float32, len(l.Items))
		events := 0.
		for c, of := range s.Of {
			if of != int32(k) {
				continue
			}
			seg.Customers++
			r, f, m = append(r, recency[c]), append(f, frequency[c]), append(m, spend[c])
			for _, item := range l.Item[l.First[c]:l.First[c+1]] {
				mine[item]++
				events++
			}
		}
		if seg.Customers == 0 {
			number[k] = -1
			continue
		}
		number[k] = int32(len(kept))
		seg.Share = float64(seg.Customers) / float64(len(l.Customers))
		seg.Recency, seg.Frequency, seg.Spend = median(r), median(f), median(m)
		more := make([]float32, len(mine)) // share beyond the usual one
		for i, x := range mine {
			more[i] = float32(float64(x)/events - float64(all[i])/whole)
		}
		for _, item := range Top(more, 3, nil) {
			if more[item] > 0 && mine[item] >= 5 { // nothing rare is told
				seg.Items = append(seg.Items, item)
			}
		}
		seg.Words = seg.say(l)
		kept = append(kept, seg)
	}
	for c, of := range s.Of {
		if of >= 0 {
			s.Of[c] = number[of]
		}
	}
	s.Segments = kept
}

// say describes the segment.
func (s *Segment) say(l *Log) Words {
	w := Words{
		fmt.Sprintf("%s: %d customers (%.0f %%), usually %.0f visits", s.Name.En, s.Customers, 100*s.Share, s.Frequency),
		fmt.Sprintf("%s：%d 位顾客（%.0f%%），一般光顾 %.0f 次", s.Name.Zh, s.Customers, 100*s.Share, s.Frequency),
	}
	if _, _, dated := l.Times(); dated {
		w.En += fmt.Sprintf(", the last %.0f days ago", s.Recency)
		w.Zh += fmt.Sprintf("，最近一次在 %.0f 天前", s.Recency)
	}
	if s.Spend > 0 {
		w.En += fmt.Sprintf(", %.2f spent", s.Spend)
		w.Zh += fmt.Sprintf("，消费 %.2f", s.Spend)
	}
	for i, item := range s.Items {
		sep, zh := "; more than others: ", "；比别人更常买："
		if i > 0 {
			sep, zh = ", ", "、"
		}
		name := l.Items[item]
		if l.Labels != nil && l.Labels[item] != "" {
			name = l.Labels[item]
		}
		w.En, w.Zh = w.En+sep+name, w.Zh+zh+name
	}
	return w
}
