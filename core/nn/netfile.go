package nn

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"

	"shoptwin/core"
)

// The weights file, version 2, little endian:
//
//	8 bytes   "STNET\x00\x00\x02", the last one the version
//	uint32    number of layers
//	per layer uint8 kind, uint16 how many numbers, uint32 each (see kinds)
//	          and per matrix of weights, whose shape follows from them:
//	          uint8 precision: 0 float32, 1 float16, 2 int8
//	          for int8 a float32 scale a column
//	          the cells, row-major; those of int8 are to be multiplied by
//	          their column's scale
//	32 bytes  SHA-256 of everything before
//
// Version 1, which is still read, knew dense layers only:
//
//	per layer uint32 in, uint32 out, uint8 activation, uint8 skip (0 or 1)
//	          in*out float32 weights, row-major; out float32 biases
const (
	netMagic   = "STNET\x00\x00"
	netVersion = 2
)

// Bounds of a layer that a file may ask for, so that a damaged or hostile
// file cannot demand all memory.
const (
	maxLayers = 64
	maxSide   = 1 << 16
	maxCells  = 1 << 27
)

// Write writes n as a weights file, its matrices in the given precision. A
// weight that this cannot hold is an error.
func (n *Net) Write(w io.Writer, p Precision) error {
	sum := core.NewDigest()
	out := io.MultiWriter(w, sum)
	head := append([]byte(netMagic), netVersion)
	if _, err := out.Write(binary.LittleEndian.AppendUint32(head, uint32(len(n.Layers)))); err != nil {
		return err
	}
	for i, l := range n.Layers {
		s := l.Op.spec()
		b := binary.LittleEndian.AppendUint16([]byte{s.kind}, uint16(len(s.numbers)))
		for _, v := range s.numbers {
			b = binary.LittleEndian.AppendUint32(b, v)
		}
		for j, shape := range s.weights {
			rows, cols := shape[0], shape[1]
			if len(l.Weights[j]) != rows*cols {
				panic("nn: Net.Write: a matrix is not of its layer's shape")
			}
			as := p
			if rows == 1 {
				as = Float32
			}
			var err error
			if b, err = appendCells(append(b, byte(as)), l.Weights[j], cols, as); err != nil {
				return core.Wrap(err, "layer %d", i+1)
			}
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

// ReadNet reads a weights file up to its last byte and no further. Whatever
// its precision, the Net has float32 weights. A file that is cut off, damaged
// or of an unknown version is an error, and no Net.
func ReadNet(r io.Reader) (*Net, error) {
	sum := core.NewDigest()
	in := io.TeeReader(r, sum)
	head := make([]byte, len(netMagic)+1+4)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, cutOff(err)
	}
	version := head[len(netMagic)]
	switch {
	case string(head[:len(netMagic)]) != netMagic:
		return nil, core.Errorf(core.Invalid, "not a weights file: it starts with %q", head[:len(netMagic)])
	case version == 0 || version > netVersion:
		return nil, core.Errorf(core.Unsupported, "weights file of version %d, this program reads versions 1 to %d", version, netVersion).
			WithHint("use the newest Shoptwin")
	}
	layers := binary.LittleEndian.Uint32(head[len(netMagic)+1:])
	if layers == 0 || layers > maxLayers {
		return nil, core.Errorf(core.Invalid, "weights file with %d layers, expected 1 to %d", layers, maxLayers)
	}
	n := &Net{Layers: make([]Layer, layers)}
	before := 0
	for i := range n.Layers {
		l := &n.Layers[i]
		var err error
		if l.Op, err = readOp(in, version); err != nil {
			return nil, core.Wrap(err, "weights file, layer %d", i+1)
		}
		s := l.Op.spec()
		if i > 0 && before != s.in {
			return nil, core.Errorf(core.Invalid, "weights file, layer %d takes %d inputs, the one before gives %d", i+1, s.in, before)
		}
		if r, ok := l.Op.(*Residual); ok && !r.fits(n.Layers[:i]) {
			return nil, core.Errorf(core.Invalid, "weights file, layer %d adds what none before it was given", i+1)
		}
		before = s.out
		for _, shape := range s.weights {
			w, err := readMatrix(in, shape[0], shape[1], version)
			if err != nil {
				return nil, core.Wrap(err, "weights file, layer %d", i+1)
			}
			l.Weights = append(l.Weights, w)
		}
	}
	want, got := sum.Sum(nil), make([]byte, core.DigestSize)
	if _, err := io.ReadFull(r, got); err != nil {
		return nil, cutOff(err)
	}
	if !bytes.Equal(got, want) {
		return nil, core.Errorf(core.Invalid, "weights file is damaged: SHA-256 does not match").
			WithHint("restore the file from a backup, or train again")
	}
	return n, nil
}

// readOp reads what a layer is. Its columns and shapes are within bounds.
func readOp(r io.Reader, version byte) (Op, error) {
	kind, b := byte(1), make([]byte, 10)
	var n []int
	if version == 1 {
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, cutOff(err)
		}
		for _, v := range []uint32{binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), uint32(b[8]), uint32(b[9])} {
			n = append(n, int(v))
		}
	} else {
		if _, err := io.ReadFull(r, b[:3]); err != nil {
			return nil, cutOff(err)
		}
		kind = b[0]
		b = make([]byte, 4*int(binary.LittleEndian.Uint16(b[1:])))
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, cutOff(err)
		}
		for ; len(b) > 0; b = b[4:] {
			n = append(n, int(binary.LittleEndian.Uint32(b)))
		}
	}
	k, ok := kinds[kind]
	if !ok {
		return nil, core.Errorf(core.Unsupported, "unknown kind %d", kind).WithHint("use the newest Shoptwin")
	}
	impossible := core.Errorf(core.Invalid, "kind %d with %v is not possible", kind, n[:min(len(n), 4)])
	// Each within bounds, no sum or product of two overflows below.
	if k.numbers != anyNumber && len(n) != k.numbers || slices.ContainsFunc(n, func(v int) bool { return v > maxCells }) {
		return nil, impossible
	}
	op := k.make(n)
	if op == nil {
		return nil, impossible
	}
	s := op.spec()
	for _, side := range []int{s.in, s.out} {
		if side < 1 || side > maxLayers*maxSide {
			return nil, impossible
		}
	}
	for _, shape := range s.weights {
		if shape[0] < 1 || shape[1] < 1 || shape[1] > maxSide || shape[0] > maxCells/shape[1] {
			return nil, impossible
		}
	}
	return op, nil
}

// readMatrix reads piecewise, so that a short file fails before its claimed
// size is allocated.
func readMatrix(r io.Reader, rows, cols int, version byte) ([]float32, error) {
	p, scales := Float32, []float32(nil)
	if version > 1 {
		b := make([]byte, 1)
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, cutOff(err)
		}
		if p = Precision(b[0]); p > Int8 {
			return nil, core.Errorf(core.Unsupported, "unknown precision %d", p).WithHint("use the newest Shoptwin")
		}
		if p == Int8 {
			var err error
			if scales, err = readCells(r, cols, Float32, nil); err != nil {
				return nil, err
			}
		}
	}
	return readCells(r, rows*cols, p, scales)
}

func readCells(r io.Reader, n int, p Precision, scales []float32) ([]float32, error) {
	const piece = 1 << 16
	size := p.cellBytes()
	var x []float32
	buf := make([]byte, size*min(n, piece))
	for len(x) < n {
		b := buf[:size*min(n-len(x), piece)]
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, cutOff(err)
		}
		x = p.appendValues(x, b, scales)
	}
	return x, nil
}

// AppendFloats appends x to b, little endian.
func AppendFloats(b []byte, x []float32) []byte {
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return core.Errorf(core.Invalid, "weights file is cut off: %w", err).WithHint("restore the file from a backup, or train again")
	}
	return err
}
