package synth

import (
	"bytes"
	"encoding/binary"
	"io"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/privacy"
)

// The model file, version 2; integers are little-endian:
//
//	8 bytes   "STSYNTH\x02", the last byte the version
//	sections  4 bytes name, uint64 length, so many bytes:
//	  "HEAD"  what was chosen and counted, a "name value" a line (head.go)
//	  "ENCO"  the encoder's own form (encode.Encoder.AppendBinary)
//	  "NETW"  the body: a network's weights file (nn.Net.Write); absent
//	          without blocks of codes
//	  "PAIR"  pair tables; absent unless raked. Per pair: uvarint A, B, Rest,
//	          number of counts, and the counts
//	  "PRIV"  what is promised about the rows' privacy (privacy.Statement.Append);
//	          absent if nothing is
//	  "SUM "  32 bytes, SHA-256 of everything before this section; the last
//
// Sections of other names are ignored, so that a later version 2 can add some.
const fileMagic = "STSYNTH\x02"

// maxFile is the largest model file that is read.
const maxFile = 1 << 30

// Write writes m as a model file. It holds no row of the training table.
func (m *Model) Write(w io.Writer) error {
	if err := m.check(); err != nil {
		return err
	}
	enc, err := m.Encoder.AppendBinary(nil)
	if err != nil {
		return err
	}
	b := []byte(fileMagic)
	b = section(b, "HEAD", m.appendHead(nil))
	b = section(b, "ENCO", enc)
	if m.Body != nil {
		name, content, err := m.Body.section()
		if err != nil {
			return err
		}
		b = section(b, name, content)
	}
	if len(m.Pairs) > 0 {
		b = section(b, "PAIR", appendPairs(nil, m.Pairs))
	}
	if m.Guarantee != nil {
		b = section(b, "PRIV", m.Guarantee.Append(nil))
	}
	sum := core.Digest(b)
	b = section(b, "SUM ", sum[:])
	_, err = w.Write(b)
	return err
}

func section(b []byte, name string, body []byte) []byte {
	b = append(b, name...)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(body)))
	return append(b, body...)
}

// Read reads a model file, all of r. A file that is cut off, changed in any
// byte or of another version is an error.
func Read(r io.Reader) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, core.Wrap(err, "model file")
	}
	damaged := func(what string) error {
		return core.Errorf(core.Invalid, "model file: %s", what).WithHint("restore it from a backup, or train again")
	}
	const sumLen = 4 + 8 + core.DigestSize
	switch {
	case len(b) > maxFile:
		return nil, damaged("larger than 1 GB")
	case len(b) < len(fileMagic) || string(b[:len(fileMagic)-1]) != fileMagic[:len(fileMagic)-1]:
		return nil, core.Errorf(core.Invalid, "this is not a model file").WithHint("choose a file that Shoptwin wrote")
	case b[len(fileMagic)-1] != fileMagic[len(fileMagic)-1]:
		return nil, core.Errorf(core.Unsupported, "model file of version %d; this program reads version %d", b[len(fileMagic)-1], fileMagic[len(fileMagic)-1]).WithHint("use the program that wrote it")
	case len(b) < len(fileMagic)+sumLen:
		return nil, damaged("cut off")
	}
	body, tail := b[:len(b)-sumLen], b[len(b)-sumLen:]
	sum := core.Digest(body)
	if !bytes.Equal(tail, section(nil, "SUM ", sum[:])) {
		return nil, damaged("its checksum does not match: cut off or changed")
	}
	m := &Model{}
	for body = body[len(fileMagic):]; len(body) > 0; {
		if len(body) < 12 {
			return nil, damaged("a section is cut off")
		}
		name, n := string(body[:4]), binary.LittleEndian.Uint64(body[4:])
		if body = body[12:]; n > uint64(len(body)) {
			return nil, damaged("a section is cut off")
		}
		if err := m.readSection(name, body[:n]); err != nil {
			return nil, core.Wrap(err, "model file")
		}
		body = body[n:]
	}
	if err := m.check(); err != nil {
		return nil, core.Wrap(err, "model file")
	}
	return m, nil
}

func (m *Model) readSection(name string, b []byte) (err error) {
	if read, ok := bodies[name]; ok {
		m.Body, err = read(b)
		return err
	}
	switch name {
	case "HEAD":
		return m.readHead(b)
	case "ENCO":
		m.Encoder = &encode.Encoder{}
		return m.Encoder.UnmarshalBinary(b)
	case "PRIV":
		m.Guarantee = &privacy.Statement{}
		return m.Guarantee.Read(b)
	case "PAIR":
		pairs, ok := readPairs(b)
		if !ok {
			return core.Errorf(core.Invalid, "the pair tables are not readable")
		}
		m.Pairs = pairs
	}
	return nil
}

func appendPairs(b []byte, pairs []Pair) []byte {
	for _, p := range pairs {
		for _, n := range []int{p.A, p.B, int(p.Rest), len(p.Count)} {
			b = binary.AppendUvarint(b, uint64(n))
		}
		for _, n := range p.Count {
			b = binary.AppendUvarint(b, uint64(n))
		}
	}
	return b
}

func readPairs(b []byte) (pairs []Pair, ok bool) {
	ok = true
	next := func() uint64 {
		n, k := binary.Uvarint(b)
		if k <= 0 || n > 1<<32-1 {
			ok, b = false, nil
			return 0
		}
		b = b[k:]
		return n
	}
	for len(b) > 0 {
		p := Pair{A: int(next()), B: int(next()), Rest: uint32(next())}
		n := next()
		if n > uint64(len(b)) {
			return nil, false
		}
		p.Count = make([]uint32, n)
		for i := range p.Count {
			p.Count[i] = uint32(next())
		}
		pairs = append(pairs, p)
	}
	return pairs, ok
}
