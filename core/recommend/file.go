package recommend

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"hash"
	"hash/crc64"
	"io"
	"math"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// A model file is the eight bytes of magic, whose last is the version; the
// length of a JSON text and the text; then arrays of 32-bit numbers, each behind
// its length; the scorer; and the CRC-64 (ECMA) of all, little-endian. Version
// 2 had neither discounts nor channels; it is read still.

const magic = "STrecom\x03"

const (
	maxHeader = 2 << 30
	maxCells  = 1 << 30
)

// header is the JSON text.
type header struct {
	Method    string
	Customers []string
	Items     []string
	Board     *Board
	Notes     []string
	K         int
	Baskets   int
	Together  Together
	Usual     float64
	Prior     float64
	Groups    int // categories
	Actions   []string
	Segments  []Segment
	Soon      *Soon
	Labels    []string
	Channels  []string
}

// Write writes the model. It holds what the customers bought: it is for the
// project's own folder, not for others.
func (m *Model) Write(w io.Writer) error {
	r := m.Relations
	text, err := json.Marshal(header{m.Method, m.Customers, m.Items, m.Board, m.Notes, m.lists.K, r.Baskets, r.cfg, r.usual, r.prior, r.k, m.recent.Actions, m.Segments, m.Soon, m.Labels, m.recent.Channels})
	if err != nil {
		return core.Errorf(core.Internal, "the recommender cannot be written: %w", err)
	}
	sum := crc64.New(crc64.MakeTable(crc64.ECMA))
	b := bufio.NewWriterSize(io.MultiWriter(w, sum), 1<<16)
	b.WriteString(magic)
	binary.Write(b, binary.LittleEndian, uint64(len(text)))
	b.Write(text)
	for _, x := range [][]int32{m.lists.Items, m.popular, m.history, m.first, r.Community, r.cosine.Start, r.cosine.Index, r.category} {
		binary.Write(b, binary.LittleEndian, uint64(len(x)))
		binary.Write(b, binary.LittleEndian, x)
	}
	for _, x := range [][]float32{m.lists.Score, r.count, r.cosine.Value, r.lift, r.own} {
		binary.Write(b, binary.LittleEndian, uint64(len(x)))
		binary.Write(b, binary.LittleEndian, x)
	}
	k := &keeper{to: b, items: len(m.Items), customers: len(m.Customers), version: magic[len(magic)-1]}
	k.log(m.recent)
	k.int32s(&m.segment, len(m.Customers), -1, len(m.Segments))
	k.scorer(&m.scorer)
	if m.Soon != nil {
		k.float32s(&m.Soon.now, len(m.Customers))
	}
	if k.err != nil {
		return k.err
	}
	if err := b.Flush(); err != nil {
		return core.Wrap(err, "writing the recommender")
	}
	if err := binary.Write(w, binary.LittleEndian, sum.Sum64()); err != nil {
		return core.Wrap(err, "writing the recommender")
	}
	return nil
}

// Read reads what Write wrote. A file that is cut short, changed, or of another
// version is an error that says which.
func Read(from io.Reader) (*Model, error) {
	d := &decoder{sum: crc64.New(crc64.MakeTable(crc64.ECMA)), from: bufio.NewReaderSize(from, 1<<16)}
	head := d.bytes(uint64(len(magic)))
	switch {
	case d.err != nil || string(head[:len(magic)-1]) != magic[:len(magic)-1]:
		return nil, broken("is not one")
	case head[len(magic)-1] != 2 && head[len(magic)-1] != magic[len(magic)-1]:
		return nil, core.Errorf(core.Unsupported, "the recommender has version %d; this program reads versions 2 to %d", head[len(magic)-1], magic[len(magic)-1]).WithHint("update Shoptwin, or train it again")
	}
	size := d.length(maxHeader)
	var h header
	if text := d.bytes(size); d.err == nil {
		d.err = json.Unmarshal(text, &h)
	}
	var whole [8][]int32
	for i := range whole {
		whole[i] = d.int32s()
	}
	var real [5][]float32
	for i := range real {
		real[i] = d.float32s()
	}
	k := &keeper{from: d, items: len(h.Items), customers: len(h.Customers), err: d.err}
	if d.err == nil {
		k.version = head[len(magic)-1]
	}
	recent := &Log{Customers: h.Customers, Items: h.Items, Actions: h.Actions, Channels: h.Channels}
	var scorer Scorer
	k.log(recent)
	var segment []int32
	k.int32s(&segment, len(h.Customers), -1, len(h.Segments))
	k.scorer(&scorer)
	if h.Soon != nil {
		k.float32s(&h.Soon.now, len(h.Customers))
	}
	want := d.sum.Sum64()
	if got := d.bytes(8); d.err != nil || binary.LittleEndian.Uint64(got) != want {
		return nil, broken("was cut short or changed: its checksum does not fit")
	}
	if k.err != nil {
		return nil, k.err
	}
	m := &Model{Method: h.Method, Customers: h.Customers, Items: h.Items, Board: h.Board, Notes: h.Notes, Labels: h.Labels, Segments: h.Segments, Soon: h.Soon, segment: segment, scorer: scorer, recent: recent,
		lists: &Lists{h.K, whole[0], real[0]}, popular: whole[1], history: whole[2], first: whole[3]}
	n := len(h.Items)
	m.Relations = &Relations{Items: h.Items, Baskets: h.Baskets, Community: whole[4], cfg: h.Together, count: real[1],
		cosine: &nn.CSR{Rows: n, Cols: n, Start: whole[5], Index: whole[6], Value: real[2]}, category: whole[7], lift: real[3], own: real[4], usual: h.Usual, prior: h.Prior, k: h.Groups}
	if len(m.Relations.category) == 0 {
		m.Relations.category = nil
	}
	if !m.whole() {
		return nil, broken("does not hold together")
	}
	m.index()
	return m, nil
}

func broken(why string) error {
	return core.Errorf(core.Invalid, "the recommender %s", why).WithHint("train it again")
}

// whole says whether the parts fit each other.
func (m *Model) whole() bool {
	n, c, r := len(m.Items), len(m.Customers), m.Relations
	inside := func(x []int32, low, high int) bool {
		for _, v := range x {
			if int(v) < low || int(v) >= high {
				return false
			}
		}
		return true
	}
	return m.lists.K >= 0 && (m.Labels == nil || len(m.Labels) == n) && len(m.lists.Items) == c*m.lists.K && len(m.lists.Score) == c*m.lists.K && inside(m.lists.Items, -1, n) &&
		inside(m.popular, 0, n) && starts(m.first, c, len(m.history)) && inside(m.history, 0, n) &&
		len(r.Community) == n && len(r.count) == n && starts(r.cosine.Start, n, len(r.cosine.Index)) && len(r.cosine.Index) == len(r.cosine.Value) &&
		inside(r.cosine.Index, 0, n) && (r.category == nil || len(r.category) == n && r.k >= 0 && len(r.lift) == r.k*r.k && len(r.own) == r.k*r.k && inside(r.category, -1, r.k))
}

// decoder reads pieces and keeps the first error.
type decoder struct {
	from *bufio.Reader
	sum  hash.Hash64
	err  error
}

func (d *decoder) bytes(n uint64) []byte {
	// In pieces: a length that is wrong must not ask for all memory at once.
	var out []byte
	for d.err == nil && n > 0 {
		piece := make([]byte, min(n, 1<<20))
		if _, d.err = io.ReadFull(d.from, piece); d.err == nil {
			out = append(out, piece...)
		}
		n -= uint64(len(piece))
	}
	d.sum.Write(out)
	return out
}

func (d *decoder) length(most uint64) uint64 {
	b := d.bytes(8)
	if d.err != nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > most {
		d.err = broken("names more than there can be")
		return 0
	}
	return n
}

func (d *decoder) int32s() []int32 {
	b := d.bytes(4 * d.length(maxCells))
	out := make([]int32, len(b)/4)
	if d.err == nil {
		for i := range out {
			out[i] = int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
	return out
}

func (d *decoder) float32s() []float32 {
	b := d.bytes(4 * d.length(maxCells))
	out := make([]float32, len(b)/4)
	if d.err == nil {
		for i := range out {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
	return out
}
