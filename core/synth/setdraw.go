package synth

import (
	"math"
	"math/rand/v2"

	"shoptwin/core"
	"shoptwin/core/table"
)

// portion is a batch of rows of a member.
type portion struct {
	m      *Member
	at     int      // of m
	up     *portion // the batch that its owners are in; nil without
	owner  []int32
	number []int64
	work   map[string]*table.Column
	named  map[string][]int64 // key: numbers of the rows it names, -1 for none
	path   uint64             // where it is, for its random numbers
}

func (b *portion) rows() int { return len(b.number) }

// rng is a source of random numbers for one use of the batch.
func (b *portion) rng(use uint64) *rand.PCG { return rand.NewPCG(mix(b.path+use), mix(b.path^use<<32)) }

// Uses of random numbers.
const (
	useEarly uint64 = iota + 1
	useLate
	usePick
	useStep
	useOrphan
	useBlank
	useTotal
)

// block draws block k of a table without an owner, n rows.
func (d *SetSampler) block(at, k, n int) (*portion, error) {
	b := &portion{m: d.set.Members[at], at: at, path: mix(d.seed ^ mix(uint64(at)<<40|uint64(k)))}
	for i := range n {
		b.number = append(b.number, int64(k)*BlockRows+int64(i))
	}
	return b, d.fill(b)
}

// children draws the rows of member at that group g of the rows of up own.
func (d *SetSampler) children(at int, up *portion, g int) (*portion, error) {
	m := d.set.Members[at]
	b := &portion{m: m, at: at, up: up, path: mix(up.path ^ mix(uint64(at)<<40|uint64(g)|1<<63))}
	lo, hi := g*m.Batch, min((g+1)*m.Batch, up.rows())
	most := float64((m.Span - 16) / 2)
	num := up.work[hiddenCount(m.Name)].Num[lo:hi]
	count := make([]int, hi-lo)
	for i, x := range num {
		if !math.IsNaN(x) {
			count[i] = int(math.Round(min(max(x, 0), most)))
		}
		for k := range count[i] {
			b.owner, b.number = append(b.owner, int32(lo+i)), append(b.number, up.number[lo+i]*m.Span+int64(k))
		}
	}
	if m.Orphans > 0 && hi > lo {
		n := int(m.Orphans*float64(len(b.number)) + rand.New(b.rng(useOrphan)).Float64())
		for k := range n {
			i := k % (hi - lo)
			if at := count[i] + k/(hi-lo); int64(at) < m.Span {
				b.owner, b.number = append(b.owner, -1), append(b.number, up.number[lo+i]*m.Span+int64(at))
			}
		}
	}
	return b, d.fill(b)
}

// groups returns how many groups of owners up's rows make for member at.
func (d *SetSampler) groups(at int, up *portion) int {
	size := d.set.Members[at].Batch
	return (up.rows() + size - 1) / size
}

// fill draws the cells of b.
func (d *SetSampler) fill(b *portion) error {
	m := b.m
	b.work, b.named = map[string]*table.Column{}, map[string][]int64{}
	for _, name := range m.Context {
		if c := b.up.work[name]; c != nil {
			c = takeOr(c, b.owner)
			c.Name = through(m.OwnerColumn, name)
			b.work[c.Name] = c
		}
	}
	if m.Owner >= 0 {
		named := make([]int64, b.rows())
		for i, o := range b.owner {
			if named[i] = -1; o >= 0 {
				named[i] = b.up.number[o]
			}
		}
		b.named[m.OwnerColumn] = named
	}
	if m.Early != nil {
		if err := b.complete(m.Early, m.EarlyKnown, useEarly); err != nil {
			return err
		}
	}
	for i := range m.Steps[:m.EarlySteps] {
		b.take(i)
	}
	if err := d.refer(b); err != nil {
		return err
	}
	if m.Late != nil {
		if err := b.complete(m.Late, m.LateKnown, useLate); err != nil {
			return err
		}
	}
	b.total()
	for i := range m.Steps[m.EarlySteps:] {
		b.take(m.EarlySteps + i)
	}
	return nil
}

// complete draws what model has and b has not.
func (b *portion) complete(model *Model, known []string, use uint64) error {
	t := &table.Table{}
	for _, name := range known {
		if b.work[name] == nil {
			return core.Errorf(core.Internal, "table %q: its column %q was not drawn", b.m.Name, name)
		}
		t.Columns = append(t.Columns, b.work[name])
	}
	first := int64(0)
	if b.rows() > 0 {
		first = b.number[0]
	}
	out, err := model.Complete(t, b.rows(), first, b.rng(use))
	if err != nil {
		return err
	}
	for _, c := range out.Columns {
		if b.work[c.Name] == nil {
			b.work[c.Name] = c
		}
	}
	return nil
}

// refer draws the rows that the keys of b name, but for the owner.
func (d *SetSampler) refer(b *portion) error {
	rng := rand.New(b.rng(usePick))
	row := map[string][]int32{}
	for _, ref := range b.m.References {
		x, err := d.index(ref)
		if err != nil {
			return err
		}
		at, named := make([]int32, b.rows()), make([]int64, b.rows())
		var wants, teller []bool
		if ref.Wants != "" {
			wants = wanted(b.work[ref.Wants])
		}
		var told []int64  // numbers that another key tells
		var tells []int32 // in these rows of it
		if ref.Told == b.m.OwnerColumn && b.up != nil {
			told, tells = b.up.named[ref.Via], b.owner
		} else if ref.Told != "" {
			by := b.m.reference(ref.Told)
			other, err := d.index(by)
			if err != nil {
				return err
			}
			told, tells, teller = other.told[ref.Via], row[ref.Told], wanted(b.work[by.Wants])
		}
		var time []float64
		if ref.Time != "" {
			time = b.work[ref.Time].Num
		}
		for i := range at {
			at[i] = -1
			if tells != nil && tells[i] >= 0 && told[tells[i]] >= 0 {
				if r, ok := x.at[told[tells[i]]]; ok {
					at[i] = r
					continue
				}
			}
			class := x.all
			switch {
			case wants == nil || wants[i]:
				if wants != nil && ref.Class != "" {
					if s := x.class[b.work[ref.Wants].Cell(i)]; s != nil {
						class = s
					}
				}
			case ref.Always, teller != nil && teller[i]:
			default:
				continue
			}
			when := 0.
			if time != nil {
				when = time[i]
			}
			if at[i] = class.draw(when, rng); at[i] < 0 && class != x.all {
				at[i] = x.all.draw(when, rng)
			}
		}
		for i, r := range at {
			if named[i] = -1; r >= 0 {
				named[i] = x.number[r]
			}
		}
		row[ref.Column], b.named[ref.Column] = at, named
		for _, c := range x.rows.Columns {
			mine := takeOr(c, at)
			mine.Name = through(ref.Column, c.Name)
			b.work[mine.Name] = mine
		}
	}
	return nil
}

// wanted says which rows want a row at all; nil: all do.
func wanted(c *table.Column) []bool {
	if c == nil {
		return nil
	}
	out := make([]bool, c.Len())
	for i := range out {
		out[i] = !c.Missing(i) && c.Cell(i) != unwanted
	}
	return out
}

func (m *Member) reference(column string) *Reference {
	for _, r := range m.References {
		if r.Column == column {
			return r
		}
	}
	return nil
}

// total brings the numbers of rows that the groups of one owner have to what
// the owner has in all, by one row at a time, each group in proportion to its
// rows; a group that has any keeps one.
func (b *portion) total() {
	if b.m.Total == "" {
		return
	}
	parts := b.work[b.m.Parts]
	want := b.work[through(b.m.OwnerColumn, b.m.Total)]
	if parts == nil || want == nil {
		return
	}
	rng := rand.New(b.rng(useTotal))
	for lo := 0; lo < len(b.owner); {
		hi := lo + 1
		for hi < len(b.owner) && b.owner[hi] == b.owner[lo] {
			hi++
		}
		if b.owner[lo] >= 0 && !math.IsNaN(want.Num[lo]) {
			level(parts.Num[lo:hi], int(math.Round(want.Num[lo])), rng)
		}
		lo = hi
	}
}

// level changes whole numbers until their sum is want, those of 1 or more
// staying so.
func level(n []float64, want int, rng *rand.Rand) {
	sum, least := 0, 0
	for i, x := range n {
		if n[i] = 0; x > 0 {
			n[i] = math.Round(x)
		}
		sum += int(n[i])
		if n[i] > 0 {
			least++
		}
	}
	want = max(want, least)
	for tries := 0; sum != want && tries < 100*(len(n)+want); tries++ {
		i := rng.IntN(len(n))
		switch {
		case n[i] == 0:
		case sum < want && rng.Float64()*8 < n[i]:
			n[i]++
			sum++
		case sum > want && n[i] > 1:
			n[i]--
			sum--
		}
	}
}
