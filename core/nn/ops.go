package nn

import "slices"

// maker makes an Op of so many numbers; nil if they make none. It need not
// look at the spec of what it makes: [readOp] does.
type maker struct {
	numbers int
	make    func(n []int) Op
}

// kinds are the ops by their byte in the weights file, which stays for ever.
// A matrix of one row is a row.
//
//	kind 1  Dense      in, out, activation, skip (0 or 1); in x out, out
var kinds = map[byte]maker{
	1: {4, func(n []int) Op {
		if n[2] > int(Leaky) || n[3] > 1 {
			return nil
		}
		return &Dense{In: n[0], Out: n[1], Act: Act(n[2]), Skip: n[3] == 1}
	}},
}

func numbers(x ...int) []uint32 {
	n := make([]uint32, len(x))
	for i, v := range x {
		n[i] = uint32(v)
	}
	return n
}

func (d *Dense) spec() spec {
	skip := 0
	if d.Skip {
		skip = 1
	}
	return spec{
		kind: 1, numbers: numbers(d.In, d.Out, int(d.Act), skip),
		in: d.In, out: d.Width(), weights: [][2]int{{d.In, d.Out}, {1, d.Out}},
	}
}

func (d *Dense) answer(x []float32, w [][]float32, _ sequences) []float32 {
	y := make([]float32, len(x)/d.In*d.Width())
	layer := Dense{In: d.In, Out: d.Out, Act: d.Act, Skip: d.Skip}
	layer.Forward(y, slices.Insert(slices.Clone(w), 0, x))
	return y
}
