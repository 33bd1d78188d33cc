package encode

import (
	"encoding/binary"
	"math"

	"shoptwin/core"
	"shoptwin/core/table"
)

// formVersion is the first byte of an encoder's own form.
const formVersion = 2

// AppendBinary appends the encoder's own form to b: little-endian, lengths
// and counts as uvarints, numbers as 8 bytes. It has a version but no
// checksum; the model file has one.
func (e *Encoder) AppendBinary(b []byte) ([]byte, error) {
	w := writer{b: append(b, formVersion)}
	for _, n := range []int{e.Config.Bins, e.Config.MinCount, e.Config.MaxLevels, e.Config.MaxWidth, e.Rows} {
		w.int(n)
	}
	w.str(e.Table)
	w.strs(e.Warnings)
	w.int(len(e.Columns))
	for i := range e.Columns {
		w.column(&e.Columns[i])
	}
	return w.b, nil
}

// MarshalBinary returns the encoder's own form.
func (e *Encoder) MarshalBinary() ([]byte, error) { return e.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote; all of b is used. Bytes that
// were never written by it give an error, not a panic.
func (e *Encoder) UnmarshalBinary(b []byte) error {
	if len(b) == 0 || b[0] != formVersion {
		return core.Errorf(core.Unsupported, "the encoder's form is of another version").WithHint("use the program that wrote the model, or train again")
	}
	damaged := core.Errorf(core.Invalid, "the encoder's form is damaged").WithHint("restore the model from a backup, or train again")
	r := reader{b: b[1:]}
	var n Encoder
	for _, p := range []*int{&n.Config.Bins, &n.Config.MinCount, &n.Config.MaxLevels, &n.Config.MaxWidth, &n.Rows} {
		*p = r.int()
	}
	n.Table = r.str()
	n.Warnings = r.strs()
	for range r.len() {
		n.Columns = append(n.Columns, r.column())
		if r.bad {
			break
		}
	}
	for i := range n.Columns {
		r.bad = r.bad || !n.soundRule(&n.Columns[i]) || !n.soundFormula(&n.Columns[i])
	}
	if r.bad || len(r.b) > 0 || n.Rows < 1 {
		return damaged
	}
	if n.index() != nil {
		return damaged
	}
	*e = n
	return nil
}

type writer struct{ b []byte }

func (w *writer) int(n int)       { w.b = binary.AppendVarint(w.b, int64(n)) }
func (w *writer) float(x float64) { w.b = binary.LittleEndian.AppendUint64(w.b, math.Float64bits(x)) }
func (w *writer) str(s string)    { w.int(len(s)); w.b = append(w.b, s...) }

func (w *writer) bool(v bool) {
	n := 0
	if v {
		n = 1
	}
	w.int(n)
}

func (w *writer) strs(s []string) {
	w.int(len(s))
	for _, v := range s {
		w.str(v)
	}
}

func (w *writer) floats(x []float64) {
	w.int(len(x))
	for _, v := range x {
		w.float(v)
	}
}

func ints[T int32 | int64](w *writer, x []T) {
	w.int(len(x))
	for _, v := range x {
		w.int(int(v))
	}
}

func (w *writer) column(c *Column) {
	w.str(c.Field.Name)
	for _, n := range []int{int(c.Field.Kind), int(c.Field.Role), c.Field.Decimals} {
		w.int(n)
	}
	w.str(c.Field.Layout)
	w.int(int(c.Form))
	w.int(len(c.Parts))
	for j := range c.Parts {
		w.part(&c.Parts[j])
	}
	w.bool(c.Key != nil)
	if k := c.Key; k != nil {
		w.int(int(k.Style))
		w.bool(k.Number)
		w.str(k.Prefix)
		w.int(k.Digits)
		w.int(int(k.Start))
		w.bool(k.Down)
		w.strs(k.Places)
		w.float(k.Missing)
		w.bool(k.Repeat != nil)
		if k.Repeat != nil {
			w.part(k.Repeat)
		}
	}
	w.bool(c.Rule != nil)
	if c.Rule != nil {
		w.int(c.Rule.Source)
		w.floats(c.Rule.Num)
		ints(w, c.Rule.Label)
	}
	w.bool(c.Formula != nil)
	if f := c.Formula; f != nil {
		for _, n := range []int{int(f.Op), f.X, f.Y, f.W} {
			w.int(n)
		}
		w.floats([]float64{f.Scale, f.Missing, f.Least, f.Most})
	}
	w.bool(c.Days != nil)
	if d := c.Days; d != nil {
		w.int(int(d.First))
		w.int(int(d.Last))
		w.int(int(d.Weekdays))
		ints(w, d.Closed)
	}
}

func (w *writer) part(p *Part) {
	w.int(int(p.Unit))
	w.bool(p.Free)
	w.bool(p.Missing)
	w.int(int(p.Rare))
	w.floats([]float64{p.Scale, p.Base, p.Step})
	w.floats(p.Lo)
	w.floats(p.Hi)
	w.strs(p.Levels)
	ints(w, p.Count)
	ints(w, p.From)
	ints(w, p.To)
	w.floats(p.Edge)
	ints(w, p.Mass)
	w.bool(p.Given != nil)
	if p.Given != nil {
		w.given(p.Given)
	}
}

// reader takes values off b; after the first that is not there, bad is set
// and every value is zero.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) int() int {
	n, k := binary.Varint(r.b)
	if k <= 0 || int64(int(n)) != n {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[k:]
	return int(n)
}

// len reads a length; every item takes a byte at least.
func (r *reader) len() int {
	n := r.int()
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return 0
	}
	return n
}

func (r *reader) bool() bool { return r.int() != 0 }

func (r *reader) float() float64 {
	if len(r.b) < 8 {
		r.bad, r.b = true, nil
		return 0
	}
	x := math.Float64frombits(binary.LittleEndian.Uint64(r.b))
	r.b = r.b[8:]
	return x
}

func (r *reader) str() string {
	n := r.len()
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

func (r *reader) strs() []string {
	var out []string
	for range r.len() {
		out = append(out, r.str())
	}
	return out
}

func (r *reader) floats() []float64 {
	var out []float64
	for range r.len() {
		out = append(out, r.float())
	}
	return out
}

func readInts[T int32 | int64](r *reader) []T {
	var out []T
	for range r.len() {
		out = append(out, T(r.int()))
	}
	return out
}

func (r *reader) column() Column {
	c := Column{Field: table.Field{Name: r.str(), Kind: table.Kind(r.int()), Role: table.Role(r.int()), Decimals: r.int(), Layout: r.str()}}
	c.Form = Form(r.int())
	for range r.len() {
		c.Parts = append(c.Parts, r.part())
		if r.bad {
			break
		}
	}
	if r.bool() {
		k := &Key{Style: KeyStyle(r.int()), Number: r.bool(), Prefix: r.str(), Digits: r.int(), Start: int64(r.int()), Down: r.bool(), Places: r.strs(), Missing: r.float()}
		if r.bool() {
			p := r.part()
			k.Repeat = &p
			r.bad = r.bad || p.Unit == Label || len(p.From) != 1
		}
		for _, s := range k.Places {
			r.bad = r.bad || s == ""
		}
		r.bad = r.bad || k.Digits < 0 || k.Digits > 1000 || !(k.Missing >= 0 && k.Missing <= 1) || k.Style > Patterned
		c.Key = k
	}
	if r.bool() {
		c.Rule = &Rule{Source: r.int(), Num: r.floats(), Label: readInts[int32](r)}
	}
	if r.bool() {
		f := &Formula{Op: Op(r.int()), X: r.int(), Y: r.int(), W: r.int()}
		if x := r.floats(); len(x) == 4 {
			f.Scale, f.Missing, f.Least, f.Most = x[0], x[1], x[2], x[3]
		}
		c.Formula = f
	}
	if r.bool() {
		c.Days = &Calendar{First: int32(r.int()), Last: int32(r.int()), Weekdays: uint8(r.int()), Closed: readInts[int32](r)}
	}
	r.bad = r.bad || !c.sound()
	return c
}

// sound says whether c is one that Fit could have made, as far as decoding
// depends on it.
func (c *Column) sound() bool {
	switch {
	case c.Field.Kind > table.Time, c.Form > Computed, (c.Form == Modelled || c.Form == Derived) != (len(c.Parts) > 0),
		(c.Form == Keyed) != (c.Key != nil) && !c.hasFresh(), (c.Form == Derived) != (c.Rule != nil), (c.Form == Computed) != (c.Formula != nil && c.Formula.Op != Since),
		c.isSince() && (c.Form != Modelled || c.Field.Kind != table.Time || c.Days == nil):
		return false
	case c.Form == Keyed && (c.Field.Kind == table.Time || c.Key.Number != (c.Field.Kind == table.Number)):
		return false
	}
	for j := range c.Parts {
		u := c.Parts[j].Unit
		if (u == Label) != (c.Field.Kind == table.Text) || (u > Label) != (c.Field.Kind == table.Time && !c.isSince()) || u > Value && c.Field.Kind == table.Number {
			return false
		}
		if u > Label && c.Days == nil || u <= Label && len(c.Parts) > 1 {
			return false
		}
	}
	return true
}

// hasFresh says whether c writes rare levels as fresh codes, and can.
func (c *Column) hasFresh() bool {
	return c.Key != nil && !c.Key.Number && c.Key.Missing == 0 && (c.Form == Modelled || c.Form == Derived) && c.Field.Kind == table.Text && len(c.Parts) == 1 && len(c.Parts[0].Levels) > 0
}

// soundRule says whether c, if derived, can follow its source.
func (e *Encoder) soundRule(c *Column) bool {
	if c.Form != Derived {
		return true
	}
	r := c.Rule
	if r.Source < 0 || r.Source >= len(e.Columns) || len(c.Parts) != 1 || !c.Parts[0].Free || c.Field.Kind == table.Time {
		return false
	}
	src := &e.Columns[r.Source]
	if src.Form != Modelled || len(src.Parts) != 1 {
		return false
	}
	for _, l := range r.Label {
		if l < noRule || int(l) >= len(c.Parts[0].Levels) {
			return false
		}
	}
	n := len(src.Parts[0].Count) + 1
	if c.Field.Kind == table.Text {
		return len(r.Label) == n && len(r.Num) == 0
	}
	return len(r.Num) == n && len(r.Label) == 0
}

func (r *reader) part() Part {
	p := Part{Unit: Unit(r.int()), Free: r.bool(), Missing: r.bool(), Rare: int32(r.int())}
	if g := r.floats(); len(g) == 3 {
		p.Scale, p.Base, p.Step = g[0], g[1], g[2]
	}
	p.Lo, p.Hi, p.Levels = r.floats(), r.floats(), r.strs()
	p.Count, p.From, p.To = readInts[int64](r), readInts[int32](r), readInts[int32](r)
	p.Edge, p.Mass = r.floats(), readInts[int64](r)
	if r.bool() {
		p.Given = r.given()
		r.bad = r.bad || !p.Given.sound(len(p.Count), p.Missing)
	}
	r.bad = r.bad || !p.sound()
	return p
}

func (p *Part) sound() bool {
	n := len(p.Lo)
	switch {
	case len(p.Hi) != n || (p.Unit == Label) != (n == 0):
		return false
	case p.Unit == Label:
		n = len(p.Levels)
	case len(p.Levels) > 0:
		return false
	}
	if p.Unit > Clock || len(p.Count) != n || len(p.From) == 0 || len(p.To) != len(p.From) || len(p.Mass) != p.Width() || int(p.Rare) >= len(p.From) || p.Rare < -1 {
		return false
	}
	if p.Unit != Label && len(p.Edge) > len(p.From)-1 {
		return false
	}
	for b := range p.From {
		if p.From[b] < 0 || p.From[b] >= p.To[b] || int(p.To[b]) > n {
			return false
		}
	}
	for _, c := range p.Count {
		if c < 1 {
			return false
		}
	}
	for _, m := range p.Mass {
		if m < 0 {
			return false
		}
	}
	return true
}
