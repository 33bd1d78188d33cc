package quality

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/table"
)

func pageOf(t *testing.T, r *Report, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := WriteHTML(&b, r, lang); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// page is well formed: every element is closed, but for the void ones.
func wellFormed(s string) error {
	d := xml.NewDecoder(strings.NewReader(s))
	d.Strict, d.AutoClose, d.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	depth := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			if depth != 0 {
				return core.Errorf(core.Internal, "%d elements stay open", depth)
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

func TestWriteHTML(t *testing.T) {
	real, synthetic := visits(3000, 1), apart(visits(3000, 3))
	nasty := `<script>alert("1")</script>&%d`
	for _, tb := range []*table.Table{real, synthetic} {
		tb.Columns[2].Name = nasty
	}
	holdout := visits(3000, 2)
	holdout.Columns[2].Name = nasty
	for name, r := range map[string]*Report{
		"with a holdout":    evaluate(t, real, holdout, synthetic, Config{Queries: 300}),
		"without a holdout": evaluate(t, real, nil, synthetic, Config{}),
	} {
		for _, lang := range []string{"en", "zh-CN"} {
			t.Run(name+" "+lang, func(t *testing.T) {
				s := pageOf(t, r, lang)
				if err := wellFormed(s); err != nil {
					t.Error(err)
				}
				for _, never := range []string{"<script", "style=", "javascript:", "http://", "https://", "<link", "<img", "url(", "%!", "NaN", "Inf", "<nil>",
					"J. Doe", "987654", "987,654"} {
					if strings.Contains(s, never) {
						t.Errorf("the page contains %q", never)
					}
				}
				style := regexp.MustCompile(`(?s)<style>(.*)</style>`).FindStringSubmatch(s)[1]
				sum := sha256.Sum256([]byte(style))
				for _, must := range []string{
					`content="default-src 'none'; style-src 'sha256-` + base64.StdEncoding.EncodeToString(sum[:]) + `'`,
					`<html lang="` + lang + `">`, r.Verdict.Title.In(lang), "prefers-color-scheme: dark",
					"&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&amp;%d", `class="bar"`, `class="outline"`,
				} {
					if !strings.Contains(s, must) {
						t.Errorf("the page lacks %q", must)
					}
				}
				for _, svg := range regexp.MustCompile(`<svg[^>]*>`).FindAllString(s, -1) {
					if !strings.Contains(svg, `role="img"`) || strings.Contains(svg, `aria-label=""`) || !strings.Contains(svg, "aria-label=") {
						t.Errorf("a drawing without a label: %s", svg)
					}
				}
				if charts := strings.Count(s, "<figure>"); charts != len(r.Columns) {
					t.Errorf("%d charts for %d columns", charts, len(r.Columns))
				}
			})
		}
	}
	if err := WriteHTML(io.Discard, &Report{}, "en"); core.KindOf(err) != core.Invalid {
		t.Errorf("an empty report: %v", err)
	}
	if err := WriteHTML(io.Discard, &Report{Columns: make([]ColumnScore, 1)}, "fr"); core.KindOf(err) != core.Invalid {
		t.Errorf("an unknown language: %v", err)
	}
}

// Bars tell prices with a long tail apart, and whole numbers by themselves.
func TestBarsOfLongTail(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	made := func() *table.Table {
		price, pieces := make([]float64, 4000), make([]float64, 4000)
		for i := range price {
			price[i], pieces[i] = math.Round(100*math.Exp(2+1.5*rng.NormFloat64()))/100, math.Ceil(math.Exp(1.3*rng.NormFloat64()))
		}
		return &table.Table{Columns: []*table.Column{table.NewNumber("price", price), table.NewNumber("pieces", pieces)}}
	}
	for _, c := range evaluate(t, made(), nil, made(), Config{}).Columns {
		most, edge := 0., 0.
		for i, b := range c.Bars {
			if most = max(most, b.Real); i > 0 && *b.Lo != edge {
				t.Errorf("%s: bar %d is from %g, the one before to %g", c.Name, i, *b.Lo, edge)
			}
			edge = *b.Hi
		}
		if most > .5 || len(c.Bars) < 5 || len(c.Bars) > maxBars {
			t.Errorf("%s: %d bars, the tallest of %.2f of the rows", c.Name, len(c.Bars), most)
		}
		if c.Name == "pieces" && c.Bars[0].Label != "1" && c.Bars[0].Label != "< 2" {
			t.Errorf("the first bar of pieces is %q", c.Bars[0].Label)
		}
	}
}

// All others together are broken off where they would flatten the rest, and
// their share is told.
func TestBarsOfManyLevels(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	made := func() *table.Table {
		word := make([]string, 4000)
		for i := range word {
			word[i] = fmt.Sprint("kind ", rng.IntN(200))
		}
		return &table.Table{Columns: []*table.Column{table.NewText("kind", word, nil), table.NewNumber("n", make([]float64, 4000))}}
	}
	s := pageOf(t, evaluate(t, made(), nil, made(), Config{}), "en")
	if !strings.Contains(s, `class="break"`) || !regexp.MustCompile(`all others (8|9)\d(\.\d)?%`).MatchString(s) {
		t.Error("the bar of all others is not broken off")
	}
}

// Bars show neither rare levels nor single extremes, and add up.
func TestBarsKeepSecrets(t *testing.T) {
	real := visits(3000, 1)
	r := evaluate(t, real, nil, visits(3000, 2), Config{})
	for _, c := range r.Columns {
		var sum, other float64
		for _, b := range c.Bars {
			sum += b.Real
			other += b.Synthetic
			if n := b.Real * 3000 * (1 - c.RealMissing); n > 0.01 && n < rare-0.5 && !b.Other {
				t.Errorf("column %q shows a bar of %.0f rows", c.Name, n)
			}
			if b.Hi != nil && c.Name == "spend" && *b.Hi > 1000 {
				t.Errorf("column %q: the bars reach %g, which one row has", c.Name, *b.Hi)
			}
			if strings.Contains(b.Label, "phone") {
				t.Errorf("column %q shows %q", c.Name, b.Label)
			}
		}
		if sum < 0.99 || sum > 1+1e-9 || other < 1-1e-9 || other > 1+1e-9 {
			t.Errorf("column %q: bars add up to %.4f and %.4f", c.Name, sum, other)
		}
	}
}
