package recommend

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// SAGEConfig is what was chosen for a network over the graph of items; zero
// values are the defaults.
type SAGEConfig struct {
	Dim        int     `json:"dim,omitempty"`        // numbers in an item's vector; 64
	Neighbours int     `json:"neighbours,omitempty"` // of an item, the nearest by shrunk cosine; 20
	Shrink     float64 `json:"shrink,omitempty"`     // baskets that are added below the fraction; 10
	Early      float64 `json:"early,omitempty"`      // share of the baskets that make the graph while the others are foretold; .7
	Negatives  int     `json:"negatives,omitempty"`  // items of a step that do not belong together; 256
	Hidden     float64 `json:"hidden,omitempty"`     // share of items that a step shows as new ones: content alone; .3

	Epochs    int     `json:"epochs,omitempty"`     // as many pairs as there are events in later baskets; 20
	Batch     int     `json:"batch,omitempty"`      // pairs a step; 1,024
	LearnRate float64 `json:"learn_rate,omitempty"` // .005
	Decay     float64 `json:"decay,omitempty"`      // the rate's factor at the end; .05
	EMA       float64 `json:"ema,omitempty"`        // .98
	Lambda    float64 `json:"lambda,omitempty"`     // what the mean loss of synthetic pairs is worth; .3
}

// WithDefaults returns c with its zero fields set.
func (c SAGEConfig) WithDefaults() SAGEConfig {
	c.Dim, c.Neighbours = cmp.Or(c.Dim, 64), cmp.Or(c.Neighbours, 20)
	c.Negatives, c.Epochs, c.Batch = cmp.Or(c.Negatives, 256), cmp.Or(c.Epochs, 20), cmp.Or(c.Batch, 1024)
	c.Shrink, c.Early, c.Hidden = cmp.Or(c.Shrink, 10), cmp.Or(c.Early, .7), cmp.Or(c.Hidden, .3)
	c.LearnRate, c.Decay, c.EMA, c.Lambda = cmp.Or(c.LearnRate, .005), cmp.Or(c.Decay, .05), cmp.Or(c.EMA, .98), cmp.Or(c.Lambda, .3)
	return c
}

// SAGE is a trained GraphSAGE over the graph of items (Hamilton, Ying and
// Leskovec, Inductive Representation Learning on Large Graphs, 2017): an
// item's vector follows from its content and its neighbours', so that a
// product that nobody has bought yet has one, too. With x_v the content's
// features and e_v what was learned of the item alone,
//
//	h0 = ReLU(x·F + f + e), h1 = ReLU(W1·[h0; mean of neighbours' h0] + b1)
//	h2 = norm(W2·[h1; mean of neighbours' h1] + b2)
//
// Two items belong together as far as their inner product says. It is a
// [Scorer]: a history's vector is the mean of its items', the latest counting
// most.
type SAGE struct {
	Config  SAGEConfig
	Vectors []float32 // h2, items x Dim
	Known   []bool    // of each item, whether somebody has bought it

	features int
	weights  [][]float32 // F, f, W1, b1, W2, b2, gamma, beta: what a new product needs
}

// Neighbourhood returns each item's mean over its nearest neighbours: with
// c_ij the baskets that hold both and n_i those that hold i, the largest
// c_ij/(√(n_i·n_j) + shrink). Baskets of more than mostBasket items say little
// and would take most of the time; they are left out.
func Neighbourhood(baskets [][]int32, items, neighbours int, shrink float64) *nn.CSR {
	n := make([]float64, items)
	in := make([][]int32, items)
	for b, basket := range baskets {
		for _, i := range basket {
			n[i]++
			in[i] = append(in[i], int32(b))
		}
	}
	lists := make([][]int32, items)
	core.Parallel((items+63)/64, func(p int) {
		count := make([]float64, items)
		for i := p * 64; i < min(items, (p+1)*64); i++ {
			var near []int32
			for _, b := range in[i] {
				if len(baskets[b]) > mostBasket {
					continue
				}
				for _, j := range baskets[b] {
					if int(j) != i {
						if count[j] == 0 {
							near = append(near, j)
						}
						count[j]++
					}
				}
			}
			score := func(j int32) float64 { return count[j] / (math.Sqrt(n[i]*n[j]) + shrink) }
			slices.SortFunc(near, func(a, b int32) int { return cmp.Or(cmp.Compare(score(b), score(a)), cmp.Compare(a, b)) })
			lists[i] = slices.Clone(near[:min(neighbours, len(near))])
			for _, j := range near {
				count[j] = 0
			}
		}
	})
	a := &nn.CSR{Rows: items, Cols: items, Start: make([]int32, 1, items+1)}
	for _, list := range lists {
		slices.Sort(list)
		for _, j := range list {
			a.Index, a.Value = append(a.Index, j), append(a.Value, 1/float32(len(list)))
		}
		a.Start = append(a.Start, int32(len(a.Index)))
	}
	return a
}

const mostBasket = 200

// NewSAGE computes the items' vectors from weights: e, F, f, W1, b1, W2, b2,
// gamma and beta. bought says which items somebody has bought; the others have
// their content alone, and neither e nor neighbours.
func NewSAGE(cfg SAGEConfig, content *Content, graph *nn.CSR, bought []bool, w [][]float32) *SAGE {
	s := &SAGE{Config: cfg, features: content.Features, Known: bought}
	e := slices.Clone(w[0])
	for i, b := range bought {
		if !b {
			clear(e[i*cfg.Dim : (i+1)*cfg.Dim])
		}
	}
	for _, x := range w[1:] {
		s.weights = append(s.weights, slices.Clone(x))
	}
	s.Vectors = s.vectors(content, graph, e)
	return s
}

func (s *SAGE) vectors(content *Content, graph *nn.CSR, e []float32) []float32 {
	d, n, w := s.Config.Dim, content.Items(), s.weights
	h := make([]float32, n*d)
	bag := &nn.FeatureBag{Out: d, Act: nn.ReLU, Plus: true}
	bag.From, bag.IDs, bag.Weights = content.Lists()
	bag.Forward(h, [][]float32{w[0], w[1], e})
	for layer, act := range []nn.Act{nn.ReLU, nn.Linear} {
		mean, both, y := make([]float32, n*d), make([]float32, n*2*d), make([]float32, n*d)
		if graph != nil {
			nn.NewSparse(graph, d, true).Forward(mean, [][]float32{h})
		}
		(&nn.Concat{Cols: []int{d, d}}).Forward(both, [][]float32{h, mean})
		(&nn.Dense{In: 2 * d, Out: d, Act: act}).Forward(y, [][]float32{both, w[2+2*layer], w[3+2*layer]})
		h = y
	}
	(&nn.LayerNorm{Cols: d}).Forward(h, [][]float32{h, w[6], w[7]})
	return h
}

// Embed returns vectors of products that were not learned from, by content
// alone: items x Dim.
func (s *SAGE) Embed(content *Content) ([]float32, error) {
	if content.Features != s.features {
		return nil, core.Errorf(core.Invalid, "the products' content has %d features, the network was trained with %d", content.Features, s.features).WithHint("make the content with as many features")
	}
	return s.vectors(content, nil, make([]float32, content.Items()*s.Config.Dim)), nil
}

// recent is what an event is worth beside the one after it, in the mean of a
// history.
const recent = .97

// Score is a [Scorer]'s.
func (s *SAGE) Score(h []History, out []float32) {
	d := s.Config.Dim
	items := len(s.Vectors) / d
	mean := make([]float32, len(h)*d)
	for i, x := range h {
		weight, sum := 1., 0.
		to := mean[i*d : (i+1)*d]
		for e := len(x.Items) - 1; e >= 0 && weight > 1e-3; e-- {
			if item := int(x.Items[e]); item >= 0 && item < items {
				for j, v := range s.Vectors[item*d : (item+1)*d] {
					to[j] += float32(weight) * v
				}
				sum += weight
			}
			weight *= recent
		}
		for j := range to {
			to[j] /= float32(max(sum, 1))
		}
	}
	nn.Sgemm(false, true, len(h), items, d, 1, mean, d, s.Vectors, d, 0, out, items)
}

// Related sets out, as long as there are items, to how much each belongs
// together with item.
func (s *SAGE) Related(item int32, out []float32) {
	d := s.Config.Dim
	nn.Sgemm(false, true, 1, len(out), d, 1, s.Vectors[int(item)*d:], d, s.Vectors, d, 0, out, len(out))
}

// The file: 8 bytes "STSAGE" and the version, 1; a uint32 and so many bytes of
// JSON; then weights files, one for the vectors and one for each matrix.
const sageMagic = "STSAGE\x00\x01"

type sageHead struct {
	Config   SAGEConfig `json:"config"`
	Features int        `json:"features"`
	Known    []bool     `json:"known"`
}

// Write writes s as a file that [ReadSAGE] reads.
func (s *SAGE) Write(w io.Writer) error {
	head, err := json.Marshal(sageHead{s.Config, s.features, s.Known})
	if err != nil {
		return err
	}
	if _, err := w.Write(append(binary.LittleEndian.AppendUint32([]byte(sageMagic), uint32(len(head))), head...)); err != nil {
		return err
	}
	for _, x := range append([][]float32{s.Vectors}, s.weights...) {
		n := &nn.Net{Layers: []nn.Layer{{Op: &nn.Lookup{In: 1, Rows: len(x) / s.Config.Dim, Dim: s.Config.Dim}, Weights: [][]float32{x}}}}
		if err := n.Write(w, nn.Float32); err != nil {
			return err
		}
	}
	return nil
}

// ReadSAGE reads what Write wrote. A file that is cut off or damaged is an
// error.
func ReadSAGE(r io.Reader) (*SAGE, error) {
	damaged := core.Errorf(core.Invalid, "the file of a product network is cut off, damaged or of another version").WithHint("train it again")
	begin := make([]byte, len(sageMagic)+4)
	if _, err := io.ReadFull(r, begin); err != nil || !bytes.HasPrefix(begin, []byte(sageMagic)) {
		return nil, damaged
	}
	size := int64(binary.LittleEndian.Uint32(begin[len(sageMagic):]))
	var text bytes.Buffer
	if n, err := io.CopyN(&text, r, min(size, mostJSON)); err != nil || n != size {
		return nil, damaged
	}
	var h sageHead
	if err := json.Unmarshal(text.Bytes(), &h); err != nil || h.Config.Dim < 1 {
		return nil, damaged
	}
	s := &SAGE{Config: h.Config, features: h.Features, Known: h.Known}
	d := h.Config.Dim
	for i, want := range []int{len(h.Known) * d, h.Features * d, d, 2 * d * d, d, 2 * d * d, d, d, d} {
		n, err := nn.ReadNet(r)
		if err != nil {
			return nil, err
		}
		x := n.Layers[0].Weights
		if len(x) != 1 || len(x[0]) != want {
			return nil, damaged
		}
		if i == 0 {
			s.Vectors = x[0]
		} else {
			s.weights = append(s.weights, x[0])
		}
	}
	return s, nil
}
