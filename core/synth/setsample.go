package synth

import (
	"context"
	"math"
	"runtime"

	"shoptwin/core"
	"shoptwin/core/table"
)

// SetSampler draws the tables of one sample of a set. Tables that others refer
// to are drawn once more, and kept, when the first that does so is drawn.
type SetSampler struct {
	set     *Set
	scale   float64
	seed    uint64
	ctx     context.Context
	indexes map[*Reference]*index
}

// Sampler returns one for a sample scale times as large as the real tables;
// 0 counts as 1.
func (s *Set) Sampler(scale float64, seed uint64) (*SetSampler, error) {
	if scale == 0 {
		scale = 1
	}
	if !(scale > 0 && scale <= 1e6) {
		return nil, core.Errorf(core.Invalid, "a sample %g times as large cannot be drawn", scale).WithHint("give a number above 0, such as 0.1 or 2")
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return &SetSampler{set: s, scale: scale, seed: seed, indexes: map[*Reference]*index{}}, nil
}

// Sample returns all tables of a sample, parents first.
func (s *Set) Sample(ctx context.Context, scale float64, seed uint64) ([]*table.Table, error) {
	d, err := s.Sampler(scale, seed)
	if err != nil {
		return nil, err
	}
	var out []*table.Table
	for _, name := range s.Tables() {
		err := d.Table(ctx, name, math.MaxInt, func(t *table.Table) error {
			out = append(out, t)
			return nil
		}, nil)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Table draws one table and calls emit, in order and on the calling goroutine,
// with tables of chunk rows, the last one of what is left; chunk 0 is about
// 65,000. Text columns have their own Levels in each. Memory does not depend
// on the number of rows, but on that of tables that this one refers to. The
// same set, scale, seed and table give the same rows, whatever the chunks, the
// number of threads and the tables drawn before.
func (d *SetSampler) Table(ctx context.Context, name string, chunk int, emit func(*table.Table) error, report func(core.Progress)) error {
	at := d.set.member(name)
	if at < 0 || d.set.Members[at].Hidden {
		return core.Errorf(core.NotFound, "the model has no table %q", name)
	}
	if chunk <= 0 {
		chunk = defaultChunk
	}
	j := &joiner{chunk: chunk, emit: emit}
	err := d.each(ctx, at, func(b *portion) (*table.Table, error) { return d.visible(b) }, func(t *table.Table, done, total int64) error {
		if report != nil {
			report(core.Progress{Stage: "sample", Done: done, Total: total, Unit: "parents"})
		}
		return j.add(t)
	})
	if err != nil {
		return err
	}
	return j.flush()
}

// rootRows is how many rows a member without an owner has.
func (d *SetSampler) rootRows(at int) int {
	return max(1, int(math.Round(float64(d.set.Members[at].Rows)*d.scale)))
}

// each draws the batches of member at, makes of each what make does, several
// at a time, and hands that to take in order.
func (d *SetSampler) each(ctx context.Context, at int, do func(*portion) (*table.Table, error), take func(t *table.Table, done, total int64) error) error {
	d.ctx = ctx
	var chain []int // from the root down
	for m := at; m >= 0; m = d.set.Members[m].Owner {
		chain = append([]int{m}, chain...)
		// What is referred to on the way is drawn before, on this goroutine.
		for _, ref := range d.set.Members[m].References {
			if _, err := d.index(ref); err != nil {
				return err
			}
		}
	}
	for _, s := range d.set.Members[at].SumUp {
		for _, ref := range d.set.Members[s.Child].References {
			if _, err := d.index(ref); err != nil {
				return err
			}
		}
	}
	type result struct {
		tables []*table.Table
		err    error
		done   int64
	}
	total := d.rootRows(chain[0])
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan chan result, runtime.GOMAXPROCS(0))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	// run has one piece of the work done and its result queued.
	run := func(done int64, work func(out *[]*table.Table) error) bool {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return false
		}
		r := make(chan result, 1)
		go func() {
			var tables []*table.Table
			err := work(&tables)
			<-slots
			r <- result{tables, err, done}
		}()
		select {
		case queue <- r:
			return true
		case <-ctx.Done():
			return false
		}
	}
	go func() {
		defer close(queue)
		for k := 0; k*BlockRows < total; k++ {
			n := min(BlockRows, total-k*BlockRows)
			root, err := d.block(chain[0], k, n)
			end := int64(k*BlockRows + n)
			if err != nil || len(chain) == 1 {
				if !run(end, func(out *[]*table.Table) error {
					if err != nil {
						return err
					}
					t, err := do(root)
					*out = append(*out, t)
					return err
				}) {
					return
				}
				continue
			}
			groups := d.groups(chain[1], root)
			for g := range groups {
				if !run(int64(k*BlockRows+n*(g+1)/groups), func(out *[]*table.Table) error { return d.down(ctx, chain[1:], root, g, do, out) }) {
					return
				}
			}
		}
	}()
	var failed error
	for r := range queue { // to its end, so that nothing goes on after a return
		res := <-r
		if failed != nil {
			continue
		}
		if failed = res.err; failed == nil {
			failed = ctx.Err()
		}
		for _, t := range res.tables {
			if failed == nil {
				failed = take(t, res.done, int64(total))
			}
		}
		if failed != nil {
			stop()
		}
	}
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}

// down draws group g of the first of chain's rows, and on to the last's.
func (d *SetSampler) down(ctx context.Context, chain []int, up *portion, g int, do func(*portion) (*table.Table, error), out *[]*table.Table) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	b, err := d.children(chain[0], up, g)
	if err != nil {
		return err
	}
	if len(chain) == 1 {
		t, err := do(b)
		*out = append(*out, t)
		return err
	}
	for g := range d.groups(chain[1], b) {
		if err := d.down(ctx, chain[1:], b, g, do, out); err != nil {
			return err
		}
	}
	return nil
}

// index returns that of ref's rows.
func (d *SetSampler) index(ref *Reference) (*index, error) {
	if x := d.indexes[ref]; x != nil {
		return x, nil
	}
	need := append([]string{}, ref.Carry...)
	need = append(append(append(need, ref.Weight, ref.Class), ref.From...), ref.Until...)
	m := d.set.Members[ref.Member]
	told := map[string][]int64{}
	var number []int64
	var all *table.Table
	j := &joiner{chunk: math.MaxInt, emit: func(t *table.Table) error { all = t; return nil }}
	err := d.each(d.ctx, ref.Member, func(b *portion) (*table.Table, error) {
		t := &table.Table{}
		seen := map[string]bool{}
		for _, name := range need {
			if c := b.work[name]; c != nil && !seen[name] {
				seen[name] = true
				t.Columns = append(t.Columns, c)
			}
		}
		// Numbers travel as columns.
		t.Columns = append(t.Columns, numbers("\x00", b.number))
		for _, f := range m.Foreign {
			t.Columns = append(t.Columns, numbers("\x00"+f.Column, b.named[f.Column]))
		}
		return t, nil
	}, func(t *table.Table, _, _ int64) error { return j.add(t) })
	if err == nil {
		err = j.flush()
	}
	if err != nil {
		return nil, err
	}
	for _, x := range all.Column("\x00").Num {
		number = append(number, int64(x))
	}
	for _, f := range m.Foreign {
		for _, x := range all.Column("\x00" + f.Column).Num {
			told[f.Column] = append(told[f.Column], int64(x))
		}
	}
	d.indexes[ref] = newIndex(ref, all, number, told)
	return d.indexes[ref], nil
}
