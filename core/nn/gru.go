package nn

// GRU is the gated recurrent unit (Cho et al. 2014) in the form with the reset
// gate behind the product, over whole sequences. With h zero before the first
// step, each step is
//
//	r = σ(x·Wx_r + bx_r + h·Wh_r + bh_r)
//	z = σ(x·Wx_z + bx_z + h·Wh_z + bh_z)
//	n = tanh(x·Wx_n + bx_n + r·(h·Wh_n + bh_n))
//	h = (1-z)·n + z·h
//
// Its inputs are x (T·Batch x In, by time: row t·Batch + s is step t of
// sequence s), Wx (In x 3·Hidden), Wh (Hidden x 3·Hidden), bx and bh
// (3·Hidden), its output is h of all steps (T·Batch x Hidden). These are
// PyTorch's weights, transposed. Threads share the work as with [LSTM].
type GRU struct {
	In, Hidden, Batch int
	// Lengths are the steps of each sequence; nil: all have T. What x holds
	// in the steps beyond must be finite and does not matter: their outputs
	// and gradients are 0.
	Lengths []int32

	gates []float32 // T·Batch x 3·Hidden: r, z, n; after Backward the gradients of their sums
	inner []float32 // T·Batch x Hidden: h·Wh_n + bh_n; after Backward its gradient
	zeros []float32 // Hidden: h before the first step
	dh    []float32 // Batch x Hidden: gradient that a step hands to the one before

	wx, wh, whn    packed // of Wh: the columns of r and z, and those of n
	toX, toH, toHn packed
	lanes          []gruLane
	sums           []float32 // gradients of the weights, by lane: Wx, Wh, bx, bh
}

// gruLane is what a run of sequences has for itself: the gradients of one
// step's gates, as the right side of products with x and with h.
type gruLane struct{ x, h, hn packed }

func (l *GRU) Shape(in [][2]int) [2]int { return [2]int{in[0][0], l.Hidden} }

func (l *GRU) Forward(out []float32, in [][]float32) {
	x, wx, wh, bx, bh := in[0], in[1], in[2], in[3], in[4]
	h, batch, steps := l.Hidden, l.Batch, len(in[0])/(l.In*l.Batch)
	l.gates, l.inner = grown(l.gates, steps*batch*3*h), grown(l.inner, steps*batch*h)
	if len(l.zeros) != h {
		l.zeros = make([]float32, h)
	}
	l.wx.set(false, l.In, 3*h, wx, 3*h)
	l.wh.set(false, h, 2*h, wh, 3*h)
	l.whn.set(false, h, h, wh[2*h:], 3*h)
	byLanes(batch, func(_, s0, s1 int) {
		rows, last := s1-s0, longest(l.Lengths, s0, s1, steps)
		for t := range last {
			at := t*batch + s0
			gates, inner := l.gates[at*3*h:(at+rows)*3*h], l.inner[at*h:(at+rows)*h]
			l.wx.mul(rows, x[at*l.In:], l.In, 1, gates, 3*h, false)
			if t > 0 {
				l.wh.mul(rows, out[(at-batch)*h:], h, 1, gates, 3*h, true)
				l.whn.mul(rows, out[(at-batch)*h:], h, 1, inner, h, false)
			} else {
				clear(inner)
			}
			for r := range rows {
				i, end := r*h, (r+1)*h
				gruStep(gates[3*i:3*end], inner[i:end], bx, bh, l.before(out, at*h+i, t), out[at*h+i:at*h+end])
			}
			clearEnded(out, h, batch, l.Lengths, s0, s1, t)
		}
		for t := last; t < steps; t++ {
			clear(out[(t*batch+s0)*h : (t*batch+s1)*h])
		}
	})
}

// before returns h of step t-1 for that of step t at h[i].
func (l *GRU) before(h []float32, i, t int) []float32 {
	if t == 0 {
		return l.zeros
	}
	i -= l.Batch * l.Hidden
	return h[i : i+l.Hidden]
}

// gruStep replaces the sums of one row's gates by the gates, adds its bias to
// inner, and sets h from them and the h before, which may be the same.
func gruStep(gates, inner, bx, bh, before, h []float32) {
	w := len(h)
	add(gates, bx)
	add(gates, bh[:2*w])
	add(inner, bh[2*w:])
	r, z, n := gates[:w], gates[w:2*w], gates[2*w:]
	sigmoid(gates[:2*w], gates[:2*w])
	k := 0
	if hasVectors && w >= 8 {
		k = w &^ 7
		vectorGRU(&r[0], &z[0], &n[0], &inner[0], &before[0], &h[0], k)
		if k == w {
			return
		}
	}
	mulAdd(n[k:], r[k:], inner[k:])
	tanh(n[k:], n[k:])
	for j := k; j < w; j++ {
		h[j] = n[j] + z[j]*(before[j]-n[j])
	}
}

func (l *GRU) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	x, wx, wh := in[0], in[1], in[2]
	dx := grads[0]
	h, batch, steps := l.Hidden, l.Batch, len(in[0])/(l.In*l.Batch)
	l.dh = grown(l.dh, batch*h)
	l.toH.set(true, 2*h, h, wh, 3*h)
	l.toHn.set(true, h, h, wh[2*h:], 3*h)
	if dx != nil {
		l.toX.set(true, 3*h, l.In, wx, 3*h)
	}
	if len(l.lanes) != laneCount(batch) {
		l.lanes = make([]gruLane, laneCount(batch))
	}
	sums := (l.In + h + 2) * 3 * h
	l.sums = grown(l.sums, len(l.lanes)*sums)
	byLanes(batch, func(lane, s0, s1 int) {
		rows, last := s1-s0, longest(l.Lengths, s0, s1, steps)
		right, sum := &l.lanes[lane], l.sums[lane*sums:(lane+1)*sums]
		sumx, sumh, sumb := sum[:l.In*3*h], sum[l.In*3*h:(l.In+h)*3*h], sum[(l.In+h)*3*h:]
		dh := l.dh[s0*h : s1*h]
		clear(sum)
		clear(dh)
		for t := last; t < steps && dx != nil; t++ {
			clear(dx[(t*batch+s0)*l.In : (t*batch+s1)*l.In])
		}
		for t := last - 1; t >= 0; t-- {
			at := t*batch + s0
			gates, inner := l.gates[at*3*h:(at+rows)*3*h], l.inner[at*h:(at+rows)*h]
			for r := range rows {
				i, end := r*h, (r+1)*h
				if t >= stepsOf(l.Lengths, s0+r, steps) {
					clear(gates[3*i : 3*end]) // and dh is still 0
					clear(inner[i:end])
					continue
				}
				gruGradient(gates[3*i:3*end], inner[i:end], l.before(out, at*h+i, t), dout[at*h+i:at*h+end], dh[i:end])
				add(sumb[:3*h], gates[3*i:3*end])
				add(sumb[3*h:], gates[3*i:3*i+2*h])
				add(sumb[5*h:], inner[i:end])
			}
			right.x.set(false, rows, 3*h, gates, 3*h)
			right.x.mul(l.In, x[at*l.In:], 1, l.In, sumx, 3*h, true)
			if t > 0 {
				right.h.set(false, rows, 2*h, gates, 3*h)
				right.hn.set(false, rows, h, inner, h)
				right.h.mul(h, out[(at-batch)*h:], 1, h, sumh, 3*h, true)
				right.hn.mul(h, out[(at-batch)*h:], 1, h, sumh[2*h:], 3*h, true)
				l.toH.mul(rows, gates, 3*h, 1, dh, h, true)
				l.toHn.mul(rows, inner, h, 1, dh, h, true)
			}
			if dx != nil {
				l.toX.mul(rows, gates, 3*h, 1, dx[at*l.In:], l.In, false)
			}
		}
	})
	for i, n := 1, 0; i < 5; i++ {
		if grads[i] != nil {
			sumRows(grads[i], l.sums[n:], sums, len(l.lanes))
		}
		n += len(in[i])
	}
}

// gruGradient replaces one row's gates and inner by the gradients of their
// sums, given that of h (dout and dh together), and sets dh to the part of the
// gradient by the h before that does not go through the gates.
func gruGradient(gates, inner, before, dout, dh []float32) {
	w := len(dh)
	r, z, n := gates[:w], gates[w:2*w], gates[2*w:]
	k := 0
	if hasVectors && w >= 8 {
		k = w &^ 7
		vectorGRUGradient(&r[0], &z[0], &n[0], &inner[0], &before[0], &dout[0], &dh[0], k)
	}
	for j := k; j < w; j++ {
		d := dh[j] + dout[j]
		rt, zt, nt := r[j], z[j], n[j]
		dn := d * (1 - zt) * (1 - nt*nt)
		r[j] = dn * inner[j] * rt * (1 - rt)
		z[j] = d * (before[j] - nt) * zt * (1 - zt)
		n[j] = dn
		inner[j] = dn * rt
		dh[j] = d * zt
	}
}

// Step does one time step of some sequences, for predictions and for drawing
// sequences: it replaces h (rows x Hidden, zero at the beginning of a
// sequence) by that after the inputs x (rows x In). weights are Wx, Wh, bx and
// bh. It agrees with Forward to rounding, takes no memory after the first
// call, and works on the calling goroutine alone. It must not
// come between a Forward and its Backward.
func (l *GRU) Step(h, x []float32, weights [][]float32) {
	wx, wh, bx, bh := weights[0], weights[1], weights[2], weights[3]
	w, rows := l.Hidden, len(h)/l.Hidden
	l.gates, l.inner = grown(l.gates, 2*rows*3*w), grown(l.inner, w)
	clear(l.gates)
	fromX, fromH := l.gates[:rows*3*w], l.gates[rows*3*w:]
	addProduct(rows, 3*w, l.In, x, wx, fromX)
	addProduct(rows, 3*w, w, h, wh, fromH)
	for r := range rows {
		gates, sums, h := fromX[r*3*w:(r+1)*3*w], fromH[r*3*w:(r+1)*3*w], h[r*w:(r+1)*w]
		add(gates, sums[:2*w])
		copy(l.inner, sums[2*w:])
		gruStep(gates, l.inner, bx, bh, h, h)
	}
}
