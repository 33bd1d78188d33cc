package quality

// SequencePrivacy says whether synthetic customers give away whose histories
// they were learned from. A customer is the set of its items; two are as near
// as the share of their items that they have in common (Jaccard). Rows of
// events say little here: of an item that only learned customers have, every
// row is nearer to them.
type SequencePrivacy struct {
	// Nearer is the share of synthetic customers whose nearest learned customer
	// is nearer than their nearest customer set aside, ties half, both sides
	// being equally many: 0.5 when nobody was copied. Lo and Hi are its 95 %
	// interval.
	Nearer float64 `json:"nearer"`
	Lo     float64 `json:"lo"`
	Hi     float64 `json:"hi"`
	// Member is the AUC of an attacker who holds customers set aside as a
	// reference and takes for learned whoever is nearer to a synthetic customer
	// than to any of those (the density ratio of DOMIAS, van Breugel et al.
	// 2023, by nearest neighbours), with its 95 % interval.
	Member   float64 `json:"member"`
	MemberLo float64 `json:"memberLo"`
	MemberHi float64 `json:"memberHi"`
	// Copies are synthetic customers with copyItems items or more, all those of
	// one learned customer and no other; Aside the same beside customers set
	// aside, of equally many.
	Copies int `json:"copies"`
	Aside  int `json:"aside"`
	Asked  int `json:"asked"`  // synthetic customers looked at
	Beside int `json:"beside"` // customers of each side
}

const (
	mostAsked  = 1500 // synthetic customers, and customers of a side
	fewAsked   = 30   // of which nothing can be said
	copyItems  = 4
	otherSides = 2 // of the customers set aside: the reference, and those to be told apart
)

// privacy compares customers by their items; nil without items or with too
// few customers. O(asked customers times customers that share an item).
func (a *histories) privacy(holdout, synthetic *histories) *SequencePrivacy {
	if a.item == nil || holdout == nil || holdout.item == nil || synthetic.item == nil {
		return nil
	}
	learned, aside, made := a.itemSets(), holdout.itemSets(), synthetic.itemSets()
	n := min(len(learned), len(aside), mostAsked)
	if n < fewAsked*otherSides || len(made) < fewAsked {
		return nil
	}
	learned, aside, asked := spread(learned, n), spread(aside, n), spread(made, min(len(made), mostAsked))
	p := &SequencePrivacy{Asked: len(asked), Beside: n}
	in, out := indexSets(learned), indexSets(aside)
	for _, s := range asked {
		near, far := in.nearest(s), out.nearest(s)
		switch {
		case near > far:
			p.Nearer++
		case near == far:
			p.Nearer += .5
		}
		if len(s) >= copyItems {
			p.Copies += count(near == 1)
			p.Aside += count(far == 1)
		}
	}
	p.Nearer /= float64(len(asked))
	p.Lo, p.Hi = wilson(p.Nearer, len(asked))
	// As many synthetic customers as the reference has, or the more would be
	// the nearer.
	half := n / otherSides
	reference, drawn := indexSets(aside[:half]), indexSets(spread(made, min(half, len(made))))
	guess := func(customers [][]string) (score []float64) {
		for _, s := range customers {
			score = append(score, drawn.nearest(s)-reference.nearest(s))
		}
		return score
	}
	p.Member, p.MemberLo, p.MemberHi = areaUnder(guess(learned), guess(aside[half:]))
	return p
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// itemSets returns the items of each customer who has any, each once.
func (h *histories) itemSets() [][]string {
	var out [][]string
	for _, rows := range h.owners {
		seen := map[string]bool{}
		var items []string
		for _, r := range rows {
			if item := h.item[r]; item != "" && !seen[item] {
				seen[item] = true
				items = append(items, item)
			}
		}
		if len(items) > 0 {
			out = append(out, items)
		}
	}
	return out
}

// spread returns n of the sets, evenly spaced.
func spread(sets [][]string, n int) [][]string {
	out := make([][]string, n)
	for i := range out {
		out[i] = sets[i*len(sets)/n]
	}
	return out
}

// setIndex finds the sets that share items with another.
type setIndex struct {
	with map[string][]int32 // sets with an item
	size []int
	hits []int // of the present question
}

func indexSets(sets [][]string) *setIndex {
	x := &setIndex{with: map[string][]int32{}, size: make([]int, len(sets)), hits: make([]int, len(sets))}
	for i, s := range sets {
		x.size[i] = len(s)
		for _, item := range s {
			x.with[item] = append(x.with[item], int32(i))
		}
	}
	return x
}

// nearest returns the highest Jaccard similarity of s with any set.
func (x *setIndex) nearest(s []string) (most float64) {
	clear(x.hits)
	for _, item := range s {
		for _, i := range x.with[item] {
			x.hits[i]++
		}
	}
	for i, n := range x.hits {
		most = max(most, float64(n)/float64(len(s)+x.size[i]-n))
	}
	return most
}
