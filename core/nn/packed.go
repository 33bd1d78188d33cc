package nn

// packed is a matrix of k x n, cut into panels as the kernels read them, that
// serves as the right side of many small products: for these, the packing that
// [Sgemm] does each time would cost as much as the product.
type packed struct {
	k, n   int
	panels []float32
}

// panelKernel returns the kernel for a panel of that many columns: the
// narrowest that holds them.
func panelKernel(cols int) *kernel {
	k := &kernels[0]
	for i := 1; i < len(kernels) && kernels[i].nr >= cols; i++ {
		k = &kernels[i]
	}
	return k
}

// set packs b, of k x n, or of n x k with trans.
func (p *packed) set(trans bool, k, n int, b []float32, ldb int) {
	rs, cs := ldb, 1
	if trans {
		rs, cs = 1, ldb
	}
	p.cut(k, n, func(kernel *kernel, panel []float32, j0, cols int) {
		kernel.pack(panel, kernel.nr, b[j0*cs:], rs, cs, k, cols)
	})
}

// stack packs the rows of some matrices of n columns without gaps, one below
// the other.
func (p *packed) stack(n int, blocks [][]float32) {
	k := 0
	for _, b := range blocks {
		k += len(b) / n
	}
	p.cut(k, n, func(kernel *kernel, panel []float32, j0, cols int) {
		for _, b := range blocks {
			kernel.pack(panel, kernel.nr, b[j0:], n, 1, len(b)/n, cols)
			panel = panel[len(b)/n*kernel.nr:]
		}
	})
}

// cut has fill set each panel, of which it says the first column and how many
// there are.
func (p *packed) cut(k, n int, fill func(kernel *kernel, panel []float32, j0, cols int)) {
	p.k, p.n = k, n
	wide := kernels[0].nr
	p.panels = grown(p.panels, (n+wide-1)/wide*wide*k)
	for j0 := 0; j0 < n; j0 += wide {
		cols := min(wide, n-j0)
		kernel := panelKernel(cols)
		fill(kernel, p.panels[j0*k:j0*k+k*kernel.nr], j0, cols)
	}
}

// mul sets the m rows of c to a times the packed matrix, or adds it to them,
// on the calling goroutine. Element (i, j) of a is at i*ra + j*ca.
func (p *packed) mul(m int, a []float32, ra, ca int, c []float32, ldc int, add bool) {
	wide := kernels[0].nr
	sum := 0
	if add {
		sum = 1
	}
	for j0 := 0; j0 < p.n; j0 += wide {
		cols := min(wide, p.n-j0)
		k := panelKernel(cols)
		panel := &p.panels[j0*p.k]
		if cols < k.nr {
			p.last(k, m, a, ra, ca, c[j0:], ldc, cols, add)
			continue
		}
		t := 0
		for i := 0; i < m; i += k.tiles[t].rows {
			for k.tiles[t].rows > m-i {
				t++
			}
			k.tiles[t].run(p.k, &a[i*ra], 4*ra, 4*ca, panel, &c[i*ldc+j0], 4*ldc, sum)
		}
	}
}

// last is mul for the last panel when it is not full.
func (p *packed) last(k *kernel, m int, a []float32, ra, ca int, c []float32, ldc, cols int, sum bool) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	panel := &p.panels[(p.n-cols)*p.k]
	t := 0
	for i := 0; i < m; i += k.tiles[t].rows {
		for k.tiles[t].rows > m-i {
			t++
		}
		k.tiles[t].run(p.k, &a[i*ra], 4*ra, 4*ca, panel, &s.tile[0], 4*k.nr, 0)
		for r := range k.tiles[t].rows {
			dst, src := c[(i+r)*ldc:][:cols], s.tile[r*k.nr:][:cols]
			if sum {
				add(dst, src)
			} else {
				copy(dst, src)
			}
		}
	}
}

// addProduct adds a·b, m x k by k x n, to c on the calling goroutine, for
// steps of inference: it keeps nothing. A few rows go without packing, which
// would cost more than it saves.
func addProduct(m, n, k int, a, b, c []float32) {
	if m < 4 {
		for i := range m {
			for j, v := range a[i*k : (i+1)*k] {
				axpy(c[i*n:(i+1)*n], b[j*n:(j+1)*n], v)
			}
		}
		return
	}
	p := product{m: m, n: n, k: k, alpha: 1, a: a, ra: k, ca: 1, b: b, rb: n, cb: 1, beta: 1, c: c, ldc: n}
	p.alone()
}
