package train

import (
	"runtime"
	"slices"

	"gorgonia.org/gorgonia"

	"shoptwin/core"
)

// tape is a gorgonia.VM that runs a finished graph's ops one after the other.
// Gorgonia's own allocates some five times for each op, about 450 times in a
// step of a GAN; this one leaves that to the ops, of which ours do not.
type tape struct{ ops []taped }

var _ gorgonia.VM = (*tape)(nil)

// taped is an op with its inputs' memory, which stays the same from run to
// run: ops return the value they returned first.
type taped struct {
	op   gorgonia.Op
	in   []gorgonia.Value
	from []*gorgonia.Node // whose values the inputs are
	node *gorgonia.Node
	out  gorgonia.Value // nil before the first run
}

// newTape orders the graph's ops; building must be held.
func newTape(g *gorgonia.ExprGraph) (*tape, error) {
	sorted, err := gorgonia.Sort(g)
	if err != nil {
		return nil, core.Wrap(err, "ordering the graph")
	}
	t := &tape{}
	for _, n := range slices.Backward(sorted) { // Sort puts results first
		if n.Op() == nil || n.Value() != nil {
			continue // an input, or a constant
		}
		var in []*gorgonia.Node
		for from := g.From(n.ID()); from.Next(); {
			in = append(in, from.Node().(*gorgonia.Node))
		}
		t.ops = append(t.ops, taped{op: n.Op(), in: make([]gorgonia.Value, len(in)), from: in, node: n})
	}
	return t, nil
}

// RunAll runs all ops. The first run takes memory. Between ops others have
// their turn: a goroutine may otherwise keep its processor for 10 ms, and
// behind some trainings a call from the window would wait for several of them.
func (t *tape) RunAll() error {
	for i := range t.ops {
		runtime.Gosched()
		o := &t.ops[i]
		if o.out != nil {
			if err := o.again(); err != nil {
				return err
			}
			continue
		}
		for j, n := range o.from {
			o.in[j] = n.Value()
		}
		var err error
		if o.out, err = o.op.Do(o.in...); err != nil {
			return err
		}
		if err := gorgonia.UnsafeLet(o.node, o.out); err != nil {
			return err
		}
	}
	return nil
}

// again runs an op into the value it has.
func (o *taped) again() error {
	if own, ok := o.op.(gorgonia.UsePreallocDoer); ok {
		_, err := own.UsePreallocDo(o.out, o.in...)
		return err
	}
	_, err := o.op.Do(o.in...)
	return err
}

func (t *tape) Reset()       {}
func (t *tape) Close() error { return nil }
