package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// TestRecommendHTML: the page carries what was found and answers, and holds no
// customer, no table's name, and nothing of products that few customers had.
func TestRecommendHTML(t *testing.T) {
	a := open(t)
	const project = `Tom's </script><b>shop`
	if _, err := a.CreateProject(project); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	var csv strings.Builder
	csv.WriteString("customer_id,receipt_id,sold_at,product_id,price\n")
	for c := range 60 {
		for day := rng.IntN(14); day < 140; day += 4 + rng.IntN(9) {
			at := fmt.Sprintf("2025-%02d-%02d", 1+day/28, 1+day%28)
			shelf := c % 3 * 3
			for k := range 3 {
				if k < 2 || rng.IntN(3) == 0 {
					fmt.Fprintf(&csv, "person-%d,r%d-%d,%s,ware-%d,2.5\n", c, c, day, at, shelf+(k+day)%3)
				}
			}
		}
	}
	for day := range 20 { // one customer's own: many baskets, nobody else's
		fmt.Fprintf(&csv, "person-7,r7x%d,2025-03-%02d,the secret ware,9\nperson-7,r7x%d,2025-03-%02d,ware-3,9\n", day, 1+day, day, 1+day)
	}
	file := filepath.Join(t.TempDir(), "till rolls.csv")
	if err := os.WriteFile(file, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if _, err := a.Import(ctx, ImportRequest{Project: project, Files: []string{file}, As: "till_rolls"}, nil); err != nil {
		t.Fatal(err)
	}
	shell := []byte("<html>" + string(sharedMark) + "</html>")
	if err := a.RecommendHTML(project, "en", shell, &bytes.Buffer{}); core.KindOf(err) != core.NotFound {
		t.Errorf("before there is a recommender: %v", err)
	}
	req := RecommendRequest{EventsRequest: EventsRequest{Project: project, Dataset: "till_rolls"}, Quick: true}
	if _, err := a.Recommend(ctx, req, nil); err != nil {
		t.Fatal(err)
	}
	var html bytes.Buffer
	if err := a.RecommendHTML(project, "zh-CN", shell, &html); err != nil {
		t.Fatal(err)
	}
	text := html.String()
	if strings.Count(text, "</script>") != 1 || strings.Contains(text, "<b>") {
		t.Error("a name ends the page's script")
	}
	_, rest, _ := strings.Cut(text, `id="shoptwin-report">`)
	data, _, _ := strings.Cut(rest, "</script>")
	var got sharedRecommendations
	if err := json.Unmarshal([]byte(data), &got); err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(got.Kin))
	if err != nil {
		t.Fatal(err)
	}
	var model bytes.Buffer
	if _, err := model.ReadFrom(z); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"person-", "till_rolls", "secret ware", "r7x"} {
		if strings.Contains(text, secret) || strings.Contains(model.String(), secret) {
			t.Errorf("the page holds %q", secret)
		}
	}
	page, err := recommend.ReadPage(&model)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Names) != 9 || len(page.Related("ware-4", 3)) == 0 || len(got.Links) == 0 || len(got.Segments) == 0 {
		t.Errorf("%d names, ware-4 goes with %+v, %d links, %d segments", len(got.Names), page.Related("ware-4", 3), len(got.Links), len(got.Segments))
	}
	if len(got.Entries) < 5 || got.Asked < fewest || len(got.Words) == 0 || got.Entries[0].Recall.Lo > got.Entries[0].Recall.Mean {
		t.Errorf("a board of %d by %d customers: %+v", len(got.Entries), got.Asked, got.Words)
	}
	if got.Soon == nil || len(got.Soon.Bins) == 0 {
		t.Fatal("who comes soon is not told")
	}
	n := 0
	for _, b := range got.Soon.Bins {
		if n += b.Customers; b.Customers < fewest || b.Lo >= b.Hi || b.Came < 0 || b.Came > 1 {
			t.Errorf("%+v", b)
		}
	}
	if n > got.Soon.Customers {
		t.Errorf("%d customers in the bins of %d", n, got.Soon.Customers)
	}
	for _, bad := range []struct {
		lang  string
		shell []byte
		kind  core.Kind
	}{{"fr", shell, core.Invalid}, {"en", []byte("<html>"), core.Unsupported}} {
		if err := a.RecommendHTML(project, bad.lang, bad.shell, &bytes.Buffer{}); core.KindOf(err) != bad.kind {
			t.Errorf("%s: %v", bad.lang, err)
		}
	}
}
