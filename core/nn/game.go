package nn

// Game is the two players' losses as one layer. Its inputs are
//
//	heads  rows x 2W, the output of [Heads]: probabilities p and soft draws x
//	noise  rows x W, standard normal, for the critic's regulariser
//	C, c   W x H and H: the critic's hidden layer
//	v      H+1: its output weights and, last, their bias
//
// and its output is a single number, the sum of the losses. The gradients are
// routed as in alternating training, with the critic's weights of the same
// step: those of C, c and v are of the critic's loss alone, that of heads is
// of the generator's loss alone. So one backward pass serves both players.
type Game struct {
	Critic  *Critic
	Moments *Moments
	Weight  float32 // of the moment loss
	// WarmUp leaves the critic out: the generator learns the moments only,
	// and the critic's gradients are not set.
	WarmUp bool

	// The last Forward's losses; LossG without the moment loss.
	LossD, LossG, LossM float64
}

func (g *Game) Shape([][2]int) [2]int { return [2]int{1, 1} }

func (g *Game) Forward(out []float32, in [][]float32) {
	heads, w := in[0], g.Critic.Width
	rows := len(heads) / (2 * w)
	g.LossM = g.Moments.Loss(heads, 2*w, rows)
	g.LossD, g.LossG = 0, 0
	if !g.WarmUp {
		g.LossD, g.LossG = g.Critic.losses(heads[w:], 2*w, rows, in[1], in[2], in[3], in[4])
	}
	out[0] = float32(g.LossD + g.LossG + float64(g.Weight)*g.LossM)
}

func (g *Game) Backward(grads [][]float32, dout, _ []float32, in [][]float32) {
	heads, dheads, w := in[0], grads[0], g.Critic.Width
	rows := len(heads) / (2 * w)
	g.Moments.Gradient(dheads, heads, 2*w, rows, dout[0]*g.Weight)
	if g.WarmUp {
		for r := range rows {
			clear(dheads[(2*r+1)*w : (2*r+2)*w])
		}
		return
	}
	g.Critic.gradients(dheads[w:], heads[w:], 2*w, rows, dout[0], in[1], in[2], in[4], grads[2], grads[3], grads[4])
}
