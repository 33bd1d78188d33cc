package quality

import "fmt"

// targetTable shows what models learn from the twin, target by target.
func (p *page) targetTable() {
	u := p.r.Utility
	if u == nil {
		return
	}
	all := append([]Utility{*u}, p.r.Targets...)
	head := p.t("Models: the twin teaches what the real rows teach", "建模：孪生所教与真实行相同")
	worst := all[0]
	for _, t := range all {
		if t.Learned && (!worst.Learned || t.Kept < worst.Kept) {
			worst = t
		}
	}
	switch {
	case !worst.Learned:
		head = p.t("Models: the real rows teach little either", "建模：真实行本身可学的也很少")
	case worst.Kept < 0.97:
		head = fmt.Sprintf(p.t("Models: least is kept about “%s”, %s", "建模：“%s”保留最少，为 %s"), esc(worst.Target), esc(percent(worst.Kept)))
	}
	p.f("<section><h2>%s</h2><p class=\"small sub\">%s</p>", head,
		p.t("Boosted trees learn from each table and are examined on real rows set aside.", "提升树分别从各表学习，并在留出的真实行上检验。"))
	p.f(`<table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">%s</th><th class="num">%s</th></tr></thead><tbody>`,
		p.t("To predict", "预测"), p.t("From the twin", "用孪生"), p.t("From real rows", "用真实行"), p.t("Kept", "保留"))
	for _, t := range all {
		what, kept := "<b>"+esc(t.Target)+"</b>", "–"
		if t.Class != "" {
			what += fmt.Sprintf(` <span class="sub">= %s</span>`, esc(t.Class))
		}
		metric := t.Metric
		if metric == "R2" {
			metric = "R²"
		}
		if t.Places {
			metric = p.t("R² of its place", "位次的 R²")
		}
		if t.Learned {
			kept = percent(t.Kept)
		}
		p.f(`<tr><td>%s <span class="micro">%s</span></td><td class="num syn">%s</td><td class="num real">%s</td><td class="num">%s</td></tr>`,
			what, metric, score(t.TSTR), score(t.TRTR), esc(kept))
	}
	p.f("</tbody></table>")
	if b := u.Both; b != nil {
		text := p.t("Adding the twin to the real rows changes nothing beyond chance", "在真实行之外加入孪生，结果没有超出偶然的变化")
		switch {
		case b.Lo > 0:
			text = p.t("Adding the twin to the real rows helps", "在真实行之外加入孪生有所帮助")
		case b.Hi < 0:
			text = p.t("Adding the twin to the real rows does harm", "在真实行之外加入孪生反而有害")
		}
		p.f(`<p class="small sub">%s%s</p>`, text, fmt.Sprintf(p.t(": “%s” %s, %s [%s, %s].", "：“%s” %s，%s [%s, %s]。"), esc(u.Target), score(b.Score), plus(b.Gain), plus(b.Lo), plus(b.Hi)))
	}
	for _, u := range p.r.Upsampled {
		p.f(`<p class="small">%s</p>`, p.in(u.Words))
	}
	p.f("</section>\n")
}

// plus writes a difference with its sign.
func plus(v float64) string {
	s := score(v)
	switch {
	case s == "−0.000":
		return "0.000"
	case v >= 0.0005:
		return "+" + s
	}
	return s
}

// strangeRows says how many rows combine values as no real row does.
func (p *page) strangeRows() {
	s := p.r.Strange
	if s == nil {
		return
	}
	head := p.t("Odd rows: as few as among real ones", "反常行：与真实行一样少")
	if s.Lo > s.Usual {
		head = fmt.Sprintf(p.t("Odd rows: %s of the rows combine values as real rows hardly do", "反常行：%s 的行的取值组合在真实行中几乎不见"), esc(percent(s.Share)))
	}
	p.f("<section><h2>%s</h2><p class=\"small sub\">%s</p>", head, fmt.Sprintf(p.t(
		"Trees learned to tell real rows from rows with exchanged cells (AUC %.3f on fresh ones). They hold %s [%s, %s] of the synthetic rows to be odder than all but %s of fresh real rows.",
		"树学习分辨真实行与单元格被调换的行（在新行上 AUC 为 %.3f）。合成行中有 %s [%s, %s] 比除 %s 外的全部新真实行更反常。"),
		s.Skill, esc(percent(s.Share)), esc(percent(s.Lo)), esc(percent(s.Hi)), esc(percent(s.Usual))))
	if len(s.Clues) > 0 && s.Lo > s.Usual {
		p.f(`<p class="small sub">%s</p>`, p.t("Most of it lies in ", "主要在于：")+p.clues(s.Clues))
	}
	p.f("</section>\n")
}

// clues lists columns with their shares.
func (p *page) clues(list []Clue) (out string) {
	for i, c := range list {
		if i > 0 {
			out += p.t(", ", "、")
		}
		out += fmt.Sprintf("<b>%s</b> %s", esc(c.Name), esc(percent(c.Share)))
	}
	return out
}

// groupTables compares groups of people, a table for each column.
func (p *page) groupTables() {
	for _, g := range p.r.Groups {
		head := fmt.Sprintf(p.t("Groups of “%s” fare as in the real table", "“%s”各组与真实表中相同"), esc(g.Column))
		if g.Differs {
			head = fmt.Sprintf(p.t("Groups of “%s” fare otherwise than in the real table", "“%s”各组与真实表中不同"), esc(g.Column))
		}
		rate := p.t("Rate", "比率")
		if g.Target != "" {
			rate = esc(g.Target)
			if g.Class != "" {
				rate += " = " + esc(g.Class)
			} else {
				rate = p.t("Mean of ", "均值：") + rate
			}
		}
		p.f("<section><h2>%s</h2>", head)
		if g.Target != "" {
			p.f(`<p class="small sub">%s</p>`, p.gaps(g))
		}
		p.f(`<table><thead><tr><th>%s</th><th class="num" colspan="2">%s</th>`, p.t("Group", "组"), p.t("Rows", "行"))
		if g.Target != "" {
			p.f(`<th class="num" colspan="2">%s</th><th class="num" colspan="2">%s</th>`, rate, p.t("Model examined on the group", "模型在该组上的检验"))
		}
		p.f("</tr></thead><tbody>")
		real := func(s string) { p.f(`<td class="num real">%s</td>`, s) }
		twin := func(s string) { p.f(`<td class="num syn">%s</td>`, s) }
		for _, one := range g.Groups {
			p.f("<tr><td><b>%s</b></td>", esc(one.Name))
			real(esc(percent1(one.Share)))
			twin(esc(percent1(one.Synthetic)))
			if g.Target != "" {
				write := percent1
				if g.Class == "" {
					write = func(v float64) string { return fmt.Sprintf("%.4g", v) }
				}
				real(esc(write(one.RealRate)))
				twin(esc(write(one.SyntheticRate)))
				if one.TSTR == nil {
					real("–")
					twin("–")
				} else {
					real(score(*one.TRTR))
					twin(score(*one.TSTR))
				}
			}
			p.f("</tr>")
		}
		p.f("</tbody></table></section>\n")
	}
}

// gaps says how far groups lie apart, in the tables and with models.
func (p *page) gaps(g Groups) string {
	s := fmt.Sprintf(p.t("The groups lie %s apart in the real table and %s in the twin", "各组之差在真实表中为 %s，在孪生中为 %s"), esc(percent1(g.RealGap)), esc(percent1(g.SyntheticGap)))
	if g.Class == "" {
		s = fmt.Sprintf(p.t("The groups lie %.2f standard deviations apart in the real table and %.2f in the twin", "各组均值之差在真实表中为 %.2f 个标准差，在孪生中为 %.2f 个"), g.RealGap, g.SyntheticGap)
	}
	if g.TaughtReal != nil {
		s += fmt.Sprintf(p.t("; the shares that a model accepts, %s taught by real rows and %s by the twin", "；模型接受比例之差，用真实行训练为 %s，用孪生为 %s"), esc(percent1(*g.TaughtReal)), esc(percent1(*g.TaughtTwin)))
	}
	return s + p.t(". Blue: real, orange: the twin.", "。蓝色为真实，橙色为孪生。")
}
