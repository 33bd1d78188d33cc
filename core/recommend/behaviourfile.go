package recommend

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"io"

	"shoptwin/core"
	"shoptwin/core/nn"
)

// A behaviour network's file: 8 bytes "STBEHAV" and the version, 1; a uint32
// and so many bytes of JSON, the Behaviour without its weights; then three
// weights files (core/nn): Table and Bias as look-ups, and Net. Little endian.
const behaviourMagic = "STBEHAV\x01"

const mostJSON = 1 << 28

// behaviourHead is what JSON holds of a Behaviour.
type behaviourHead struct {
	Config     BehaviourConfig `json:"config"`
	Items      int             `json:"items"`
	Code       []int32         `json:"code,omitempty"`
	Categories int             `json:"categories,omitempty"`
	Category   []int32         `json:"category,omitempty"`
	Actions    int             `json:"actions,omitempty"`
	Prices     []float32       `json:"prices,omitempty"`
	Priced     bool            `json:"priced,omitempty"`
	Discounts  []float32       `json:"discounts,omitempty"`
	Discounted bool            `json:"discounted,omitempty"`
	Channels   int             `json:"channels,omitempty"`
	Gaps       int             `json:"gaps,omitempty"`
	Task       *Task           `json:"task,omitempty"`
}

// Write writes b as a file that [ReadBehaviour] reads.
func (b *Behaviour) Write(w io.Writer) error {
	head, err := json.Marshal(behaviourHead{b.Config, b.Items, b.Code, b.Categories, b.Category, b.Actions, b.Prices, b.Prices != nil, b.Discounts, b.Discounts != nil, b.Channels, b.Gaps, b.Task})
	if err != nil {
		return err
	}
	begin := binary.LittleEndian.AppendUint32([]byte(behaviourMagic), uint32(len(head)))
	if _, err := w.Write(append(begin, head...)); err != nil {
		return err
	}
	table := func(x []float32, dim int) *nn.Net {
		return &nn.Net{Layers: []nn.Layer{{Op: &nn.Lookup{In: 1, Rows: len(x) / dim, Dim: dim}, Weights: [][]float32{x}}}}
	}
	for _, n := range []*nn.Net{table(b.Table, b.Config.Dim), table(b.Bias, 1), b.Net} {
		if err := n.Write(w, nn.Float32); err != nil {
			return err
		}
	}
	return nil
}

// ReadBehaviour reads what Write wrote. A file that is cut off, damaged or
// contradicts itself is an error.
func ReadBehaviour(r io.Reader) (*Behaviour, error) {
	damaged := func(why string) error {
		return core.Errorf(core.Invalid, "the file of a behaviour network cannot be used: %s", why).WithHint("train it again")
	}
	begin := make([]byte, len(behaviourMagic)+4)
	if _, err := io.ReadFull(r, begin); err != nil || !bytes.HasPrefix(begin, []byte(behaviourMagic)) {
		return nil, damaged("it is cut off, is none, or another version wrote it")
	}
	size := binary.LittleEndian.Uint32(begin[len(behaviourMagic):])
	if size > mostJSON {
		return nil, damaged("its head is too long")
	}
	var head bytes.Buffer
	if n, err := io.CopyN(&head, r, int64(size)); err != nil || n != int64(size) {
		return nil, damaged("it is cut off")
	}
	var h behaviourHead
	if err := json.Unmarshal(head.Bytes(), &h); err != nil {
		return nil, damaged(err.Error())
	}
	b := &Behaviour{Config: h.Config, Items: h.Items, Code: h.Code, Categories: h.Categories, Category: h.Category, Actions: h.Actions, Prices: h.Prices, Discounts: h.Discounts, Channels: h.Channels, Gaps: h.Gaps, Task: h.Task}
	if h.Priced && b.Prices == nil {
		b.Prices = []float32{}
	}
	if h.Discounted && b.Discounts == nil {
		b.Discounts = []float32{}
	}
	if err := b.Config.Check(); err != nil {
		return nil, err
	}
	var nets [3]*nn.Net
	for i := range nets {
		var err error
		if nets[i], err = nn.ReadNet(r); err != nil {
			return nil, err
		}
	}
	b.Table, b.Bias, b.Net = nets[0].Layers[0].Weights[0], nets[1].Layers[0].Weights[0], nets[2]
	return b, b.whole(damaged)
}

// whole checks what Score relies on.
func (b *Behaviour) whole(damaged func(string) error) error {
	most := int32(b.Known())
	switch {
	case b.Items < 1 || b.Code != nil && len(b.Code) != b.Items || b.Category != nil && len(b.Category) != b.Items:
		return damaged("its items are not of one number")
	case len(b.Bias) != int(most) || len(b.Table) != b.Rows()*b.Config.Dim:
		return damaged("its tables are not of the size that its items need")
	case b.Task != nil && (b.Task.outputs() < 1 || b.Net.Out() != b.Task.outputs()) || b.Task == nil && b.Net.Out() != b.Config.Dim || b.Net.In() != b.Config.Dim:
		return damaged("its network is not of the size that its tables have")
	case len(b.Net.Layers) == 0:
		return damaged("it has no network")
	}
	for _, c := range b.Code {
		if c >= most {
			return damaged("an item has a number that there is not")
		}
	}
	for _, c := range b.Category {
		if int(c) >= b.Categories {
			return damaged("a category has a number that there is not")
		}
	}
	return nil
}
