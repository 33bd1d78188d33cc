package promo

import (
	"encoding/binary"
	"hash/crc64"
	"io"
	"math"

	"shoptwin/core"
)

// A model file is the eight bytes of magic, whose last is the version; the
// payload; and the CRC-64 (ECMA) of both, little-endian. Whole numbers are
// varints, other numbers float32 (Fit rounds to them, so a model read back
// answers as the one that was written), texts their length and bytes. Weeks of
// history are run-length coded, see pastCoder.

const magic = "STpromo\x03" // 1 had no tau and common, 2 other effects of neighbours

const maxFile = 256 << 20

var crcTable = crc64.MakeTable(crc64.ECMA)

// Write writes the model: a few hundred bytes for each item and series.
func (m *Model) Write(w io.Writer) error {
	e := &encoder{b: []byte(magic)}
	e.int(m.lags)
	e.float64(m.start)
	e.int(m.first + 1<<40)
	e.int(m.weeks)
	e.int(m.kept)
	e.int(len(m.stores))
	for i, s := range m.stores {
		e.text(s)
		e.float(m.share[i])
	}
	e.int(len(m.items))
	for i := range m.items {
		it := &m.items[i]
		e.text(it.ID)
		e.text(it.Name)
		e.text(it.Category)
		e.float(it.Cost)
		e.floats(it.coef)
		e.floats(it.cov)
		e.float(it.alpha)
		e.float(it.maxDepth)
		e.float(it.units)
		e.int(it.promoWeeks)
		e.int(it.prices)
		e.int(int(it.seen))
	}
	e.floats(m.tau)
	e.floats(m.common)
	e.int(len(m.series))
	for i := range m.series {
		s := &m.series[i]
		e.int(int(s.item))
		e.int(int(s.store))
		e.float(s.level)
		e.float(s.base)
		e.float(s.share)
		e.int(s.weeks)
		e.floats(s.lag)
		e.floats(s.pull)
		e.past(m.past[i*m.kept : (i+1)*m.kept])
	}
	for s := range m.cal.bands.table {
		for v := range m.cal.bands.table[s] {
			for _, q := range m.cal.bands.table[s][v] {
				e.float(float64(q))
			}
		}
	}
	sp := &m.cal.spreads
	for _, pair := range [][2]float64{sp.Cell, sp.ItemWeek, sp.Item, sp.Week, sp.Scale80, sp.Scale90} {
		e.floats(pair[:])
	}
	e.int(len(m.notes))
	for _, n := range m.notes {
		e.text(n)
	}
	e.b = binary.LittleEndian.AppendUint64(e.b, crc64.Checksum(e.b, crcTable))
	if _, err := w.Write(e.b); err != nil {
		return core.Wrap(err, "writing the promotion model")
	}
	return nil
}

// Read reads what Write wrote. A file that is cut short, changed, or of
// another version is an error that says which.
func Read(r io.Reader) (*Model, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, core.Wrap(err, "reading the promotion model")
	}
	broken := func(why string) error {
		return core.Errorf(core.Invalid, "the promotion model of %d bytes %s", len(b), why).WithHint("fit it again from the sales")
	}
	n := len(b) - 8
	switch {
	case len(b) > maxFile:
		return nil, broken("is larger than any that Shoptwin writes")
	case n < len(magic) || string(b[:len(magic)-1]) != magic[:len(magic)-1]:
		return nil, broken("is not one")
	case b[len(magic)-1] != magic[len(magic)-1]:
		return nil, core.Errorf(core.Unsupported, "the promotion model has version %d; this program reads version %d", b[len(magic)-1], magic[len(magic)-1]).WithHint("update Shoptwin, or fit it again from the sales")
	case binary.LittleEndian.Uint64(b[n:]) != crc64.Checksum(b[:n], crcTable):
		return nil, broken("was cut short or changed: its checksum does not fit")
	}
	m := (&decoder{b: b[len(magic):n]}).model()
	if m == nil {
		return nil, broken("does not hold together")
	}
	m.index()
	return m, nil
}

func (d *decoder) model() *Model {
	m := &Model{}
	m.lags = d.int(maxLags)
	m.start = d.float64()
	m.first = d.int(1<<41) - 1<<40
	m.weeks = d.int(1 << 20)
	m.kept = d.int(keptWeeks)
	for range d.int(len(d.b)) {
		m.stores = append(m.stores, d.text())
		m.share = append(m.share, d.float())
	}
	for range d.int(len(d.b)) {
		var it itemModel
		it.ID, it.Name, it.Category = d.text(), d.text(), d.text()
		it.Cost = d.float()
		it.coef, it.cov = d.floats(effects), d.floats(triangle(len(responses)))
		it.alpha, it.maxDepth, it.units = d.float(), d.float(), d.float()
		it.promoWeeks, it.prices, it.seen = d.int(1<<30), d.int(64), uint8(d.int(255))
		if d.bad {
			return nil
		}
		m.items = append(m.items, it)
	}
	if len(m.items)*len(m.stores) > maxCells {
		return nil
	}
	m.tau = d.floats(len(responses))
	m.common = d.floats(m.countCategories() * triangle(len(responses)))
	for range d.int(len(d.b)) {
		s := seriesModel{item: int32(d.int(len(m.items) - 1)), store: int32(d.int(len(m.stores) - 1))}
		s.level, s.base, s.share = d.float(), d.float(), d.float()
		s.weeks = d.int(1 << 20)
		s.lag, s.pull = d.floats(m.lags), d.floats(m.lags)
		m.past = d.past(m.past, m.kept)
		if d.bad || len(m.series) > 0 && s.item < m.series[len(m.series)-1].item {
			return nil
		}
		m.series = append(m.series, s)
	}
	m.cal.bands = &bands{}
	for s := range m.cal.bands.table {
		for v := range m.cal.bands.table[s] {
			for j := range m.cal.bands.table[s][v] {
				m.cal.bands.table[s][v][j] = float32(d.float())
			}
		}
	}
	sp := &m.cal.spreads
	for _, pair := range []*[2]float64{&sp.Cell, &sp.ItemWeek, &sp.Item, &sp.Week, &sp.Scale80, &sp.Scale90} {
		pair[0], pair[1] = d.float(), d.float()
	}
	for range d.int(len(d.b)) {
		m.notes = append(m.notes, d.text())
	}
	if d.bad || len(d.b) > 0 || len(m.series) == 0 {
		return nil
	}
	return m
}

// round32 makes every number of m what its file can hold.
func (m *Model) round32() {
	round := func(xs ...*float64) {
		for _, x := range xs {
			*x = float64(float32(*x))
		}
	}
	all := func(xs []float64) {
		for i := range xs {
			round(&xs[i])
		}
	}
	all(m.share)
	all(m.tau)
	all(m.common)
	for i := range m.items {
		it := &m.items[i]
		round(&it.Cost, &it.alpha, &it.maxDepth, &it.units)
		all(it.coef)
		all(it.cov)
	}
	for i := range m.series {
		s := &m.series[i]
		round(&s.level, &s.base, &s.share)
		all(s.lag)
		all(s.pull)
	}
	sp := &m.cal.spreads
	for _, pair := range []*[2]float64{&sp.Cell, &sp.ItemWeek, &sp.Item, &sp.Week, &sp.Scale80, &sp.Scale90} {
		all(pair[:])
	}
	for i := range m.past {
		p := &m.past[i]
		p.units = float32(math.Round(min(float64(p.units), 1e9)*100) / 100)
		p.depth = float32(math.Round(float64(p.depth)*1000)) / 1000
	}
}

type encoder struct{ b []byte }

func (e *encoder) int(x int) { e.b = binary.AppendUvarint(e.b, uint64(x)) }
func (e *encoder) float64(x float64) {
	e.b = binary.LittleEndian.AppendUint64(e.b, math.Float64bits(x))
}
func (e *encoder) float(x float64) {
	e.b = binary.LittleEndian.AppendUint32(e.b, math.Float32bits(float32(x)))
}
func (e *encoder) floats(xs []float64) {
	for _, x := range xs {
		e.float(x)
	}
}
func (e *encoder) text(s string) {
	e.int(len(s))
	e.b = append(e.b, s...)
}

// The last two bits of a week's number say what it is: a run of weeks not
// observed, a run of zero units at base price, whole units at base price, or
// hundredths of units followed by depth in thousandths and flags.
const (
	pastMissing = iota
	pastZero
	pastWhole
	pastFull
)

func (e *encoder) past(rows []pastRow) {
	for i := 0; i < len(rows); {
		r := rows[i]
		kind := pastFull
		switch {
		case r.units != r.units:
			kind = pastMissing
		case r.depth == 0 && r.flags == 0 && r.units == 0:
			kind = pastZero
		case r.depth == 0 && r.flags == 0 && r.units == float32(int(r.units)):
			kind = pastWhole
		}
		switch kind {
		case pastMissing, pastZero:
			n := i + 1
			for n < len(rows) && (kind == pastMissing && rows[n].units != rows[n].units || kind == pastZero && rows[n] == (pastRow{})) {
				n++
			}
			e.int((n-i)<<2 | kind)
			i = n
			continue
		case pastWhole:
			e.int(int(r.units)<<2 | kind)
		case pastFull:
			e.int(int(math.Round(float64(r.units)*100))<<2 | kind)
			e.int(int(math.Round(float64(r.depth) * 1000)))
			e.int(int(r.flags))
		}
		i++
	}
}

type decoder struct {
	b   []byte
	bad bool
}

func (d *decoder) int(limit int) int {
	x, n := binary.Uvarint(d.b)
	if n <= 0 || limit < 0 || x > uint64(limit) {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return int(x)
}

func (d *decoder) take(n int) []byte {
	if n > len(d.b) {
		d.bad, d.b = true, nil
		return make([]byte, min(n, 8))
	}
	out := d.b[:n]
	d.b = d.b[n:]
	return out
}

func (d *decoder) float64() float64 {
	return math.Float64frombits(binary.LittleEndian.Uint64(d.take(8)))
}
func (d *decoder) float() float64 {
	x := float64(math.Float32frombits(binary.LittleEndian.Uint32(d.take(4))))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		d.bad = true
	}
	return x
}
func (d *decoder) floats(n int) []float64 {
	if 4*n > len(d.b) {
		d.bad, d.b = true, nil
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = d.float()
	}
	return out
}
func (d *decoder) text() string {
	n := d.int(len(d.b))
	if d.bad {
		return ""
	}
	return string(d.take(n))
}

func (d *decoder) past(rows []pastRow, weeks int) []pastRow {
	for left := weeks; left > 0 && !d.bad; {
		x := d.int(1 << 40)
		n := x >> 2
		switch x & 3 {
		case pastMissing, pastZero:
			if n == 0 || n > left {
				d.bad = true
				return rows
			}
			row := pastRow{}
			if x&3 == pastMissing {
				row.units = float32(math.NaN())
			}
			for range n {
				rows = append(rows, row)
			}
			left -= n
			continue
		case pastWhole:
			rows = append(rows, pastRow{units: float32(n)})
		case pastFull:
			rows = append(rows, pastRow{float32(float64(n) / 100), float32(d.int(1000)) / 1000, uint8(d.int(255))})
		}
		left--
	}
	return rows
}
