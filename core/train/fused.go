package train

import (
	"encoding/binary"
	"fmt"
	"hash"
	"hash/fnv"
	"slices"

	"github.com/chewxy/hm"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// graph builds a Gorgonia graph of fused layers. Memory for every output and
// gradient is taken when a layer is added and used again in every run.
type graph struct {
	*gorgonia.ExprGraph
	device nn.Device
	params []*param // what is learned
	ops    uint32
}

// newGraph returns one whose layers run on a device, nn.CPU if nil.
func newGraph(on nn.Device) *graph {
	if on == nil {
		on = nn.CPU
	}
	return &graph{ExprGraph: gorgonia.NewGraph(), device: on}
}

// input adds a matrix that the caller fills; data is kept. What is written
// into it must be sent to the device.
func (g *graph) input(name string, rows, cols int, data []float32) *gorgonia.Node {
	g.device.Send(data)
	value := tensor.New(tensor.WithShape(rows, cols), tensor.WithBacking(data))
	return gorgonia.NewMatrix(g.ExprGraph, gorgonia.Float32, gorgonia.WithShape(rows, cols),
		gorgonia.WithName(name), gorgonia.WithValue(value))
}

// fuse adds layer with the given inputs; wrt says which of them have a
// gradient. An output of one cell becomes a scalar, so that it can be a cost.
func (g *graph) fuse(layer nn.Fused, wrt []bool, in ...*gorgonia.Node) (*gorgonia.Node, error) {
	shapes, types := make([][2]int, len(in)), make([]hm.Type, len(in)+1)
	for i, n := range in {
		shapes[i], types[i] = side(n), n.Type()
	}
	op := &fused{layer: layer, wrt: wrt, in: make([][]float32, len(in)), g: g}
	var shape tensor.Shape
	size := layer.Shape(shapes)
	shape, op.out, op.data, types[len(in)] = newValue(size, size == [2]int{1, 1})
	op.tag = g.tag(fmt.Sprintf("%T", layer), shape, types)
	return gorgonia.ApplyOp(op, in...)
}

// side returns a node's rows and columns, 1 x 1 for a scalar.
func side(n *gorgonia.Node) [2]int {
	if s := n.Shape(); len(s) == 2 {
		return [2]int{s[0], s[1]}
	}
	return [2]int{1, 1}
}

func newValue(size [2]int, scalar bool) (tensor.Shape, gorgonia.Value, []float32, hm.Type) {
	data := make([]float32, size[0]*size[1])
	if scalar {
		return tensor.ScalarShape(), gorgonia.NewF32(0), data, tensor.Float32
	}
	t := tensor.New(tensor.WithShape(size[0], size[1]), tensor.WithBacking(data))
	return t.Shape(), t, data, gorgonia.TensorType{Dims: 2, Of: tensor.Float32}
}

// tag is what all ops of this file share: Gorgonia's paperwork.
type tag struct {
	id    uint32
	name  string
	typ   hm.Type
	arity int
	shape tensor.Shape
}

func (g *graph) tag(name string, shape tensor.Shape, types []hm.Type) tag {
	g.ops++
	return tag{id: g.ops, name: name, shape: shape, typ: hm.NewFnType(types...), arity: len(types) - 1}
}

func (t *tag) Arity() int                                            { return t.arity }
func (t *tag) Type() hm.Type                                         { return t.typ }
func (t *tag) InferShape(...gorgonia.DimSizer) (tensor.Shape, error) { return t.shape, nil }
func (t *tag) ReturnsPtr() bool                                      { return true }
func (t *tag) CallsExtern() bool                                     { return false } // or the tape allocates for us
func (t *tag) OverwritesInput() int                                  { return -1 }
func (t *tag) WriteHash(h hash.Hash)                                 { fmt.Fprintf(h, "%s %d", t.name, t.id) }
func (t *tag) String() string                                        { return t.name }

// Hashcode must differ from op to op: Gorgonia merges nodes with equal ops
// and inputs, though two layers on one input may differ in what they hold.
func (t *tag) Hashcode() uint32 {
	h := fnv.New32a()
	h.Write(binary.LittleEndian.AppendUint32([]byte(t.name), t.id))
	return h.Sum32()
}

// DiffWRT and SymDiff refuse a second derivative; see gorgonia.go.
func (t *tag) DiffWRT(n int) []bool { return slices.Repeat([]bool{true}, n) }
func (t *tag) SymDiff(gorgonia.Nodes, *gorgonia.Node, *gorgonia.Node) (gorgonia.Nodes, error) {
	return nil, core.Errorf(core.Internal, "%s has no derivative: make the backward pass a layer, as nn.DenseGrad is", t.name)
}

// fused is a layer's forward pass as an op.
type fused struct {
	tag
	layer nn.Fused
	wrt   []bool
	in    [][]float32
	out   gorgonia.Value
	data  []float32
	g     *graph
}

func (f *fused) Do(inputs ...gorgonia.Value) (gorgonia.Value, error) {
	for i, v := range inputs {
		f.in[i] = floats(v)
	}
	f.g.device.Forward(f.layer, f.data, f.in)
	return f.g.settle(f.out, f.data), nil
}

func (f *fused) DiffWRT(int) []bool { return f.wrt }

// SymDiff adds one node that computes all gradients, and for each input that
// wants one a node that picks it: an op has a single output.
func (f *fused) SymDiff(inputs gorgonia.Nodes, output, grad *gorgonia.Node) (gorgonia.Nodes, error) {
	types := make([]hm.Type, 0, len(inputs)+3)
	for _, n := range inputs {
		types = append(types, n.Type())
	}
	types = append(types, output.Type(), grad.Type(), tensor.Float32)
	back := &backward{of: f, grads: make([][]float32, len(inputs)), token: gorgonia.NewF32(0)}
	back.tag = f.g.tag(f.name+" backward", tensor.ScalarShape(), types)
	done, err := gorgonia.ApplyOp(back, append(append(gorgonia.Nodes{}, inputs...), output, grad)...)
	if err != nil {
		return nil, err
	}
	grads := make(gorgonia.Nodes, len(inputs))
	for i, n := range inputs {
		if !f.wrt[i] {
			continue
		}
		p := &pick{g: f.g}
		var typ hm.Type
		var shape tensor.Shape
		shape, p.value, p.data, typ = newValue(side(n), n.IsScalar())
		back.grads[i] = p.data
		p.tag = f.g.tag(fmt.Sprintf("%s gradient %d", f.name, i), shape, []hm.Type{tensor.Float32, typ})
		if grads[i], err = gorgonia.ApplyOp(p, done); err != nil {
			return nil, err
		}
	}
	return grads, nil
}

// backward is a layer's backward pass; its output only says that it ran.
type backward struct {
	tag
	of    *fused
	grads [][]float32
	dout  [1]float32 // the gradient by an output of one cell
	token *gorgonia.F32
}

func (b *backward) Do(inputs ...gorgonia.Value) (gorgonia.Value, error) {
	dout := inputs[len(inputs)-1]
	d := b.of.g.device
	if s, ok := dout.(*gorgonia.F32); ok {
		b.dout[0] = float32(*s)
		d.Send(b.dout[:])
		d.Backward(b.of.layer, b.grads, b.dout[:], b.of.data, b.of.in)
	} else {
		d.Backward(b.of.layer, b.grads, floats(dout), b.of.data, b.of.in)
	}
	return b.token, nil
}

// pick is one gradient of a backward pass.
type pick struct {
	tag
	value gorgonia.Value
	data  []float32
	g     *graph
}

func (p *pick) Do(...gorgonia.Value) (gorgonia.Value, error) { return p.g.settle(p.value, p.data), nil }

// settle copies a scalar to its value; a matrix shares its memory already.
func (g *graph) settle(v gorgonia.Value, data []float32) gorgonia.Value {
	if s, ok := v.(*gorgonia.F32); ok {
		g.device.Fetch(data)
		*s = gorgonia.F32(data[0])
	}
	return v
}

func floats(v gorgonia.Value) []float32 {
	switch v := v.(type) {
	case *tensor.Dense:
		return v.Float32s()
	case *gorgonia.F32:
		return []float32{float32(*v)}
	}
	panic(fmt.Sprintf("train: a %T in a graph of float32", v))
}
