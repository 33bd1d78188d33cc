package synth

import (
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

// completer is a drawer that draws the rest of rows whose first blocks are
// there.
type completer interface {
	// complete sets the blocks of out that are not known; all are of the same
	// length, any. Known blocks come before the others in the body's order.
	complete(out [][]uint16, known []bool, rng *rand.PCG)
}

// Complete returns rows rows whose columns of known are those given, and whose
// others are drawn given these. m was learned by [TreesKnown] with the same
// columns known. Keys are those of rows first and on. The result depends on
// the arguments and rng's state alone. O(rows).
func (m *Model) Complete(known *table.Table, rows int, first int64, rng *rand.PCG) (*table.Table, error) {
	if err := m.check(); err != nil {
		return nil, err
	}
	widths := m.Encoder.Widths()
	codes, err := m.Encoder.KnownCodes(known, rows)
	if err != nil {
		return nil, err
	}
	if len(widths) > 0 && rows > 0 {
		var names []string
		for _, c := range known.Columns {
			names = append(names, c.Name)
		}
		d, ok := m.Body.drawer(widths).(completer)
		if !ok {
			return nil, core.Errorf(core.Unsupported, "a model of engine %q does not complete rows", m.Config.Engine).WithHint("learn several tables by the engine tree")
		}
		d.complete(codes, m.Encoder.IsKnown(names), rng)
	}
	return m.Encoder.DecodeKnown(codes, known, rows, first, rand.New(rng))
}

// complete draws as draw does, BlockRows rows at a time.
func (d *forestDrawer) complete(out [][]uint16, known []bool, rng *rand.PCG) {
	part := make([][]uint16, len(out))
	for lo := 0; lo < len(out[0]); lo += BlockRows {
		for b := range out {
			part[b] = out[b][lo:min(lo+BlockRows, len(out[b]))]
		}
		d.rest(part, known, rng)
	}
}
