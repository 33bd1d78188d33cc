package recommend

import (
	"bufio"
	"encoding/binary"
	"hash/crc64"
	"io"
	"math"
	"slices"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// Page is what a page carries of a model: what items are called and how they
// go together, of pairs that at least [mostTold] baskets share. No customer is
// in it, and nothing that fewer have done.
type Page struct {
	Relations *Relations
	Labels    []string // of each item, "" where it is not known
	at        map[string]int32
}

// A page's file: 8 bytes "STpage" and the version, 1; the relations, field by
// field; and the CRC-64 (ECMA) of all, little-endian. It has no JSON, whose
// reader is too large for a page.
const pageMagic = "STpage\x00\x01"

const (
	mostTold = 5  // baskets that share a pair
	pageKeep = 20 // related items of each
)

// WritePage writes the part of the model that a page computes with.
func (m *Model) WritePage(to io.Writer) error {
	p := &Page{Relations: m.Relations.common(mostTold, pageKeep), Labels: make([]string, len(m.Items))}
	copy(p.Labels, m.Labels)
	return p.Write(to)
}

// Write writes the page as [ReadPage] reads it.
func (p *Page) Write(to io.Writer) error {
	sum := crc64.New(crc64.MakeTable(crc64.ECMA))
	b := bufio.NewWriterSize(io.MultiWriter(to, sum), 1<<16)
	b.WriteString(pageMagic)
	k := &keeper{to: b, items: len(p.Relations.Items)}
	k.page(p)
	if k.err != nil {
		return k.err
	}
	if err := b.Flush(); err != nil {
		return core.Wrap(err, "writing the relations")
	}
	_, err := to.Write(binary.LittleEndian.AppendUint64(nil, sum.Sum64()))
	return err
}

// ReadPage reads what WritePage wrote. A file that is cut off or changed is an
// error.
func ReadPage(from io.Reader) (*Page, error) {
	d := &decoder{sum: crc64.New(crc64.MakeTable(crc64.ECMA)), from: bufio.NewReaderSize(from, 1<<16)}
	if head := d.bytes(uint64(len(pageMagic))); d.err != nil || string(head) != pageMagic {
		return nil, broken("is no page's")
	}
	p, k := &Page{Relations: &Relations{}}, &keeper{from: d}
	k.page(p)
	want := d.sum.Sum64()
	if got := d.bytes(8); d.err != nil || k.err != nil || binary.LittleEndian.Uint64(got) != want {
		return nil, broken("was cut short or changed: its checksum does not fit")
	}
	p.index()
	return p, nil
}

func (p *Page) index() {
	p.at = make(map[string]int32, len(p.Relations.Items))
	for i, name := range p.Relations.Items {
		p.at[name] = int32(i)
	}
}

// page keeps all of a page, its number of items first.
func (k *keeper) page(p *Page) {
	r := p.Relations
	k.number(&k.items, maxCells)
	if k.to == nil {
		if k.err != nil {
			return
		}
		// Names come one by one: a wrong number must not ask for all memory.
		r.Items, p.Labels = nil, nil
	}
	for i := range k.items {
		var name, label string
		if k.to != nil {
			name, label = r.Items[i], p.Labels[i]
		}
		k.text(&name)
		k.text(&label)
		if k.err != nil {
			return
		}
		if k.to == nil {
			r.Items, p.Labels = append(r.Items, name), append(p.Labels, label)
		}
	}
	n := k.items
	k.number(&r.Baskets, maxCells)
	k.real(&r.cfg.Shrink)
	k.real(&r.usual)
	k.real(&r.prior)
	k.float32s(&r.count, n)
	k.csr(&r.cosine, n, n)
	told := r.category != nil
	if k.yes(&told); !told {
		return
	}
	k.number(&r.k, 2000)
	k.int32s(&r.category, n, -1, r.k)
	k.float32s(&r.lift, r.k*r.k)
	k.float32s(&r.own, r.k*r.k)
}

// common returns the relations with only the pairs in at least both baskets,
// the keep nearest of each item; items that so many baskets do not have count
// as if they had none.
func (r *Relations) common(both float64, keep int) *Relations {
	out := *r
	out.count = slices.Clone(r.count)
	rows, values := make([][]int32, len(r.Items)), make([][]float32, len(r.Items))
	for i := range r.Items {
		if out.count[i] < float32(both) {
			out.count[i] = 0
		}
		items, cosine := row(r.cosine, i)
		near := make([]int32, 0, len(items))
		for k, j := range items {
			if math.Round(float64(cosine[k])*r.root(int32(i), j)) >= both {
				near = append(near, int32(k))
			}
		}
		for _, k := range bestOf(near, cosine, keep) {
			rows[i], values[i] = append(rows[i], items[k]), append(values[i], cosine[k])
		}
	}
	out.cosine = stack(rows, values, len(r.Items))
	if out.cosine.Index == nil {
		out.cosine = &nn.CSR{Rows: len(r.Items), Cols: len(r.Items), Start: make([]int32, len(r.Items)+1)}
	}
	return &out
}

// PageItem is an item that goes with others.
type PageItem struct {
	Item, Label string
	Score       float64 // only the order means anything
	Both        int     // baskets with both; 0 of a basket's
	Confidence  float64
	Times       float64 // as many as chance would have; 0 of a basket's
}

// Next returns up to k items that are bought together with those of a basket, by
// the sum of their cosines; names that are not known are passed over.
func (p *Page) Next(basket []string, k int) []PageItem {
	in, sum := map[int32]bool{}, map[int32]float64{}
	for _, name := range basket {
		if i, ok := p.at[name]; ok && !in[i] {
			in[i] = true
			items, cosine := row(p.Relations.cosine, int(i))
			for k, other := range items {
				sum[other] += float64(cosine[k])
			}
		}
	}
	best := ranked{most: k}
	for item, x := range sum {
		if !in[item] {
			best.put(item, x)
		}
	}
	return best.of(p, func(item int32, x float64) PageItem { return PageItem{Score: x} })
}

// Related returns up to k items that are bought together with one, as
// [Relations.To] does; none for one that is not known.
func (p *Page) Related(name string, k int) []PageItem {
	i, ok := p.at[name]
	if !ok {
		return []PageItem{}
	}
	r := p.Relations
	best, of := ranked{most: k}, map[int32]Pair{}
	items, cosine := row(r.cosine, int(i))
	for k, other := range items {
		if x := r.pair(i, other, math.Round(float64(cosine[k])*r.root(i, other))); x.Score > 0 {
			of[other] = x
			best.put(other, x.Score*x.Confidence)
		}
	}
	return best.of(p, func(item int32, _ float64) PageItem {
		x := of[item]
		return PageItem{Score: x.Score, Both: x.Both, Confidence: x.Confidence, Times: math.Exp(x.Score)}
	})
}

// ranked are the most items with the largest scores so far, ties by number: few
// enough to be moved one by one, so that a page need not carry a sort.
type ranked struct {
	most  int
	items []int32
	score []float64
}

func (b *ranked) put(item int32, x float64) {
	b.items, b.score = append(b.items, item), append(b.score, x)
	for k := len(b.items) - 1; k > 0 && (x > b.score[k-1] || x == b.score[k-1] && item < b.items[k-1]); k-- {
		b.items[k], b.items[k-1], b.score[k], b.score[k-1] = b.items[k-1], item, b.score[k-1], x
	}
	if len(b.items) > b.most {
		b.items, b.score = b.items[:b.most], b.score[:b.most]
	}
}

func (b *ranked) of(p *Page, told func(item int32, score float64) PageItem) []PageItem {
	out := make([]PageItem, 0, len(b.items))
	for k, item := range b.items {
		x := told(item, b.score[k])
		x.Item, x.Label = p.Relations.Items[item], p.Labels[item]
		out = append(out, x)
	}
	return out
}
