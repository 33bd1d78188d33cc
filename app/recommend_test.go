package app

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// weeklyShop writes events of customers who buy one of two sets of products
// every week or so.
func weeklyShop(t *testing.T, customers, weeks int) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	var csv strings.Builder
	csv.WriteString("customer_id,receipt_id,sold_at,product\n")
	for c := range customers {
		for w := range weeks {
			if rng.IntN(4) == 0 {
				continue
			}
			for range 2 {
				fmt.Fprintf(&csv, "C%d,R%d-%d,2025-%02d-%02d,\"🧀, %d\"\n", c, c, w, 1+w/4, 1+w%4*7, c%2*6+rng.IntN(6))
			}
		}
	}
	path := filepath.Join(t.TempDir(), "weekly.csv")
	if err := os.WriteFile(path, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestRecommendGoesOn: networks take part where there are minutes; a comparison
// that is stopped while one learns goes on without training again what was
// learned; what is kept answers at once, with reasons, and is written to files.
func TestRecommendGoesOn(t *testing.T) {
	ctx := context.Background()
	a, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	p, err := a.CreateProject("p")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Import(ctx, ImportRequest{Project: p.ID, Files: []string{weeklyShop(t, 80, 40)}}, nil); err != nil {
		t.Fatal(err)
	}
	tables, err := a.EventTables(p.ID)
	if err != nil || len(tables) != 1 || !tables[0].Ready || tables[0].Columns.Basket != "receipt_id" {
		t.Fatalf("tables %+v, %v", tables, err)
	}
	if r, err := a.Recommendation(p.ID); r != nil || err != nil {
		t.Fatalf("before the first: %v, %v", r, err)
	}
	req := RecommendRequest{EventsRequest: EventsRequest{Project: p.ID, Dataset: "weekly"}, Quick: true, Minutes: .4}

	// Stopped in the midst of a network's training.
	stop, cancel := context.WithCancel(ctx)
	defer cancel()
	steps := 0
	_, err = a.Recommend(stop, req, func(p core.Progress) {
		if p.Stage == "train" && p.Note == "LSTM" {
			if steps++; steps > 2 {
				cancel()
			}
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped: %v", err)
	}
	kept, err := a.store.List(p.ID, kindPause)
	if err != nil || len(kept) < 2 {
		t.Fatalf("kept %d, %v", len(kept), err)
	}
	info, err := a.Recommend(ctx, req, nil)
	if err != nil {
		t.Fatal(err)
	}
	lstm := info.Board.Of("LSTM")
	if lstm == nil || lstm.Gain == nil {
		t.Fatalf("no network on the board: %v", info.Board.Notes)
	}
	if words := info.Board.Words; !strings.Contains(words[len(words)-1].En+words[1].En, "network") {
		t.Errorf("words %v", words)
	}
	if kept, _ = a.store.List(p.ID, kindPause); len(kept) > 0 {
		t.Errorf("%d checkpoints left", len(kept))
	}
	m, err := a.Recommender(p.ID)
	if err != nil || m.Scorer() == nil {
		t.Fatalf("the method was not kept: %v", err)
	}
	answer, err := a.Recommended(p.ID, recommend.Query{Customer: "C3", K: 3, Why: true})
	if err != nil || len(answer.Items) != 3 || answer.Items[0].Because == nil || answer.Items[0].Chance <= 0 {
		t.Errorf("list %+v, %v", answer, err)
	}
	if found, err := a.FindNames(p.ID, "items", "🧀, 1", 5); err != nil || len(found) != 3 {
		t.Errorf("found %v, %v", found, err)
	}
	if r, err := a.RelatedTo(p.ID, "🧀, 1", 3); err != nil || len(r.Together)+len(r.Instead) == 0 {
		t.Errorf("related %+v, %v", r, err)
	}
	if _, err := a.RelatedTo(p.ID, "no such thing", 3); core.KindOf(err) != core.NotFound {
		t.Errorf("an unknown item: %v", err)
	}
	for what, rows := range map[string]int{"lists": 80 * 4, "customers": 80} {
		for _, format := range []string{"csv", "parquet", "json"} {
			out, err := a.ExportLists(ctx, ListsRequest{Project: p.ID, What: what, K: 4, Format: format}, nil)
			if err != nil || out.Rows != rows {
				t.Errorf("%s as %s: %+v, %v", what, format, out, err)
			}
		}
	}
	if _, err := a.ExportLists(ctx, ListsRequest{Project: p.ID, What: "secrets", Format: "csv"}, nil); core.KindOf(err) != core.Invalid {
		t.Errorf("nothing of that name: %v", err)
	}
}

// TestBadEvents: events as they should not be are answered, or refused in words
// that name the way out.
func TestBadEvents(t *testing.T) {
	rows := func(n int, row func(i int) string) string {
		var s strings.Builder
		for i := range n {
			s.WriteString(row(i))
		}
		return s.String()
	}
	for _, tt := range []struct{ name, text, customer, want string }{
		{"one customer", "customer,item,time\n" + rows(60, func(i int) string { return fmt.Sprintf("me,i%d,%d\n", i%7, i) }), "me", "i"},
		{"one item", "customer,item,time\n" + rows(60, func(i int) string { return fmt.Sprintf("c%d,only,%d\n", i%7, i) }), "c1", "one item only"},
		{"no times", "customer,item\n" + rows(200, func(i int) string { return fmt.Sprintf("c%d,i%d\n", i%9, i*i%11) }), "c1", "i"},
		{"all times equal", "customer,item,time\n" + rows(200, func(i int) string { return fmt.Sprintf("c%d,i%d,2024-01-01\n", i%9, i*i%11) }), "c1", "i"},
		{"commas and emoji", "customer,item,time\n" + rows(200, func(i int) string { return fmt.Sprintf("\"c,%d\",\"🧀, %d\",%d\n", i%9, i*i%11, i) }), "c,1", "🧀"},
		{"an unknown customer", "customer,item,time\n" + rows(200, func(i int) string { return fmt.Sprintf("c%d,i%d,%d\n", i%9, i*i%11, i) }), "nobody", "not known"},
		{"no column of customers", "when,what\n" + rows(20, func(i int) string { return fmt.Sprintf("%d,%d\n", i, i%3) }), "1", "no column"},
		{"too many items", "customer,item,time\n" + rows(52_000, func(i int) string { return fmt.Sprintf("c%d,i%d,%d\n", i/5, i, i) }), "c1", "take part"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "events.csv")
			if err := os.WriteFile(path, []byte(tt.text), 0o600); err != nil {
				t.Fatal(err)
			}
			req := RecommendRequest{EventsRequest: EventsRequest{File: path}, Quick: true, Minutes: .002}
			if tt.name == "too many items" {
				req.Method = "ItemKNN"
			}
			l, err := LoadLog(context.Background(), req.EventsRequest, nil)
			said := ""
			if err == nil {
				var m *recommend.Model
				if m, _, err = TrainRecommender(context.Background(), l, req, nil); err == nil {
					a, e := m.Ask(recommend.Query{Customer: tt.customer, K: 3, Why: true})
					err = e
					said = strings.Join(m.Notes, "; ") + a.Note
					for _, item := range a.Items {
						said += item.Item
					}
				}
			}
			if err != nil {
				said = err.Error()
			}
			if kind := core.KindOf(err); err != nil && kind != core.Invalid || !strings.Contains(said, tt.want) {
				t.Errorf("%v: %s", err, said)
			}
		})
	}
}
