package quality

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html"
	"io"
	"strings"

	"shoptwin/core"
)

//go:embed report.css
var css string

// WriteHTML writes r as one file that needs nothing else: no script, no font,
// no picture, and a content security policy that would forbid them. It shows
// no real row, and no value that fewer than five real rows share. lang is "en"
// or "zh-CN"; column names and values are never translated.
func WriteHTML(w io.Writer, r *Report, lang string) error {
	if lang != "en" && lang != "zh-CN" {
		return core.Errorf(core.Invalid, "there is no report in the language %q", lang).WithHint("use en or zh-CN")
	}
	if len(r.Columns) == 0 {
		return core.Errorf(core.Invalid, "this report compares no columns, there is nothing to show")
	}
	p := &page{r: r, lang: lang}
	p.write()
	_, err := w.Write(p.Bytes())
	return err
}

// page is a report being written in one language.
type page struct {
	bytes.Buffer
	r    *Report
	lang string
}

// f writes markup. Arguments that are text must have gone through esc or in.
func (p *page) f(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// t chooses the language.
func (p *page) t(en, zh string) string {
	if p.lang == "zh-CN" {
		return zh
	}
	return en
}

// in returns w in the page's language, escaped.
func (p *page) in(w Words) string { return esc(w.In(p.lang)) }

func esc(s string) string { return html.EscapeString(s) }

func score(v float64) string { return strings.Replace(fmt.Sprintf("%.3f", v), "-", "−", 1) }

// head begins a page of that title, already escaped; body and main stay open.
func (p *page) head(title string) {
	sum := sha256.Sum256([]byte(css))
	p.f(`<!doctype html>
<html lang="%s">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>%s</title>
<style>%s</style>
</head>
<body><main>
`, p.lang, base64.StdEncoding.EncodeToString(sum[:]), title, css)
}

func (p *page) write() {
	r := p.r
	title := p.in(r.Verdict.Title)
	p.head(title)
	p.f("<header><h1>%s</h1><p class=\"sub\">%s</p></header>\n", title, p.subtitle())
	p.f("<div class=\"top\">\n")
	p.verdict()
	p.fidelityGauge()
	p.utilityGauge()
	p.privacyGauge()
	p.f("</div>\n<div class=\"two\"><div>\n")
	for _, section := range left {
		section(p)
	}
	p.f("</div><div>\n")
	for _, section := range right {
		section(p)
	}
	p.f("</div></div>\n")
	p.footer()
	p.f("</main></body>\n</html>\n")
}

// The sections below the first screen, by side, worst and weightiest first.
// Each writes nothing where its figures are not in the report.
var (
	left  = []func(*page){(*page).privacyTable, (*page).sequenceTable, (*page).columnCharts, (*page).accuracyTable, (*page).groupTables, (*page).guarantee}
	right = []func(*page){(*page).targetTable, (*page).heatMap, (*page).detectionTable, (*page).strangeRows}
)

func (p *page) subtitle() string {
	r := p.r
	count := func(n int) string { return grouped(float64(n)) }
	s := fmt.Sprintf(p.t("%s synthetic rows judged against %s real rows they were learned from", "将 %s 行合成数据与所学习的 %s 行真实数据比较"), count(r.Synthetic.Rows), count(r.Real.Rows))
	if r.Holdout != nil {
		s += fmt.Sprintf(p.t(" and %s real rows that were set aside.", "，并与留出的 %s 行真实数据比较。"), count(r.Holdout.Rows))
	} else {
		s += p.t(". No rows were set aside, so some questions stay open.", "。没有留出行，部分问题无法回答。")
	}
	return esc(s)
}

// mark is the shape, the class and the word of a state.
func (p *page) mark(state string) (icon, class, word string) {
	const box = `<svg viewBox="0 0 16 16" role="img" aria-label="%s"><path d="%s" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/></svg>`
	path := "M8 11.5h.01M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1v.3" // a question
	switch state {
	case Yes:
		class, word, path = "ok", p.t("yes", "可以"), "M3 8.5l3.2 3.2L13 5"
	case Watch:
		class, word, path = "warn", p.t("with care", "须谨慎"), "M8 2.5L14 13.5H2zM8 6.5v3.2M8 11.8h.01"
	case No:
		class, word, path = "bad", p.t("no", "不可以"), "M5.5 2h5L14 5.500v5L10.5 14h-5L2 10.500v-5zM5.800 5.800l4.400 4.400M10.200 5.800l-4.400 4.400"
	default:
		class, word = "mute", p.t("not judged", "未评判")
	}
	return fmt.Sprintf(box, word, path), class, word
}

func (p *page) verdict() {
	v := p.r.Verdict
	p.f("<section><h2>%s</h2>", p.t("What it is fit for", "适用范围"))
	for _, j := range []struct {
		name string
		Judgement
	}{{p.t("Sharing", "共享"), v.Sharing}, {p.t("Modelling", "建模"), v.Modelling}, {p.t("Testing", "测试"), v.Testing}} {
		icon, class, _ := p.mark(j.State)
		p.f(`<div class="judged"><span class="%s">%s</span><span><b>%s</b> <span class="small sub">%s</span></span></div>`, class, icon, j.name, p.in(j.Why))
	}
	p.f("</section>\n")
}

// tag is a state as a coloured word.
func (p *page) tag(state string, word string) string {
	_, class, _ := p.mark(state)
	return fmt.Sprintf(`<span class="tag %s">%s</span>`, class, word)
}

func (p *page) detectionTable() {
	d := p.r.Detection
	p.f("<section><h2>%s</h2><p class=\"small sub\">%s</p>", p.t("Detection: can a machine tell the rows apart?", "可辨性：机器能否分辨？"),
		p.t("Boosted trees learn to tell one table from another and are examined on rows they have not seen. 0.5 is a coin toss, 1 is certain.", "提升树学习分辨两张表，并在未见过的行上检验。0.5 等同抛硬币，1 为完全可辨。"))
	p.f(`<table><thead><tr><th>%s</th><th class="num">AUC</th><th></th></tr></thead><tbody>`, p.t("Told apart", "对比"))
	row := func(name, note string, v *float64, strong bool) {
		if v == nil {
			return
		}
		if strong {
			name = "<b>" + name + "</b>"
		}
		p.f(`<tr><td>%s<br><span class="sub">%s</span></td><td class="num">%s</td><td width="38%%">%s</td></tr>`, name, note, score(*v), p.scale(*v, name, d.Bootstrap))
	}
	row(p.t("Synthetic from fresh real rows", "合成行与新的真实行"), p.t("the honest one: copying does not help", "可信的一项：复制无助于此"), d.C2Holdout, true)
	row(p.t("Synthetic from the rows learned from", "合成行与学习用行"), p.t("copying makes it look better", "复制会使其显得更好"), d.C2ST, true)
	row(p.t("Floor: real rows drawn again", "下限：重复抽取的真实行"), p.t("what a twin that knows only these rows can reach", "只了解这些行的孪生所能达到的水平"), d.Bootstrap, false)
	row(p.t("Real from fresh real rows", "真实行与新的真实行"), p.t("nothing to tell", "无可分辨"), d.Real, false)
	p.f("</tbody></table>")
	if d.C2ST == nil {
		p.f(`<p class="small sub">%s</p>`, p.t("Too few rows to judge.", "行数过少，无法评判。"))
	} else if *d.C2ST > 0.55 && len(d.Clues) > 0 {
		p.f(`<p class="small sub">%s%s</p>`, p.t("Given away most by ", "主要线索："), p.clues(d.Clues[:min(3, len(d.Clues))]))
	}
	p.f("</section>\n")
}

func (p *page) footer() {
	r := p.r
	p.f("<footer><h2>%s</h2><ul>", p.t("How this was measured", "测量方法"))
	for _, w := range r.Problems {
		p.f(`<li class="bad">%s</li>`, p.in(w))
	}
	for _, w := range r.Notes {
		p.f("<li>%s</li>", p.in(w))
	}
	if len(r.LeftOut) > 0 {
		p.f("<li>%s", p.t("Not compared: ", "未比较："))
		for i, l := range r.LeftOut {
			if i > 0 {
				p.f("%s", p.t(", ", "、"))
			}
			p.f("<b>%s</b> (%s)", esc(l.Name), p.in(l.Reason))
		}
		p.f("</li>")
	}
	p.f("<li>%s</li>", p.t("Values that fewer than five real rows share are shown together; the outer bars hold everything beyond. No real row is in this file.",
		"少于五行真实数据共有的取值合并显示，两端的柱包含其外的全部取值。本文件不含任何真实行。"))
	p.f("<li>%s %d</li></ul>\n", p.t("Seed", "随机种子"), r.Seed)
	p.f("<h2>%s</h2><dl>", p.t("Definitions", "定义"))
	for _, d := range definitions {
		p.f("<dt>%s</dt><dd>%s</dd>", p.in(d.name), p.in(d.text))
	}
	p.f("</dl></footer>\n")
}
