package nn

import "math"

// TiedSoftmax is the loss -ln softmax(E·h + b)[target] over all items, whose
// vectors are rows of the table that also feeds the network (Inan, Khosravi
// and Socher, Tying Word Vectors and Word Classifiers, 2017). Its inputs are h
// (rows x Dim), E (items x Dim) and b (1 x items). It is the mean over the
// rows that have a target, or with Weight the sum of each row's loss times its
// weight.
//
// Scores exist for a few hundred rows at a time, however many there are: the
// gradients are computed as soon as their part of the scores is known, in
// Forward, and Backward only scales them. Six products of rows x items x Dim
// flops, memory of softmaxRows x items and of the gradients.
type TiedSoftmax struct {
	Dim    int
	Target []int32   // of each row; -1: none
	Weight []float32 // of each row; nil: the mean

	scores     []float32
	dh, de, db []float32 // by a slope of 1
	part       []float32 // of db
	sums       pieceSums
}

// softmaxRows is how many rows have their scores at the same time.
const softmaxRows = 512

func (*TiedSoftmax) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (s *TiedSoftmax) Forward(out []float32, in [][]float32) {
	h, e, b := in[0], in[1], in[2]
	rows, items := len(h)/s.Dim, len(b)
	s.scores = grown(s.scores, min(rows, softmaxRows)*items)
	s.dh, s.de, s.db, s.part = grown(s.dh, len(h)), grown(s.de, len(e)), grown(s.db, items), grown(s.part, items)
	clear(s.de)
	clear(s.db)
	by := 1 / float32(max(1, counted(s.Target[:rows])))
	total := 0.0
	for from := 0; from < rows; from += softmaxRows {
		n := min(softmaxRows, rows-from)
		z, h := s.scores[:n*items], h[from*s.Dim:(from+n)*s.Dim]
		Sgemm(false, true, n, items, s.Dim, 1, h, s.Dim, e, s.Dim, 0, z, items)
		s.sums.begin(n)
		byRows(n, func(piece, r0, r1 int) {
			sum := 0.0
			for r := r0; r < r1; r++ {
				z, target, weight := z[r*items:(r+1)*items], s.Target[from+r], by
				if s.Weight != nil {
					weight = s.Weight[from+r]
				}
				if target < 0 || weight == 0 {
					clear(z)
					continue
				}
				add(z, b)
				own := z[target]
				top := maxOf(z)
				shift(z, z, -top)
				exp(z, z)
				total := sumOf(z)
				sum += float64(weight) * (math.Log(float64(total)) + float64(top) - float64(own))
				scaleBy(z, weight/total)
				z[target] -= weight
			}
			s.sums[piece] = sum
		})
		for _, v := range s.sums {
			total += v
		}
		Sgemm(false, false, n, s.Dim, items, 1, z, items, e, s.Dim, 0, s.dh[from*s.Dim:], s.Dim)
		Sgemm(true, false, items, s.Dim, n, 1, z, items, h, s.Dim, 1, s.de, s.Dim)
		sumRows(s.part, z, items, n)
		add(s.db, s.part)
	}
	out[0] = float32(total)
}

func (s *TiedSoftmax) Backward(grads [][]float32, dout, _ []float32, _ [][]float32) {
	for i, d := range [][]float32{s.dh, s.de, s.db} {
		if grads[i] == nil {
			continue
		}
		copy(grads[i], d)
		if dout[0] != 1 {
			scaleBy(grads[i], dout[0])
		}
	}
}
