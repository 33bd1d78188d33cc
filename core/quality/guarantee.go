package quality

import (
	"fmt"

	"shoptwin/core/privacy"
)

// paidFor says what a cost was for.
var paidFor = map[string]Words{
	privacy.ForForm:    {"number of rows, missing cells, decimals, weekdays", "行数、缺失、小数位数、星期"},
	privacy.ForRoles:   {"how many different values a column has", "各列不同取值的个数"},
	privacy.ForRanges:  {"ranges of numbers", "数值范围"},
	privacy.ForValues:  {"frequent values and levels, and how frequent", "常见取值与类别及其频数"},
	privacy.ForBins:    {"rows in each interval of a number", "各数值区间的行数"},
	privacy.ForCounts:  {"rows of each listed level", "各已知类别的行数"},
	privacy.ForChoices: {"which pairs of columns to measure", "选择要测量的列对"},
	privacy.ForPairs:   {"tables of pairs of columns", "列对的联合频数表"},
	privacy.ForSteps:   {"noisy gradients of a discriminator", "判别器的加噪梯度"},
}

// guarantee shows what the engine promises and what it paid for what.
func (p *page) guarantee() {
	g := p.r.Guarantee
	if g == nil {
		return
	}
	p.f("<section><h2>%s</h2><p>%s</p><p class=\"small sub\">%s</p>", p.t("Differential privacy: what is promised", "差分隐私：所作的保证"),
		esc(fmt.Sprintf(p.t("ε = %g with δ = %g", "ε = %g，δ = %g"), g.Epsilon, g.Delta)), p.neighbours())
	p.f(`<table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">ρ</th><th class="num">%s</th><th class="num">δ</th></tr></thead><tbody>`,
		p.t("Asked of the real rows", "向真实行提出的问题"), p.t("Times", "次数"), p.t("Share", "占比"))
	for _, c := range g.Costs {
		name, ok := paidFor[c.What]
		if !ok {
			name = Words{En: c.What}
		}
		share := 0.
		if g.Rho > 0 {
			share = c.Rho / g.Rho
		}
		delta := "–"
		if c.Delta > 0 {
			delta = fmt.Sprintf("%.1e", c.Delta)
		}
		p.f(`<tr><td>%s</td><td class="num">%d</td><td class="num">%.2e</td><td class="num">%s</td><td class="num">%s</td></tr>`, p.in(name), c.Times, c.Rho, esc(percent(share)), delta)
	}
	p.f(`</tbody></table><p class="small sub">%s</p>`, esc(fmt.Sprintf(p.t(
		"Spent ρ %.4g of %.4g (zero-concentrated differential privacy, which adds up); ε and δ follow from it and from the last column. Learning again from the same rows spends again.",
		"已用 ρ %.4g，共 %.4g（零集中差分隐私，可累加）；ε 与 δ 由此及末列得出。再次学习同一批数据将再次消耗。"), g.Spent, g.Rho)))
	if len(g.Public) > 0 {
		list := ""
		for i, c := range g.Public {
			if i > 0 {
				list += p.t(", ", "、")
			}
			list += "<b>" + esc(c) + "</b>"
		}
		p.f(`<p class="small sub">%s%s</p>`, p.t("Range or values given as public: ", "范围或取值作为公开信息给出："), list)
	}
	if g.Repeatable {
		p.f(`<p class="bad">%s</p>`, p.t("The noise has a chosen seed: the promise is void towards anybody who knows it.", "噪声使用了指定的种子：对知道该种子的人，此保证无效。"))
	}
	p.f(`<p class="small sub">%s</p></section>`, p.t(
		"The promise covers the model and the synthetic rows. This report compares them with real rows and is not covered: its figures and bars are not private. Names and kinds of columns are taken to be public.",
		"此保证涵盖模型与合成行。本报告将其与真实行比较，不在保证之内：其中的数值与图形并非差分隐私。列名与列的类型视为公开。"))
}

func (p *page) neighbours() string {
	g := p.r.Guarantee
	s := p.t("Whether the rows of any one person were learned from or not changes the odds of every outcome by at most e^ε, but for δ. ", "任何一人的行是否参与学习，对任一结果概率的影响不超过 e^ε 倍（δ 除外）。")
	switch {
	case g.Person != "":
		s += fmt.Sprintf(p.t("A person is a value of “%s”; at most %d of their rows were used.", "以“%s”的取值区分个人；每人至多使用 %d 行。"), g.Person, g.Rows)
	case g.Rows > 1:
		s += fmt.Sprintf(p.t("A person is taken to have at most %d rows; this was not checked.", "假定每人至多 %d 行；未作检查。"), g.Rows)
	default:
		s += p.t("A person is taken to have one row; this was not checked.", "假定每人一行；未作检查。")
	}
	return esc(s)
}
