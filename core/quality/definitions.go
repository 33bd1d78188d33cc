package quality

// definition is how a figure of the report comes about.
type definition struct{ name, text Words }

// definitions stand at the end of the page, for whoever has to check it.
var definitions = []definition{
	{Words{"Fidelity", "保真度"}, Words{
		"Shape is the mean of KSComplement (1 − sup|F−G|) and TVComplement (1 − ½Σ|p−q|) over columns, trend that of CorrelationSimilarity (1 − ½|ρ−ρ′|) and ContingencySimilarity over pairs; fidelity is the mean of both, by SDMetrics’ formulas. SDMetrics cuts each table’s numbers at its own extremes; the map of pairs cuts both at the real table’s.",
		"形状为各列 KSComplement（1 − sup|F−G|）与 TVComplement（1 − ½Σ|p−q|）的均值，趋势为各列对 CorrelationSimilarity（1 − ½|ρ−ρ′|）与 ContingencySimilarity 的均值，保真度为二者均值，公式同 SDMetrics。SDMetrics 按各表自身极值对数值分箱；列对图则统一按真实表分箱。"}},
	{Words{"Ceiling and floor", "上限与下限"}, Words{
		"The ceiling is the score of real rows that were set aside, the floor that of the real columns shuffled apart.",
		"上限为留出真实行的得分，下限为将真实各列分别打乱后的得分。"}},
	{Words{"Combinations", "组合"}, Words{
		"1 − ½Σ|p−q| over all combinations of one, two and three columns; numbers in ten bins of equally many real rows, levels beyond the ten most frequent as one, missing cells as a value (MOSTLY AI’s accuracy).",
		"对一列、两列与三列的全部取值组合计算 1 − ½Σ|p−q|；数值按真实行分为十个等频箱，十个最常见类别之外合并，缺失视为一个取值（即 MOSTLY AI 的准确度）。"}},
	{Words{"Detection", "可辨性"}, Words{
		"AUC of 60 boosted trees of depth 5 on the half of the rows they were not trained on, mean of both halves (Lopez-Paz and Oquab 2017).",
		"60 棵深度为 5 的提升树在未参与训练的一半行上的 AUC，取两半均值（Lopez-Paz 与 Oquab 2017）。"}},
	{Words{"Utility", "效用"}, Words{
		"The same trees learn from synthetic rows (TSTR) and from as many real rows (TRTR) and predict real rows set aside; kept is (TSTR − guessing) / (TRTR − guessing). Intervals of differences are DeLong’s on the same rows.",
		"同样的树分别用合成行（TSTR）与同样多的真实行（TRTR）训练，再预测留出的真实行；保留 =（TSTR − 猜测）/（TRTR − 猜测）。差值区间按 DeLong 法在相同行上计算。"}},
	{Words{"Too close (DCR)", "过于接近（DCR）"}, Words{
		"Share of synthetic rows whose nearest row learned from is nearer than their nearest fresh one, among equally many, ties half; Gower’s distance; Wilson’s interval.",
		"在同样多的行中，最近的学习用行比最近的新行更近的合成行占比，相等计一半；Gower 距离；Wilson 区间。"}},
	{Words{"Membership inference", "成员推断"}, Words{
		"DOMIAS (van Breugel 2023): the ratio of the synthetic density to that of a reference, one half of the rows set aside, each from the five nearest rows; the other half are the fresh rows. AUC with DeLong’s interval. The trained attack is boosted trees that know half of the answers and see these distances and a density ratio by trees; the shadow attack (Stadler 2022), where asked for, knows no answers but practises on twins that the same engine made of other rows.",
		"DOMIAS（van Breugel 2023）：合成密度与参照密度之比，参照为留出行的一半，密度均取自最近的五行；另一半为新行。AUC 附 DeLong 区间。训练攻击为已知一半答案的提升树，可见上述距离及由树得到的密度比；影子攻击（Stadler 2022，按需进行）不知任何答案，而是在同一引擎用其他行生成的孪生上练习。"}},
	{Words{"Singling out", "锁定"}, Words{
		"Anonymeter (Giomi 2023): guesses that fit exactly one synthetic row, by one column or by four, right when they fit exactly one row learned from; risk is (attack − control) / (1 − control), the control being fresh rows; 95 % from Wilson’s intervals.",
		"Anonymeter（Giomi 2023）：恰好符合一个合成行的猜测（一列或四列），若也恰好符合一个学习用行即为成功；风险 =（攻击 − 对照）/（1 − 对照），对照为新行；95 % 区间由 Wilson 区间得出。"}},
	{Words{"Odd rows", "反常行"}, Words{
		"Boosted trees learn to tell real rows from the same rows with up to half of their cells exchanged for another row’s; a row is odd that scores above 99.9 % of the rows set aside.",
		"提升树学习分辨真实行与至多一半单元格被换成他行取值的行；得分高于 99.9 % 留出行者为反常行。"}},
	{Words{"Groups", "分组"}, Words{
		"Rates of the target by group; a group differs when its rate is off by more than 0.02 and three standard errors. Models accept as many rows as have the class.",
		"各组的目标比率；偏差超过 0.02 且超过三个标准误即为不同。模型接受的行数等于该类的行数。"}},
}

// accuracyTable shows combinations of columns beside their ceiling.
func (p *page) accuracyTable() {
	a, top := p.r.Accuracy, p.r.AccuracyCeiling
	if a == nil || a.Two == 0 {
		return
	}
	head := p.t("Combinations of columns hold", "列的组合一致")
	if len(p.r.Triples) > 0 && p.r.Triples[0].Loss >= 0.03 {
		t := p.r.Triples[0].Columns
		head = p.t("Combinations slip most with ", "组合偏差最大的是") + "“" + esc(t[0]) + " × " + esc(t[1]) + " × " + esc(t[2]) + "”"
	}
	p.f(`<section><h2>%s</h2><table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">%s</th></tr></thead><tbody>`,
		head, p.t("Shares of combinations that agree", "取值组合的一致程度"), p.t("Score", "得分"), p.t("Ceiling", "上限"))
	row := func(name string, v float64, best *float64) {
		ceiling := "–"
		if best != nil {
			ceiling = score(*best)
		}
		p.f(`<tr><td>%s</td><td class="num">%s</td><td class="num sub">%s</td></tr>`, name, score(v), ceiling)
	}
	of := func(get func(*Accuracy) *float64) *float64 {
		if top == nil {
			return nil
		}
		return get(top)
	}
	row(p.t("of one column", "单列"), a.One, of(func(a *Accuracy) *float64 { return &a.One }))
	row(p.t("of two columns", "两列"), a.Two, of(func(a *Accuracy) *float64 { return &a.Two }))
	if a.Sets > 0 {
		row(p.t("of three columns", "三列"), a.Three, of(func(a *Accuracy) *float64 { return &a.Three }))
	}
	for _, t := range p.r.Triples[:min(3, len(p.r.Triples))] {
		if t.Loss >= 0.01 {
			row(`<span class="sub">`+esc(t.Columns[0])+" × "+esc(t.Columns[1])+" × "+esc(t.Columns[2])+"</span>", t.Score, t.Ceiling)
		}
	}
	p.f("</tbody></table></section>\n")
}
