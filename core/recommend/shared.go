package recommend

import (
	"slices"

	"shoptwin/core/nn"
)

// Shared is the part of the model that may leave the shop: the items that at
// least [mostTold] customers had, and the pairs in as many baskets that as many
// customers had both of. No customer is in it, no name that fewer know, and no
// number that tells of fewer. O(items · [pageKeep] · customers of an item).
func (m *Model) Shared() *Page {
	of := make([][]int32, len(m.Items)) // customers of each item, ascending
	for c := range m.Customers {
		for _, item := range m.history[m.first[c]:m.first[c+1]] {
			of[item] = append(of[item], int32(c))
		}
	}
	at, kept := make([]int32, len(m.Items)), []int32{}
	for i := range at {
		if at[i] = -1; len(of[i]) >= mostTold {
			at[i] = int32(len(kept))
			kept = append(kept, int32(i))
		}
	}
	from := m.Relations.common(mostTold, pageKeep)
	out := *from
	out.Items, out.count, out.Community = pick(from.Items, kept), pick(from.count, kept), pick(from.Community, kept)
	if from.category != nil {
		out.category = pick(from.category, kept)
	}
	rows, values := make([][]int32, len(kept)), make([][]float32, len(kept))
	for k, i := range kept {
		items, cosine := row(from.cosine, int(i))
		for n, j := range items {
			if at[j] >= 0 && shareMost(of[i], of[j], mostTold) {
				rows[k], values[k] = append(rows[k], at[j]), append(values[k], cosine[n])
			}
		}
	}
	if out.cosine = stack(rows, values, len(kept)); out.cosine.Index == nil {
		out.cosine = &nn.CSR{Rows: len(kept), Cols: len(kept), Start: make([]int32, len(kept)+1)}
	}
	p := &Page{Relations: &out, Labels: make([]string, len(kept))}
	if m.Labels != nil {
		p.Labels = pick(m.Labels, kept)
	}
	p.index()
	return p
}

func pick[T any](from []T, at []int32) []T {
	out := make([]T, len(at))
	for k, i := range at {
		out[k] = from[i]
	}
	return out
}

// shareMost says whether two ascending lists have at least most in common.
func shareMost(a, b []int32, most int) bool {
	for len(a) > 0 && len(b) > 0 && most > 0 {
		switch {
		case a[0] == b[0]:
			a, b, most = a[1:], b[1:], most-1
		case a[0] < b[0]:
			a = a[1:]
		default:
			b = b[1:]
		}
	}
	return most == 0
}

// Picture is that of the relations, with labels.
func (p *Page) Picture(most int) Picture {
	out := p.Relations.Picture(most, -1)
	for i := range out.Nodes {
		out.Nodes[i].Label = p.Labels[p.at[out.Nodes[i].Item]]
	}
	return out
}

// Calibration is how often what was said of a number of customers came true.
type Calibration struct {
	Lo, Hi    float64 // chances from and below
	Customers int
	Came      float64 // share of them
}

// Calibration puts the customers of the examination together by their chance,
// in tenths; with fewer than [mostTold] customers a tenth goes with the next.
func (t *Told) Calibration() (out []Calibration) {
	came := func(c Cut) int { return c.Hit }
	above := func(c Cut) int { return c.Hit + c.False }
	if len(t.Cuts) < 99 {
		return nil
	}
	all := t.Cuts[0]
	n, hit := all.Hit+all.False+all.Missed+all.Left, all.Hit+all.Missed
	lo := 0.
	for tenth := 1; tenth <= 10; tenth++ {
		stay, stayed := 0, 0 // who is above the tenth's end
		if tenth < 10 {
			c := t.Cuts[tenth*10-1]
			stay, stayed = above(c), came(c)
		}
		hi := float64(tenth) / 10
		if in := n - stay; in >= mostTold && (stay == 0 || stay >= mostTold) {
			out = append(out, Calibration{lo, hi, in, float64(hit-stayed) / float64(in)})
			n, hit, lo = stay, stayed, hi
		}
	}
	return slices.Clip(out)
}
