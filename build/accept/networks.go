package main

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"shoptwin/core/recipe"
	"shoptwin/core/recommend"
	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/core/train"
	"shoptwin/store/duck"
)

// cpuSeconds is what this process and those that it started, once they have
// ended, have used of all processors, as Linux tells;
// 0 elsewhere.
func cpuSeconds() float64 {
	stat, _ := os.ReadFile("/proc/self/stat")
	_, rest, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 15 {
		return 0
	}
	ticks := 0.0
	for _, f := range fields[11:15] {
		n, _ := strconv.ParseFloat(f, 64)
		ticks += n
	}
	return ticks / 100
}

// tableOf imports a file and runs a recipe on it.
func tableOf(ctx context.Context, name, file, steps string) (*table.Table, error) {
	db, err := duck.Open("", duck.Options{})
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := db.Import(ctx, name, file, source.Options{Name: filepath.Base(file)}, nil); err != nil {
		return nil, err
	}
	r, err := recipe.Parse(strings.NewReader(steps))
	if err != nil {
		return nil, err
	}
	if _, err := db.Run(ctx, r, r.Name, nil); err != nil {
		return nil, err
	}
	return db.Columns(ctx, r.Name, nil)
}

// coldProducts: a tenth of online_retail's items lose all their sales; the
// network knows their description and price alone. Two questions: which of the
// new items each customer bought, and which of the others each new item was
// bought with. Popularity's answer to the first is that of hindsight, which
// nobody has when a product is new.
func (b *bench) coldProducts() error {
	ctx := context.Background()
	t, err := tableOf(ctx, "online_retail", filepath.Join(b.data, "online_retail", "online_retail.parquet"), fmt.Sprintf(retailRecipe, retailSteps))
	if err != nil {
		return err
	}
	log, err := recommend.NewLog(t, recommend.Columns{Customer: "CustomerID", Item: "StockCode", Time: "InvoiceDate", Basket: "InvoiceNo"})
	if err != nil {
		return err
	}
	content := retailContent(t, log)
	baskets := train.Baskets(log)
	seeds, epochs := 3, 20
	if b.quick {
		seeds, epochs = 1, 6
	}
	var customers, hindsight, related, popular, cpu []float64
	for seed := 1; seed <= seeds; seed++ {
		rng := rand.New(rand.NewPCG(uint64(seed), 1))
		hidden := make([]bool, len(log.Items))
		for _, i := range rng.Perm(len(hidden))[:len(hidden)/10] {
			hidden[i] = true
		}
		known := make([][]int32, len(baskets))
		for k, basket := range baskets {
			known[k] = slices.DeleteFunc(slices.Clone(basket), func(i int32) bool { return hidden[i] })
		}
		before := cpuSeconds()
		s, err := train.SAGE(ctx, content, known, nil, recommend.SAGEConfig{Epochs: epochs}, rng, train.Options{}, nil)
		if err != nil {
			return err
		}
		cpu = append(cpu, cpuSeconds()-before)
		a, p := newToCustomers(s, log, hidden)
		customers, hindsight = append(customers, a), append(hindsight, p)
		a, p = newToItems(s, baskets, hidden)
		related, popular = append(related, a), append(popular, p)
	}
	what := fmt.Sprintf("cold products on online_retail, median of %d: ", seeds)
	a, p := median(related), median(popular)
	b.add(what+"which known items a new one is bought with, recall@20", fmt.Sprintf("%.3f, popularity %.3f: %.1f times", a, p, a/p), "at least 3 times popularity", a >= 3*p)
	a, p = median(customers), median(hindsight)
	chance := 20 / float64(len(log.Items)/10) // what popularity knows of items that nobody has bought
	b.add(what+"which new items a customer buys, recall@20", fmt.Sprintf("%.3f, popularity, which is chance, %.3f: %.1f times; popularity in hindsight %.3f", a, chance, a/chance, p), "at least 3 times popularity", a >= 3*chance)
	b.add(what+"training", fmt.Sprintf("%.0f CPU s", median(cpu)), "told", true)
	return nil
}

// retailContent is each item's first description and price.
func retailContent(t *table.Table, log *recommend.Log) *recommend.Content {
	content := recommend.NewContent(len(log.Items), 4096)
	index := map[string]int{}
	for i, name := range log.Items {
		index[name] = i
	}
	item, text, price := t.Column("StockCode"), t.Column("Description"), t.Column("UnitPrice")
	seen := make([]bool, len(log.Items))
	for r := range t.Rows() {
		i, ok := index[item.Cell(r)]
		if !ok || seen[i] || text.Cell(r) == "" {
			continue
		}
		seen[i] = true
		content.Text(i, text.Cell(r))
		content.Price(i, price.Num[r])
	}
	return content
}

// newToCustomers returns recall@20 among the hidden items of what each
// customer has of them, by her other items and by how many customers each of
// the hidden items had.
func newToCustomers(s recommend.Scorer, log *recommend.Log, hidden []bool) (network, popularity float64) {
	_, have := log.Counts()
	scores := make([]float32, len(hidden))
	n := 0.
	known := log.Keep(func(_, e int) bool { return !hidden[log.Item[e]] })
	for c := range log.Customers {
		truth := map[int32]bool{}
		for _, i := range log.History(c).Items {
			if hidden[i] {
				truth[i] = true
			}
		}
		if len(truth) == 0 || len(known.History(c).Items) == 0 {
			continue
		}
		n++
		s.Score([]recommend.History{known.History(c)}, scores)
		leave := func(i int32) bool { return !hidden[i] }
		network += recallOf(recommend.Top(scores, 20, leave), truth)
		for i := range scores {
			scores[i] = float32(have[i])
		}
		popularity += recallOf(recommend.Top(scores, 20, leave), truth)
	}
	return network / n, popularity / n
}

// newToItems returns recall@20 among the known items of those 20 that a hidden
// item was bought with most tellingly, by shrunk cosine; hidden items with at
// least 20 baskets are asked.
func newToItems(s *recommend.SAGE, baskets [][]int32, hidden []bool) (network, popularity float64) {
	items := len(hidden)
	count, scores := make([]float32, items), make([]float32, items)
	with := make([]map[int32]float64, items)
	for _, basket := range baskets {
		for _, i := range basket {
			count[i]++
			if !hidden[i] || len(basket) > 200 {
				continue
			}
			if with[i] == nil {
				with[i] = map[int32]float64{}
			}
			for _, j := range basket {
				if !hidden[j] {
					with[i][j]++
				}
			}
		}
	}
	leave := func(i int32) bool { return hidden[i] }
	most := recommend.Top(count, 20, leave)
	n := 0.
	for i := range int32(items) {
		if !hidden[i] || count[i] < 20 || len(with[i]) < 20 {
			continue
		}
		n++
		var near []int32
		for j, c := range with[i] {
			with[i][j] = c / (math.Sqrt(float64(count[i]*count[j])) + 10)
			near = append(near, j)
		}
		slices.SortFunc(near, func(x, y int32) int { return cmp.Or(cmp.Compare(with[i][y], with[i][x]), cmp.Compare(x, y)) })
		truth := map[int32]bool{}
		for _, j := range near[:20] {
			truth[j] = true
		}
		s.Related(i, scores)
		network += recallOf(recommend.Top(scores, 20, leave), truth)
		popularity += recallOf(most, truth)
	}
	return network / n, popularity / n
}

func recallOf(list []int32, truth map[int32]bool) float64 {
	found := 0.
	for _, i := range list {
		if truth[i] {
			found++
		}
	}
	return found / float64(len(truth))
}
