package train

import (
	"math"

	"shoptwin/core/nn"
	"shoptwin/core/recommend"
)

// taskHead is a dense layer over the last step with the loss of a task, each
// row's times its weight.
type taskHead struct {
	task  *recommend.Task
	dense nn.Dense
	z, dz []float32
}

func (t *taskHead) forward(h []float32, w [][]float32, b *behaviourBatch) float32 {
	n := t.dense.Out
	t.z, t.dz = sized(t.z, len(b.label)*n), sized(t.dz, len(b.label)*n)
	t.dense.Forward(t.z, [][]float32{h, w[0], w[1]})
	total := 0.
	for r, y := range b.label {
		total += float64(b.weight[r]) * t.loss(t.z[r*n:(r+1)*n], t.dz[r*n:(r+1)*n], y)
		for j := range n {
			t.dz[r*n+j] *= b.weight[r]
		}
	}
	return float32(total)
}

// loss returns a row's and sets dz to its slope.
func (t *taskHead) loss(z, dz []float32, y float32) float64 {
	switch t.task.Kind {
	case "class":
		top, total := z[0], 0.
		for _, v := range z {
			top = max(top, v)
		}
		for j, v := range z {
			e := math.Exp(float64(v - top))
			dz[j] = float32(e)
			total += e
		}
		for j := range dz {
			dz[j] /= float32(total)
		}
		dz[int(y)]--
		return math.Log(total) + float64(top-z[int(y)])
	case "yes":
		x := float64(z[0])
		dz[0] = float32(1/(1+math.Exp(-x)) - float64(y))
		return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) - x*float64(y)
	}
	d := float64(z[0]) - t.scaled(y)
	dz[0] = float32(d)
	return d * d / 2
}

// scaled is a number as the network is to say it.
func (t *taskHead) scaled(y float32) float64 {
	v := float64(y)
	if t.task.Log {
		v = math.Log1p(max(0, v))
	}
	return (v - t.task.Offset) / t.task.Slope
}

func (t *taskHead) backward(dh []float32, grads [][]float32, dout float32, h []float32, w [][]float32) {
	for i := range t.dz {
		t.dz[i] *= dout
	}
	t.dense.Backward([][]float32{dh, grads[0], grads[1]}, t.dz, t.z, [][]float32{h, w[0], w[1]})
}
