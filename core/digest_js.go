package core

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

// NewDigest returns SHA-256 (FIPS 180-4), by which files prove that nothing in
// them was changed. crypto/sha256 would bring AES, random numbers and
// self-tests with it, 160 kB that every page would load.
func NewDigest() hash.Hash {
	d := new(digest)
	d.Reset()
	return d
}

// Digest is the SHA-256 of b.
func Digest(b []byte) (sum [DigestSize]byte) {
	d := NewDigest()
	_, _ = d.Write(b) // never fails
	d.Sum(sum[:0])
	return sum
}

type digest struct {
	h    [8]uint32
	tail [64]byte // what does not fill a block yet
	n    uint64   // bytes so far
}

func (d *digest) Size() int      { return DigestSize }
func (d *digest) BlockSize() int { return len(d.tail) }
func (d *digest) Reset()         { *d = digest{h: digestStart} }

func (d *digest) Write(b []byte) (int, error) {
	written := len(b)
	if have := int(d.n % 64); have > 0 {
		taken := copy(d.tail[have:], b)
		d.n += uint64(taken)
		if b = b[taken:]; have+taken < 64 {
			return written, nil
		}
		d.block(d.tail[:])
	}
	for ; len(b) >= 64; b = b[64:] {
		d.block(b[:64])
		d.n += 64
	}
	d.n += uint64(copy(d.tail[:], b))
	return written, nil
}

// Sum leaves d as it is.
func (d *digest) Sum(b []byte) []byte {
	end := *d
	pad := make([]byte, 1+(119-d.n%64)%64, 72)
	pad[0] = 0x80
	_, _ = end.Write(binary.BigEndian.AppendUint64(pad, 8*d.n))
	for _, h := range end.h {
		b = binary.BigEndian.AppendUint32(b, h)
	}
	return b
}

func (d *digest) block(b []byte) {
	var w [64]uint32
	for i := range 16 {
		w[i] = binary.BigEndian.Uint32(b[4*i:])
	}
	for i := 16; i < 64; i++ {
		x, y := w[i-2], w[i-15]
		s1 := bits.RotateLeft32(x, -17) ^ bits.RotateLeft32(x, -19) ^ x>>10
		s0 := bits.RotateLeft32(y, -7) ^ bits.RotateLeft32(y, -18) ^ y>>3
		w[i] = s1 + w[i-7] + s0 + w[i-16]
	}
	h := d.h
	for i, k := range digestRounds {
		s1 := bits.RotateLeft32(h[4], -6) ^ bits.RotateLeft32(h[4], -11) ^ bits.RotateLeft32(h[4], -25)
		t1 := h[7] + s1 + (h[4]&h[5] ^ ^h[4]&h[6]) + k + w[i]
		s0 := bits.RotateLeft32(h[0], -2) ^ bits.RotateLeft32(h[0], -13) ^ bits.RotateLeft32(h[0], -22)
		t2 := s0 + (h[0]&h[1] ^ h[0]&h[2] ^ h[1]&h[2])
		h = [8]uint32{t1 + t2, h[0], h[1], h[2], h[3] + t1, h[4], h[5], h[6]}
	}
	for i := range d.h {
		d.h[i] += h[i]
	}
}

// The first 32 bits of the fractions of the square roots of the first 8 primes
// and of the cube roots of the first 64.
var (
	digestStart = [8]uint32{
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
	}
	digestRounds = [64]uint32{
		0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
		0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
		0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
		0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
		0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
		0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
		0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
		0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
	}
)
