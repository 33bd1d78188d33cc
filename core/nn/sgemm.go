package nn

import "sync"

// Sgemm sets C = alpha·op(A)·op(B) + beta·C, where op(A) is m x k, op(B) is
// k x n, C is m x n and op transposes when its flag is set. lda, ldb and ldc
// are the distances between rows as stored, in elements. With beta = 0 the
// former content of C does not matter, not even NaN. C may not overlap A or B.
//
// It follows Goto and van de Geijn, Anatomy of High-Performance Matrix
// Multiplication (2008), cut down to the sizes of small networks: a panel of
// B, [depth] rows deep and one tile wide, is packed, and all tiles of C below
// it are computed while it stays in the first-level cache. Panels are the
// unit of work of the threads.
func Sgemm(transA, transB bool, m, n, k int, alpha float32, a []float32, lda int, b []float32, ldb int, beta float32, c []float32, ldc int) {
	if m == 0 || n == 0 {
		return
	}
	checkSize("A", transA, m, k, a, lda)
	checkSize("B", transB, k, n, b, ldb)
	checkSize("C", false, m, n, c, ldc)
	p := products.Get().(*product)
	defer p.done()
	*p = product{m: m, n: n, k: k, alpha: alpha, a: a, ra: lda, ca: 1, b: b, rb: ldb, cb: 1, beta: beta, c: c, ldc: ldc}
	if transA {
		p.ra, p.ca = 1, lda
	}
	if transB {
		p.rb, p.cb = 1, ldb
	}
	if k == 0 || alpha == 0 {
		scale(c, ldc, m, n, beta)
		return
	}
	p.run()
}

func checkSize(name string, trans bool, rows, cols int, x []float32, ld int) {
	if trans {
		rows, cols = cols, rows
	}
	if rows > 0 && (ld < cols || len(x) < (rows-1)*ld+cols) {
		panic("nn: Sgemm: matrix " + name + " is too short for its shape")
	}
}

// depth is how many rows of B a packed panel holds: 384·32 floats are 48 kB.
const depth = 384

// tile computes rows x nr elements of C: strides in bytes, k > 0, B packed.
type tile struct {
	rows int
	run  func(k int, a *float32, ra, ca int, b, c *float32, ldc, add int)
}

// kernel is one instruction set's tiles of one width, tallest first; the last
// has one row.
type kernel struct {
	nr    int
	tiles []tile
}

// kernels are what this processor runs, widest first.
var kernels = chooseKernels()

// product is one call of Sgemm: element (i, j) of op(A) lies at i*ra + j*ca.
type product struct {
	m, n, k     int
	alpha, beta float32
	a, b, c     []float32
	ra, ca      int
	rb, cb      int
	ldc         int

	panels, rows int // how run cuts C
}

// products are used again, as a call's is shared with the workers.
var products = sync.Pool{New: func() any { return new(product) }}

func (p *product) done() {
	*p = product{}
	products.Put(p)
}

// run cuts C into panels of columns and, when these are few, also into runs
// of rows.
func (p *product) run() {
	wide := &kernels[0]
	p.panels = (p.n + wide.nr - 1) / wide.nr
	tall := wide.tiles[0].rows
	const enough = 8 // pieces, so that up to 4 threads find a fair share
	pieces := min((enough+p.panels-1)/p.panels, max(1, p.m/(6*tall)))
	p.rows = (p.m + pieces - 1) / pieces
	p.rows = (p.rows + tall - 1) / tall * tall // whole tiles
	pieces = (p.m + p.rows - 1) / p.rows
	if p.m*p.n*p.k < 1<<17 { // some microseconds: not worth waking anyone
		for i := range p.panels * pieces {
			p.piece(i)
		}
		return
	}
	parallel(p.panels*pieces, p)
}

// alone is run on the calling goroutine. The pieces do not matter to the
// result: each element of C is summed in one order.
func (p *product) alone() {
	nr := kernels[0].nr
	for j := 0; j < p.n; j += nr {
		p.panel(0, p.m, j)
	}
}

func (p *product) piece(i int) {
	i0 := i / p.panels * p.rows
	p.panel(i0, min(i0+p.rows, p.m), i%p.panels*kernels[0].nr)
}

// scratch is a thread's packed panel and its tile for the last columns.
type scratch struct {
	panel [depth * 32]float32
	tile  [12 * 32]float32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// panel computes rows i0 to i1 of C and up to nr columns from j0.
func (p *product) panel(i0, i1, j0 int) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	k := &kernels[0]
	cols := min(k.nr, p.n-j0)
	for i := 1; i < len(kernels) && kernels[i].nr >= cols; i++ {
		k = &kernels[i]
	}
	if p.beta != 0 && p.beta != 1 {
		scale(p.c[i0*p.ldc+j0:], p.ldc, i1-i0, cols, p.beta)
	}
	for p0 := 0; p0 < p.k; p0 += depth {
		deep := min(depth, p.k-p0)
		p.pack(s.panel[:deep*k.nr], k.nr, p0, deep, j0, cols)
		add := 0
		if p.beta != 0 || p0 > 0 {
			add = 1
		}
		t := 0
		for i := i0; i < i1; i += k.tiles[t].rows {
			for k.tiles[t].rows > i1-i {
				t++
			}
			a := &p.a[i*p.ra+p0*p.ca]
			if cols == k.nr {
				k.tiles[t].run(deep, a, 4*p.ra, 4*p.ca, &s.panel[0], &p.c[i*p.ldc+j0], 4*p.ldc, add)
				continue
			}
			k.tiles[t].run(deep, a, 4*p.ra, 4*p.ca, &s.panel[0], &s.tile[0], 4*k.nr, 0)
			for r := range k.tiles[t].rows {
				dst := p.c[(i+r)*p.ldc+j0:][:cols]
				src := s.tile[r*k.nr:][:cols]
				if add == 0 {
					copy(dst, src)
					continue
				}
				for j, v := range src {
					dst[j] += v
				}
			}
		}
	}
}

// pack copies rows p0 to p0+deep of op(B), columns j0 to j0+cols, times
// alpha, into rows of nr, the rest of each row zero.
func (p *product) pack(dst []float32, nr, p0, deep, j0, cols int) {
	if cols < nr {
		clear(dst)
	}
	switch {
	case p.cb == 1 && cols == 32: // whole rows of a fixed size need no call
		for r := range deep {
			*(*[32]float32)(dst[r*32:]) = *(*[32]float32)(p.b[(p0+r)*p.rb+j0:])
		}
	case p.cb == 1 && cols == 16:
		for r := range deep {
			*(*[16]float32)(dst[r*nr:]) = *(*[16]float32)(p.b[(p0+r)*p.rb+j0:])
		}
	case p.cb == 1:
		for r := range deep {
			copy(dst[r*nr:r*nr+cols], p.b[(p0+r)*p.rb+j0:])
		}
	default:
		// B is transposed: each column of op(B) is contiguous. Four at a time,
		// as the processor follows several streams at once.
		j := 0
		for ; j+4 <= cols; j += 4 {
			at := (j0+j)*p.cb + p0
			b0, b1 := p.b[at:][:deep], p.b[at+p.cb:][:deep]
			b2, b3 := p.b[at+2*p.cb:][:deep], p.b[at+3*p.cb:][:deep]
			for r := range deep {
				d := dst[r*nr+j : r*nr+j+4 : r*nr+j+4]
				d[0], d[1], d[2], d[3] = b0[r], b1[r], b2[r], b3[r]
			}
		}
		for ; j < cols; j++ {
			for r, v := range p.b[(j0+j)*p.cb+p0:][:deep] {
				dst[r*nr+j] = v
			}
		}
	}
	if p.alpha != 1 {
		for i := range dst {
			dst[i] *= p.alpha
		}
	}
}

// scale multiplies m x n elements of c by beta; 0 clears them.
func scale(c []float32, ldc, m, n int, beta float32) {
	for i := range m {
		row := c[i*ldc : i*ldc+n]
		if beta == 0 {
			clear(row)
			continue
		}
		for j := range row {
			row[j] *= beta
		}
	}
}
