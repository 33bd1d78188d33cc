package recommend

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// LightGCNConfig is what was chosen for a LightGCN; zero values are the
// defaults.
type LightGCNConfig struct {
	Dim    int `json:"dim,omitempty"`    // numbers in a vector; 64
	Layers int `json:"layers,omitempty"` // of the graph; 2

	// Loss is softmax (default), of the cosine of customer and item among
	// Negatives items drawn alike (Wu et al., On the Effectiveness of Sampled
	// Softmax Loss for Item Recommendation, 2024), or bpr, the original.
	Loss        string  `json:"loss,omitempty"`
	Negatives   int     `json:"negatives,omitempty"`   // of a step; 1,024
	Temperature float64 `json:"temperature,omitempty"` // cosines are divided by it; .1
	L2          float64 `json:"l2,omitempty"`          // of bpr; 1e-4
	// Random begins with random vectors, not with the graph's singular ones.
	Random bool `json:"random,omitempty"`

	Epochs    int     `json:"epochs,omitempty"`     // 10
	Batch     int     `json:"batch,omitempty"`      // edges a step; 2,048
	LearnRate float64 `json:"learn_rate,omitempty"` // .002
	Decay     float64 `json:"decay,omitempty"`      // the rate's factor at the end; .1
	HoldOut   int     `json:"hold_out,omitempty"`   // customers of whom one item judges; 1,000, at most a tenth
}

// WithDefaults returns c with its zero fields set.
func (c LightGCNConfig) WithDefaults() LightGCNConfig {
	c.Dim, c.Layers, c.Loss = cmp.Or(c.Dim, 64), cmp.Or(c.Layers, 2), cmp.Or(c.Loss, "softmax")
	c.Negatives, c.Epochs, c.Batch, c.HoldOut = cmp.Or(c.Negatives, 1024), cmp.Or(c.Epochs, 10), cmp.Or(c.Batch, 2048), cmp.Or(c.HoldOut, 1000)
	c.Temperature, c.L2, c.LearnRate, c.Decay = cmp.Or(c.Temperature, .1), cmp.Or(c.L2, 1e-4), cmp.Or(c.LearnRate, .002), cmp.Or(c.Decay, .1)
	return c
}

// Vectors scores by the inner product of a customer's vector with items'. It is
// what a LightGCN has learned, and a [Scorer]. Customers that were not learned
// from have the mean of their items' vectors.
type Vectors struct {
	Config    LightGCNConfig
	Customers []float32 // customers x Dim
	Items     []float32 // items x Dim
	Popular   []float32 // of each item, in [0, 1]: what decides where vectors say nothing
}

// Score is a [Scorer]'s.
func (v *Vectors) Score(h []History, out []float32) {
	d := v.Config.Dim
	items := len(v.Items) / d
	who := make([]float32, len(h)*d)
	for i, x := range h {
		to := who[i*d : (i+1)*d]
		if c := int(x.Customer); c >= 0 && c < len(v.Customers)/d {
			copy(to, v.Customers[c*d:(c+1)*d])
			continue
		}
		for _, item := range x.Items {
			if item >= 0 && int(item) < items {
				add(to, v.Items[int(item)*d:(int(item)+1)*d], 1/float32(len(x.Items)))
			}
		}
	}
	nn.Sgemm(false, true, len(h), items, d, 1, who, d, v.Items, d, 0, out, items)
	for i := range h {
		for j, p := range v.Popular {
			out[i*items+j] += 1e-6 * p
		}
	}
}

// SingularVectors returns the customers' and the items' part of the largest singular
// vectors of Du^-½ R Di^-½, customers x rank and items x rank, scaled to a
// mean length of 1 a row: what GF-CF keeps of a graph, and a start for
// networks on it.
func SingularVectors(ctx context.Context, l *Log, rank int, report func(core.Progress)) (customers, items []float32, err error) {
	norm, _, _ := newMatrix(l, nil).normed()
	most := min(rank, len(l.Items), len(l.Customers))
	sigma, v, err := svd(ctx, norm, most, report)
	if err != nil {
		return nil, nil, err
	}
	u := make([]float32, len(l.Customers)*most)
	times(u, norm.byCustomer, v, most)
	part := func(x []float32, by func(j int) float64) []float32 {
		n := len(x) / most
		out, sum := make([]float32, n*rank), 0.
		for i := range n {
			length := 0.
			for j, y := range x[i*most : (i+1)*most] {
				z := float64(y) * by(j)
				out[i*rank+j] = float32(z)
				length += z * z
			}
			sum += math.Sqrt(length)
		}
		scale := float32(float64(n) / max(sum, 1e-12))
		for i := range out {
			out[i] *= scale
		}
		return out
	}
	// Of what is not there, as where customers are alike, noise would be left.
	there := func(j int) bool { return sigma[j] > 1e-3*sigma[0] }
	return part(u, func(j int) float64 {
			if !there(j) {
				return 0
			}
			return 1 / sigma[j]
		}), part(v, func(j int) float64 {
			if !there(j) {
				return 0
			}
			return 1
		}), nil
}

// Popularity returns the share of each item's customers in those of the most
// popular one.
func Popularity(l *Log) []float32 { return popularity(l, Decay{}) }

// The file: 8 bytes "STVECT" and the version, 1; a uint32 and so many bytes of
// JSON, the configuration; then three weights files.
const vectorsMagic = "STVECT\x00\x01"

// Write writes v as a file that [ReadVectors] reads.
func (v *Vectors) Write(w io.Writer) error {
	head, err := json.Marshal(v.Config)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(binary.LittleEndian.AppendUint32([]byte(vectorsMagic), uint32(len(head))), head...)); err != nil {
		return err
	}
	for i, x := range [][]float32{v.Customers, v.Items, v.Popular} {
		d := v.Config.Dim
		if i == 2 {
			d = 1
		}
		n := &nn.Net{Layers: []nn.Layer{{Op: &nn.Lookup{In: 1, Rows: len(x) / d, Dim: d}, Weights: [][]float32{x}}}}
		if err := n.Write(w, nn.Float32); err != nil {
			return err
		}
	}
	return nil
}

// ReadVectors reads what Write wrote. A file that is cut off or damaged is an
// error.
func ReadVectors(r io.Reader) (*Vectors, error) {
	damaged := core.Errorf(core.Invalid, "the file of vectors is cut off, damaged or of another version").WithHint("train it again")
	begin := make([]byte, len(vectorsMagic)+4)
	if _, err := io.ReadFull(r, begin); err != nil || !bytes.HasPrefix(begin, []byte(vectorsMagic)) {
		return nil, damaged
	}
	size := int64(binary.LittleEndian.Uint32(begin[len(vectorsMagic):]))
	var text bytes.Buffer
	if n, err := io.CopyN(&text, r, min(size, mostJSON)); err != nil || n != size {
		return nil, damaged
	}
	v := &Vectors{}
	if err := json.Unmarshal(text.Bytes(), &v.Config); err != nil || v.Config.Dim < 1 {
		return nil, damaged
	}
	for _, to := range []*[]float32{&v.Customers, &v.Items, &v.Popular} {
		n, err := nn.ReadNet(r)
		if err != nil {
			return nil, err
		}
		if len(n.Layers[0].Weights) != 1 {
			return nil, damaged
		}
		*to = n.Layers[0].Weights[0]
	}
	if d := v.Config.Dim; len(v.Customers)%d != 0 || len(v.Items) != d*len(v.Popular) {
		return nil, damaged
	}
	return v, nil
}
