package app

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"shoptwin/core/recipe"
)

// Rows that a synthesizer makes fill up the smaller class, like its own rows,
// whether classes are words or numbers; the same seed makes the same rows.
func TestBalanceByTwin(t *testing.T) {
	a := open(t)
	p, err := a.CreateProject("churn")
	if err != nil {
		t.Fatal(err)
	}
	var words, numbers strings.Builder
	words.WriteString("class,spent,city\n")
	numbers.WriteString("class,spent,city\n")
	for i := range 800 {
		class, spent, city := 0, 10+i%40, []string{"York", "Leeds"}[i%2]
		if i%10 == 0 {
			class, spent, city = 1, 100+i%30, "Hull"
		}
		fmt.Fprintf(&words, "%s,%d,%s\n", []string{"stays", "goes"}[class], spent, city)
		fmt.Fprintf(&numbers, "%d,%d,%s\n", class, spent, city)
	}
	files := []string{write(t, "words.csv", words.String()), write(t, "numbers.csv", numbers.String())}
	if _, err := a.Import(context.Background(), ImportRequest{Project: p.ID, Files: files}, nil); err != nil {
		t.Fatal(err)
	}
	for from, rare := range map[string]string{"words": "goes", "numbers": "1"} {
		var before [][]string
		for turn := range 2 {
			r := &recipe.Recipe{Name: fmt.Sprint(from, " ", turn), From: from, Steps: []recipe.Step{{Do: "balance", Columns: []string{"class"}, By: "twin"}}}
			d, err := a.Prepare(context.Background(), p.ID, r, nil)
			if err != nil {
				t.Fatal(err)
			}
			page, err := a.Rows(p.ID, d.Name, 800, 1000)
			if err != nil {
				t.Fatal(err)
			}
			if d.Rows != 1440 || len(page.Rows) != 640 || !strings.Contains(d.Effects[0].Say, "640 rows of a twin were added") {
				t.Fatalf("%d rows: %s", d.Rows, d.Effects[0].Say)
			}
			like := 0
			for _, row := range page.Rows {
				if row[0] != rare {
					t.Fatalf("a row of another class: %v", row)
				}
				if len(row[1]) == 3 && row[2] == "Hull" {
					like++
				}
			}
			if like < 600 {
				t.Errorf("%s: %d of 640 rows are like those of their class", from, like)
			}
			if turn > 0 && !reflect.DeepEqual(before, page.Rows) {
				t.Errorf("%s: another run makes other rows", from)
			}
			before = page.Rows
		}
	}
	few := write(t, "few.csv", "class,x\n"+strings.Repeat("a,1\n", 20)+strings.Repeat("b,2\n", 4))
	if _, err := a.Import(context.Background(), ImportRequest{Project: p.ID, Files: []string{few}}, nil); err != nil {
		t.Fatal(err)
	}
	_, err = a.Prepare(context.Background(), p.ID, &recipe.Recipe{Name: "x", From: "few", Steps: []recipe.Step{{Do: "balance", Columns: []string{"class"}, By: "twin"}}}, nil)
	if err == nil || !strings.Contains(err.Error(), "too few to learn from") {
		t.Error(err)
	}
}
