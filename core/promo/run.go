package promo

// run is a plan summed up.
type run struct {
	m        *Model
	q        *planned
	work     []int               // items that are computed: those of the categories shown or with offers
	local    []int               // item: place in work, or -1
	parts    []*part             // work: where it was summed up,
	at       []int               // work: and at which place
	kinds    [][]kind            // work: sums of what is promoted or drawn from, by kind of offer; plain weeks first
	net      [][measures]float64 // work: fixed cost apart
	owned    [][measures]float64 // work: what its offers do
	nets     [measures][]float64 // by draw: net, fixed cost apart
	weekly   [][measures]float64 // by week: net, fixed cost apart
	change   [measures]causes
	baseline [measures]float64
	spent    float64
}

// together adds up parts, each of one category, which may have been made for
// another plan that is the same there.
func (q *planned) together(m *Model, parts []*part) *run {
	r := &run{m: m, q: q, local: make([]int, len(m.items)), weekly: make([][measures]float64, q.weeks)}
	for i := range r.local {
		r.local[i] = -1
	}
	for j := range r.nets {
		r.nets[j] = make([]float64, draws)
	}
	for _, p := range parts {
		r.work = append(r.work, p.items...)
		r.kinds, r.net, r.owned = append(r.kinds, p.kinds...), append(r.net, p.net...), append(r.owned, p.owned...)
		for k := range p.items {
			r.parts, r.at = append(r.parts, p), append(r.at, k)
		}
		for w, week := range p.weeks {
			for j := range measures {
				r.change[j].add(week.change[j])
				r.baseline[j] += week.baseline[j]
				r.weekly[w][j] += week.net[j]
			}
			r.spent += week.spent
		}
		for j, nets := range p.nets {
			to := r.nets[j]
			for d, x := range nets {
				to[d] += x
			}
		}
	}
	for n, i := range r.work {
		r.local[i] = n
	}
	return r
}

// spot returns what was summed up of item i in week w; nil for nothing.
//
//go:noinline
func (r *run) spot(i, w int) *spot {
	if r == nil || r.local[i] < 0 {
		return nil
	}
	n := r.local[i]
	if p := r.parts[n]; w < len(p.weeks) {
		return &p.weeks[w].spots[r.at[n]]
	}
	return nil
}

// shown is the sum of the n-th item shown in week w of the horizon.
func (r *run) shown(n, w int) *cellSum { return &r.spot(r.q.items[n], w).cellSum }
