package quality

import (
	"fmt"
	"io"

	"shoptwin/core"
)

// WriteTablesHTML writes r as one file that needs nothing else, as
// [WriteHTML] does: the keys, the rules, and then every table by itself.
func WriteTablesHTML(w io.Writer, r *TablesReport, lang string) error {
	if lang != "en" && lang != "zh-CN" {
		return core.Errorf(core.Invalid, "there is no report in the language %q", lang).WithHint("use en or zh-CN")
	}
	p := &page{r: &Report{}, lang: lang}
	p.head(p.in(r.Title))
	p.f("<header><h1>%s</h1><p class=\"sub\">%s</p></header>\n", p.in(r.Title),
		fmt.Sprintf(p.t("%d tables, %d keys, %d rules", "%d 张表，%d 个键，%d 条规则"), len(r.Tables), len(r.Keys), len(r.Rules)))
	p.keyTable(r.Keys)
	p.ruleTable(r.Rules)
	p.tableTable(r)
	for _, t := range r.Tables {
		one := &page{r: t.Report, lang: lang}
		one.f("<div class=\"two\"><div>\n")
		one.columnCharts()
		one.f("</div><div>\n")
		one.heatMap()
		one.f("</div></div>\n")
		p.f("<header><h2>%s</h2><p class=\"sub small\">%s</p></header>\n%s", esc(t.Name), p.in(t.Report.Verdict.Title), one.String())
	}
	p.f("</main></body>\n</html>\n")
	_, err := w.Write(p.Bytes())
	return err
}

// state is Yes from good on, Watch from fair on, else No.
func state(v, good, fair float64) string {
	switch {
	case v >= good:
		return Yes
	case v >= fair:
		return Watch
	}
	return No
}

func (p *page) keyTable(keys []KeyScore) {
	p.f("<section><h2>%s</h2><p class=\"small sub\">%s</p>", p.t("Keys", "键"),
		p.t("Every key must name a row. How many rows each row of the parent has is compared over all of them, those with none included.", "每个键必须对应一行。比较父表各行所拥有的子行数分布，没有子行的也计入。"))
	p.f(`<table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">%s</th><th class="num">%s</th><th class="num">%s</th><th class="num">%s</th><th>%s</th></tr></thead><tbody>`,
		p.t("Key", "键"), p.t("Valid", "有效"), p.t("Numbers of rows", "行数分布"), p.t("Rows of a parent, real and synthetic", "每个父行的行数（真实／合成）"),
		p.t("Without any", "没有子行"), p.t("Columns across", "跨表列"), p.t("Least alike", "最不相似"))
	for _, k := range keys {
		across, worst := "", ""
		if k.Trend != nil {
			across = score(*k.Trend)
		}
		if len(k.Worst) > 0 {
			w := k.Worst[0]
			name := w.Child
			if name == "" {
				name = p.t("number of rows", "行数")
			}
			worst = fmt.Sprintf("%s, %s: %s", esc(w.Parent), esc(name), score(w.Score))
		}
		valid := "100%"
		if k.Broken > 0 {
			valid = fmt.Sprintf("%.4f%%", 100*k.Valid)
		}
		p.f(`<tr><td>%s</td><td class="num">%s</td><td class="num">%s</td><td class="num">%.2f / %.2f</td><td class="num">%s / %s</td><td class="num">%s</td><td>%s</td></tr>`,
			esc(k.Key.String()), p.tag(state(k.Valid, 1, 1), valid), p.tag(state(k.Cardinality, .97, .9), score(k.Cardinality)),
			k.Real.Mean, k.Synthetic.Mean, percent1(k.Real.None), percent1(k.Synthetic.None), across, worst)
	}
	p.f("</tbody></table></section>\n")
}

func (p *page) ruleTable(rules []RuleScore) {
	if len(rules) == 0 {
		return
	}
	p.f("<section><h2>%s</h2><p class=\"small sub\">%s</p>", p.t("Rules", "规则"),
		p.t("Found in the real tables, and kept by the way rows are made: nothing is thrown away.", "在真实表中发现，由生成方式保证成立，无需舍弃任何行。"))
	p.f(`<table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">%s</th><th class="num">%s</th><th class="num">%s</th></tr></thead><tbody>`,
		p.t("Rule", "规则"), p.t("Synthetic rows", "合成行"), p.t("Broken", "违反"), p.t("Real rows", "真实行"), p.t("Broken", "违反"))
	for _, r := range rules {
		s := Yes
		if r.Broken > 0 {
			s = No
		}
		p.f(`<tr><td>%s</td><td class="num">%s</td><td class="num">%s</td><td class="num">%s</td><td class="num">%s</td></tr>`,
			esc(r.Text), grouped(float64(r.Rows)), p.tag(s, grouped(float64(r.Broken))), grouped(float64(r.RealRows)), grouped(float64(r.RealBroken)))
	}
	p.f("</tbody></table></section>\n")
}

func (p *page) tableTable(r *TablesReport) {
	p.f(`<section><h2>%s</h2><table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">Shape</th><th class="num">Trend</th><th class="num">Overall</th><th>%s</th></tr></thead><tbody>`,
		p.t("Tables", "各表"), p.t("Table", "表"), p.t("Rows, real and synthetic", "行数（真实／合成）"), p.t("Worst column", "最差列"))
	for _, t := range r.Tables {
		worst := ""
		if len(t.Report.Columns) > 0 {
			c := t.Report.Columns[0]
			worst = esc(c.Name) + ": " + p.in(c.Finding)
		}
		p.f(`<tr><td>%s</td><td class="num">%s / %s</td><td class="num">%s</td><td class="num">%s</td><td class="num">%s</td><td>%s</td></tr>`,
			esc(t.Name), grouped(float64(t.Report.Real.Rows)), grouped(float64(t.Report.Synthetic.Rows)),
			score(t.Report.Shape), score(t.Report.Trend), score(t.Report.Overall), worst)
	}
	p.f("</tbody></table>\n")
	for _, n := range r.Notes {
		p.f("<p class=\"small sub\">%s</p>", p.in(n))
	}
	p.f("</section>\n")
}
