package nn

// LSTM is long short-term memory (Hochreiter and Schmidhuber 1997) with a
// forget gate (Gers et al. 2000), over whole sequences. With c and h zero
// before the first step, each step is
//
//	[i f g o] = x·Wx + h·Wh + b
//	c = σ(f)·c + σ(i)·tanh(g)
//	h = σ(o)·tanh(c)
//
// Its inputs are x (T·Batch x In, by time: row t·Batch + s is step t of
// sequence s), Wx (In x 4·Hidden), Wh (Hidden x 4·Hidden) and b (4·Hidden),
// its output is h of all steps (T·Batch x Hidden). These are PyTorch's
// weights, transposed, and the sum of its two biases.
//
// Sequences do not depend on each other. Threads take some of them each
// through all the steps and meet only at the end. Between the passes the layer
// keeps 6·Hidden numbers a row, and for its gradients up to eight times the
// weights.
type LSTM struct {
	In, Hidden, Batch int
	// Lengths are the steps of each sequence; nil: all have T. What x holds
	// in the steps beyond must be finite and does not matter: their outputs
	// and gradients are 0.
	Lengths []int32

	gates  []float32 // T·Batch x 4·Hidden: i, f, g, o; after Backward their gradients
	cells  []float32 // T·Batch x Hidden: c
	tanhs  []float32 // T·Batch x Hidden: tanh(c)
	zeros  []float32 // Hidden: c before the first step
	dh, dc []float32 // Batch x Hidden: gradients that a step hands to the one before

	wx, wh, toX, toH packed
	lanes            []lstmLane
	sums             []float32 // gradients of the weights, by lane: Wx, Wh, b
}

// lstmLane is what a run of sequences has for itself: both sides of the
// product that adds to the weights' gradients. It waits for four steps, as the
// sums are larger than the first-level cache and cost as much as the product
// of one.
type lstmLane struct {
	gates packed
	steps [4][]float32 // whose gradients of the gates wait
	n     int
	in    []float32 // what went into them, rows of [x, h before, 1]
}

func (l *LSTM) Shape(in [][2]int) [2]int { return [2]int{in[0][0], l.Hidden} }

func (l *LSTM) Forward(out []float32, in [][]float32) {
	x, wx, wh, b := in[0], in[1], in[2], in[3]
	h, batch, steps := l.Hidden, l.Batch, len(in[0])/(l.In*l.Batch)
	l.gates = grown(l.gates, steps*batch*4*h)
	l.cells = grown(l.cells, steps*batch*h)
	l.tanhs = grown(l.tanhs, steps*batch*h)
	if len(l.zeros) != h {
		l.zeros = make([]float32, h)
	}
	l.wx.set(false, l.In, 4*h, wx, 4*h)
	l.wh.set(false, h, 4*h, wh, 4*h)
	byLanes(batch, func(_, s0, s1 int) {
		rows, last := s1-s0, longest(l.Lengths, s0, s1, steps)
		for t := range last {
			at := t*batch + s0
			gates := l.gates[at*4*h : (at+rows)*4*h]
			l.wx.mul(rows, x[at*l.In:], l.In, 1, gates, 4*h, false)
			if t > 0 {
				l.wh.mul(rows, out[(at-batch)*h:], h, 1, gates, 4*h, true)
			}
			for r := range rows {
				i := (at + r) * h
				lstmStep(gates[r*4*h:(r+1)*4*h], b, l.before(i, t), l.cells[i:i+h], l.tanhs[i:i+h], out[i:i+h])
			}
			clearEnded(out, h, batch, l.Lengths, s0, s1, t)
		}
		for t := last; t < steps; t++ {
			clear(out[(t*batch+s0)*h : (t*batch+s1)*h])
		}
	})
}

// before returns the cell of step t-1 for that of step t at l.cells[i].
func (l *LSTM) before(i, t int) []float32 {
	if t == 0 {
		return l.zeros
	}
	i -= l.Batch * l.Hidden
	return l.cells[i : i+l.Hidden]
}

// lstmStep replaces the sums of one row's gates by the gates and sets c, its
// tanh and h from them and the cell before, which may be c.
func lstmStep(gates, b, before, c, tanhc, h []float32) {
	w := len(h)
	i, f, g, o := gates[:w], gates[w:2*w], gates[2*w:3*w], gates[3*w:]
	if hasVectors && w%8 == 0 {
		vectorLSTMGates(&i[0], &b[0], 2*w)
		vectorLSTMCell(&i[0], &f[0], &g[0], &b[2*w], &before[0], &c[0], &tanhc[0], w)
		vectorLSTMOutput(&o[0], &b[3*w], &tanhc[0], &h[0], w)
		return
	}
	add(gates, b)
	sigmoid(gates[:2*w], gates[:2*w])
	tanh(g, g)
	sigmoid(o, o)
	for j := range c {
		c[j] = f[j]*before[j] + i[j]*g[j]
	}
	tanh(tanhc, c)
	mul(h, o, tanhc)
}

func (l *LSTM) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	x, wx, wh := in[0], in[1], in[2]
	dx := grads[0]
	h, batch, steps := l.Hidden, l.Batch, len(in[0])/(l.In*l.Batch)
	l.dh, l.dc = grown(l.dh, batch*h), grown(l.dc, batch*h)
	l.toH.set(true, 4*h, h, wh, 4*h)
	if dx != nil {
		l.toX.set(true, 4*h, l.In, wx, 4*h)
	}
	// The weights' gradients are summed step by step, while a step's numbers
	// are in the cache.
	wide := l.In + h + 1
	sums := wide * 4 * h
	if len(l.lanes) != laneCount(batch) {
		l.lanes = make([]lstmLane, laneCount(batch))
	}
	l.sums = grown(l.sums, len(l.lanes)*sums)
	byLanes(batch, func(lane, s0, s1 int) {
		rows, last := s1-s0, longest(l.Lengths, s0, s1, steps)
		own, sum := &l.lanes[lane], l.sums[lane*sums:(lane+1)*sums]
		own.in = grown(own.in, len(own.steps)*rows*wide)
		own.n = 0
		dh, dc := l.dh[s0*h:s1*h], l.dc[s0*h:s1*h]
		clear(sum)
		clear(dh)
		clear(dc)
		for t := last; t < steps && dx != nil; t++ {
			clear(dx[(t*batch+s0)*l.In : (t*batch+s1)*l.In])
		}
		for t := last - 1; t >= 0; t-- {
			at := t*batch + s0
			gates := l.gates[at*4*h : (at+rows)*4*h]
			for r := range rows {
				gates := gates[r*4*h : (r+1)*4*h]
				if t >= stepsOf(l.Lengths, s0+r, steps) {
					clear(gates) // and dh and dc are still 0
					continue
				}
				i := (at + r) * h
				lstmGradient(gates, l.before(i, t), l.tanhs[i:i+h], dout[i:i+h], dh[r*h:(r+1)*h], dc[r*h:(r+1)*h])
			}
			for r := range rows {
				row := own.in[(own.n*rows+r)*wide:][:wide]
				copy(row, x[(at+r)*l.In:(at+r+1)*l.In])
				if t > 0 {
					copy(row[l.In:], out[(at+r-batch)*h:][:h])
				} else {
					clear(row[l.In:])
				}
				row[wide-1] = 1
			}
			own.steps[own.n] = gates
			if own.n++; own.n == len(own.steps) || t == 0 {
				own.gates.stack(4*h, own.steps[:own.n])
				own.gates.mul(wide, own.in, 1, wide, sum, 4*h, true)
				own.n = 0
			}
			if t > 0 {
				l.toH.mul(rows, gates, 4*h, 1, dh, h, false)
			}
			if dx != nil {
				l.toX.mul(rows, gates, 4*h, 1, dx[at*l.In:], l.In, false)
			}
		}
	})
	for i, n := 1, 0; i < 4; i++ {
		if grads[i] != nil {
			sumRows(grads[i], l.sums[n:], sums, len(l.lanes))
		}
		n += len(in[i])
	}
}

// lstmGradient replaces one row's gates by the gradients of their sums, given
// those of h (dout and dh together) and of c, and sets dc to that of the cell
// before.
func lstmGradient(gates, before, tanhc, dout, dh, dc []float32) {
	w := len(dh)
	i, f, g, o := gates[:w], gates[w:2*w], gates[2*w:3*w], gates[3*w:]
	n := 0
	if hasVectors && w >= 8 {
		n = w &^ 7
		vectorLSTMOutputGradient(&o[0], &tanhc[0], &dout[0], &dh[0], &dc[0], n)
		vectorLSTMCellGradient(&i[0], &f[0], &g[0], &before[0], &dc[0], n)
	}
	for j := n; j < w; j++ {
		d := dh[j] + dout[j]
		it, ft, gt, ot, t := i[j], f[j], g[j], o[j], tanhc[j]
		o[j] = d * t * ot * (1 - ot)
		d = dc[j] + d*ot*(1-t*t)
		i[j] = d * gt * it * (1 - it)
		f[j] = d * before[j] * ft * (1 - ft)
		g[j] = d * it * (1 - gt*gt)
		dc[j] = d * ft
	}
}

// Step does one time step of some sequences, for predictions and for drawing
// sequences: it replaces h and c (rows x Hidden each, zero at the beginning of
// a sequence) by those after the inputs x (rows x In). weights are Wx, Wh and
// b. It agrees with Forward to rounding, takes no memory after the first call,
// and works on the calling goroutine alone. It must not
// come between a Forward and its Backward.
func (l *LSTM) Step(h, c, x []float32, weights [][]float32) {
	wx, wh, b := weights[0], weights[1], weights[2]
	n, rows := l.Hidden, len(h)/l.Hidden
	l.gates, l.tanhs = grown(l.gates, rows*4*n), grown(l.tanhs, n)
	clear(l.gates)
	addProduct(rows, 4*n, l.In, x, wx, l.gates)
	addProduct(rows, 4*n, n, h, wh, l.gates)
	for r := range rows {
		c := c[r*n : (r+1)*n]
		lstmStep(l.gates[r*4*n:(r+1)*4*n], b, c, c, l.tanhs, h[r*n:(r+1)*n])
	}
}
