package app

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"runtime"
	"slices"
	"strconv"
	"time"

	"shoptwin/core"
	"shoptwin/core/nn"
	"shoptwin/core/table"
	"shoptwin/store"
)

// Machine is what a training ran on and with.
type Machine struct {
	Version string `json:"version"` // of Shoptwin
	System  string `json:"system"`  // such as linux/amd64
	Engine  string `json:"engine"`  // kernels, such as avx512
	Threads int    `json:"threads"`
}

func thisMachine() *Machine {
	return &Machine{Version: Version, System: runtime.GOOS + "/" + runtime.GOARCH, Engine: nn.Engine(), Threads: core.Threads()}
}

// fingerprint is the SHA-256 of a table's names, kinds and cells, in hex. Equal
// tables have the same on every machine. One pass over the cells.
func fingerprint(t *table.Table) string {
	h := core.NewDigest()
	var buf [8]byte
	number := func(x uint64) {
		binary.LittleEndian.PutUint64(buf[:], x)
		h.Write(buf[:])
	}
	text := func(s string) {
		number(uint64(len(s)))
		io.WriteString(h, s)
	}
	number(uint64(len(t.Columns)))
	for _, c := range t.Columns {
		text(c.Name)
		number(uint64(c.Kind))
		number(uint64(c.Len()))
		for _, x := range c.Num {
			if math.IsNaN(x) {
				x = math.NaN() // missing is missing, whatever its bits
			}
			number(math.Float64bits(x))
		}
		for _, level := range c.Levels {
			text(level)
		}
		for _, code := range c.Codes {
			number(uint64(uint32(code)))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Entry is one line of a project's logbook: a training, the fit of a response,
// a recommender or a plan, with all that is known of how it came about.
type Entry struct {
	ID      string             `json:"id"`
	Kind    string             `json:"kind"` // run, promo, recommender or scenario
	Name    string             `json:"name"`
	What    string             `json:"what"` // engine or method
	Dataset string             `json:"dataset"`
	Created time.Time          `json:"created"`
	Seconds float64            `json:"seconds"` // 0 where it was not measured
	Seed    uint64             `json:"seed"`
	Scores  map[string]float64 `json:"scores"`
	Choices map[string]string  `json:"choices"` // what was chosen, by the path of each choice
	Data    string             `json:"data"`    // fingerprint of the rows it learned from; "" where it was not taken
	Result  string             `json:"result"`  // SHA-256 of what was learned; "" of a plan
	Bytes   int64              `json:"bytes"`
	Machine *Machine           `json:"machine"`
	Curve   []CurvePoint       `json:"curve"`
	// Again says whether Reproduce can do it again; WhyNot, where it cannot.
	Again  bool     `json:"again"`
	WhyNot *Problem `json:"whyNot,omitempty"`
}

// Logbook lists all that was trained and planned in a project, newest first.
func (a *App) Logbook(project string) ([]Entry, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	out := []Entry{}
	for _, read := range []func(store.Project) ([]Entry, error){a.runEntries, a.promoEntries, a.recommenderEntries, a.planEntries} {
		some, err := read(p)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return b.Created.Compare(a.Created) })
	return out, nil
}

func (e *Entry) again(err error) {
	if e.Again = err == nil; err != nil {
		e.WhyNot = ProblemOf(err)
	}
}

func (a *App) runEntries(p store.Project) ([]Entry, error) {
	runs, err := a.runs(p.ID)
	if err != nil {
		return nil, err
	}
	models, err := list(a, p.ID, kindModel, func(rec store.Record, m *ModelInfo) { m.ID, m.Bytes, m.SHA256 = rec.ID, rec.Size, rec.SHA256 })
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, r := range runs {
		e := Entry{
			ID: r.ID, Kind: kindRun, Name: r.Name, What: r.Engine, Dataset: r.Dataset, Created: r.Created, Seconds: r.Seconds, Seed: r.Seed,
			Scores: r.Scores, Choices: map[string]string{}, Data: r.Data, Machine: r.Machine, Curve: r.Curve,
		}
		if r.Request != nil {
			choices(e.Choices, *r.Request, "project", "dataset", "seed")
		}
		if i := slices.IndexFunc(models, func(m ModelInfo) bool { return m.ID == r.Model }); i >= 0 {
			e.Result, e.Bytes = models[i].SHA256, models[i].Bytes
			choices(e.Choices, models[i].Config, "project", "dataset", "seed")
		}
		e.again(repeatable(r))
		out = append(out, e)
	}
	return out, nil
}

func (a *App) promoEntries(p store.Project) (out []Entry, err error) {
	_, err = list(a, p.ID, kindPromo, func(rec store.Record, m *PromoInfo) {
		e := Entry{
			ID: rec.ID, Kind: kindPromo, Name: rec.Name, What: "response", Dataset: rec.Name, Created: rec.Created, Result: rec.SHA256, Bytes: rec.Size,
			Scores: map[string]float64{}, Choices: map[string]string{}, Seconds: m.Seconds, Data: m.Data, Machine: m.Machine,
		}
		if b := m.Backtest; b != nil {
			for _, s := range b.Scores {
				if s.Method == "model" || s.Method == "spreadsheet" {
					e.Scores[s.Method] = s.Promo
				}
			}
			e.Choices["backtest"] = strconv.Itoa(b.Weeks)
		}
		if m.Request == nil {
			e.again(noChoices(e.Name))
		} else {
			choices(e.Choices, *m.Request, "project", "sales")
			e.again(nil)
		}
		out = append(out, e)
	})
	return out, err
}

func (a *App) recommenderEntries(p store.Project) (out []Entry, err error) {
	_, err = list(a, p.ID, kindRecommender, func(rec store.Record, m *RecommenderInfo) {
		e := Entry{
			ID: rec.ID, Kind: kindRecommender, Name: rec.Name, What: m.Method, Dataset: m.Dataset, Created: rec.Created, Seconds: m.Seconds,
			Scores: map[string]float64{}, Choices: map[string]string{}, Result: rec.SHA256, Bytes: rec.Size,
		}
		e.Data, e.Machine = m.Data, m.Machine
		choices(e.Choices, m.Request, "project", "dataset", "file", "model")
		if m.Board != nil {
			if r := m.Board.Of(m.Method); r != nil {
				e.Scores["recall"], e.Scores["ndcg"] = r.Recall10.Mean, r.NDCG10.Mean
			}
		}
		e.again(learnedAgain(e.Name, *m))
		out = append(out, e)
	})
	return out, err
}

func (a *App) planEntries(p store.Project) ([]Entry, error) {
	plans, err := a.scenarios(p.ID)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, s := range plans {
		e := Entry{
			ID: s.ID, Kind: kindScenario, Name: s.Name, What: s.Title, Created: s.Changed,
			Scores: map[string]float64{}, Choices: map[string]string{"offers": strconv.Itoa(len(s.Plan.Offers))},
		}
		plan := s.Plan
		plan.Offers, plan.Items, plan.Stores = nil, nil, nil
		choices(e.Choices, plan)
		if o, err := a.WhatIf(p.ID, s.Plan); err == nil {
			e.Scores["profit"], e.Scores["profitLo"], e.Scores["profitHi"] = o.Profit.Net.Mean, o.Profit.Net.Lo90, o.Profit.Net.Hi90
			e.Scores["units"], e.Scores["spent"] = o.Change.Net.Mean, o.Spent
		}
		_, id, err := a.newestPromo(p.ID)
		if err == nil {
			if rec, err := a.store.Get(p.ID, kindPromo, id); err == nil {
				e.Data, e.Dataset = rec.SHA256, rec.Name // a plan's figures follow from the response
			}
		}
		e.again(err)
		out = append(out, e)
	}
	return out, nil
}

func noChoices(name string) error {
	return core.Errorf(core.Unsupported, "%s was made by a Shoptwin that did not keep its choices", name).WithHint("train again with the same choices")
}

// choices adds what v chooses to out, by the path of each choice, such as
// gan.width; what is not chosen (zero, empty) is left out, and so are the
// names in but.
func choices(out map[string]string, v any, but ...string) {
	text, err := json.Marshal(v)
	if err != nil {
		return
	}
	var tree any
	if json.Unmarshal(text, &tree) != nil {
		return
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(v)) {
				if path == "" && slices.Contains(but, key) {
					continue
				}
				walk(path+dot(path)+key, v[key])
			}
		case []any:
			if len(v) == 0 {
				return
			}
			b, _ := json.Marshal(v)
			if len(b) > 200 {
				b = fmt.Appendf(b[:0], "%d: %x", len(v), core.Digest(b))[:30]
			}
			out[path] = string(b)
		case string:
			if v != "" {
				out[path] = v
			}
		case float64:
			if v != 0 {
				out[path] = strconv.FormatFloat(v, 'g', -1, 64)
			}
		case bool:
			if v {
				out[path] = "true"
			}
		}
	}
	walk("", tree)
}

func dot(path string) string {
	if path == "" {
		return ""
	}
	return "."
}
