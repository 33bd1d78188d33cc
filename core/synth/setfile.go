package synth

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"

	"shoptwin/core"
	"shoptwin/core/encode"
)

// The file of a set, version 1; integers are little-endian, a piece is a
// uint64 length and so many bytes:
//
//	8 bytes  "STSETTB\x01", the last byte the version
//	piece    the set without its models, as JSON
//	pieces   of each member, in order: how each of its keys is written
//	         (encode.KeyMaker), then Early and Late as model files, empty for none
//	32 bytes SHA-256 of everything before
const setMagic = "STSETTB\x01"

// IsSet says whether a file begins like that of a set.
func IsSet(b []byte) bool { return bytes.HasPrefix(b, []byte(setMagic[:len(setMagic)-1])) }

// Write writes s as a file. It holds no row of the tables.
func (s *Set) Write(w io.Writer) error {
	if err := s.check(); err != nil {
		return err
	}
	head, err := json.Marshal(s)
	if err != nil {
		return err
	}
	b := []byte(setMagic)
	piece := func(content []byte) {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(content)))
		b = append(b, content...)
	}
	piece(head)
	for _, m := range s.Members {
		for _, k := range m.Keys {
			piece(k.Maker.AppendBinary(nil))
		}
		for _, model := range []*Model{m.Early, m.Late} {
			var file bytes.Buffer
			if model != nil {
				if err := model.Write(&file); err != nil {
					return err
				}
			}
			piece(file.Bytes())
		}
	}
	sum := core.Digest(b)
	_, err = w.Write(append(b, sum[:]...))
	return err
}

// ReadSet reads the file of a set, all of r. A file that is cut off, changed
// in any byte or of another version is an error.
func ReadSet(r io.Reader) (*Set, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, core.Wrap(err, "model file")
	}
	damaged := func() error {
		return core.Errorf(core.Invalid, "model file of several tables: cut off or changed").WithHint("restore it from a backup, or train again")
	}
	switch {
	case !IsSet(b):
		return nil, core.Errorf(core.Invalid, "this is not a model file of several tables").WithHint("choose a file that Shoptwin wrote")
	case len(b) < len(setMagic)+core.DigestSize || len(b) > maxFile:
		return nil, damaged()
	case b[len(setMagic)-1] != setMagic[len(setMagic)-1]:
		return nil, core.Errorf(core.Unsupported, "model file of version %d; this program reads version %d", b[len(setMagic)-1], setMagic[len(setMagic)-1]).WithHint("use the program that wrote it")
	}
	body, tail := b[:len(b)-core.DigestSize], b[len(b)-core.DigestSize:]
	if sum := core.Digest(body); !bytes.Equal(sum[:], tail) {
		return nil, damaged()
	}
	body = body[len(setMagic):]
	ok := true
	piece := func() []byte {
		if len(body) < 8 || binary.LittleEndian.Uint64(body) > uint64(len(body)-8) {
			ok, body = false, nil
			return nil
		}
		n := binary.LittleEndian.Uint64(body)
		p := body[8 : 8+n]
		body = body[8+n:]
		return p
	}
	s := &Set{}
	if err := json.Unmarshal(piece(), s); err != nil || !ok {
		return nil, damaged()
	}
	for _, m := range s.Members {
		if m == nil {
			return nil, damaged()
		}
		for i := range m.Keys {
			k, err := encode.ReadKeyMaker(piece())
			if err != nil {
				return nil, err
			}
			m.Keys[i].Maker = k
		}
		for _, model := range []**Model{&m.Early, &m.Late} {
			if p := piece(); len(p) > 0 {
				if *model, err = Read(bytes.NewReader(p)); err != nil {
					return nil, err
				}
			}
		}
	}
	if !ok || len(body) > 0 {
		return nil, damaged()
	}
	return s, s.check()
}

// check says whether s's parts fit together, as far as drawing depends on it.
func (s *Set) check() error {
	for i, m := range s.Members {
		bad := func(what string) error {
			return core.Errorf(core.Invalid, "the model of table %q does not fit the others: %s", m.Name, what)
		}
		if m.Owner >= i || m.Owner >= 0 && (m.Batch < 1 || m.Span < 16) || m.Rows < 1 {
			return bad("its owner")
		}
		for _, r := range m.References {
			if r == nil || r.Member < 0 || r.Member >= i || r.Told != "" && r.Told != m.OwnerColumn && m.reference(r.Told) == nil {
				return bad("a key")
			}
		}
		for _, f := range m.Foreign {
			if f.Member < 0 || f.Member >= i {
				return bad("key " + f.Column)
			}
		}
		for _, sum := range m.SumUp {
			if sum.Child <= i || sum.Child >= len(s.Members) || s.Members[sum.Child].Owner != i {
				return bad("column " + sum.Target)
			}
		}
		if m.EarlySteps < 0 || m.EarlySteps > len(m.Steps) {
			return bad("its rules")
		}
		for _, step := range m.Steps {
			if len(step.From) == 0 {
				return bad("column " + step.Target)
			}
		}
	}
	return nil
}
