package synth

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"

	"shoptwin/core"
	"shoptwin/core/encode"
	"shoptwin/core/nn"
	"shoptwin/core/table"
)

// The file of sequences, version 1; integers are little-endian:
//
//	8 bytes   "STSEQUE\x01", the last byte the version
//	sections  4 bytes name, uint64 length, so many bytes:
//	  "HEAD"  what was chosen and counted, as JSON
//	  "OWNR"  the model file of customers
//	  "LINE", "VISI", "TIME", "GAU0" to "GAU3"  encoders' own forms; absent
//	          where there is none
//	  "BASK"  how baskets' keys are written; absent without
//	  "WGHT"  the network's matrices, one after another, float32
//	  "TIES"  uint32 A, B and float32 of each
//	  "SUM "  32 bytes, SHA-256 of everything before this section; the last
//
// Sections of other names are ignored.
const sequenceMagic = "STSEQUE\x01"

// sequenceHead is the section HEAD.
type sequenceHead struct {
	Config SequenceConfig `json:"config"`
	Fields []table.Field  `json:"fields"`
	Roles  []byte         `json:"roles"`
	Pause  bool           `json:"pause,omitempty"`
	Seed   uint64         `json:"seed"`
	Events int            `json:"events"`
	Mean   float64        `json:"mean,omitempty"`
}

// Write writes s as a file. It holds no row of the events.
func (s *Sequences) Write(w io.Writer) error {
	if err := s.check(); err != nil {
		return err
	}
	head, err := json.Marshal(sequenceHead{s.Config, s.Fields, s.roles, s.pause, s.Seed, s.Events, s.Mean})
	if err != nil {
		return err
	}
	var owners bytes.Buffer
	if err := s.Owners.Write(&owners); err != nil {
		return err
	}
	b := []byte(sequenceMagic)
	b = section(b, "HEAD", head)
	b = section(b, "OWNR", owners.Bytes())
	encoders := map[string]*encode.Encoder{"LINE": s.Lines, "VISI": s.Visits, "TIME": s.times}
	for g, name := range gaugeSections {
		if s.gauges[g] != nil {
			encoders[name] = s.gauges[g].enc
		}
	}
	for _, name := range append([]string{"LINE", "VISI", "TIME"}, gaugeSections[:]...) {
		if e := encoders[name]; e != nil {
			form, err := e.AppendBinary(nil)
			if err != nil {
				return err
			}
			b = section(b, name, form)
		}
	}
	if s.basket != nil {
		b = section(b, "BASK", s.basket.AppendBinary(nil))
	}
	var weights, ties []byte
	for _, m := range s.Weights {
		weights = nn.AppendFloats(weights, m)
	}
	for _, t := range s.Ties {
		ties = binary.LittleEndian.AppendUint32(ties, uint32(t.A))
		ties = binary.LittleEndian.AppendUint32(ties, uint32(t.B))
		ties = binary.LittleEndian.AppendUint32(ties, math.Float32bits(t.By))
	}
	b = section(b, "WGHT", weights)
	b = section(b, "TIES", ties)
	sum := core.Digest(b)
	b = section(b, "SUM ", sum[:])
	_, err = w.Write(b)
	return err
}

var gaugeSections = [gaugeCount]string{"GAU0", "GAU1", "GAU2", "GAU3"}

// ReadSequences reads what Write wrote, all of r. A file that is cut off,
// changed in any byte or of another version is an error.
func ReadSequences(r io.Reader) (*Sequences, error) {
	damaged := func(what string) error {
		return core.Errorf(core.Invalid, "file of sequences: %s", what).WithHint("restore it from a backup, or train again")
	}
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, core.Wrap(err, "file of sequences")
	}
	const sumLen = 4 + 8 + core.DigestSize
	switch n := len(sequenceMagic); {
	case len(b) < n || string(b[:n-1]) != sequenceMagic[:n-1]:
		return nil, core.Errorf(core.Invalid, "this is not a file of sequences").WithHint("choose a file that Shoptwin wrote")
	case b[n-1] != sequenceMagic[n-1]:
		return nil, core.Errorf(core.Unsupported, "file of sequences of version %d; this program reads version %d", b[n-1], sequenceMagic[n-1]).WithHint("use the program that wrote it")
	case len(b) < n+sumLen || len(b) > maxFile:
		return nil, damaged("cut off, or larger than 1 GB")
	}
	body, tail := b[:len(b)-sumLen], b[len(b)-sumLen:]
	if sum := core.Digest(body); !bytes.Equal(tail, section(nil, "SUM ", sum[:])) {
		return nil, damaged("its checksum does not match: cut off or changed")
	}
	parts := map[string][]byte{}
	for body = body[len(sequenceMagic):]; len(body) > 0; {
		if len(body) < 12 || binary.LittleEndian.Uint64(body[4:]) > uint64(len(body)-12) {
			return nil, damaged("a section is cut off")
		}
		n := int(binary.LittleEndian.Uint64(body[4:]))
		parts[string(body[:4])] = body[12 : 12+n]
		body = body[12+n:]
	}
	s, err := sequencesOf(parts)
	if err != nil {
		return nil, core.Wrap(err, "file of sequences")
	}
	return s, nil
}

func sequencesOf(parts map[string][]byte) (*Sequences, error) {
	var head sequenceHead
	if err := json.Unmarshal(parts["HEAD"], &head); err != nil {
		return nil, core.Errorf(core.Invalid, "the header is not readable: %w", err)
	}
	s := &Sequences{Config: head.Config.WithDefaults(), Fields: head.Fields, roles: head.Roles, pause: head.Pause, Seed: head.Seed, Events: head.Events, Mean: head.Mean}
	var err error
	if s.Owners, err = Read(bytes.NewReader(parts["OWNR"])); err != nil {
		return nil, err
	}
	read := func(name string) *encode.Encoder {
		form, ok := parts[name]
		if !ok || err != nil {
			return nil
		}
		e := &encode.Encoder{}
		err = e.UnmarshalBinary(form)
		return e
	}
	s.Lines, s.Visits, s.times = read("LINE"), read("VISI"), read("TIME")
	for g, name := range gaugeSections {
		if e := read(name); e != nil && err == nil {
			s.gauges[g] = gaugeOf(e)
		}
	}
	if err != nil {
		return nil, err
	}
	if form, ok := parts["BASK"]; ok {
		if s.basket, err = encode.ReadKeyMaker(form); err != nil {
			return nil, err
		}
	}
	if s.Lines == nil || s.times == nil || len(s.times.Columns) != 1 || len(s.roles) != len(s.Fields) {
		return nil, core.Errorf(core.Invalid, "a part is missing")
	}
	for i, role := range s.roles {
		if role > isItem || role == isBasket && s.basket == nil || s.Fields[i].Kind > table.Time {
			return nil, core.Errorf(core.Invalid, "a column is not what it should be")
		}
	}
	s.Items = s.vocabulary()
	s.lay()
	weights, total := parts["WGHT"], 0
	for _, shape := range s.Shapes() {
		if total += shape.Rows * shape.Cols; total < 0 || total > len(weights)/4 {
			return nil, core.Errorf(core.Invalid, "the network is cut off")
		}
		m := make([]float32, shape.Rows*shape.Cols)
		for i := range m {
			m[i] = math.Float32frombits(binary.LittleEndian.Uint32(weights[4*i:]))
		}
		s.Weights = append(s.Weights, m)
		weights, total = weights[4*len(m):], 0
	}
	for ties := parts["TIES"]; len(ties) >= 12; ties = ties[12:] {
		le := binary.LittleEndian
		s.Ties = append(s.Ties, Tie{int32(le.Uint32(ties)), int32(le.Uint32(ties[4:])), math.Float32frombits(le.Uint32(ties[8:]))})
	}
	return s, s.check()
}
