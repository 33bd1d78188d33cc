package nn

import "sync"

// Sgemm sets C = alpha·op(A)·op(B) + beta·C, where op(A) is m x k, op(B) is
// k x n, C is m x n and op transposes when its flag is set. lda, ldb and ldc
// are the distances between rows as stored, in elements. With beta = 0 the
// former content of C does not matter, not even NaN. C may not overlap A or B.
//
// It follows Goto and van de Geijn, Anatomy of High-Performance Matrix
// Multiplication (2008), cut down to the sizes of small networks: C is cut
// into pieces, the unit of work of the threads. For each [depth] of k, a piece
// packs its part of B in panels one tile wide, which stay in the second-level
// cache, and goes along them with one tile's rows of A after the other, which
// stay in the first. A is read where it lies, but see packsA.
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

const (
	// depth is how many rows of B a packed panel has at most: a tile's rows of
	// A, 14·512 floats, are 28 kB.
	depth = 512
	// breadth is how many columns a block has at most: its panels, 512·512
	// floats, are 1 MB.
	breadth = 512
	// slabRows is how many rows of A are copied at a time, if at all: 128·512
	// floats are 256 kB. They are slabWidth apart, no power of two.
	slabRows, slabWidth = 128, 144
	// perThread is how many pieces there are for each thread: more to share
	// when one is kept from working, but 1 % slower than 2.
	perThread = 4
)

// tile computes rows x nr elements of C: strides in bytes, k > 0, B packed.
// first reads B where it lies and leaves it packed in to. That takes no time of
// its own, as a tile's arithmetic leaves loads and stores idle, where packing
// before took 17 % of 50 x 256 x 4000. It is nil for plain Go and for the
// narrow kernels.
type tile struct {
	rows  int
	run   func(k int, a *float32, ra, ca int, b, c *float32, ldc, add int)
	first func(k int, a *float32, ra, ca int, b *float32, rb int, to, c *float32, ldc, add int)
}

// kernel is one instruction set's tiles of one width, tallest first; the last
// has one row. All of a set have the same heights. turn and copy, nil in plain
// Go, pack lanes columns: turn takes them from as many rows of x, four of
// their elements n times, and copy from n rows of them.
type kernel struct {
	nr, lanes  int
	turn, copy func(n int, x *float32, ld int, to *float32, step int)
	tiles      []tile
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

	rows, cols int // pieces, as run cuts C
}

// products are used again, as a call's is shared with the workers.
var products = sync.Pool{New: func() any { return new(product) }}

func (p *product) done() {
	*p = product{}
	products.Put(p)
}

// run cuts C into pieces, about as long as wide, and so many that each thread
// finds a fair share though another may be kept from working.
func (p *product) run() {
	threads := Threads()
	if threads == 1 || p.m*p.n*p.k < 1<<17 { // some microseconds: not worth waking anyone
		p.alone()
		return
	}
	nr, tall := kernels[0].nr, kernels[0].tiles[0].rows
	panels := (p.n + nr - 1) / nr
	p.rows, p.cols = 1, (p.n+breadth-1)/breadth
	for p.rows*p.cols < perThread*threads {
		long := p.m/p.rows > 2*tall
		switch {
		case long && p.m/p.rows > panels/p.cols*nr:
			p.rows *= 2
		case p.cols < panels:
			p.cols = min(2*p.cols, panels)
		case long:
			p.rows *= 2
		default:
			threads = 0
		}
	}
	parallel(p.rows*p.cols, p)
}

// piece is one of run's.
func (p *product) piece(i int) {
	nr := kernels[0].nr
	panels := (p.n + nr - 1) / nr
	i, j := i/p.cols, i%p.cols
	p.block(p.m*i/p.rows, p.m*(i+1)/p.rows, panels*j/p.cols*nr, min(panels*(j+1)/p.cols*nr, p.n))
}

// alone is run on the calling goroutine. The pieces do not matter to the
// result: each element of C is summed in one order.
func (p *product) alone() {
	for j := 0; j < p.n; j += breadth {
		p.block(0, p.m, j, min(j+breadth, p.n))
	}
}

// scratch is what a thread packs, and its tile for the last columns.
type scratch struct {
	a    []float32 // op(A)'s columns, slabWidth apart
	b    []float32 // panels
	tile [14 * 32]float32
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// block computes rows i0 to i1 and columns j0 to j1 of C.
func (p *product) block(i0, i1, j0, j1 int) {
	s := scratches.Get().(*scratch)
	defer scratches.Put(s)
	if p.beta != 0 && p.beta != 1 {
		scale(p.c[i0*p.ldc+j0:], p.ldc, i1-i0, j1-j0, p.beta)
	}
	wide := &kernels[0]
	slab := i1 - i0 // rows of A at a time
	packsA := p.packsA(j1 - j0)
	if packsA {
		slab = slabRows / wide.tiles[0].rows * wide.tiles[0].rows
		s.a = grown(s.a, depth*slabWidth)
	}
	blocks := (p.k + depth - 1) / depth
	for block := range blocks {
		p0 := p.k * block / blocks
		deep := p.k*(block+1)/blocks - p0
		s.b = grown(s.b, (j1-j0+wide.nr-1)/wide.nr*wide.nr*deep)
		for i := i0; i < i1; i += slab {
			a, ra, ca := p.a[i*p.ra+p0*p.ca:], p.ra, p.ca
			rows := min(slab, i1-i)
			if packsA {
				wide.pack(s.a, slabWidth, a, ca, ra, deep, rows)
				a, ra, ca = s.a, 1, slabWidth
			}
			for r := 0; r < rows; {
				x := strip{i: i + r, tile: wide.next(rows - r), p0: p0, deep: deep, a: &a[r*ra], ra: 4 * ra, ca: 4 * ca, first: i+r == i0}
				for j := j0; j < j1; j += wide.nr {
					p.tile(s, &x, j, min(wide.nr, j1-j), s.b[(j-j0)*deep:])
				}
				r += wide.tiles[x.tile].rows
			}
		}
	}
}

// strip is a row of tiles: rows of C from i, as high as that tile, and deep
// columns of op(A) from p0, the first of them at a.
type strip struct {
	i, tile  int
	p0, deep int
	a        *float32
	ra, ca   int  // bytes
	first    bool // the one that packs B
}

// tile computes x's tile of the columns j to j+cols, whose panel of B that is.
func (p *product) tile(s *scratch, x *strip, j, cols int, panel []float32) {
	k := panelKernel(cols)
	t := &k.tiles[x.tile]
	c, add := p.c[x.i*p.ldc+j:], 0
	if p.beta != 0 || x.p0 > 0 {
		add = 1
	}
	if x.first {
		b := p.b[x.p0*p.rb+j*p.cb:]
		if cols == k.nr && p.cb == 1 && p.alpha == 1 && t.first != nil {
			t.first(x.deep, x.a, x.ra, x.ca, &b[0], 4*p.rb, &panel[0], &c[0], 4*p.ldc, add)
			return
		}
		k.pack(panel, k.nr, b, p.rb, p.cb, x.deep, cols)
		if p.alpha != 1 {
			for i := range panel[:x.deep*k.nr] {
				panel[i] *= p.alpha
			}
		}
	}
	if cols == k.nr {
		t.run(x.deep, x.a, x.ra, x.ca, &panel[0], &c[0], 4*p.ldc, add)
		return
	}
	t.run(x.deep, x.a, x.ra, x.ca, &panel[0], &s.tile[0], 4*k.nr, 0)
	for r := range t.rows {
		dst, src := c[r*p.ldc:][:cols], s.tile[r*k.nr:]
		if add == 0 {
			copy(dst, src)
			continue
		}
		for j := range dst {
			dst[j] += src[j]
		}
	}
}

// next returns the tile for the first of so many rows. Where there is one of
// each height, all are about as high: a low last tile would take nearly as
// long as the others.
func (k *kernel) next(rows int) int {
	tall := k.tiles[0].rows
	if len(k.tiles) == tall {
		n := (rows + tall - 1) / tall
		return tall - (rows+n-1)/n
	}
	t := 0
	for k.tiles[t].rows > rows {
		t++
	}
	return t
}

// packsA says whether a block of so many columns copies its rows of A first.
// Read where they lie they cost nothing but for two cases: columns of op(A) 2
// kB or more apart, 1 kB for a tile of AVX2 which uses less of what it brings
// to the cache, and rows apart by a multiple of 4 kB, which all fall on the
// same few places of the cache. For 1024 x 1024 x 1024 copies bring 1.8 times
// the speed in the first case and 1.15 in the second; for 500 x 256 x 256 with
// AVX-512 they would take 5 %.
func (p *product) packsA(cols int) bool {
	const page = 4096 / 4
	k := &kernels[0]
	switch {
	case k.turn == nil || cols < 4*k.nr:
		return false
	case p.ra == 1:
		return p.ca >= 32*k.lanes
	}
	return p.ra%page == 0
}

// pack copies deep x cols elements of x into rows of nr. Element (r, j) lies
// at r*rs + j*cs, and rs or cs is 1. What follows in a row of nr is not
// defined.
func (k *kernel) pack(dst []float32, nr int, x []float32, rs, cs, deep, cols int) {
	some := deep
	if cs == 1 && k.copy != nil {
		some = 8 // whole rows, where columns of them would fall on the same places of the cache
	}
	for r := 0; r < deep; r += some {
		k.packSome(dst[r*nr:], nr, x[r*rs:], rs, cs, min(some, deep-r), cols)
	}
}

func (k *kernel) packSome(dst []float32, nr int, x []float32, rs, cs, deep, cols int) {
	j := 0
	for ; k.turn != nil && j < cols; j += k.lanes {
		from := j * cs
		if from+(deep-1)*rs+(k.lanes-1)*cs >= len(x) {
			break // the last of the lanes would be read beyond the end
		}
		if cs == 1 {
			k.copy(deep, &x[from], 4*rs, &dst[j], 4*nr)
			continue
		}
		if deep >= 4 {
			k.turn(deep/4, &x[from], 4*cs, &dst[j], 4*nr)
		}
		for r := deep &^ 3; r < deep; r++ {
			for l := range k.lanes {
				dst[r*nr+j+l] = x[from+r+l*cs]
			}
		}
	}
	for ; j+4 <= cols; j += 4 { // the processor follows several streams at once
		from := j * cs
		for r := range deep {
			d := dst[r*nr+j : r*nr+j+4 : r*nr+j+4]
			d[0], d[1], d[2], d[3] = x[from], x[from+cs], x[from+2*cs], x[from+3*cs]
			from += rs
		}
	}
	for ; j < cols; j++ {
		for r := range deep {
			dst[r*nr+j] = x[r*rs+j*cs]
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
