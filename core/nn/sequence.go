package nn

// Sequences of Batch rows each lie in matrices by time: row t·Batch + s is
// step t of sequence s. Lengths, one for each sequence, say how many of its
// steps are there, from the first on; nil means all. The others must hold
// finite numbers and are otherwise ignored: their outputs and gradients are 0.

// stepsOf returns how many of the steps sequence s has.
func stepsOf(lengths []int32, s, steps int) int {
	if lengths == nil {
		return steps
	}
	return max(0, min(int(lengths[s]), steps))
}

// longest returns the most steps that one of sequences s0 to s1 has.
func longest(lengths []int32, s0, s1, steps int) int {
	if lengths == nil {
		return steps
	}
	most := 0
	for s := s0; s < s1; s++ {
		most = max(most, stepsOf(lengths, s, steps))
	}
	return most
}

// clearEnded clears step t of those of sequences s0 to s1 that have ended.
func clearEnded(x []float32, width, batch int, lengths []int32, s0, s1, t int) {
	if lengths == nil {
		return
	}
	for s := s0; s < s1; s++ {
		if t >= int(lengths[s]) {
			clear(x[(t*batch+s)*width : (t*batch+s+1)*width])
		}
	}
}

// lanes is how many runs of sequences have sums of their own. It bounds both
// the threads of a recurrent layer and the memory of its gradients.
const lanes = 8

// laneRows is how many sequences a lane has. Fewer would not fill a product.
func laneRows(batch int) int { return max(32, (batch+8*lanes-1)/(8*lanes)*8) }

func laneCount(batch int) int { return (batch + laneRows(batch) - 1) / laneRows(batch) }

// byLanes calls f for runs of sequences, on several threads. They depend on
// the batch alone.
func byLanes(batch int, f func(lane, s0, s1 int)) {
	rows := laneRows(batch)
	Parallel(laneCount(batch), func(i int) { f(i, i*rows, min((i+1)*rows, batch)) })
}

// Last is the layer that hands on each sequence's last step: its input is
// T·Batch x C by time, its output Batch x C, 0 for a sequence without steps.
type Last struct {
	Batch   int
	Lengths []int32 // steps of each sequence; nil: all T
}

func (l *Last) Shape(in [][2]int) [2]int { return [2]int{l.Batch, in[0][1]} }

func (l *Last) Forward(out []float32, in [][]float32) {
	width, steps := len(out)/l.Batch, len(in[0])/len(out)
	for s := range l.Batch {
		row := out[s*width : (s+1)*width]
		if n := stepsOf(l.Lengths, s, steps); n > 0 {
			copy(row, in[0][((n-1)*l.Batch+s)*width:])
		} else {
			clear(row)
		}
	}
}

func (l *Last) Backward(grads [][]float32, dout, out []float32, in [][]float32) {
	if grads[0] == nil {
		return
	}
	width, steps := len(out)/l.Batch, len(in[0])/len(out)
	clear(grads[0])
	for s := range l.Batch {
		if n := stepsOf(l.Lengths, s, steps); n > 0 {
			copy(grads[0][((n-1)*l.Batch+s)*width:], dout[s*width:(s+1)*width])
		}
	}
}
