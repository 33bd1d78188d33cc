package recommend

import "math"

// Decay is what an event of a history is worth by its age, in baskets before
// the latest. The zero value counts each item once, whenever and however often
// it was there.
type Decay struct {
	Rate  float32 `json:"rate,omitempty"`  // factor for each basket, in (0, 1]; 0: see above
	Power float32 `json:"power,omitempty"` // and (1+age)^-Power
	Last  int     `json:"last,omitempty"`  // only the latest baskets, so many; 0: all
	Once  bool    `json:"once,omitempty"`  // an item that was there several times counts by its latest
}

// weight returns what the events of h are worth, or nil for the zero value.
func (d Decay) weight() weight {
	if d == (Decay{}) {
		return nil
	}
	rate := d.Rate
	if rate == 0 {
		rate = 1
	}
	// Baskets are numbered from 0; ages are small whole numbers.
	table := make([]float32, 2048)
	x := 1.
	for age := range table {
		table[age] = float32(x * math.Pow(1+float64(age), -float64(d.Power)))
		x *= float64(rate)
	}
	return func(h History, i int) float32 {
		age := int(h.Basket[len(h.Basket)-1] - h.Basket[i])
		if d.Last > 0 && age >= d.Last {
			return 0
		}
		if d.Once {
			for j := i + 1; j < len(h.Items) && j < i+64; j++ {
				if h.Items[j] == h.Items[i] {
					return 0
				}
			}
		}
		return table[min(age, len(table)-1)]
	}
}
