package recommend

import "slices"

// Top returns the k items with the highest scores for which leave, if not nil,
// is false: the best first, ties by the lower number. O(items) but for hostile
// orders.
func Top(score []float32, k int, leave func(item int32) bool) []int32 {
	best := chosen{score: score, most: min(k, len(score))}
	if best.most <= 0 {
		return nil
	}
	low := float32(0) // of the worst kept, once there are enough
	for item, x := range score {
		full := len(best.heap) == best.most
		if full && x <= low {
			continue
		}
		if leave != nil && leave(int32(item)) {
			continue
		}
		best.add(int32(item))
		low = score[best.heap[0]]
	}
	slices.SortFunc(best.heap, byScore(score))
	return best.heap
}

// bestOf returns the most of items with the largest score, ascending by number;
// items is changed.
func bestOf(items []int32, score []float32, most int) []int32 {
	if most > 0 && len(items) > most {
		best := chosen{score: score, most: most}
		for _, item := range items {
			best.add(item)
		}
		items = best.heap
	}
	slices.Sort(items)
	return items
}

// chosen are the items with the highest scores so far, in a heap with the worst
// at 0 once there are most of them.
type chosen struct {
	score []float32
	most  int
	heap  []int32
}

func (c *chosen) worse(a, b int32) bool {
	x, y := c.score[a], c.score[b]
	return x < y || x == y && a > b
}

func (c *chosen) add(item int32) {
	switch {
	case len(c.heap) < c.most:
		if c.heap = append(c.heap, item); len(c.heap) == c.most {
			for i := c.most/2 - 1; i >= 0; i-- {
				c.down(i)
			}
		}
	case c.worse(c.heap[0], item):
		c.heap[0] = item
		c.down(0)
	}
}

func (c *chosen) down(i int) {
	for {
		k := 2*i + 1
		if k >= len(c.heap) {
			return
		}
		if k+1 < len(c.heap) && c.worse(c.heap[k+1], c.heap[k]) {
			k++
		}
		if !c.worse(c.heap[k], c.heap[i]) {
			return
		}
		c.heap[i], c.heap[k] = c.heap[k], c.heap[i]
		i = k
	}
}
