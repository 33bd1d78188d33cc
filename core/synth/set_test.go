package synth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"shoptwin/core"
	"shoptwin/core/relation"
	"shoptwin/core/table"
)

// family makes tables four deep: regions have shops, shops have orders, orders
// have lines; and lines name items, and coupons of these items that are open.
// Orders sum up and count their lines; some lines lack their item; some shops
// have no order.
func family(t testing.TB, seed uint64) ([]*table.Table, []relation.Link) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 9))
	const day = 86400.
	id := func(p string, i int) string { return fmt.Sprintf("%s%04d", p, i) }
	money := func(x float64) float64 { return math.Round(100*x) / 100 }
	cells := map[string][]string{}
	nums := map[string][]float64{}
	put := func(name, s string) { cells[name] = append(cells[name], s) }
	num := func(name string, x float64) { nums[name] = append(nums[name], x) }
	var price, from, until []float64
	var couponItem []int
	for i := range 300 {
		k := rng.IntN(8)
		price = append(price, money(1+float64(k)+3*rng.Float64()))
		put("items.id", id("I", i))
		put("items.kind", fmt.Sprint("kind ", k))
		put("items.family", fmt.Sprint("family ", k/3))
		num("items.price", price[i])
	}
	for i := range 200 {
		item, start := rng.IntN(40), float64(rng.IntN(300))
		couponItem, from = append(couponItem, item), append(from, day*start)
		until = append(until, day*(start+float64(5+rng.IntN(30))))
		put("coupons.id", id("K", i))
		put("coupons.item", id("I", item))
		num("coupons.from", from[i])
		num("coupons.until", until[i])
		num("coupons.depth", []float64{.1, .2, .5}[rng.IntN(3)])
	}
	shop, order := 0, 0
	for r := range 80 {
		warm := rng.IntN(2)
		put("regions.id", id("R", r))
		put("regions.climate", []string{"cold", "warm"}[warm])
		for range 1 + rng.IntN(6) {
			size := rng.IntN(3)
			put("shops.id", id("S", shop))
			put("shops.region", id("R", r))
			put("shops.size", []string{"small", "middle", "large"}[size])
			orders := rng.IntN(1 + 12*size)
			for range orders {
				when := float64(rng.IntN(330))
				total, count := 0., 0
				for range 1 + rng.IntN(1+2*(1+size)) {
					item := int(300 * rng.Float64() * rng.Float64())
					coupon := -1
					for c := range couponItem {
						if couponItem[c] == item && day*when >= from[c] && day*when <= until[c] && coupon < 0 {
							coupon = c
						}
					}
					q := float64(1 + rng.IntN(4+4*warm))
					put("lines.order", id("O", order))
					put("lines.item", id("I", item))
					if coupon < 0 && rng.IntN(40) == 0 {
						cells["lines.item"][len(cells["lines.item"])-1] = ""
					}
					put("lines.coupon", "")
					if coupon >= 0 {
						cells["lines.coupon"][len(cells["lines.coupon"])-1] = id("K", coupon)
					}
					num("lines.quantity", q)
					num("lines.amount", money(q*price[item]))
					num("lines.unit", price[item])
					num("lines.bought", day*when)
					num("lines.shipped", day*(when+float64(rng.IntN(9))))
					total, count = total+money(q*price[item]), count+1
				}
				put("orders.id", id("O", order))
				put("orders.shop", id("S", shop))
				num("orders.date", day*when)
				num("orders.total", money(total))
				num("orders.lines", float64(count))
				order++
			}
			shop++
		}
	}
	text := func(name string) *table.Column {
		missing := make([]bool, len(cells[name]))
		for i, s := range cells[name] {
			missing[i] = s == ""
		}
		_, short, _ := bytes.Cut([]byte(name), []byte("."))
		return table.NewText(string(short), cells[name], missing)
	}
	number := func(name string) *table.Column {
		_, short, _ := bytes.Cut([]byte(name), []byte("."))
		return table.NewNumber(string(short), nums[name])
	}
	time := func(name string) *table.Column {
		c := number(name)
		c.Kind, c.Layout = table.Time, "2006-01-02"
		return c
	}
	tab := func(name string, columns ...*table.Column) *table.Table {
		return &table.Table{Name: name, Columns: columns}
	}
	tables := []*table.Table{
		tab("lines", text("lines.order"), text("lines.item"), text("lines.coupon"), number("lines.quantity"), number("lines.unit"), number("lines.amount"), time("lines.shipped"), time("lines.bought")),
		tab("orders", text("orders.id"), text("orders.shop"), time("orders.date"), number("orders.total"), number("orders.lines")),
		tab("shops", text("shops.id"), text("shops.region"), text("shops.size")),
		tab("regions", text("regions.id"), text("regions.climate")),
		tab("items", text("items.id"), text("items.kind"), text("items.family"), number("items.price")),
		tab("coupons", text("coupons.id"), text("coupons.item"), time("coupons.from"), time("coupons.until"), number("coupons.depth")),
	}
	return tables, relation.Detect(tables, nil)
}

func learnFamily(t testing.TB, tables []*table.Table, links []relation.Link) *Set {
	t.Helper()
	s, err := LearnSet(context.Background(), tables, links, SetConfig{Config: Config{Trees: 3}}, rand.New(rand.NewPCG(4, 4)), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sampleSet(t testing.TB, s *Set, scale float64, seed uint64) []*table.Table {
	t.Helper()
	out, err := s.Sample(context.Background(), scale, seed)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// held returns how many cells of a key name no row, and the numbers of rows
// of the parents, ascending.
func held(t testing.TB, tables []*table.Table, l relation.Link) (broken int, count []float64) {
	t.Helper()
	parent := relation.Table(tables, l.Parent)
	count = make([]float64, parent.Rows())
	for _, r := range relation.Match(relation.Table(tables, l.Child).Column(l.Column), parent.Column(l.Key)) {
		switch {
		case r >= 0:
			count[r]++
		case r == -2:
			broken++
		}
	}
	slices.Sort(count)
	return broken, count
}

// apart is the Kolmogorov-Smirnov distance of two ascending samples.
func apart(a, b []float64) (d float64) {
	for _, x := range slices.Concat(a, b) {
		i, _ := slices.BinarySearch(a, x+.5)
		j, _ := slices.BinarySearch(b, x+.5)
		d = max(d, math.Abs(float64(i)/float64(len(a))-float64(j)/float64(len(b))))
	}
	return d
}

func TestSetKeepsKeysNumbersAndRules(t *testing.T) {
	tables, links := family(t, 1)
	if len(links) != 6 {
		t.Fatalf("keys found: %v", links)
	}
	s := learnFamily(t, tables, links)
	kept := map[string]bool{}
	for _, r := range s.Rules {
		kept[r.String()] = true
	}
	for _, want := range []string{
		"orders: total = Σ lines.amount", "orders: lines = # lines", "lines: unit = item.price", "lines: amount = quantity × unit",
		"lines: item = coupon.item", "lines: bought = order.date", "lines: shipped ≥ order.date", "items: family ← kind", "coupons: until ≥ from",
	} {
		if !kept[want] {
			t.Errorf("%s is not kept; kept are %v", want, kept)
		}
	}
	var off [6][]float64
	for seed := range uint64(3) {
		out := sampleSet(t, s, 3, seed)
		for _, tab := range out {
			if err := tab.Check(); err != nil {
				t.Fatal(err)
			}
		}
		for i, l := range links {
			broken, count := held(t, out, l)
			_, real := held(t, tables, l)
			if broken > 0 {
				t.Errorf("seed %d, %s: %d keys name no row", seed, l, broken)
			}
			off[i] = append(off[i], apart(real, count))
		}
		for _, r := range s.Rules {
			if rows, broken := r.Broken(out, tables, links); broken > 0 || rows == 0 {
				t.Errorf("seed %d, %s: %d of %d rows break it", seed, r, broken, rows)
			}
		}
		// Missing keys stay about as frequent.
		missing := func(tables []*table.Table, column string) float64 {
			c, n := relation.Table(tables, "lines").Column(column), 0
			for i := range c.Len() {
				if c.Missing(i) {
					n++
				}
			}
			return float64(n) / float64(c.Len())
		}
		for _, column := range []string{"item", "coupon"} {
			if a, b := missing(tables, column), missing(out, column); math.Abs(a-b) > .02+.2*a {
				t.Errorf("seed %d: %.3f of lines.%s are missing, in the real table %.3f", seed, b, column, a)
			}
		}
	}
	for i, l := range links {
		slices.Sort(off[i])
		if off[i][1] > .13 { // 80 regions, 280 shops: chance alone gives about .1
			t.Errorf("%s: numbers of rows are %.3f apart", l, off[i][1])
		}
	}
}

// What a child has to do with its parents stays: quantities follow the
// region's climate three tables up, and orders the shop's size.
func TestSetKeepsTiesBetweenTables(t *testing.T) {
	tables, links := family(t, 2)
	out := sampleSet(t, learnFamily(t, tables, links), 3, 1)
	means := func(tables []*table.Table) (warm, cold, large, small float64) {
		get := func(name string) *table.Table { return relation.Table(tables, name) }
		lines, orders, shops, regions := get("lines"), get("orders"), get("shops"), get("regions")
		up := relation.Match(lines.Column("order"), orders.Column("id"))
		shop := relation.Match(orders.Column("shop"), shops.Column("id"))
		region := relation.Match(shops.Column("region"), regions.Column("id"))
		var n, m [2]float64
		for i, o := range up {
			k := 0
			if regions.Column("climate").Cell(int(region[shop[o]])) == "warm" {
				k = 1
			}
			n[k]++
			m[k] += lines.Column("quantity").Num[i]
		}
		var of, have [2]float64
		count := make([]float64, shops.Rows())
		for _, r := range shop {
			count[r]++
		}
		for i, c := range count {
			switch shops.Column("size").Cell(i) {
			case "small":
				of[0]++
				have[0] += c
			case "large":
				of[1]++
				have[1] += c
			}
		}
		return m[1] / n[1], m[0] / n[0], have[1] / of[1], have[0] / of[0]
	}
	rw, rc, rl, rs := means(tables)
	w, c, l, s := means(out)
	if (w-c)/(rw-rc) < .7 || (l-s)/(rl-rs) < .7 {
		t.Errorf("warm %.2f cold %.2f large %.2f small %.2f; real %.2f %.2f %.2f %.2f", w, c, l, s, rw, rc, rl, rs)
	}
}

func TestSetSameBits(t *testing.T) {
	tables, links := family(t, 3)
	var file []byte
	var cells string
	for _, threads := range []int{1, 3} {
		old := runtime.GOMAXPROCS(threads)
		s := learnFamily(t, tables, links)
		var b bytes.Buffer
		if err := s.Write(&b); err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, tab := range sampleSet(t, s, 1, 7) {
			all += text(tab)
		}
		runtime.GOMAXPROCS(old)
		if file == nil {
			file, cells = b.Bytes(), all
		} else if !bytes.Equal(file, b.Bytes()) || cells != all {
			t.Errorf("%d threads give another model or another sample", threads)
		}
	}
	// Read back, in chunks, and a table by itself: the same rows.
	s, err := ReadSet(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, name := range s.Tables() {
		d, err := s.Sampler(1, 7)
		if err != nil {
			t.Fatal(err)
		}
		var whole Gatherer
		if err := d.Table(context.Background(), name, 97, func(part *table.Table) error {
			if part.Rows() > 97 {
				t.Errorf("a chunk of %d rows", part.Rows())
			}
			whole.Add(part)
			return nil
		}, nil); err != nil {
			t.Fatal(err)
		}
		all += text(whole.Table())
	}
	if all != cells {
		t.Error("the model read back, table by table and in chunks, gives other rows")
	}
	for n := 0; n < len(file); n += 1 + len(file)/97 {
		if _, err := ReadSet(bytes.NewReader(file[:n])); err == nil {
			t.Fatalf("the first %d bytes are taken for the whole", n)
		}
		if n > 8 {
			bad := bytes.Clone(file)
			bad[n] ^= 4
			if _, err := ReadSet(bytes.NewReader(bad)); err == nil {
				t.Fatalf("a changed byte %d is not noticed", n)
			}
		}
	}
}

func TestSetStops(t *testing.T) {
	tables, links := family(t, 4)
	ctx, cancel := context.WithCancel(context.Background())
	_, err := LearnSet(ctx, tables, links, SetConfig{}, rand.New(rand.NewPCG(1, 1)), func(core.Progress) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("learning went on: %v", err)
	}
	s := learnFamily(t, tables, links)
	ctx, cancel = context.WithCancel(context.Background())
	d, err := s.Sampler(50, 1)
	if err != nil {
		t.Fatal(err)
	}
	chunks := 0
	err = d.Table(ctx, "lines", 100, func(*table.Table) error { chunks++; cancel(); return nil }, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("drawing went on after %d chunks: %v", chunks, err)
	}
}

// A parent none of whose rows has children but a few, and a table without
// columns of its own.
func TestSetSmall(t *testing.T) {
	parent, child := make([]string, 300), make([]string, 0)
	for i := range parent {
		parent[i] = fmt.Sprintf("P%03d", i)
		if i%50 == 0 {
			child = append(child, parent[i], parent[i])
		}
	}
	tables := []*table.Table{
		{Name: "parents", Columns: []*table.Column{table.NewText("parent_id", parent, nil)}},
		{Name: "kids", Columns: []*table.Column{table.NewText("parent_id", child, nil)}},
	}
	links := relation.Detect(tables, nil)
	if len(links) != 1 || links[0].Child != "kids" {
		t.Fatal(links)
	}
	out := sampleSet(t, learnFamily(t, tables, links), 1, 1)
	kids := relation.Table(out, "kids")
	if relation.Table(out, "parents").Rows() != 300 || kids.Rows() > 40 {
		t.Errorf("%d kids of 300 parents, in the real tables 12", kids.Rows())
	}
	if broken, _ := held(t, out, links[0]); broken > 0 {
		t.Errorf("%d broken keys", broken)
	}
}
