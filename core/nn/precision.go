package nn

import (
	"encoding/binary"
	"math"

	"shoptwin/core"
)

// Precision is how a weights file holds matrices. Rows (biases, scales of
// norms) are float32 always: they are few, and count in every output.
//
// What it costs, by go test -bench Precision ./core/nn ./core/synth: float16
// moves the probabilities of a synthesizer's column by .0002 row by row, int8
// by .006; over a whole sample by .00005 and .002.
type Precision uint8

const (
	// Float32 loses nothing.
	Float32 Precision = iota
	// Float16 is IEEE 754's binary16, rounded to nearest, ties to even: 11
	// bits, so an error of at most 1/2048 of a weight.
	Float16
	// Int8 is a whole number from -127 to 127 times a scale of the matrix's
	// column: an error of at most 1/254 of the column's largest weight.
	Int8
)

// appendCells appends x, rows of cols, to b.
func appendCells(b []byte, x []float32, cols int, p Precision) ([]byte, error) {
	switch p {
	case Float16:
		for _, v := range x {
			h := toHalf(v)
			if h&0x7fff > 0x7bff {
				return nil, core.Errorf(core.Invalid, "weight %g does not fit into float16", v).WithHint("write the weights as float32")
			}
			b = binary.LittleEndian.AppendUint16(b, h)
		}
	case Int8:
		scales := make([]float32, cols)
		for i, v := range x {
			if !(math.Abs(float64(v)) <= math.MaxFloat32) {
				return nil, core.Errorf(core.Invalid, "weight %g does not fit into int8", v).WithHint("write the weights as float32")
			}
			scales[i%cols] = max(scales[i%cols], v, -v)
		}
		for i := range scales {
			scales[i] /= 127
		}
		b = AppendFloats(b, scales)
		for i, v := range x {
			q := 0.
			if s := scales[i%cols]; s > 0 { // else all are 0, or next to it
				q = math.RoundToEven(float64(v) / float64(s))
			}
			b = append(b, byte(int8(min(max(q, -127), 127))))
		}
	default:
		b = AppendFloats(b, x)
	}
	return b, nil
}

// cellBytes is the size of a cell.
func (p Precision) cellBytes() int { return [...]int{4, 2, 1}[p] }

// appendValues appends what cells b say, which hold x's first to its last
// column in turn.
func (p Precision) appendValues(x []float32, b []byte, scales []float32) []float32 {
	switch p {
	case Float16:
		for ; len(b) > 0; b = b[2:] {
			x = append(x, fromHalf(binary.LittleEndian.Uint16(b)))
		}
	case Int8:
		for _, q := range b {
			x = append(x, float32(int8(q))*scales[len(x)%len(scales)])
		}
	default:
		for ; len(b) > 0; b = b[4:] {
			x = append(x, math.Float32frombits(binary.LittleEndian.Uint32(b)))
		}
	}
	return x
}

// toHalf rounds to the nearest float16, ties to even; what lies beyond 65520
// becomes infinite. NaN stays NaN.
func toHalf(v float32) uint16 {
	bits := math.Float32bits(v)
	sign := uint16(bits >> 16 & 0x8000)
	bits &= 1<<31 - 1
	switch {
	case bits > 0xff<<23:
		return sign | 0x7e00
	case bits >= 143<<23: // 2^16 and more
		return sign | 0x7c00
	case bits < 113<<23: // below 2^-14, steps are of 2^-24: an addition rounds
		const grid = 126 << 23 // of .5 on, float32 has steps of 2^-24
		return sign | uint16(math.Float32bits(math.Float32frombits(bits)+math.Float32frombits(grid))-grid)
	}
	bits -= 112 << 23              // the exponent's other bias
	bits += 1<<12 - 1 + bits>>13&1 // up from the middle, or from it to even
	return sign | uint16(bits>>13) // a carry makes the exponent larger, as it must
}

// fromHalf returns a float16's value, which float32 has.
func fromHalf(h uint16) float32 {
	sign, rest := uint32(h&0x8000)<<16, uint32(h&0x7fff)
	switch {
	case rest >= 0x7c00:
		return math.Float32frombits(sign | 0xff<<23 | rest<<13)
	case rest < 0x0400:
		v := float32(rest) / (1 << 24)
		return math.Float32frombits(sign | math.Float32bits(v))
	}
	return math.Float32frombits(sign | rest<<13 + 112<<23)
}
