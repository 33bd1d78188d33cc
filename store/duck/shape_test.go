package duck

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"
)

func TestShapes(t *testing.T) {
	try(t, nil, []tried{
		{"quantile", "a,z\n3,1\n1,1\n,1\n3,1\n9,1\n", `{"do": "transform", "columns": ["a"], "with": "quantile"}`, "a|z\n0.5|1\n0.125|1\n|1\n0.5|1\n0.875|1", "4 cells of a were transformed by quantile"},
		{"square root of less than nothing", "a\n4\n-1\n", `{"do": "transform", "columns": ["a"], "with": "sqrt"}`, "a\n2\n", "1 have no value there and are missing"},
		{"ordinal by a list", "a,z\nlow,1\nhigh,1\n,1\nodd,1\n", `{"do": "ordinal", "columns": ["a"], "parts": ["low", "mid", "high"]}`, "a|z\n0|1\n2|1\n|1\n|1", "2 levels became numbers, 1 cells with other levels are missing"},
		{"ordinal by name", "a\nb\na\nb\nc\n", `{"do": "ordinal", "columns": ["a"]}`, "a\n1\n0\n1\n2", "3 levels"},
		{"ordinal by count", "a\nb\na\nb\nc\n", `{"do": "ordinal", "columns": ["a"], "by": "count"}`, "a\n0\n1\n0\n2", "3 levels"},
		{"drop", "a,b\n1,2\n", `{"do": "drop", "columns": ["a"]}`, "b\n2", "1 columns were left out: a"},
		{"drop all", "a\n1\n", `{"do": "drop", "columns": ["a"]}`, "", "no column would be left"},
	})
}

// The normal scores of many cells are those of a normal distribution.
func TestNormalScores(t *testing.T) {
	db := open(t, "")
	text := "x,z\n"
	for i := range 1000 {
		text += fmt.Sprintf("%d,1\n", (i*i)%7919)
	}
	rows, _ := ran(t, db, text, `{"do": "transform", "columns": ["x"], "with": "normal"}`)
	var got []float64
	for _, r := range rows {
		x, err := strconv.ParseFloat(r[0], 64)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, x)
	}
	slices.Sort(got)
	for _, p := range []float64{0.0105, 0.2005, 0.5005, 0.9995} {
		want := math.Sqrt2 * math.Erfinv(2*p-1)
		if x := got[int(p*1000)]; math.Abs(x-want) > 0.01 {
			t.Errorf("at %v: %v, want %v", p, x, want)
		}
	}
}

func TestWindows(t *testing.T) {
	const visits = "k,t,x\na,2024-01-03,4\na,2024-01-01,1\nb,2024-01-01,10\na,2024-01-02,\na,2024-01-09,7\nb,2024-01-02,20\n"
	try(t, nil, []tried{
		{"lag", visits, `{"do": "lag", "columns": ["x"], "lags": [1, -1], "per": ["k"], "order": "t"}`,
			"k|t|x|x_lag1|x_lead1\na|2024-01-03|4||7\na|2024-01-01|1||\nb|2024-01-01|10||20\na|2024-01-02||1|4\na|2024-01-09|7|4|\nb|2024-01-02|20|10|", "2 columns were added: x_lag1, x_lead1"},
		{"rolling rows", visits, `{"do": "rolling", "columns": ["x"], "rows": 2, "make": ["sum", "count"], "per": ["k"], "order": "t"}`,
			"k|t|x|x_sum2|x_count2\na|2024-01-03|4|4|1\na|2024-01-01|1|1|1\nb|2024-01-01|10|10|1\na|2024-01-02||1|1\na|2024-01-09|7|11|2\nb|2024-01-02|20|30|2", ""},
		{"rolling days", visits, `{"do": "rolling", "columns": ["x"], "days": 2, "make": ["mean"], "per": ["k"], "order": "t"}`,
			"k|t|x|x_mean2d\na|2024-01-03|4|4\na|2024-01-01|1|1\nb|2024-01-01|10|10\na|2024-01-02||1\na|2024-01-09|7|7\nb|2024-01-02|20|15", ""},
		{"days without a time", visits, `{"do": "rolling", "columns": ["x"], "days": 2, "order": "x"}`, "", "needs a time column"},
		{"no window", visits, `{"do": "rolling", "columns": ["x"]}`, "", "the window is not clear"},
		{"aggregate to a grain", "c,t,q,s\nx,2024-01-03 10:00:00,1.5,p\nx,2024-01-03 12:00:00,2.5,q\ny,2024-01-04 09:00:00,,p\nx,2024-02-01 00:00:00,1.0,q\nx,2024-01-03 13:00:00,,q\n",
			`{"do": "aggregate", "per": ["c", "t"], "to": "day", "make": ["n = rows", "spent = sum q", "mean = mean q", "kinds = distinct s", "usual = mode s", "first = first s", "most = max t"]}`,
			"c|t|n|spent|mean|kinds|usual|first|most\nx|2024-01-03|3|4.0|2|2|q|p|2024-01-03 13:00:00\ny|2024-01-04|1|||1|p|p|2024-01-04 09:00:00\nx|2024-02-01|1|1.0|1|1|q|q|2024-02-01 00:00:00", "5 rows became 3, one for each c, t and day"},
		{"an unclear aggregate", visits, `{"do": "aggregate", "per": ["k"], "make": ["x"]}`, "", `"x" is not clear`},
		{"no such aggregate", visits, `{"do": "aggregate", "per": ["k"], "make": ["y = product x"]}`, "", `there is no function "product"`},
		{"a sum of text", visits, `{"do": "aggregate", "per": ["k"], "make": ["y = sum k"]}`, "", `column "k" holds text`},
	})
}

// Sums, means and deviations of groups and windows are those of plain loops.
func TestAggregateProperty(t *testing.T) {
	db := open(t, "")
	for seed := range uint64(3) {
		text, rows := random(seed, 300)
		got, _ := ran(t, db, text, `{"do": "aggregate", "per": ["k"], "make": ["n = count x", "total = sum x", "sd = std x"]}`)
		groups := map[string][]float64{}
		for _, r := range rows {
			if x, err := strconv.ParseFloat(r[2], 64); err == nil {
				groups[r[0]] = append(groups[r[0]], x)
			}
		}
		for _, g := range got {
			x := groups[g[0]]
			total, squares := 0.0, 0.0
			for _, v := range x {
				total += v
			}
			for _, v := range x {
				squares += (v - total/float64(len(x))) * (v - total/float64(len(x)))
			}
			for k, want := range []float64{float64(len(x)), total, math.Sqrt(squares / float64(len(x)-1))} {
				if v, err := strconv.ParseFloat(g[1+k], 64); err != nil || math.Abs(v-want) > 1e-6 {
					t.Errorf("seed %d, %v: %v, want %v", seed, g, v, want)
				}
			}
		}
		if len(got) != len(groups) {
			t.Errorf("%d groups, want %d", len(got), len(groups))
		}
		// The sum of the last three, in order of o and row.
		got, _ = ran(t, db, text, `{"do": "rolling", "columns": ["x"], "rows": 3, "make": ["sum"], "per": ["k"], "order": "o"}`)
		for i, r := range rows {
			want, places := 0.0, []int{}
			for j, o := range rows {
				if o[0] == r[0] && (num(o[1]) < num(r[1]) || num(o[1]) == num(r[1]) && j <= i) {
					places = append(places, j)
				}
			}
			slices.SortStableFunc(places, func(a, b int) int { return int(num(rows[a][1]) - num(rows[b][1])) })
			any := false
			for _, j := range places[max(0, len(places)-3):] {
				if rows[j][2] != "" {
					want, any = want+num(rows[j][2]), true
				}
			}
			if cell := got[i][4]; any != (cell != "") || any && math.Abs(num(cell)-want) > 1e-6 {
				t.Fatalf("seed %d, row %d: %q, want %v", seed, i, cell, want)
			}
		}
	}
}

func num(s string) float64 {
	x, _ := strconv.ParseFloat(s, 64)
	return x
}

func TestUnionAndSplit(t *testing.T) {
	try(t, map[string]string{"more": "B,c\n7.5,x\n", "times": "b\n2024-01-01\n"}, []tried{
		{"union", "a,b\np,1\n", `{"do": "union", "tables": ["more"], "as": "from"}`, "a|b|c|from\np|1.0||this table\n|7.5|x|more", "1 rows of more were put behind 1; columns that were not here before: c"},
		{"union of other kinds", "a,b\np,1\n", `{"do": "union", "tables": ["times"]}`, "", `column "b" holds number here, time in times`},
		{"split by time", "t\n3\n1\n2\n1\n4\n,\n", `{"do": "split", "by": "time", "columns": ["t"], "parts": ["past=0.6", "future=0.4"]}`, "t|part\n3|future\n1|past\n2|past\n1|past\n4|future\n|", "past 3, future 2"},
		{"keep a part", "t\n3\n1\n2\n1\n4\n", `{"do": "split", "by": "time", "columns": ["t"], "keep": "test"}`, "t\n4", "1 of 5 rows were kept: part test"},
		{"shares that are too much", "t\n3\n", `{"do": "split", "parts": ["a=0.6", "b=0.6"]}`, "", "come to 1.2"},
		{"no such part", "t\n3\n", `{"do": "split", "keep": "valid"}`, "", `there is no part "valid"`},
		{"key without columns", "t\n3\n", `{"do": "split", "by": "key"}`, "", "needs columns"},
	})
	db := open(t, "")
	text := "c,n\n"
	for i := range 5000 {
		text += fmt.Sprintf("%d,%d\n", i%500, i)
	}
	rows, effects := ran(t, db, text, `{"do": "split", "by": "key", "columns": ["c"], "seed": 3}, {"do": "split", "as": "fold", "parts": ["a=0.5", "b=0.5"]}`)
	of, train, a := map[string]string{}, 0, 0
	for _, r := range rows {
		if was, ok := of[r[0]]; ok && was != r[2] {
			t.Fatalf("customer %s is in two parts", r[0])
		}
		of[r[0]] = r[2]
		train += b2i(r[2] == "train")
		a += b2i(r[3] == "a")
	}
	if train < 3600 || train > 4400 || a < 2350 || a > 2650 {
		t.Errorf("%d in train, %d in a: %+v", train, a, effects)
	}
}

func TestDateParts(t *testing.T) {
	const days = "d,z\n2024-02-10 15:30:00,1\n2024-02-29 00:00:00,1\n,1\n2024-06-07 09:00:00,1\n"
	try(t, nil, []tried{
		{"parts", days, `{"do": "date_parts", "columns": ["d"], "make": ["weekday", "weekend", "month_end", "week", "hour"]}, {"do": "drop", "columns": ["d", "z"]}`,
			"d_weekday|d_weekend|d_month_end|d_week|d_hour\n6|1|0|6|15\n4|0|1|9|0\n||||\n5|0|0|23|9", ""},
		{"holidays", days, `{"do": "date_parts", "columns": ["d"], "make": ["holiday", "holiday_name", "days_to_holiday"], "country": "CN"}`,
			"d|z|d_holiday|d_holiday_name|d_days_to_holiday\n2024-02-10 15:30:00|1|1|Spring Festival|0\n2024-02-29 00:00:00|1|0||35\n|1|||\n2024-06-07 09:00:00|1|0||3", "3 columns were added: d_holiday"},
		{"no country", days, `{"do": "date_parts", "columns": ["d"], "make": ["holiday"]}`, "", "the country of the holidays is missing"},
		{"another country", days, `{"do": "date_parts", "columns": ["d"], "make": ["holiday"], "country": "XX"}`, "", `the holidays of "XX" are not known`},
		{"no such part", days, `{"do": "date_parts", "columns": ["d"], "make": ["moon"]}`, "", `there is no part "moon"`},
	})
}
