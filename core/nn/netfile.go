package nn

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"math"

	"shoptwin/core"
)

// The weights file, version 1, little endian:
//
//	8 bytes   "STNET\x00\x00\x01", the last one the version
//	uint32    number of layers
//	per layer uint32 in, uint32 out, uint8 activation, uint8 skip (0 or 1)
//	          in*out float32 weights, row-major; out float32 biases
//	32 bytes  SHA-256 of everything before
const netMagic = "STNET\x00\x00\x01"

// Bounds of a layer that a file may ask for, so that a damaged or hostile
// file cannot demand all memory.
const (
	maxLayers = 64
	maxSide   = 1 << 16
	maxCells  = 1 << 27
)

// Write writes n as a weights file.
func (n *Net) Write(w io.Writer) error {
	sum := sha256.New()
	out := io.MultiWriter(w, sum)
	head := binary.LittleEndian.AppendUint32([]byte(netMagic), uint32(len(n.Layers)))
	if _, err := out.Write(head); err != nil {
		return err
	}
	for _, l := range n.Layers {
		skip := byte(0)
		if l.Skip {
			skip = 1
		}
		b := binary.LittleEndian.AppendUint32(nil, uint32(l.In))
		b = binary.LittleEndian.AppendUint32(b, uint32(l.Out))
		b = append(b, byte(l.Act), skip)
		b = AppendFloats(AppendFloats(b, l.W), l.B)
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	_, err := w.Write(sum.Sum(nil))
	return err
}

// ReadNet reads a weights file up to its last byte and no further. A file
// that is cut off, damaged or of another version is an error, and no Net.
func ReadNet(r io.Reader) (*Net, error) {
	sum := sha256.New()
	in := io.TeeReader(r, sum)
	head := make([]byte, len(netMagic)+4)
	if _, err := io.ReadFull(in, head); err != nil {
		return nil, cutOff(err)
	}
	switch {
	case string(head[:7]) != netMagic[:7]:
		return nil, core.Errorf(core.Invalid, "not a weights file: it starts with %q", head[:7])
	case head[7] != netMagic[7]:
		return nil, core.Errorf(core.Unsupported, "weights file of version %d, this program reads version %d", head[7], netMagic[7]).
			WithHint("use the newest Shoptwin")
	}
	layers := binary.LittleEndian.Uint32(head[8:])
	if layers == 0 || layers > maxLayers {
		return nil, core.Errorf(core.Invalid, "weights file with %d layers, expected 1 to %d", layers, maxLayers)
	}
	n := &Net{Layers: make([]Layer, layers)}
	for i := range n.Layers {
		l := &n.Layers[i]
		b := make([]byte, 10)
		if _, err := io.ReadFull(in, b); err != nil {
			return nil, cutOff(err)
		}
		inSide, outSide := binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
		if inSide == 0 || outSide == 0 || inSide > maxSide || outSide > maxSide ||
			uint64(inSide)*uint64(outSide) > maxCells || Act(b[8]) > Leaky || b[9] > 1 {
			return nil, core.Errorf(core.Invalid, "weights file, layer %d: %d x %d, activation %d, skip %d is not possible", i+1, inSide, outSide, b[8], b[9])
		}
		l.Dense = Dense{In: int(inSide), Out: int(outSide), Act: Act(b[8]), Skip: b[9] == 1}
		if i > 0 && n.Layers[i-1].Width() != l.In {
			return nil, core.Errorf(core.Invalid, "weights file, layer %d takes %d inputs, the one before gives %d", i+1, l.In, n.Layers[i-1].Width())
		}
		var err error
		if l.W, err = readFloats(in, l.In*l.Out); err != nil {
			return nil, err
		}
		if l.B, err = readFloats(in, l.Out); err != nil {
			return nil, err
		}
	}
	want, got := sum.Sum(nil), make([]byte, sha256.Size)
	if _, err := io.ReadFull(r, got); err != nil {
		return nil, cutOff(err)
	}
	if !bytes.Equal(got, want) {
		return nil, core.Errorf(core.Invalid, "weights file is damaged: SHA-256 does not match").
			WithHint("restore the file from a backup, or train again")
	}
	return n, nil
}

// AppendFloats appends x to b, little endian.
func AppendFloats(b []byte, x []float32) []byte {
	for _, v := range x {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

// readFloats reads piecewise, so that a short file fails before its claimed
// size is allocated.
func readFloats(r io.Reader, n int) ([]float32, error) {
	var x []float32
	buf := make([]byte, 4*min(n, 1<<16))
	for len(x) < n {
		b := buf[:4*min(n-len(x), 1<<16)]
		if _, err := io.ReadFull(r, b); err != nil {
			return nil, cutOff(err)
		}
		for i := 0; i < len(b); i += 4 {
			x = append(x, math.Float32frombits(binary.LittleEndian.Uint32(b[i:])))
		}
	}
	return x, nil
}

func cutOff(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return core.Errorf(core.Invalid, "weights file is cut off: %w", err).WithHint("restore the file from a backup, or train again")
	}
	return err
}
