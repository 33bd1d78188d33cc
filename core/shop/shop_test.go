package shop

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"shoptwin/core"
	"shoptwin/core/table"
)

func small(t testing.TB, seed uint64) *Shop {
	t.Helper()
	s, err := Generate(t.Context(), Config{Customers: 300, Weeks: 30, Products: 1000, Active: 120, Promotions: 500, Events: 4000}, seeded(seed), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func files(t testing.TB, s *Shop) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range s.FileNames() {
		var b bytes.Buffer
		if err := s.WriteFile(name, &b); err != nil {
			t.Fatal(err)
		}
		out[name] = b.Bytes()
	}
	return out
}

func TestSameSeedSameShop(t *testing.T) {
	s := small(t, 1)
	a, again, b, c := files(t, s), files(t, s), files(t, small(t, 1)), files(t, small(t, 2))
	for name := range a {
		if !bytes.Equal(a[name], b[name]) || !bytes.Equal(a[name], again[name]) {
			t.Errorf("%s: the same seed gave another file", name)
		}
		if bytes.Equal(a[name], c[name]) {
			t.Errorf("%s: another seed gave the same file", name)
		}
	}
}

// TestDefaultSizes makes the whole shop once.
func TestDefaultSizes(t *testing.T) {
	weeks := 0
	s, err := Generate(t.Context(), Config{}, seeded(1), func(core.Progress) { weeks++ })
	if err != nil {
		t.Fatal(err)
	}
	if n := s.Transactions.Rows(); n < 800_000 || n > 2_000_000 || weeks != 104 || len(s.Truth.Items) != 3000 {
		t.Errorf("%d lines, %d weeks reported, %d items", n, weeks, len(s.Truth.Items))
	}
	for i, want := range [][2]int{{50_000, 45_000}, {30_000, 27_000}, {0, 0}, {100_000, 90_000}} {
		if f := s.Truth.Files[i]; want[0] > 0 && (f.Records != want[0] || f.Valid != want[1]) {
			t.Errorf("%s: %d records, %d valid, want %v", f.File, f.Records, f.Valid, want)
		}
	}
	if x := s.Truth.Items[200]; x.Units < 12 {
		t.Errorf("the 200th product sells %.1f units a week: too few to be measured", x.Units)
	}
	if m := s.Truth.Items[0].Units / s.Truth.Items[1500].Units; m < 20 {
		t.Errorf("the best seller sells only %.0f times the median product", m)
	}
}

func TestTables(t *testing.T) {
	s := small(t, 4)
	products, promotions, sales, clicks := s.Products, s.Promotions, s.Transactions, s.Behaviour
	start := float64(s.Config.Start.Unix())
	end := start + 7*day*float64(s.Config.Weeks)
	price := map[string]float64{}
	for i := range products.Rows() {
		id := products.Column("product_id").Cell(i)
		price[id] = products.Column("price").Num[i]
		if c := products.Column("cost").Num[i]; c <= 0 || c >= price[id] {
			t.Fatalf("%s costs %v and sells at %v", id, c, price[id])
		}
	}
	if len(price) != products.Rows() {
		t.Errorf("%d products, %d identifiers", products.Rows(), len(price))
	}
	type span struct{ product, from, to, depth float64 }
	plan := map[string]span{}
	code := promotions.Column("product_id")
	last := map[string]float64{}
	for i := range promotions.Rows() {
		p := span{0, promotions.Column("start_date").Num[i], promotions.Column("end_date").Num[i], promotions.Column("depth").Num[i]}
		from, to := time.Unix(int64(p.from), 0).UTC(), time.Unix(int64(p.to), 0).UTC()
		if from.Weekday() != time.Monday || to.Weekday() != time.Sunday || p.from < start || p.from >= end || p.depth < 0 || p.depth > .4 {
			t.Fatalf("promotion %d: %v to %v, depth %v", i, from, to, p.depth)
		}
		if id := code.Cell(i); price[id] == 0 || p.from <= last[id] {
			t.Fatalf("promotion %d of %q overlaps or has no product", i, id)
		} else {
			last[id] = p.to
		}
		plan[promotions.Column("promotion_id").Cell(i)+code.Cell(i)] = p
	}
	onOffer, receipt := 0, map[string]string{}
	for i := range sales.Rows() {
		get := func(name string) float64 { return sales.Column(name).Num[i] }
		q, unit, off, date := get("quantity"), get("unit_price"), get("discount"), get("date")
		id, promo := sales.Column("product_id").Cell(i), sales.Column("promotion_id").Cell(i)
		depth := 0.
		if promo != "" {
			p, ok := plan[promo+id]
			if depth = p.depth; !ok || date < p.from || date > p.to {
				t.Fatalf("line %d: promotion %q is not on", i, promo)
			}
			onOffer++
		}
		if math.Abs(q*unit-off-get("amount")) > 1e-6 || unit != price[id] || math.Abs(off-q*unit*depth) > .0051 || q < 1 || date < start || date >= end {
			t.Fatalf("line %d: %v of %s at %v less %v is %v", i, q, id, unit, off, get("amount"))
		}
		who := sales.Column("customer_id").Cell(i) + sales.Column("store").Cell(i) + sales.Column("date").Cell(i)
		if r := sales.Column("receipt_id").Cell(i); receipt[r] == "" {
			receipt[r] = who
		} else if receipt[r] != who {
			t.Fatalf("receipt %s is of %s and of %s", r, receipt[r], who)
		}
	}
	if share := float64(onOffer) / float64(sales.Rows()); share < .1 || share > .7 {
		t.Errorf("%.2f of the lines are on promotion", share)
	}
	carts, seen := [2]float64{}, [2]float64{}
	inCart := map[string]bool{}
	for i := range clicks.Rows() {
		id, action := clicks.Column("product_id").Cell(i), clicks.Column("action").Cell(i)
		deal := int(clicks.Column("on_promotion").Num[i])
		p := clicks.Column("price").Num[i]
		if p > price[id] || p < .59*price[id] || deal == 0 && p != price[id] {
			t.Fatalf("event %d: %s at %v, base %v, on promotion %d", i, id, p, price[id], deal)
		}
		at := clicks.Column("session_id").Cell(i) + id
		switch action {
		case "view":
			seen[deal]++
		case "cart":
			carts[deal]++
			inCart[at] = true
		case "purchase":
			if !inCart[at] {
				t.Fatalf("event %d: bought without a cart", i)
			}
		}
		if i > 0 && clicks.Column("time").Num[i] < clicks.Column("time").Num[i-1] {
			t.Fatalf("event %d is before the one before", i)
		}
	}
	if on, not := carts[1]/seen[1], carts[0]/seen[0]; on < 1.2*not {
		t.Errorf("%.3f of the looks at promotions end in the cart, %.3f of the others", on, not)
	}
	for _, x := range []interface{ Check() error }{products, promotions, sales, clicks} {
		if err := x.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestDirt reads the dirty files without knowing where the dirt is, and
// counts what an analyst can keep.
func TestDirt(t *testing.T) {
	s := small(t, 6)
	for i, f := range s.Truth.Files {
		name := strings.TrimSuffix(f.File, ".csv")
		tab := s.clean(name)
		lines := strings.Split(strings.TrimSuffix(string(files(t, s)[f.File]), "\n"), "\n")[1:]
		var got FileTruth
		got.File, got.Records = f.File, len(lines)
		seen := map[string]bool{}
		for _, line := range lines {
			if seen[line] {
				got.Duplicates++
				continue
			}
			seen[line] = true
			cells := split(line)
			if len(cells) != len(tab.Columns) {
				got.Ragged++
				continue
			}
			got.judge(tab.Schema(), cells)
		}
		want := s.Truth.Files[i]
		if got != want {
			t.Errorf("found %+v\nwant %+v", got, want)
		}
		if want.Records != want.Valid+want.Duplicates+want.Missing+want.WrongType+want.Outliers+want.Ragged+want.Quotes {
			t.Errorf("%+v does not add up", want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		name string
		cfg  Config
	}{
		{"no customers", Config{Customers: -1}},
		{"more sell than there are", Config{Products: 100, Active: 90}},
		{"too many promotions", Config{Products: 100, Active: 20, Weeks: 8, Promotions: 5000}},
		{"too many products", Config{Products: 1 << 20}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Generate(t.Context(), tt.cfg, seeded(1), nil)
			var e *core.Error
			if !errors.As(err, &e) || e.Kind != core.Invalid || e.Hint == "" {
				t.Errorf("%v", err)
			}
		})
	}
	s := small(t, 1)
	if err := s.WriteFile("shops.csv", &bytes.Buffer{}); core.KindOf(err) != core.NotFound {
		t.Errorf("an unknown file: %v", err)
	}
	full := errors.New("disk full")
	for _, name := range s.FileNames() {
		if err := s.WriteFile(name, failing{full}); !errors.Is(err, full) {
			t.Errorf("%s: the writer's error became %v", name, err)
		}
	}
	var back Truth
	if err := json.Unmarshal(files(t, s)["truth.json"], &back); err != nil || len(back.Items) != 120 || !slices.Equal(back.Depths, depths[:]) {
		t.Errorf("truth.json: %v, %d items", err, len(back.Items))
	}
}

type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

// split takes a line apart as a lenient reader does: a quotation mark inside
// a bare cell is a letter.
func split(line string) (cells []string) {
	for {
		var cell string
		if strings.HasPrefix(line, `"`) {
			end := strings.Index(line[1:], `"`) + 1
			cell, line = line[1:end], line[end+1:]
		} else {
			end := strings.IndexByte(line, ',')
			if end < 0 {
				end = len(line)
			}
			cell, line = line[:end], line[end:]
		}
		cells = append(cells, cell)
		if line == "" {
			return cells
		}
		line = line[1:]
	}
}

func BenchmarkGenerate(b *testing.B) {
	for b.Loop() {
		s, err := Generate(b.Context(), Config{}, seeded(1), nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(s.Transactions.Rows()), "lines")
	}
}

// judge files one record of the right length under its fault.
func (f *FileTruth) judge(schema []table.Field, cells []string) {
	for i, c := range cells {
		if c == "" && (f.File != "transactions.csv" || schema[i].Name != "promotion_id") {
			f.Missing++
			return
		}
	}
	other, out := false, false
	for i, c := range cells {
		name := schema[i].Name
		switch schema[i].Kind {
		case table.Time:
			usual := false
			parsed := false
			for k, form := range []string{dayForm, "02/01/2006", "Jan 2 2006"} {
				for _, tail := range []string{"", " 15:04:05"} {
					if _, err := time.Parse(form+tail, c); err == nil {
						parsed, usual = true, k == 0
					}
				}
			}
			if !parsed {
				f.spoilt(c)
				return
			}
			other = other || !usual
		case table.Number:
			x, err := strconv.ParseFloat(c, 64)
			if err != nil {
				f.spoilt(c)
				return
			}
			// Limits that an analyst would find by looking.
			low, high := -1., math.Inf(1)
			switch name {
			case "depth":
				high = 1
			case "quantity":
				high = 100
			case "price", "cost", "unit_price":
				high = 36
			case "seconds":
				high = 999
			}
			out = out || x < low || x > high
		}
	}
	switch {
	case out:
		f.Outliers++
	default:
		f.Valid++
		f.OtherDates += b2i(other)
	}
}

func (f *FileTruth) spoilt(cell string) {
	if strings.Contains(cell, `"`) {
		f.Quotes++
	} else {
		f.WrongType++
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	weeks := 0
	_, err := Generate(ctx, Config{}, seeded(1), func(core.Progress) {
		if weeks++; weeks == 2 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || weeks != 2 {
		t.Errorf("%v after %d weeks", err, weeks)
	}
}
