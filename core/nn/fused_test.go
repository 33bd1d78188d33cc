package nn

import (
	"fmt"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
)

// case of the shared gradient test: input i of layer has shape in[i] and is
// checked if wrt says so.
type gradientCase struct {
	name  string
	layer Fused
	in    [][2]int
	wrt   []bool
	fill  map[int]func(*rand.Rand) float32 // default: normal
	loss  func() float64                   // default: a random weighting of the output
	plus  func() float64                   // added to that weighting, nil: nothing
}

// gradientSets are the layers' cases; each layer's test file adds its own.
var gradientSets = []func(*rand.Rand) []gradientCase{ganCases}

// gradientCases makes them anew; none depends on which others there are.
func gradientCases() (all []gradientCase) {
	for _, set := range gradientSets {
		all = append(all, set(rand.New(rand.NewPCG(1, 2)))...)
	}
	return all
}

func ganCases(rng *rand.Rand) []gradientCase {
	widths := []int{2, 5, 3}
	const rows, w, h = 70, 10, 9
	expo := func(rng *rand.Rand) float32 { return float32(max(rng.ExpFloat64(), MinNoise)) }
	share := func(rng *rand.Rand) float32 { return .1 + rng.Float32() }
	pair := make([]float32, w*w)
	for i := range w {
		for j := range i + 1 {
			pair[i*w+j] = rng.Float32() / 4
			pair[j*w+i] = pair[i*w+j]
		}
	}
	game := &Game{
		Critic:  &Critic{Width: w, Hidden: h, Blocks: 3, Sigma: .3, Gamma: 1},
		Moments: NewMoments(widths, pair), Weight: .2,
	}
	for range rows {
		game.Critic.Real = append(game.Critic.Real, rng.Int32N(2), 2+rng.Int32N(5), 7+rng.Int32N(3))
	}
	warm := *game
	warm.WarmUp = true
	warm.Moments = NewMoments(widths, pair)
	shapes := [][2]int{{rows, 2 * w}, {rows, w}, {w, h}, {1, h}, {1, h + 1}}
	forG := func(g *Game) func() float64 {
		return func() float64 { return g.LossG + float64(g.Weight)*g.LossM }
	}
	var games []gradientCase
	for _, tt := range []struct { // in one order, as callers take a case by its number
		name string
		loss Adversary
	}{{"hinge", HingeLoss}, {"relativistic", RelativisticLoss}, {"Wasserstein", WassersteinLoss}} {
		name, loss := tt.name, tt.loss
		g := *game
		critic := *game.Critic
		critic.Loss = loss
		g.Critic, g.Moments = &critic, NewMoments(widths, pair)
		games = append(games,
			gradientCase{name: name + " generator", layer: &g, in: shapes, wrt: []bool{true, false, false, false, false}, loss: forG(&g), fill: map[int]func(*rand.Rand) float32{0: share}},
			gradientCase{name: name + " critic", layer: &g, in: shapes, wrt: []bool{false, false, true, true, true}, loss: func() float64 { return g.LossD },
				fill: map[int]func(*rand.Rand) float32{ // away from where the penalty jumps
					0: share,
					2: func(rng *rand.Rand) float32 { return float32(rng.NormFloat64()) / 5 },
					3: func(rng *rand.Rand) float32 { return float32(4*rng.IntN(2) - 2) },
				}})
	}
	return append(games, []gradientCase{
		{name: "dense", layer: &Dense{In: 4, Out: 3}, in: [][2]int{{70, 4}, {4, 3}, {1, 3}}, wrt: []bool{true, true, true}},
		{name: "dense relu skip", layer: &Dense{In: 4, Out: 3, Act: ReLU, Skip: true}, in: [][2]int{{5, 4}, {4, 3}, {1, 3}}, wrt: []bool{true, true, true}},
		{name: "dense leaky tail", layer: &Dense{In: 4, Out: 35, Act: Leaky, Tail: 1}, in: [][2]int{{50, 4}, {4, 35}, {1, 35}}, wrt: []bool{true, true, true}},
		{name: "heads", layer: NewHeads(widths, .2), in: [][2]int{{40, w}, {40, w}}, wrt: []bool{true, false}, fill: map[int]func(*rand.Rand) float32{1: expo}},
		{name: "heads tau", layer: NewHeads(widths, .7), in: [][2]int{{3, w}, {3, w}}, wrt: []bool{true, false}, fill: map[int]func(*rand.Rand) float32{1: expo}},
		{name: "game generator", layer: game, in: shapes, wrt: []bool{true, false, false, false, false}, loss: forG(game), fill: map[int]func(*rand.Rand) float32{0: share}},
		{name: "game critic", layer: game, in: shapes, wrt: []bool{false, false, true, true, true}, loss: func() float64 { return game.LossD }},
		{name: "game warm-up", layer: &warm, in: shapes, wrt: []bool{true, false, false, false, false}, loss: forG(&warm), fill: map[int]func(*rand.Rand) float32{0: share}},
	}...)
}

// TestGradients compares every layer's Backward with central differences.
func TestGradients(t *testing.T) {
	checkGradients(t)
	t.Run("plain Go", func(t *testing.T) { withoutVectors(func() { checkGradients(t) }) })
}

func checkGradients(t *testing.T) {
	points := 40
	if testing.Short() { // under emulation a point costs thirty times more
		points = 6
	}
	for _, tt := range gradientCases() {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(1, uint64(crc32.ChecksumIEEE([]byte(tt.name)))))
			in, grads := make([][]float32, len(tt.in)), make([][]float32, len(tt.in))
			for i, s := range tt.in {
				in[i] = make([]float32, s[0]*s[1])
				grads[i] = make([]float32, s[0]*s[1])
				fill := tt.fill[i]
				for j := range in[i] {
					if fill != nil {
						in[i][j] = fill(rng)
					} else {
						in[i][j] = float32(rng.NormFloat64())
					}
				}
			}
			shape := tt.layer.Shape(tt.in)
			out := make([]float32, shape[0]*shape[1])
			dout := []float32{1}
			if tt.loss == nil {
				dout = randoms(rng, len(out))
				tt.loss = func() float64 {
					sum := 0.0
					for i, v := range out {
						sum += float64(v) * float64(dout[i])
					}
					if tt.plus != nil {
						sum += tt.plus()
					}
					return sum
				}
			}
			tt.layer.Forward(out, in)
			tt.layer.Backward(grads, dout, out, in)
			for i, wanted := range tt.wrt {
				if !wanted {
					continue
				}
				kinks := 0
				for range points {
					j := rng.IntN(len(in[i]))
					if d, ok := tt.layer.(*Dense); ok && i == 0 && j%d.In >= d.In-d.Tail {
						if grads[0][j] != 0 {
							t.Fatalf("input 0, element %d is in the tail, its gradient is %g", j, grads[0][j])
						}
						continue
					}
					at := func(by float32) (x, loss float64) {
						was := in[i][j]
						in[i][j] = was + by
						x = float64(in[i][j])
						tt.layer.Forward(out, in)
						in[i][j] = was
						return x, tt.loss()
					}
					slope := func(from, to float32) float64 {
						x0, l0 := at(from)
						x1, l1 := at(to)
						return (l1 - l0) / (x1 - x0)
					}
					// A kink between the points shows as a difference between
					// step sizes, or between left and right where it lies at
					// the middle; such points say nothing.
					const eps = 2e-3
					want, half := slope(-eps, eps), slope(-eps/2, eps/2)
					noise := math.Abs(want-half) + 2e-4
					bound := .02 * max(1, math.Abs(want))
					if noise > bound || math.Abs(slope(-eps, 0)-slope(0, eps)) > 3*bound {
						kinks++
						continue
					}
					if d := math.Abs(float64(grads[i][j]) - want); d > 4*noise+.005*math.Abs(want) {
						t.Fatalf("input %d, element %d: gradient %g, differences give %g", i, j, grads[i][j], want)
					}
				}
				if 2*kinks > points {
					t.Errorf("input %d: %d of %d gradients could not be compared", i, kinks, points)
				}
			}
		})
	}
}

// TestThreads runs every layer with several numbers of threads: the bits must
// not change.
func TestThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for c := range gradientCases() {
		var first [][]float32
		for _, threads := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(threads)
			rng := rand.New(rand.NewPCG(3, 4))
			tt := gradientCases()[c]
			var all, grads [][]float32
			var in [][]float32
			for _, s := range tt.in {
				x := randoms(rng, s[0]*s[1])
				for i := range x {
					x[i] = max(x[i], -x[i], .01) // noise must be positive
				}
				in = append(in, x)
				grads = append(grads, make([]float32, len(x)))
			}
			shape := tt.layer.Shape(tt.in)
			out := make([]float32, shape[0]*shape[1])
			tt.layer.Forward(out, in)
			tt.layer.Backward(grads, randoms(rng, len(out)), out, in)
			all = append(append(all, out), grads...)
			if first == nil {
				first = all
			} else if !slices.EqualFunc(all, first, slices.Equal) {
				t.Errorf("%s: %d threads give other bits than one", tt.name, threads)
			}
		}
	}
}

// TestMomentsUnbiased checks the loss's point: over many small batches its
// mean is the distance of the whole, here 0 for rows drawn from the truth.
func TestMomentsUnbiased(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	widths := []int{2, 3}
	truth := []float32{.6, 0, .3, .2, .1, 0, .4, .1, .1, .2, .3, .1, .4, 0, 0, .2, .1, 0, .3, 0, .1, .2, 0, 0, .3}
	m := NewMoments(widths, truth)
	const n = 4000
	sum, squares := 0.0, 0.0
	for range n {
		p := make([]float32, 20*5)
		for r := range 20 {
			u := rng.Float32() // cells (0,2) (0,3) (0,4) (1,2) (1,3) (1,4)
			for cell, share := range []float32{.3, .2, .1, .1, .1, .2} {
				if u -= share; u < 0 || cell == 5 {
					p[r*5+cell/3], p[r*5+2+cell%3] = 1, 1
					break
				}
			}
		}
		loss := m.Loss(p, 5, 20)
		sum += loss
		squares += loss * loss
	}
	mean, deviation := sum/n, math.Sqrt(squares/n)
	if math.Abs(mean) > 4*deviation/math.Sqrt(n) {
		t.Errorf("mean loss of true rows is %g, want 0 to ±%.2g", mean, deviation/math.Sqrt(n))
	}
}

func TestSoftmax(t *testing.T) {
	for _, x := range [][]float32{{0}, {0, 0}, {1e4, 0, -1e4}, {-5, 3, 2.5, -80}, {-300, -301}} {
		y := make([]float32, len(x))
		Softmax(y, x)
		top, sum := float64(slices.Max(x)), 0.0
		for _, v := range x {
			sum += math.Exp(float64(v) - top)
		}
		for i, v := range x {
			if want := math.Exp(float64(v)-top) / sum; math.Abs(float64(y[i])-want) > 3e-7*want+1e-36 {
				t.Errorf("softmax(%v)[%d] = %g, want %g", x, i, y[i], want)
			}
		}
	}
}

// TestVectors compares the processor's functions, whose tails are plain Go,
// with the definitions.
func TestVectors(t *testing.T) {
	checkVectors(t)
	withoutVectors(func() { checkVectors(t) })
}

func checkVectors(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for n := range 40 {
		x, y := randoms(rng, n), randoms(rng, n)
		for i := range x {
			x[i] *= 30
		}
		sum, e := slices.Clone(y), make([]float32, n)
		add(sum, x)
		exp(e, x)
		for i := range x {
			if sum[i] != x[i]+y[i] {
				t.Fatalf("n=%d: sum %d is %g, want %g", n, i, sum[i], x[i]+y[i])
			}
			want := math.Exp(math.Min(math.Max(float64(x[i]), -86), 88))
			if math.Abs(float64(e[i])/want-1) > 3e-7 {
				t.Fatalf("n=%d: exp(%g) = %g, want %g", n, x[i], e[i], want)
			}
		}
	}
}

func TestAdam(t *testing.T) {
	// The first step moves each weight by the rate against its gradient's
	// sign, whatever its size (Kingma and Ba, section 2.1).
	w, a := []float32{1, 2, 3}, Adam{}
	a.Update(w, []float32{.5, -70, 1e-3}, AdamRule{Rate: .1, Beta1: .5, Beta2: .9, Step: 1})
	for i, want := range []float32{.9, 2.1, 2.9} {
		if d := w[i] - want; d > 1e-4 || d < -1e-4 {
			t.Errorf("weight %d is %g, want %g", i, w[i], want)
		}
	}
}

func ExampleSoftmax() {
	y := make([]float32, 2)
	Softmax(y, []float32{0, float32(math.Log(3))})
	fmt.Printf("%.2f", y)
	// Output: [0.25 0.75]
}
