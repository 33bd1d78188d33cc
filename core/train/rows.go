package train

import "shoptwin/core/nn"

// rows are encoded rows as positions of ones: row r has its ones in columns
// ones[r*blocks : (r+1)*blocks] of widths summing to width.
type rows struct {
	blocks, width int
	widths        []int
	ones          []uint16
}

// onesOf lays codes[block][row] of the chosen rows out by rows.
func onesOf(codes [][]uint16, widths []int, chosen []int) rows {
	r := rows{blocks: len(widths), widths: widths, ones: make([]uint16, len(chosen)*len(widths))}
	for b, w := range widths {
		for i, row := range chosen {
			r.ones[i*r.blocks+b] = uint16(r.width) + codes[b][row]
		}
		r.width += w
	}
	return r
}

// starts returns each block's first column.
func (r rows) starts() []int32 {
	s, at := make([]int32, r.blocks), 0
	for b, w := range r.widths {
		s[b] = int32(at)
		at += w
	}
	return s
}

func (r rows) len() int { return len(r.ones) / r.blocks }

// pairs returns the share of rows that have both codes, width x width.
func (r rows) pairs() []float32 {
	// Threads own rows of the matrix, so no count is shared: the first code
	// of a pair decides. Counts below 2^24 are exact in float32.
	count := make([]uint32, r.width*r.width)
	nn.Parallel(r.blocks, func(b int) {
		for at := 0; at < len(r.ones); at += r.blocks {
			row := r.ones[at : at+r.blocks]
			line := count[int(row[b])*r.width:][:r.width]
			for _, c := range row {
				line[c]++
			}
		}
	})
	share := make([]float32, len(count))
	inv := 1 / float64(max(1, r.len()))
	for i, n := range count {
		share[i] = float32(float64(n) * inv)
	}
	return share
}
