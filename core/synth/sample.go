package synth

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"

	"shoptwin/core"
	"shoptwin/core/table"
)

// BlockRows is how many rows are drawn at a time. Block b of a sample is a
// function of the model, the seed and b alone, which makes every row one of
// the model, the seed and its index.
const BlockRows = 8192

// defaultChunk is the number of rows in a table that Chunks emits.
const defaultChunk = 8 * BlockRows

// Sample returns n rows. The same model, n and seed give the same table,
// whatever the number of threads, and a longer sample begins with the shorter
// one. See [Model.Chunks] for samples larger than memory.
func (m *Model) Sample(n int, seed uint64) (*table.Table, error) {
	var out *table.Table
	err := m.Chunks(context.Background(), n, seed, max(n, 1), func(t *table.Table) error {
		out = t
		return nil
	}, nil)
	return out, err
}

// Chunks draws n rows and calls emit, in order and on the calling goroutine,
// with tables of chunk rows, the last one of what is left; chunk 0 is about
// 65,000. For n = 0 it emits one table without rows. The rows are the same
// for every chunk size; memory does not depend on n. emit may keep the table;
// its text columns share their Levels.
//
// Once ctx is cancelled no further chunk is emitted and ctx's error returned.
// report, if not nil, is called after every block of 8,192 rows.
func (m *Model) Chunks(ctx context.Context, n int, seed uint64, chunk int, emit func(*table.Table) error, report func(core.Progress)) error {
	return m.Range(ctx, 0, n, seed, chunk, emit, report)
}

// Range is Chunks for the rows from to to (exclusive) of a longer sample, so
// that several workers can draw one sample together. Whole blocks are drawn
// whatever the range: multiples of BlockRows waste nothing.
func (m *Model) Range(ctx context.Context, from, to int, seed uint64, chunk int, emit func(*table.Table) error, report func(core.Progress)) error {
	if from < 0 || to < from {
		return core.Errorf(core.Invalid, "rows %d to %d cannot be sampled", from, to).WithHint("ask for 0 rows or more")
	}
	if err := m.check(); err != nil {
		return err
	}
	if chunk <= 0 {
		chunk = defaultChunk
	}
	out := &assembler{chunk: chunk, left: to - from, emit: emit}
	if from == to {
		t, err := m.Encoder.DecodeRows(make([][]uint16, len(m.Encoder.Widths())), 0, 0, rand.New(rand.NewPCG(0, 0)))
		if err != nil {
			return err
		}
		return emit(t)
	}
	return m.blocks(ctx, from/BlockRows, to, seed, func(b int, t *table.Table) error {
		lo, hi := max(from-b*BlockRows, 0), min(to-b*BlockRows, BlockRows)
		if err := out.add(t, lo, hi); err != nil {
			return err
		}
		if report != nil {
			report(core.Progress{Stage: "sample", Done: int64(min((b+1)*BlockRows, to) - from), Total: int64(to - from), Unit: "rows"})
		}
		return nil
	})
}

// blocks draws the blocks from first on that rows 0 to rows need, several at a
// time, and hands them to next in order. The last may be longer than needed.
func (m *Model) blocks(ctx context.Context, first, rows int, seed uint64, next func(b int, t *table.Table) error) error {
	type result struct {
		t   *table.Table
		err error
	}
	last := (rows + BlockRows - 1) / BlockRows
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer working.Wait()
	defer stop()

	threads := min(core.Threads(), last-first)
	idle := make(chan *sampler, threads)
	for range threads {
		idle <- newSampler(m)
	}
	queue := make(chan chan result, threads) // results in order
	working.Add(1)
	go func() {
		defer working.Done()
		defer close(queue)
		for b := first; b < last; b++ {
			var s *sampler
			select {
			case s = <-idle:
			case <-ctx.Done():
				return
			}
			done := make(chan result, 1)
			working.Add(1)
			go func() {
				defer working.Done()
				t, err := s.block(ctx, b, min(BlockRows, rows-b*BlockRows), seed)
				idle <- s
				done <- result{t, err}
			}()
			select {
			case queue <- done:
			case <-ctx.Done():
				return
			}
		}
	}()
	for b := first; b < last; b++ {
		done, ok := <-queue
		if !ok {
			return ctx.Err()
		}
		r := <-done
		if err := ctx.Err(); err != nil {
			return err
		}
		if r.err != nil {
			return r.err
		}
		if err := next(b, r.t); err != nil {
			return err
		}
	}
	return nil
}

// assembler puts blocks together into chunks.
type assembler struct {
	chunk, left int // left: rows still to come, open ones included
	open        *table.Table
	emit        func(*table.Table) error
}

// add takes rows lo to hi of t and emits what is full.
func (a *assembler) add(t *table.Table, lo, hi int) error {
	for lo < hi {
		if a.open == nil {
			a.open = blank(t, min(a.chunk, a.left))
		}
		size := min(a.chunk, a.left)
		n := min(hi-lo, size-rowsOf(a.open))
		for i, c := range a.open.Columns {
			appendCells(c, t.Columns[i], lo, lo+n)
		}
		lo += n
		if rowsOf(a.open) == size {
			full := a.open
			a.open = nil
			a.left -= size
			if err := a.emit(full); err != nil {
				return err
			}
		}
	}
	return nil
}

func rowsOf(t *table.Table) int {
	if len(t.Columns) == 0 {
		return 0
	}
	return t.Rows()
}

// blank returns a table like t without rows, with room for size of them.
func blank(t *table.Table, size int) *table.Table {
	out := &table.Table{Name: t.Name}
	for _, c := range t.Columns {
		n := &table.Column{Field: c.Field, Levels: slices.Clip(c.Levels)} // others share them
		if c.Kind == table.Text {
			n.Codes = make([]int32, 0, size)
			if c.Role == table.Key {
				n.Levels = nil
			}
		} else {
			n.Num = make([]float64, 0, size)
		}
		out.Columns = append(out.Columns, n)
	}
	return out
}

// appendCells appends cells lo to hi of src. Modelled text shares its levels
// over all blocks, but for fresh codes, which stand after what is shared; the
// levels of a key are new in every block. Of what is new only what is used is
// taken.
func appendCells(dst, src *table.Column, lo, hi int) {
	switch {
	case src.Kind != table.Text:
		dst.Num = append(dst.Num, src.Num[lo:hi]...)
	case src.Role != table.Key && sameSlice(dst.Levels, src.Levels):
		dst.Codes = append(dst.Codes, src.Codes[lo:hi]...)
	default:
		shared := 0
		if src.Role != table.Key {
			for most := min(len(dst.Levels), len(src.Levels)); shared < most && dst.Levels[shared] == src.Levels[shared]; {
				shared++
			}
		}
		place := make([]int32, len(src.Levels)-shared)
		for i := range place {
			place[i] = -1
		}
		for _, code := range src.Codes[lo:hi] {
			if at := int(code) - shared; at >= 0 {
				if place[at] < 0 {
					place[at] = int32(len(dst.Levels))
					dst.Levels = append(dst.Levels, src.Levels[code])
				}
				code = place[at]
			}
			dst.Codes = append(dst.Codes, code)
		}
	}
}

func sameSlice(a, b []string) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }
