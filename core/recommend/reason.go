package recommend

import (
	"cmp"
	"fmt"
	"slices"
)

// Reason is a part of a history that speaks for an item.
type Reason struct {
	Item  int32   `json:"item"`  // of the history
	Share float64 `json:"share"` // of the item's lead over the middle that goes with it, when it is left out
}

// Occlude says which items of the history drove the score of item: each of the
// latest 40 different ones is left out in turn, and the fall of the standardised
// score told, the largest first, at most most of them. One batch of answers.
func Occlude(s Scorer, h History, items int, item int32, most int) []Reason {
	return occlude(s, h, items, []int32{item}, most)[0]
}

// occlude is Occlude for several items at once.
func occlude(s Scorer, h History, items int, of []int32, most int) [][]Reason {
	var parts []int32
	for i := len(h.Items) - 1; i >= 0 && len(parts) < 40; i-- {
		if !slices.Contains(parts, h.Items[i]) {
			parts = append(parts, h.Items[i])
		}
	}
	hs := []History{h}
	for _, leave := range parts {
		hs = append(hs, h.leaving(leave))
	}
	scores := make([]float32, len(hs)*items)
	s.Score(hs, scores)
	for i := range hs {
		standardise(scores[i*items : (i+1)*items])
	}
	out := make([][]Reason, len(of))
	for k, item := range of {
		whole := float64(scores[item])
		for i, part := range parts {
			if fall := whole - float64(scores[(i+1)*items+int(item)]); fall > 1e-3 && whole > 0 {
				out[k] = append(out[k], Reason{part, min(1, fall/whole)})
			}
		}
		slices.SortStableFunc(out[k], func(a, b Reason) int { return cmp.Compare(b.Share, a.Share) })
		out[k] = out[k][:min(most, len(out[k]))]
	}
	return out
}

// leaving returns h without the events of one item.
func (h History) leaving(item int32) History {
	out := History{Customer: h.Customer}
	for i, x := range h.Items {
		if x == item {
			continue
		}
		out.Push(h, i)
	}
	return out
}

// Why says in words why item is recommended after the history: how often it was
// had, and which of the items had is bought together with it most.
func (r *Relations) Why(h History, item int32) Words {
	return r.why(h, item, func(i int32) string { return r.Items[i] })
}

func (r *Relations) why(h History, item int32, called func(int32) string) Words {
	times, last := 0, int32(-1)
	for i, x := range h.Items {
		if x == item {
			times++
			last = h.Basket[i]
		}
	}
	var best Pair
	var from int32 = -1
	for i, x := range h.Items {
		if x == item || slices.Contains(h.Items[:i], x) {
			continue
		}
		if p := r.Between(x, item); p.Both >= 3 && p.Score > 0 && p.Score*p.Confidence > best.Score*best.Confidence {
			best, from = p, x
		}
	}
	switch {
	case times > 1:
		ago := h.Basket[len(h.Basket)-1] - last
		switch ago {
		case 0:
			return Words{fmt.Sprintf("had %d times, at the latest visit, too", times), fmt.Sprintf("买过 %d 次，最近一次光顾也买了", times)}
		case 1:
			return Words{fmt.Sprintf("had %d times, last at the visit before", times), fmt.Sprintf("买过 %d 次，上次在前一次光顾", times)}
		}
		return Words{fmt.Sprintf("had %d times, last %d visits ago", times, ago), fmt.Sprintf("买过 %d 次，上次在 %d 次光顾之前", times, ago)}
	case times == 1:
		return Words{"had before", "以前买过"}
	case from >= 0:
		return Words{
			fmt.Sprintf("%.0f %% of the baskets with %s have it, %.1f times as many as chance", 100*best.Confidence, called(from), best.Lift),
			fmt.Sprintf("买 %s 的订单中 %.0f%% 也买它，是偶然的 %.1f 倍", called(from), 100*best.Confidence, best.Lift),
		}
	}
	if len(h.Items) == 0 {
		return Words{"popular", "热门商品"}
	}
	return Words{"popular with customers of similar taste", "口味相近的顾客常买"}
}
