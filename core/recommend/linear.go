package recommend

import (
	"shoptwin/core"
	"shoptwin/core/nn"
)

// linear scores by x·B: x is the history's items by their decayed weight, B
// what each says of the others. Popularity, too small to change an order, tells
// ties apart and answers for empty histories.
type linear struct {
	decay Decay
	// scale, if not nil, multiplies the history's items.
	scale   []float32
	sparse  *nn.CSR   // B, or
	dense   []float32 // B, items x items
	popular []float32
	tie     float32 // of popularity
}

func (m *linear) Score(h []History, out []float32) {
	n := len(m.popular)
	w, sum := m.decay.weight(), make([]float32, n)
	for i := range h {
		score := out[i*n : (i+1)*n]
		for j, x := range m.popular {
			score[j] = m.tie * x
		}
		index, value := rowOf(h[i], w, sum)
		for k, item := range index {
			v := value[k]
			if m.scale != nil {
				v *= m.scale[item]
			}
			if m.sparse != nil {
				to, x := row(m.sparse, int(item))
				for j, t := range to {
					score[t] += v * x[j]
				}
				continue
			}
			add(score, m.dense[int(item)*n:int(item)*n+n], v)
		}
	}
}

// add sets y to y + a·x.
func add(y, x []float32, a float32) {
	y = y[:len(x)]
	i := 0
	for ; i+8 <= len(x); i += 8 {
		u, v := x[i:i+8:i+8], y[i:i+8:i+8]
		v[0] += a * u[0]
		v[1] += a * u[1]
		v[2] += a * u[2]
		v[3] += a * u[3]
		v[4] += a * u[4]
		v[5] += a * u[5]
		v[6] += a * u[6]
		v[7] += a * u[7]
	}
	for ; i < len(x); i++ {
		y[i] += a * x[i]
	}
}

// neighbours returns the sparse matrix whose row i holds, for item i, the most
// largest of the values that near gives for the items it shares customers with,
// or fewer; near gets the sum over those customers of the products of weights.
// O(sum of squared row lengths), on all cores.
func neighbours(m matrix, most int, near func(i, j int32, dot float32) float32) *nn.CSR {
	n := m.byItem.Rows
	rows := make([][]int32, n)
	values := make([][]float32, n)
	pieces := max(1, min(64, n/16))
	core.Parallel(pieces, func(p int) {
		sum := make([]float32, n)
		var touched []int32
		for i := p; i < n; i += pieces {
			touched = touched[:0]
			customers, value := row(m.byItem, i)
			for k, c := range customers {
				items, x := row(m.byCustomer, int(c))
				v := value[k]
				for j, item := range items {
					if sum[item] == 0 {
						touched = append(touched, item)
					}
					sum[item] += v * x[j]
				}
			}
			kept := touched[:0]
			for _, j := range touched {
				if j == int32(i) {
					sum[j] = 0
					continue
				}
				if sum[j] = near(int32(i), j, sum[j]); sum[j] > 0 {
					kept = append(kept, j)
				} else {
					sum[j] = 0
				}
			}
			best := bestOf(kept, sum, most)
			rows[i] = append([]int32(nil), best...)
			values[i] = make([]float32, len(best))
			for k, j := range best {
				values[i][k] = sum[j]
			}
			for _, j := range touched {
				sum[j] = 0
			}
		}
	})
	return stack(rows, values, n)
}
