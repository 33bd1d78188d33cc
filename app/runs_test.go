package app

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/promo"
	"shoptwin/core/table"
	"shoptwin/store"
)

// wire reads the fields of a message in the encoding of protocol buffers:
// numbers as uint64, the others as bytes, in order.
func wire(t *testing.T, b []byte) (fields []any, numbers []int) {
	t.Helper()
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			t.Fatalf("no key in %x", b)
		}
		b = b[n:]
		var v any
		switch key & 7 {
		case 0:
			x, n := binary.Uvarint(b)
			v, b = x, b[n:]
		case 1:
			v, b = math.Float64frombits(binary.LittleEndian.Uint64(b)), b[8:]
		case 5:
			v, b = math.Float32frombits(binary.LittleEndian.Uint32(b)), b[4:]
		case 2:
			x, n := binary.Uvarint(b)
			v, b = b[n:n+int(x)], b[n+int(x):]
		default:
			t.Fatalf("wire type %d", key&7)
		}
		fields, numbers = append(fields, v), append(numbers, int(key>>3))
	}
	return fields, numbers
}

// crc is CRC-32C bit by bit, from its polynomial.
func crc(b []byte) uint32 {
	c := ^uint32(0)
	for _, x := range b {
		c ^= uint32(x)
		for range 8 {
			c = c>>1 ^ 0x82f63b78&-(c&1)
		}
	}
	return ^c
}

// records reads a file of TFRecords and checks its sums.
func records(t *testing.T, b []byte) (out [][]byte) {
	t.Helper()
	sum := func(b []byte) uint32 { c := crc(b); return c>>15 | c<<17 }
	for len(b) > 0 {
		n := int(binary.LittleEndian.Uint64(b))
		for _, part := range []struct{ data, sum []byte }{{b[:8], b[8:12]}, {b[12 : 12+n], b[12+n : 16+n]}} {
			if got := binary.LittleEndian.Uint32(part.sum); got != sum(part.data)+0xa282ead8 {
				t.Fatalf("sum %x of %.40x", got, part.data)
			}
		}
		out, b = append(out, b[12:12+n]), b[16+n:]
	}
	return out
}

func TestEvents(t *testing.T) {
	if got := crc([]byte("123456789")); got != 0xe3069283 { // RFC 3720's check value
		t.Fatalf("%x", got)
	}
	made := time.Date(2026, 5, 21, 10, 0, 0, 0, time.UTC)
	e := Entry{
		Name: "run 3", Created: made, Seconds: 100, Scores: map[string]float64{"overall": .98, "none": math.NaN()}, Choices: map[string]string{"gan.width": "256"},
		Curve: []CurvePoint{{Step: 10, Value: map[string]float64{"loss_g": .5, "loss_d": 1.25}}, {Step: 300, Value: map[string]float64{"loss_g": .25}}},
	}
	var b bytes.Buffer
	if err := WriteEvents(&b, e); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, rec := range records(t, b.Bytes()) {
		var at float64
		var step uint64
		fields, numbers := wire(t, rec)
		for i, f := range fields {
			switch numbers[i] {
			case 1:
				at = f.(float64) - float64(made.Unix())
			case 2:
				step = f.(uint64)
			case 3:
				got = append(got, string(f.([]byte)))
			case 5:
				values, _ := wire(t, f.([]byte))
				for _, v := range values {
					of, number := wire(t, v.([]byte))
					tag := string(of[slices.Index(number, 1)].([]byte))
					if i := slices.Index(number, 2); i >= 0 {
						got = append(got, fmt.Sprintf("%s %v at step %d, %v s", tag, of[i], step, at))
						continue
					}
					if !strings.Contains(string(v.([]byte)), "|gan.width|256|") || !strings.Contains(string(of[slices.Index(number, 9)].([]byte)), "text") {
						t.Errorf("%s: %q", tag, v)
					}
					got = append(got, tag)
				}
			}
		}
	}
	want := []string{"brain.Event:2", "choices", "train/loss_d 1.25 at step 10, -50 s", "train/loss_g 0.5 at step 10, -50 s", "train/loss_g 0.25 at step 300, 0 s", "score/overall 0.98 at step 300, 0 s"}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nis not\n%q", got, want)
	}
}

func TestFingerprint(t *testing.T) {
	of := func(change func(*table.Table)) string {
		x := &table.Table{Name: "t", Columns: []*table.Column{table.NewNumber("a", []float64{1, 2, math.NaN()}), table.NewText("b", []string{"x", "y", "x"}, nil)}}
		change(x)
		return fingerprint(x)
	}
	same := of(func(*table.Table) {})
	if of(func(x *table.Table) { x.Columns[0].Num[2] = math.Float64frombits(0x7ff8000000000123); x.Name = "other" }) != same {
		t.Error("another NaN, or the name, changes it")
	}
	for name, change := range map[string]func(*table.Table){
		"a cell":      func(x *table.Table) { x.Columns[0].Num[1] = 3 },
		"a text":      func(x *table.Table) { x.Columns[1].Codes[2] = 1 },
		"a level":     func(x *table.Table) { x.Columns[1].Levels[0] = "z" },
		"a name":      func(x *table.Table) { x.Columns[0].Name = "c" },
		"a column":    func(x *table.Table) { x.Columns = x.Columns[:1] },
		"their order": func(x *table.Table) { slices.Reverse(x.Columns) },
	} {
		if of(change) == same {
			t.Errorf("%s does not change it", name)
		}
	}
}

func TestReproduce(t *testing.T) {
	a, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p, _ := a.CreateProject("shop")
	ctx := context.Background()
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{smallSales(t, 500)}}, quietly); err != nil {
		t.Fatal(err)
	}
	for _, req := range []TrainRequest{
		{Engine: "tree", Seed: 3},
		{Engine: "gan", Effort: "quick", Seed: 4, GAN: GANChoice{Width: 16, Critic: 16}, Columns: []string{"city", "units"}},
		{Engine: "marginal", Seed: 5, Privacy: PrivacyChoice{Epsilon: 3}},
	} {
		req.Project, req.Dataset = p.ID, "sales"
		r, err := a.Train(ctx, req, quietly)
		if err != nil {
			t.Fatal(err)
		}
		out, err := a.Reproduce(ctx, p.ID, kindRun, r.ID, quietly)
		switch {
		case req.Engine == "marginal":
			if core.KindOf(err) != core.Unsupported || !strings.Contains(err.Error(), "noise") {
				t.Errorf("%s: %+v %v", req.Engine, out, err)
			}
		case err != nil || !out.Same || !out.SameData || out.Before == "":
			t.Errorf("%s: %+v %v", req.Engine, out, err)
		}
	}
	book, err := a.Logbook(p.ID)
	if err != nil || len(book) != 3 {
		t.Fatalf("%+v %v", book, err)
	}
	gan := book[1]
	if gan.Name != "run 2" || gan.Choices["engine"] != "gan" || gan.Choices["gan.width"] != "16" || gan.Data == "" || gan.Result == "" || gan.Machine == nil || !gan.Again || book[0].Again {
		t.Errorf("%+v", gan)
	}

	// Other rows give another model, and that is told.
	db, err := a.data(mustProject(t, a, p.ID))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Drop(ctx, "sales"); err != nil {
		t.Fatal(err)
	}
	if _, err := readInto(ctx, db, "sales", smallSales(t, 400), Reading{}, "", nil); err != nil {
		t.Fatal(err)
	}
	if out, err := a.Reproduce(ctx, p.ID, kindRun, "run 1", quietly); err != nil || out.Same || out.SameData {
		t.Errorf("%+v %v", out, err)
	}

	out, err := a.ExportEvents(EventsExport{Project: p.ID, Path: filepath.Join(t.TempDir(), "all.zip")})
	if err != nil || out.Rows != 3 || out.Size == 0 {
		t.Errorf("%+v %v", out, err)
	}
	if out, err = a.ExportEvents(EventsExport{Project: p.ID, ID: gan.ID}); err != nil || !strings.Contains(filepath.Base(out.Path), "events.out.tfevents.") {
		t.Errorf("%+v %v", out, err)
	}
}

// What is removed comes back until the app is closed.
func TestRemove(t *testing.T) {
	home := t.TempDir()
	a, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	p, _ := a.CreateProject("shop")
	ctx := context.Background()
	bring := func() {
		t.Helper()
		if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{smallSales(t, 300)}, As: "sales"}, quietly); err != nil {
			t.Fatal(err)
		}
	}
	bring()
	run, err := a.Train(ctx, TrainRequest{Project: p.ID, Dataset: "sales", Engine: "tree", Effort: "quick"}, quietly)
	if err != nil {
		t.Fatal(err)
	}
	holds := func(datasets, runs, models int) {
		t.Helper()
		v, err := a.OpenProject("shop")
		if err != nil || len(v.Datasets) != datasets || len(v.Runs) != runs || len(v.Models) != models {
			t.Fatalf("%d datasets, %d runs, %d models, %v", len(v.Datasets), len(v.Runs), len(v.Models), err)
		}
	}
	remove := func(kind, id string) string {
		t.Helper()
		id, err := a.Remove(p.ID, kind, id)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	remove(kindRun, run.ID)
	holds(1, 0, 0)
	if err := a.Restore(p.ID, kindRun, run.ID); err != nil {
		t.Fatal(err)
	}
	id := remove(kindDataset, "sales")
	holds(0, 1, 1)
	if err := a.closeData(p.ID); err != nil { // opened again, the table is still there
		t.Fatal(err)
	}
	if err := a.Restore(p.ID, kindDataset, id); err != nil {
		t.Fatal(err)
	}
	if page, err := a.Rows(p.ID, "sales", 0, 5); err != nil || page.Total != 300 {
		t.Fatalf("%d rows, %v", page.Total, err)
	}
	remove(kindDataset, "sales")
	bring() // takes the name
	if err := a.Restore(p.ID, kindDataset, id); core.KindOf(err) != core.NotFound {
		t.Errorf("a dataset came back whose table is another's: %v", err)
	}
	if r, err := a.RenameRun(p.ID, run.ID, "the good one"); err != nil || r.Name != "the good one" {
		t.Errorf("%+v %v", r, err)
	}
	if again, err := a.Train(ctx, TrainRequest{Project: p.ID, Dataset: "sales", Engine: "tree", Effort: "quick"}, quietly); err != nil || again.Name != "run 2" {
		t.Errorf("%q %v", again.Name, err)
	}

	gone, err := a.RemoveProject("shop")
	if err != nil {
		t.Fatal(err)
	}
	if back, err := a.RestoreProject(gone.ID); err != nil || back.Name != "shop" {
		t.Fatalf("%+v %v", back, err)
	}
	holds(1, 2, 2)
	if _, err := a.RemoveProject("shop"); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if a, err = Open(home); err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.RestoreProject(gone.ID); core.KindOf(err) != core.NotFound {
		t.Errorf("it came back from a closed program: %v", err)
	}
}

func TestSettings(t *testing.T) {
	home := t.TempDir()
	a, err := Open(home)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { core.SetThreads(limits.threads) }()
	want := Settings{Language: "zh-CN", Theme: "dark", TextSize: 150, Numbers: "1.234,5", Dates: "iso", Money: "€", MemoryMB: 4096, Threads: 1}
	if _, err := a.SaveSettings(want); err != nil {
		t.Fatal(err)
	}
	if core.Threads() != 1 || a.About().Threads != 1 || a.duckOptions().MemoryMB != 1638 {
		t.Errorf("%d threads, %+v", core.Threads(), a.duckOptions())
	}
	for _, bad := range []Settings{{Language: "fr"}, {Theme: "pink"}, {TextSize: 20}, {Numbers: "1"}, {Dates: "x"}, {Money: "dollars"}, {MemoryMB: 10}, {Threads: -1}} {
		if _, err := a.SaveSettings(bad); core.KindOf(err) != core.Invalid {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	a.Close()
	if a, err = Open(home); err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if a.Settings() != want {
		t.Errorf("%+v", a.Settings())
	}
	if _, err := a.SaveSettings(Settings{}); err != nil || core.Threads() != limits.threads {
		t.Errorf("%v, %d threads", err, core.Threads())
	}
	p, _ := a.CreateProject("shop")
	if path, err := a.outFile(p.ID, "x.csv"); err != nil || WriteFile(path, func(io.Writer) error { return nil }) != nil {
		t.Error(err)
	}
	room, err := a.Storage()
	if err != nil || room.Projects != 1 || room.Learned == 0 || room.All < room.Learned {
		t.Errorf("%+v %v", room, err)
	}
	for _, what := range []string{cleanExports, cleanUploads, cleanRemoved, cleanRoom} {
		if _, err := a.CleanUp(what); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := a.CleanUp("all"); core.KindOf(err) != core.Invalid {
		t.Error(err)
	}
}

func mustProject(t *testing.T, a *App, id string) (p store.Project) {
	t.Helper()
	p, err := a.store.Project(id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestReproduceOthers: recommenders and plans come out the same, and what
// differs is told once the events or the response are others.
func TestReproduceOthers(t *testing.T) {
	a := open(t)
	p, _ := a.CreateProject("shop")
	ctx := context.Background()
	file := func(weeks int) string {
		rng := rand.New(rand.NewPCG(5, 5))
		var csv strings.Builder
		csv.WriteString("receipt_id,date,customer_id,product_id,qty,price,base_price\n")
		for i := range 60 * weeks {
			depth := []float64{0, 0, 0, .2}[rng.IntN(4)]
			day := time.Date(2024, 1, 1+i*7/60, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
			for k := range 2 {
				fmt.Fprintf(&csv, "r%d,%s,c%d,p%d,%d,%.2f,5.00\n", i, day, i%40, (i%40%3*6+k*rng.IntN(6)+i%4)%18, 1+rng.IntN(3), 5*(1-depth))
			}
		}
		path := filepath.Join(t.TempDir(), "sales.csv")
		if err := os.WriteFile(path, []byte(csv.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{file(40)}, As: "sales"}, nil); err != nil {
		t.Fatal(err)
	}
	rec, err := a.Recommend(ctx, RecommendRequest{EventsRequest: EventsRequest{Project: p.ID, Dataset: "sales"}, Quick: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.FitPromo(ctx, PromoRequest{Project: p.ID, Sales: "sales", Backtest: 4}, nil); err != nil {
		t.Fatal(err)
	}
	plan, err := a.SaveScenario(p.ID, ScenarioInfo{Name: "A", Plan: promo.Plan{Horizon: 6, Items: []string{"p1"}, Offers: []promo.Offer{{Item: "p1", Week: 2, Depth: .2}}}})
	if err != nil || plan.ID == "" {
		t.Fatalf("%+v %v", plan, err)
	}
	book, err := a.Logbook(p.ID)
	if err != nil || len(book) != 3 {
		t.Fatalf("%+v %v", book, err)
	}
	for _, e := range book {
		if !e.Again || e.Data == "" {
			t.Errorf("%s cannot be done again: %+v", e.Kind, e.WhyNot)
		}
		out, err := a.Reproduce(ctx, p.ID, e.Kind, e.ID, quietly)
		if err != nil || !out.Same || !out.SameData || out.Before == "" || len(out.Figures) > 0 {
			t.Errorf("%s: %+v %v", e.Kind, out, err)
		}
	}

	db, err := a.data(mustProject(t, a, p.ID))
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Drop(ctx, "sales"); err != nil {
		t.Fatal(err)
	}
	if _, err := readInto(ctx, db, "sales", file(30), Reading{}, "", nil); err != nil {
		t.Fatal(err)
	}
	if out, err := a.Reproduce(ctx, p.ID, kindRecommender, rec.ID, quietly); err != nil || out.Same || out.SameData || len(out.Figures) == 0 {
		t.Errorf("%+v %v", out, err)
	}
	if _, err := a.FitPromo(ctx, PromoRequest{Project: p.ID, Sales: "sales", Backtest: 4}, nil); err != nil {
		t.Fatal(err)
	}
	out, err := a.Reproduce(ctx, p.ID, kindScenario, plan.ID, quietly)
	if err != nil || out.Same || out.SameData || len(out.Figures) == 0 || out.Figures[0].Name != "profit" {
		t.Errorf("%+v %v", out, err)
	}
}
