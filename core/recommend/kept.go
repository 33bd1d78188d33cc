package recommend

import (
	"bytes"
	"encoding/json"
	"io"
	"math"

	"shoptwin/core/tree"
)

// kept is a scorer that a file can hold.
type kept interface {
	Scorer
	keep(k *keeper)
}

// file is a scorer with a file of its own.
type file interface {
	Scorer
	Write(io.Writer) error
}

// kinds of scorers in a file. Their order is part of its format.
var kinds = []struct {
	name string
	made func() kept
}{
	{"popular", func() kept { return &popular{} }},
	{"personal", func() kept { return &personal{} }},
	{"linear", func() kept { return &linear{} }},
	{"partial", func() kept { return &partial{} }},
	{"graph", func() kept { return &graph{} }},
	{"upcf", func() kept { return &upcf{} }},
	{"tifu", func() kept { return &tifu{} }},
	{"blend", func() kept { return &blend{} }},
	{"stack", func() kept { return &stacked{} }},
	{"walk", func() kept { return &walk{} }},
	{"spectrum", func() kept { return &spectrum{} }},
}

// keepable says whether a file can hold s.
func keepable(s Scorer) bool {
	switch s := s.(type) {
	case *partial:
		return keepable(s.of)
	case *blend:
		for _, p := range s.parts {
			if !keepable(p) {
				return false
			}
		}
		return true
	case *stacked:
		for _, p := range s.parts {
			if p != nil && !keepable(p) {
				return false
			}
		}
		return true
	case kept, file:
		return true
	}
	return false
}

// scorer keeps a scorer of any kind, or none.
func (k *keeper) scorer(s *Scorer) {
	if k.deep++; k.deep > 8 {
		k.fail()
	}
	defer func() { k.deep-- }()
	name := ""
	switch x := (*s).(type) {
	case kept:
		name = nameOf(x)
	case *Behaviour:
		name = "behaviour"
	case *Vectors:
		name = "vectors"
	case *SAGE:
		name = "sage"
	}
	k.text(&name)
	switch name {
	case "":
	case "behaviour":
		inFile(k, s, ReadBehaviour, func(b *Behaviour) bool { return b.Items == k.items && b.Task == nil })
	case "vectors":
		inFile(k, s, ReadVectors, func(v *Vectors) bool { return len(v.Popular) == k.items })
	case "sage":
		inFile(k, s, ReadSAGE, func(g *SAGE) bool { return len(g.Known) == k.items })
	default:
		x, ok := (*s).(kept)
		if !ok {
			for _, kind := range kinds {
				if kind.name == name {
					x = kind.made()
				}
			}
			if x == nil {
				k.fail()
				return
			}
			*s = x
		}
		x.keep(k)
	}
}

func nameOf(s kept) string {
	switch s.(type) {
	case *popular:
		return "popular"
	case *personal:
		return "personal"
	case *linear:
		return "linear"
	case *partial:
		return "partial"
	case *graph:
		return "graph"
	case *upcf:
		return "upcf"
	case *tifu:
		return "tifu"
	case *blend:
		return "blend"
	case *walk:
		return "walk"
	case *spectrum:
		return "spectrum"
	}
	return "stack"
}

// inFile keeps a scorer by its own file, whose length goes before it; fits says
// whether what was read is of these items.
func inFile[T file](k *keeper, s *Scorer, read func(io.Reader) (T, error), fits func(T) bool) {
	var b bytes.Buffer
	if k.to != nil {
		if x, ok := (*s).(T); ok && k.err == nil {
			k.err = x.Write(&b)
		}
	}
	text := b.Bytes()
	k.bytes(&text)
	if k.to != nil || k.err != nil {
		return
	}
	x, err := read(bytes.NewReader(text))
	if err != nil || !fits(x) {
		k.fail()
		return
	}
	*s = x
}

func (p *popular) keep(k *keeper) { k.float32s(&p.score, k.items) }

func (p *personal) keep(k *keeper) {
	k.decay(&p.decay)
	k.float32s(&p.popular, k.items)
	k.single(&p.fill)
}

func (m *linear) keep(k *keeper) {
	k.decay(&m.decay)
	k.maybe(&m.scale, k.items)
	k.float32s(&m.popular, k.items)
	k.single(&m.tie)
	k.maybe(&m.dense, k.items*k.items)
	if m.dense == nil {
		k.csr(&m.sparse, k.items, k.items)
	}
}

func (p *partial) keep(k *keeper) {
	k.int32s(&p.items, -1, 0, k.items)
	k.int32s(&p.at, k.items, -1, len(p.items))
	k.float32s(&p.popular, k.items)
	some := *k
	some.items = len(p.items)
	some.scorer(&p.of)
	if k.err = some.err; k.err == nil && p.of == nil {
		k.fail()
	}
}

func (g *graph) keep(k *keeper) {
	k.matrix(&g.norm)
	k.number(&g.rank, 1<<16)
	k.float32s(&g.v, k.items*g.rank)
	k.float32s(&g.gain, g.rank)
	k.float32s(&g.item, k.items)
	k.float32s(&g.out, k.items)
	k.single(&g.step)
	k.maybe(&g.own, g.rank)
	k.float32s(&g.popular, k.items)
}

func (w *walk) keep(k *keeper) {
	k.matrix(&w.have)
	k.float32s(&w.from, k.items)
	k.float32s(&w.via, k.customers)
	k.float32s(&w.to, k.items)
	k.real(&w.power)
	k.float32s(&w.popular, k.items)
}

func (m *upcf) keep(k *keeper) {
	k.number(&m.cfg.Window, math.MaxInt32)
	k.real(&m.cfg.Locality)
	k.real(&m.cfg.Asym)
	k.matrix(&m.have)
	k.csr(&m.often, k.customers, k.items)
	k.float32s(&m.size, k.customers)
	k.single(&m.least)
	k.float32s(&m.popular, k.items)
}

func (m *tifu) keep(k *keeper) {
	k.number(&m.cfg.Neighbours, math.MaxInt32)
	k.number(&m.cfg.Group, 1<<16)
	k.real(&m.cfg.BasketDecay)
	k.real(&m.cfg.GroupDecay)
	k.real(&m.cfg.Own)
	if k.err == nil && m.cfg.Group == 0 {
		k.fail()
	}
	k.matrix(&m.vectors)
	k.float32s(&m.length, k.customers)
	k.float32s(&m.popular, k.items)
}

// parts keeps the scorers of a mixture; nil stands for one without weight.
func (k *keeper) parts(parts *[]Scorer) {
	n := len(*parts)
	k.number(&n, 1000)
	if k.to == nil && k.err == nil {
		*parts = make([]Scorer, n)
	}
	for i := range *parts {
		k.scorer(&(*parts)[i])
	}
}

func (b *blend) keep(k *keeper) {
	b.items = k.items
	k.parts(&b.parts)
	k.float32s(&b.weight, len(b.parts))
	for _, p := range b.parts {
		if p == nil {
			k.fail()
		}
	}
}

// keep writes the blend as the weights of the parts, which it shares.
func (s *stacked) keep(k *keeper) {
	var weight []float32
	if k.to == nil {
		s.facts = &facts{}
	} else {
		for _, p := range s.parts {
			w := float32(0)
			if b, ok := s.blend.(*blend); ok {
				for i, q := range b.parts {
					if p == q {
						w = b.weight[i]
					}
				}
			}
			weight = append(weight, w)
		}
	}
	k.parts(&s.parts)
	k.float32s(&weight, len(s.parts))
	k.float32s(&s.facts.popular, k.items)
	k.float32s(&s.facts.repeat, k.items)
	k.number(&s.most, 1<<16)
	k.yes(&s.new)
	var text []byte
	if k.to != nil && k.err == nil {
		text, k.err = json.Marshal(trees{s.bins, s.model})
	}
	k.bytes(&text)
	if k.to != nil || k.err != nil {
		return
	}
	var t trees
	if err := json.Unmarshal(text, &t); err != nil || t.Bins == nil || t.Model == nil || len(s.parts) == 0 {
		k.fail()
		return
	}
	s.bins, s.model = t.Bins, t.Model
	b := &blend{items: k.items}
	for i, w := range weight {
		if s.parts[i] == nil {
			k.fail()
			return
		}
		if w != 0 {
			b.parts, b.weight = append(b.parts, s.parts[i]), append(b.weight, w)
		}
	}
	s.blend = b
}

type trees struct {
	Bins  *tree.Binning
	Model *tree.Model
}
