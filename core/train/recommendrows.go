package train

import (
	"cmp"
	"encoding/binary"
	"hash"
	"math/rand/v2"
	"slices"

	"shoptwin/core/recommend"
)

// windows are what a behaviour network learns from: runs of events of at most
// Config.Length, cut from each customer's latest event backwards.
type windows struct {
	model     *recommend.Behaviour
	histories []recommend.History
	real      int // of the histories; the others are synthetic
	all       []window
	baskets   bool // what follows is a whole basket, not one event

	cuts   []int // batches' ends in the order of the windows
	weight [2]float32
	logQ   []float32 // of each known item: ln of its share of the events
	events []int32   // known items of all real events, to sample from
	epoch  int
	order  []int32 // of the windows, in this epoch
	turn   []int   // of the batches
}

type window struct{ history, from, to int32 }

func (w window) len() int { return int(w.to - w.from) }

// behaviourBatch is some windows side by side, by time.
type behaviourBatch struct {
	windows, steps int
	lengths        []int32
	codes          []int32   // steps·windows x Inputs
	rows           []int32   // of codes that have a target
	target         []int32   // of each of them, an item's code
	weight         []float32 // of each
	label          []float32 // of each, with a task
	sample         []int32   // sampled items
	logQTarget     []float32
	logQSample     []float32
}

// newWindows cuts all histories' events but those after known, which judge;
// labels, if not nil, are what a task foretells of each history.
func newWindows(m *recommend.Behaviour, histories []recommend.History, real int, task bool) *windows {
	w := &windows{model: m, histories: histories, real: real, epoch: -1}
	length := m.Config.Length
	for i, h := range histories {
		n := len(h.Items)
		w.baskets = w.baskets || unordered(h)
		if task {
			w.all = append(w.all, window{int32(i), int32(max(0, n-length)), int32(n)})
			continue
		}
		for to := n - 1; to > 0; to -= length { // the last event is foretold, and foretells nothing
			w.all = append(w.all, window{int32(i), int32(max(0, to-length)), int32(to)})
		}
	}
	sorted := slices.Clone(w.all)
	slices.SortStableFunc(sorted, func(a, b window) int { return cmp.Compare(a.len(), b.len()) })
	for at := 0; at < len(sorted); {
		n := 1
		for at+n < len(sorted) && (n+1)*max(1, sorted[at+n].len()) <= m.Config.Batch {
			n++
		}
		at += n
		w.cuts = append(w.cuts, at)
	}
	return w
}

// unordered says whether h has a basket of several events whose order says
// nothing: they have one time, or none is known.
func unordered(h recommend.History) bool {
	for e := 1; e < len(h.Items); e++ {
		if h.Basket[e] == h.Basket[e-1] && (h.Time == nil || h.Time[e] == h.Time[e-1]) {
			return true
		}
	}
	return false
}

// weigh finds what a target is worth, so that over an epoch the mean loss of a
// step is mean(real) + lambda·mean(synthetic).
func (w *windows) weigh(task bool) {
	var n [2]float64
	for _, x := range w.all {
		if task {
			n[w.group(x)]++
			continue
		}
		w.targets(w.histories[x.history], x, nil, func(_, _ int32, share float32) { n[w.group(x)] += float64(share) })
	}
	worth := [2]float64{1, w.model.Config.Lambda}
	if n[0] == 0 {
		worth[1] = 1
	}
	for g := range n {
		w.weight[g] = float32(worth[g] * float64(len(w.cuts)) / max(1, n[g]))
	}
}

func (w *windows) group(x window) int {
	if int(x.history) < w.real {
		return 0
	}
	return 1
}

// targets calls f with what follows the events of a window: the event's place
// in the window, the item's code and its share of what follows, which is the
// next event, or by Config.Ahead another one drawn by rng. Where the order
// within baskets says nothing the end of a basket has the whole next one for a
// target.
func (w *windows) targets(h recommend.History, x window, rng *rand.Rand, f func(step, code int32, share float32)) {
	for e := x.from; e < x.to; e++ {
		if !w.baskets {
			next := int(e) + 1
			if rng != nil {
				next = min(len(h.Items)-1, int(e)+ahead(w.model.Config.Ahead, rng))
			}
			if c := w.model.ItemCode(h.Items[next]); c >= 0 {
				f(e-x.from, c, 1)
			}
			continue
		}
		if h.Basket[e] == h.Basket[e+1] {
			continue
		}
		end := int(e) + 2
		for end < len(h.Items) && h.Basket[end] == h.Basket[e+1] {
			end++
		}
		share := 1 / float32(end-int(e)-1)
		for _, item := range h.Items[e+1 : end] {
			if c := w.model.ItemCode(item); c >= 0 {
				f(e-x.from, c, share)
			}
		}
	}
}

// ahead draws how many events, from 1.
func ahead(shares []float64, rng *rand.Rand) int {
	if len(shares) < 2 {
		return max(1, len(shares))
	}
	sum := 0.
	for _, s := range shares {
		sum += s
	}
	at := sum * rng.Float64()
	for i, s := range shares {
		if at -= s; at < 0 {
			return i + 1
		}
	}
	return len(shares)
}

// batch fills b with that of step i. Windows of about the same length are
// together, others in every epoch.
func (w *windows) batch(b *behaviourBatch, i int, seed uint64, labels []float32) {
	if epoch := i / len(w.cuts); epoch != w.epoch {
		w.shuffle(epoch, generator(seed, forRows, epoch))
	}
	at := w.turn[i%len(w.cuts)]
	from := 0
	if at > 0 {
		from = w.cuts[at-1]
	}
	some := w.order[from:w.cuts[at]]
	b.begin(len(some))
	rng := generator(seed, forGumbel, i)
	seen, shown := make([]recommend.History, len(some)), make([]window, len(some))
	for s, k := range some {
		seen[s], shown[s] = w.histories[w.all[k].history], w.all[k]
		if skip := w.model.Config.Skip; skip > 0 && labels == nil && !w.baskets {
			seen[s], shown[s] = thin(seen[s], shown[s], skip, rng)
		}
		b.steps = max(b.steps, shown[s].len())
	}
	b.room(w.model.Inputs())
	inputs := w.model.Inputs()
	codes := make([]int32, b.steps*inputs)
	for s, x := range shown {
		h := seen[s]
		w.model.Codes(h, int(x.from), int(x.to), codes)
		b.put(s, codes[:x.len()*inputs], inputs)
		weight := w.weight[w.group(x)]
		if labels != nil {
			b.rows = append(b.rows, int32(s))
			b.label, b.weight = append(b.label, labels[x.history]), append(b.weight, weight)
			continue
		}
		w.targets(h, x, rng, func(step, code int32, share float32) {
			b.rows = append(b.rows, step*int32(b.windows)+int32(s))
			b.target, b.weight = append(b.target, code), append(b.weight, weight*share)
		})
	}
}

// thin returns a window's events, and the one it foretells at last, without
// some of them: as if these were not known. What follows is then not always
// the very next event, and no two passes see the same histories.
func thin(h recommend.History, x window, skip float64, rng *rand.Rand) (recommend.History, window) {
	h = h.Slice(int(x.from), int(x.to)+1)
	out := recommend.History{Customer: h.Customer}
	for e := range h.Items {
		if rng.Float64() < skip {
			continue
		}
		out.Push(h, e)
	}
	if len(out.Items) < 2 {
		return h, window{x.history, 0, int32(len(h.Items) - 1)}
	}
	return out, window{x.history, 0, int32(len(out.Items) - 1)}
}

func (b *behaviourBatch) begin(windows int) {
	b.windows, b.steps = windows, 1
	b.lengths = make([]int32, windows)
	b.rows, b.target, b.weight, b.label = b.rows[:0], b.target[:0], b.weight[:0], b.label[:0]
}

func (b *behaviourBatch) room(inputs int) {
	n := b.steps * b.windows * inputs
	b.codes = slices.Grow(b.codes[:0], n)[:n]
	for i := range b.codes {
		b.codes[i] = -1
	}
}

// put makes the events with those codes sequence s.
func (b *behaviourBatch) put(s int, codes []int32, inputs int) {
	n := len(codes) / inputs
	b.lengths[s] = int32(n)
	for t := range n {
		copy(b.codes[(t*b.windows+s)*inputs:], codes[t*inputs:(t+1)*inputs])
	}
}

// shuffle orders windows by length, give or take a tenth, and batches at
// random.
func (w *windows) shuffle(epoch int, rng *rand.Rand) {
	w.epoch = epoch
	key := make([]float64, len(w.all))
	w.order = w.order[:0]
	for i, x := range w.all {
		key[i] = float64(x.len()) * (1 + .1*rng.Float64())
		if x.len() == 0 {
			key[i] = rng.Float64()
		}
		w.order = append(w.order, int32(i))
	}
	slices.SortFunc(w.order, func(a, b int32) int { return cmp.Or(cmp.Compare(key[a], key[b]), cmp.Compare(a, b)) })
	w.turn = rng.Perm(len(w.cuts))
}

// negatives prepares sampling: by how often items are bought where the loss
// corrects for it, each alike for gbce.
func (w *windows) negatives() {
	count := make([]float64, w.model.Known())
	for _, h := range w.histories[:w.real] {
		for _, item := range h.Items {
			if c := w.model.ItemCode(item); c >= 0 {
				w.events = append(w.events, c)
				count[c]++
			}
		}
	}
	w.logQ = make([]float32, len(count))
	for c, n := range count {
		w.logQ[c] = float32(lnShare(n, len(w.events), w.model.Config.Negatives))
	}
}

// draw samples the batch's negatives.
func (w *windows) draw(b *behaviourBatch, rng *rand.Rand, uniform bool) {
	b.sample, b.logQSample, b.logQTarget = b.sample[:0], b.logQSample[:0], b.logQTarget[:0]
	for range w.model.Config.Negatives {
		if uniform {
			b.sample = append(b.sample, rng.Int32N(int32(len(w.logQ))))
			continue
		}
		c := w.events[rng.IntN(len(w.events))]
		b.sample, b.logQSample = append(b.sample, c), append(b.logQSample, w.logQ[c])
	}
	if !uniform {
		for _, c := range b.target {
			b.logQTarget = append(b.logQTarget, w.logQ[c])
		}
	}
}

// digest writes what is learned from.
func (w *windows) digest(sum hash.Hash) {
	binary.Write(sum, binary.LittleEndian, uint64(w.real))
	for _, h := range w.histories {
		binary.Write(sum, binary.LittleEndian, uint64(len(h.Items)))
		for _, x := range []any{h.Items, h.Basket, h.Time, h.Action, h.Price, h.Discount, h.Channel} {
			binary.Write(sum, binary.LittleEndian, x)
		}
	}
}
