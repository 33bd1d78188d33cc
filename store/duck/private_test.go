package duck

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
	"testing"
)

func TestPrivateSteps(t *testing.T) {
	m := hmac.New(sha256.New, []byte("key"))
	m.Write([]byte("Zoë"))
	zoe := hex.EncodeToString(m.Sum(nil))
	m.Reset()
	m.Write([]byte("7"))
	seven := hex.EncodeToString(m.Sum(nil))
	try(t, nil, []tried{
		{"pseudonyms are HMAC-SHA-256", "a,n\nZoë,7\n,7.5\nZoë,7\n", `{"do": "pseudonym", "columns": ["a", "n"], "first": 20}, {"do": "filter", "where": "n <> 'x' and a is not missing"}, {"do": "drop_duplicates"}`,
			"a|n\n" + zoe[:20] + "|" + seven[:20], ""},
		{"mask text", "a,z\nJohnson,1\nBo,1\n,1\n", `{"do": "mask", "columns": ["a"], "first": 1, "last": 2}`, "a|z\nJ****on|1\n**|1\n|1", "2 cells of a were masked"},
		{"generalise", "age,zip,sex\n31,YO10,f\n34,YO24,f\n37,HU1,m\n35,HU9,m\n52,LS1,f\n", `{"do": "generalise", "columns": ["age", "zip"], "width": 10, "first": 2, "per": ["sex"], "k": 2}`,
			"age|zip|sex\n30|YO|f\n30|YO|f\n30|HU|m\n30|HU|m\n50|LS|f", "1 groups of fewer than 2 rows hold 1 rows"},
		{"generalise and drop", "age,zip\n31,YO10\n34,YO24\n52,LS1\n", `{"do": "generalise", "columns": ["age", "zip"], "width": 10, "first": 2, "k": 2, "then": "drop"}`, "age|zip\n30|YO\n30|YO", "which were dropped"},
		{"nothing says how", "age\n31\n", `{"do": "generalise", "columns": ["age"], "first": 2}`, "", "nothing says how"},
	})
}

func TestAsOf(t *testing.T) {
	prices := map[string]string{"prices": "item,since,price\na,2024-01-01,1\na,2024-02-01,2\na,2024-02-01,3\nb,2024-01-15,9\n"}
	const sales = "item,day\na,2024-01-31\na,2024-02-01\na,2023-12-31\nb,2024-03-01\nc,2024-03-01\n"
	try(t, prices, []tried{
		{"the last that held", sales, `{"do": "join", "table": "prices", "on": ["item"], "how": "asof", "at": "day=since", "columns": ["price"]}`,
			"item|day|price\na|2024-01-31|1\na|2024-02-01|3\na|2023-12-31|\nb|2024-03-01|9\nc|2024-03-01|", "60.0 % of 5 rows found what held at their time in prices"},
		{"not too old", sales, `{"do": "join", "table": "prices", "on": ["item"], "how": "asof", "at": "day=since", "days": 30, "columns": ["price"]}`,
			"item|day|price\na|2024-01-31|1\na|2024-02-01|3\na|2023-12-31|\nb|2024-03-01|\nc|2024-03-01|", "40.0 %"},
		{"no moments", sales, `{"do": "join", "table": "prices", "on": ["item"], "how": "asof"}`, "", "needs the moments"},
		{"no keys", sales, `{"do": "join", "table": "prices"}`, "", "others need on"},
	})
}

func TestBalance(t *testing.T) {
	db := open(t, "")
	var b strings.Builder
	b.WriteString("class,x,y,kind\n")
	for i := range 400 {
		class, x := "no", float64(i%40)
		if i%8 == 0 {
			class, x = "yes", 100+float64(i%10)
		}
		fmt.Fprintf(&b, "%s,%.1f,%d,%s\n", class, x, i%7, []string{"p", "q"}[i%2])
	}
	for by, want := range map[string]int{"under": 100, "over": 700, "smote": 700} {
		step := fmt.Sprintf(`{"do": "balance", "columns": ["class"], "by": %q}`, by)
		rows, _ := ran(t, db, b.String(), step)
		yes := 0
		for i, r := range rows {
			if r[0] == "yes" {
				yes++
				if x := num(r[1]); x < 100 || x > 109 || math.Round(x*10) != x*10 || r[3] != "p" {
					t.Errorf("%s: row %d is no row of its class: %v", by, i, r)
				}
			}
		}
		if len(rows) != want || yes*2 != want {
			t.Errorf("%s: %d rows, %d yes, want %d", by, len(rows), yes, want)
		}
		if again, _ := ran(t, db, b.String(), step); fmt.Sprint(again) != fmt.Sprint(rows) {
			t.Errorf("%s: another run gives other rows", by)
		}
	}
}
