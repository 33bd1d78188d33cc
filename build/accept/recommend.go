package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"shoptwin/core/recommend"
	"shoptwin/core/table"
)

// recommendation: the controls on the protocols of papers, related products of
// the made shop against its truth, lists for many customers, the endpoint, and
// events as they should not be.
func (b *bench) recommendation() error {
	for _, run := range []func() error{b.nextBaskets, b.complements, b.manyLists, b.badEvents} {
		if err := run(); err != nil {
			return err
		}
	}
	return nil
}

// lines calls f with the whole numbers of each line of a gzip file.
func gzipLines(path, sep string, f func([]int32)) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	s := bufio.NewScanner(z)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var x []int32
		for _, cell := range strings.Split(strings.TrimSpace(s.Text()), sep) {
			if v, err := strconv.Atoi(cell); err == nil {
				x = append(x, int32(v))
			}
		}
		f(x)
	}
	return s.Err()
}

// nextBaskets: Ta-Feng, each customer's last basket; what is chosen is chosen
// on the baskets before.
func (b *bench) nextBaskets() error {
	var customer, basket, item []int32
	names := map[int32]int32{}
	items := int32(0)
	err := gzipLines(filepath.Join(b.data, "tafeng", "baskets.csv.gz"), ",", func(x []int32) {
		if len(x) != 3 {
			return // the header
		}
		if _, ok := names[x[0]]; !ok {
			names[x[0]] = int32(len(names))
		}
		customer, basket, item = append(customer, names[x[0]]), append(basket, x[1]), append(item, x[2])
		items = max(items, x[2]+1)
	})
	if err != nil {
		return err
	}
	split, err := recommend.LastBasket(recommend.FromBaskets(customer, basket, item, len(names), int(items)))
	if err != nil {
		return err
	}
	inner, err := split.Inner(true)
	if err != nil {
		return err
	}
	families, cfg := recommend.Controls(true), recommend.Trial{Ensembles: true, Ask: 3000}
	if b.quick {
		cfg = recommend.Trial{Ask: 800, Examine: 3000}
		families = slices.DeleteFunc(families, func(f recommend.Family) bool {
			return !slices.Contains([]string{"popularity", "personal frequency", "UP-CF", "TIFU-KNN"}, f.Name)
		})
	}
	begun := time.Now()
	board, err := recommend.Backtest(context.Background(), inner, split, families, cfg, nil)
	if err != nil {
		return err
	}
	bars := map[string][2]float64{"personal frequency": {.111, .102}, "UP-CF": {.135, .123}, "TIFU-KNN": {.142, .129}}
	for _, e := range board.Entries {
		figure := fmt.Sprintf("%.4f / %.4f", e.Recall10.Mean, e.NDCG10.Mean)
		if e.Repeat != nil && e.Explore != nil {
			figure += fmt.Sprintf(" (repeat %.3f, explore %.3f)", e.Repeat.Recall[recommend.At(10)], e.Explore.Recall[recommend.At(10)])
		}
		name := "Ta-Feng last basket, R@10 / NDCG@10: " + e.Method
		if bar, ok := bars[e.Method]; ok {
			b.add(name, figure, fmt.Sprintf("at least %.3f / %.3f less 2 %%", bar[0], bar[1]), e.Recall10.Mean >= .98*bar[0] && e.NDCG10.Mean >= .98*bar[1])
		} else {
			b.add(name, figure, "told", true)
		}
	}
	best := slices.MaxFunc(board.Entries, func(x, y recommend.Entry) int { return int(1e9 * (x.Recall10.Mean - y.Recall10.Mean)) })
	b.least("Ta-Feng last basket, R@10: best, "+best.Method, best.Recall10.Mean, .150)
	b.add("Ta-Feng: choose, fit and ask", fmt.Sprintf("%.0f s, %d customers", time.Since(begun).Seconds(), board.Customers), "told", true)
	return nil
}

const receiptsRecipe = `{"name": "lines", "from": "transactions", "steps": [
  {"do": "drop_duplicates"},
  {"do": "repair", "columns": ["date"], "to": "date", "day_first": true},
  {"do": "drop_missing", "columns": ["date", "customer_id", "receipt_id", "product_id"]}]}`

// complements: pairs of products of the made shop's dirty receipts against what
// it was made with: categories of one mission are bought on the same trips,
// products of one category instead of each other.
func (b *bench) complements() error {
	dir := filepath.Join(b.dir, "related shop")
	if r, err := b.command(nil, "shop", "--out", dir, "--quiet"); err != nil || r.code != 0 {
		return fmt.Errorf("shoptwin shop: %v %s", err, r.err)
	}
	var truth struct {
		Missions []struct {
			Category string
			Mission  int
		}
		Items []struct{ Product, Category string }
	}
	text, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &truth); err != nil {
		return err
	}
	mission, category := map[string]int{}, map[string]string{}
	for _, m := range truth.Missions {
		mission[m.Category] = m.Mission
	}
	for _, item := range truth.Items {
		category[item.Product] = item.Category
	}
	t, err := tableOf(context.Background(), "transactions", filepath.Join(dir, "transactions.csv"), receiptsRecipe)
	if err != nil {
		return err
	}
	product, cells := t.Column("product_id"), make([]string, t.Rows())
	for i := range cells {
		cells[i] = category[product.Cell(i)]
	}
	t.Columns = append(slices.Clone(t.Columns), table.NewText("category", cells, nil))
	l, err := recommend.NewLog(t, recommend.Columns{})
	if err != nil {
		return err
	}
	begun := time.Now()
	r, err := recommend.Relate(context.Background(), l, recommend.Together{Keep: len(l.Items)})
	if err != nil {
		return err
	}
	seconds := time.Since(begun).Seconds()
	rng := rand.New(rand.NewPCG(1, 1))
	var score [3][]float64 // complements, substitutes, one against the other
	var label [3][]float64
	put := func(k int, x float64, yes bool) {
		y := 0.
		if yes {
			y = 1
		}
		score[k], label[k] = append(score[k], x), append(label[k], y)
	}
	events, _ := l.Counts()
	for range 300_000 {
		x, y := int32(rng.IntN(len(l.Items))), int32(rng.IntN(len(l.Items)))
		c, d := category[l.Items[x]], category[l.Items[y]]
		if x == y || c == "" || d == "" || min(events[x], events[y]) < 30 {
			continue
		}
		s := r.Between(x, y).Score
		if c == d {
			put(1, -s, true)
			put(2, s, false)
			continue
		}
		put(1, -s, false)
		put(0, s, mission[c] == mission[d])
		if mission[c] == mission[d] {
			put(2, s, true)
		}
	}
	for k, what := range []string{"complements among pairs of different categories", "substitutes among all pairs", "complements against substitutes"} {
		b.least(fmt.Sprintf("made shop, AUC: %s (%d)", what, len(score[k])), recommend.Classify(score[k], label[k], 0).AUC, .85)
	}
	b.add("made shop: relations of 1.4 million receipt lines", fmt.Sprintf("%.1f s", seconds), "told", true)
	return nil
}

// manyLists: lists for 100,000 customers, and a project's endpoint.
func (b *bench) manyLists() error {
	customers := 100_000
	path := filepath.Join(b.dir, "many.csv")
	var csv strings.Builder
	rng := rand.New(rand.NewPCG(1, 2))
	csv.WriteString("customer,basket,item\n")
	for c := range customers {
		taste := rng.IntN(1900)
		for k := range 4 + rng.IntN(12) {
			item := taste + rng.IntN(100)
			if rng.IntN(4) == 0 {
				item = int(2000 * rng.Float64() * rng.Float64())
			}
			fmt.Fprintf(&csv, "c%06d,%d,p%04d\n", c, k/3, item)
		}
	}
	if err := os.WriteFile(path, []byte(csv.String()), 0o644); err != nil {
		return err
	}
	home, out := filepath.Join(b.dir, "many home"), filepath.Join(b.dir, "lists.parquet")
	var made struct{ File struct{ Rows int } }
	r, err := b.result(&made, "recommend", "for", path, "--method", "EASE", "--k", "20", "--out", out)
	if err != nil {
		return err
	}
	b.most("lists for 100,000 customers, k 20, from CSV to Parquet: import, fit, rank, write", r.seconds, 30, " s")
	b.add("of them", fmt.Sprintf("%d rows, %.0f MB", made.File.Rows, r.peakMB), "2,000,000 rows", made.File.Rows == 20*customers)
	for _, args := range [][]string{{"import", path, "--project", "many", "--as", "events"}, {"recommend", "train", "--project", "many", "--data", "events", "--method", "EASE"}} {
		if r, err := b.command(nil, append(args, "--home", home, "--quiet")...); err != nil || r.code != 0 {
			return fmt.Errorf("shoptwin %s: %v %s", args[0], err, r.err)
		}
	}
	return b.endpoint(home)
}

// endpoint asks the served project for lists, as fast as 4 connections can.
func (b *bench) endpoint(home string) error {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	cmd := exec.CommandContext(ctx, b.bin, "serve", "--home", home, "--json")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	defer func() { stop(); cmd.Wait() }()
	var told struct{ URL string }
	if err := json.NewDecoder(stdout).Decode(&told); err != nil {
		return err
	}
	jar, _ := cookiejar.New(nil)
	client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	get := func(url string) (string, error) {
		resp, err := client.Get(url)
		if err != nil {
			return "", err
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err == nil && resp.StatusCode != http.StatusOK {
			err = fmt.Errorf("%s: %s", resp.Status, body)
		}
		return string(body), err
	}
	base, _, _ := strings.Cut(told.URL, "/enter")
	if r, err := http.Get(base + "/recommend/many?customer=c000001"); err != nil || r.StatusCode != http.StatusUnauthorized {
		b.add("endpoint: without the cookie", fmt.Sprint(err), "refused", false)
	} else {
		r.Body.Close()
		b.add("endpoint: without the cookie", r.Status, "refused", true)
	}
	if _, err := get(told.URL); err != nil {
		return err
	}
	body, err := get(base + "/recommend/many?customer=nobody&k=3")
	b.add("endpoint: an unknown customer", strings.TrimSpace(body), "what is popular, with a note", err == nil && strings.Contains(body, "not known") && strings.Count(body, `"item"`) == 3)
	const workers, each = 4, 2500
	var mu sync.Mutex
	var took []float64
	var failed error
	var wait sync.WaitGroup
	begun := time.Now()
	for w := range workers {
		wait.Go(func() {
			mine := make([]float64, 0, each)
			for i := range each {
				at := time.Now()
				_, err := get(fmt.Sprintf("%s/recommend/many?customer=c%06d&k=20&new=1", base, (w*each+i)*7%100_000))
				mine = append(mine, time.Since(at).Seconds())
				if err != nil {
					mu.Lock()
					failed = err
					mu.Unlock()
					return
				}
			}
			mu.Lock()
			took = append(took, mine...)
			mu.Unlock()
		})
	}
	wait.Wait()
	if failed != nil {
		return failed
	}
	rate := workers * each / time.Since(begun).Seconds()
	slices.Sort(took)
	b.timed("endpoint: requests a second, 4 connections, k 20", fmt.Sprintf("%.0f", rate), "at least 2000", rate >= 2000)
	b.most("endpoint: p99", 1000*took[len(took)*99/100], 20, " ms")
	return nil
}

// badEvents: events as they should not be. Each is answered, or refused in
// words.
func (b *bench) badEvents() error {
	many := 5_000_000
	if b.quick {
		many = 500_000
	}
	var distinct strings.Builder
	distinct.WriteString("customer,item,time\n")
	for i := range many {
		fmt.Fprintf(&distinct, "c%d,i%d,%d\n", i/5, i, i)
	}
	rows := func(n int, row func(i int) string) string {
		var s strings.Builder
		for i := range n {
			s.WriteString(row(i))
		}
		return s.String()
	}
	for _, f := range []struct{ name, text, customer, want string }{
		{"one customer", "customer,item,time\n" + rows(60, func(i int) string { return fmt.Sprintf("me,i%d,%d\n", i%7, i) }), "me", "i"},
		{"one item", "customer,item,time\n" + rows(60, func(i int) string { return fmt.Sprintf("c%d,only,%d\n", i%7, i) }), "c1", "one item only"},
		{"no times", "customer,item\n" + rows(200, func(i int) string { return fmt.Sprintf("c%d,i%d\n", i%9, i*i%11) }), "c1", "i"},
		{"all times equal", "customer,item,time\n" + rows(200, func(i int) string { return fmt.Sprintf("c%d,i%d,2024-01-01\n", i%9, i*i%11) }), "c1", "i"},
		{"ids with commas and emoji", "customer,item,time\n" + rows(200, func(i int) string { return fmt.Sprintf("\"c,%d\",\"🧀, %d\",%d\n", i%9, i*i%11, i) }), "c,1", "🧀"},
		{"an unknown customer", "customer,item,time\n" + rows(200, func(i int) string { return fmt.Sprintf("c%d,i%d,%d\n", i%9, i*i%11, i) }), "nobody", "not known"},
		{"no column of customers", "when,what\n" + rows(20, func(i int) string { return fmt.Sprintf("%d,%d\n", i, i%3) }), "1", "--map customer=COLUMN"},
		{fmt.Sprintf("%d distinct items", many), distinct.String(), "c1", "take part"},
	} {
		path := filepath.Join(b.dir, "events.csv")
		if err := os.WriteFile(path, []byte(f.text), 0o644); err != nil {
			return err
		}
		args := []string{"recommend", "for", path, "--customer", f.customer, "--k", "3", "--quiet", "--json"}
		if len(f.text) > 1<<20 {
			args = append(args, "--method", "ItemKNN")
		}
		r, err := b.command(nil, args...)
		if err != nil {
			return err
		}
		said := r.out + r.err
		ok := r.code <= 1 && strings.Contains(said, f.want) && !strings.Contains(said, "goroutine")
		said, _, _ = strings.Cut(strings.Join(strings.Fields(said), " "), "goroutine")
		b.add("events: "+f.name, fmt.Sprintf("%.1f s, %.0f MB: %.120s", r.seconds, r.peakMB, said), "an answer, or clear words", ok)
	}
	return nil
}
