package recommend

import (
	"context"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Spectrum are the spectral filter's choices; zero values are the defaults,
// which were chosen within the training part of Gowalla's places.
type Spectrum struct {
	Degree int     // of the polynomial: how many walks there and back; 4
	Flat   float64 // how flat it is in the middle; 1.2, and 1 is GF-CF's straight line
	Known  float64 // power of an item's customers that its part in a history is divided by, and scores are multiplied by; .45
}

// Spectral scores histories r by a polynomial of the graph of items. With
// R~ = Du^-½ R Di^-½ and P = R~'R~, whose eigenvalues p lie in [0, 1],
//
//	scores = Di^Known f(P) Di^-Known r,  f(p) = ½ - ½ sign(1-2p) |1-2p|^Flat
//
// f rises from 0 to ½, stays there, and rises to 1: what GF-CF's straight line
// thinks little of, the middle of the spectrum, is heard. f is interpolated at
// Chebyshev's nodes, so that no eigenvector is looked for (Kim, Sung, Han and
// Lee, Graph Spectral Filtering with Chebyshev Interpolation for
// Recommendation, 2025). Nothing is trained; a list takes 2·Degree additions
// for each pair of a customer and an item, sixteen lists at a time.
func Spectral(cfg Spectrum) Method {
	if cfg.Degree == 0 {
		cfg.Degree = 4
	}
	if cfg.Flat == 0 {
		cfg.Flat = 1.2
	}
	if cfg.Known == 0 {
		cfg.Known = .45
	}
	return Method{Name: "spectral filter", Control: true, Fit: func(ctx context.Context, l *Log, _ func(core.Progress)) (Scorer, error) {
		m := newMatrix(l, nil)
		f := &spectrum{have: m, popular: popularity(l, Decay{})}
		f.in, f.out = powers(m.byItem, -cfg.Known-.5), powers(m.byItem, cfg.Known+.5)
		f.coef = interpolated(cfg.Degree, func(x float64) float64 {
			return .5 - math.Copysign(.5*math.Pow(math.Abs(x), cfg.Flat), x)
		})
		f.ready()
		return f, ctx.Err()
	}}
}

// interpolated returns the coefficients of Chebyshev's polynomials T_0 to T_n
// that agree with f at the n+1 zeros of T_n+1.
func interpolated(n int, f func(float64) float64) []float32 {
	out := make([]float32, n+1)
	for k := range out {
		sum := 0.
		for j := range n + 1 {
			at := (float64(j) + .5) / float64(n+1) * math.Pi
			sum += f(math.Cos(at)) * math.Cos(float64(k)*at)
		}
		out[k] = float32(2 * sum / float64(n+1))
	}
	out[0] /= 2
	return out
}

// spectrum is the sum of coef[k]·T_k(1-2P). With z = Di^-½·x a step with P is
// a mean of means, which needs no weights.
type spectrum struct {
	have    matrix
	coef    []float32
	in, out []float32 // of items: Di^-(Known+½) and Di^(Known+½)
	popular []float32

	edges *nn.Graph
}

// ready makes the graph from have.
func (f *spectrum) ready() {
	by := f.have.byCustomer
	who := make([]int32, len(by.Index))
	for c := range by.Rows {
		for i := by.Start[c]; i < by.Start[c+1]; i++ {
			who[i] = int32(c)
		}
	}
	f.edges = nn.NewGraph(by.Rows, by.Cols, who, by.Index)
}

const together = 16 // histories that go through the graph at a time

func (f *spectrum) Score(h []History, out []float32) {
	n, first := len(f.popular), f.edges.Users*together
	room := make([]float32, n)
	size := f.edges.Nodes() * together
	now, before, next, sum := make([]float32, size), make([]float32, size), make([]float32, size), make([]float32, n*together)
	for lo := 0; lo < len(h); lo += together {
		some := h[lo:min(lo+together, len(h))]
		clear(now)
		for i := range some {
			items, _ := rowOf(some[i], nil, room)
			for _, item := range items {
				now[first+int(item)*together+i] = f.in[item]
			}
		}
		for i, x := range now[first:] {
			sum[i] = f.coef[0] * x
		}
		for k, c := range f.coef[1:] {
			f.edges.Means(next, now)
			x, y, z := now[first:], before[first:], next[first:]
			if k == 0 {
				for i, m := range z {
					z[i] = x[i] - 2*m
				}
			} else {
				for i, m := range z {
					z[i] = 2*(x[i]-2*m) - y[i]
				}
			}
			for i, t := range z {
				sum[i] += c * t
			}
			before, now, next = now, next, before
		}
		for i := range some {
			to := out[(lo+i)*n : (lo+i+1)*n]
			for item, by := range f.out {
				to[item] = sum[item*together+i]*by + 1e-7*f.popular[item]
			}
		}
	}
}

func (f *spectrum) keep(k *keeper) {
	k.matrix(&f.have)
	k.float32s(&f.coef, -1)
	k.float32s(&f.in, k.items)
	k.float32s(&f.out, k.items)
	k.float32s(&f.popular, k.items)
	if k.to == nil && k.err == nil {
		if len(f.coef) == 0 {
			k.fail()
			return
		}
		f.ready()
	}
}
