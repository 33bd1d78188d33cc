package quality

import (
	"fmt"
	"strings"
)

func (p *page) privacyTable() {
	q := p.r.Privacy
	p.f("<section><h2>%s</h2><p class=\"small sub\">%s</p>", p.t("Privacy: were real rows copied?", "隐私：是否复制了真实行？"),
		p.t("Synthetic rows are compared with what fresh real rows do by chance. Good values show no copying; they prove no privacy.", "与新的真实行的偶然水平相比。数值良好表示未见复制，并不证明隐私。"))
	p.f(`<table><thead><tr><th>%s</th><th>%s</th><th class="num">%s</th><th class="num">%s</th><th>%s</th></tr></thead><tbody>`,
		p.t("Check", "检查"), p.t("In words", "说明"), p.t("Result", "结果"), p.t("By chance", "偶然水平"), p.t("Verdict", "结论"))
	unknown := p.tag(Unknown, p.t("not judged", "未评判"))
	type line struct{ tag, row string }
	var lines []line // the worst first
	row := func(name, text, result, chance, tag string) {
		lines = append(lines, line{tag, fmt.Sprintf(`<tr><td><b>%s</b></td><td class="sub">%s</td><td class="num">%s</td><td class="num sub">%s</td><td>%s</td></tr>`, name, text, result, chance, tag)})
	}
	safe, watch, no := p.tag(Yes, p.t("as by chance", "同偶然")), p.tag(Watch, p.t("watch", "留意")), p.tag(No, p.t("copied", "有复制"))

	chance, tag := "–", unknown
	if q.HoldoutCopies != nil {
		chance = fmt.Sprintf(p.t("%s of %s", "%s / %s"), grouped(float64(*q.HoldoutCopies)), grouped(float64(q.HoldoutRows)))
		tag = safe
		if q.copied() {
			tag = no
		}
	}
	row(p.t("Exact copies", "完全相同"), p.t("Synthetic rows equal to a real row in every column compared", "在所有比较列上与真实行相同的合成行"),
		fmt.Sprintf(p.t("%s of %s", "%s / %s"), grouped(float64(q.Copies)), grouped(float64(q.CopyRows))), chance, tag)
	if q.DCRShare != nil {
		tag = safe
		if *q.DCRLo > q.Limit {
			tag = no
		} else if *q.DCRShare > q.Limit {
			tag = watch
		}
		row(p.t("Too close", "过于接近"), p.t("Nearer to a row learned from than to a fresh one", "离学习用行比离新行更近"),
			fmt.Sprintf("%s<br><span class=\"sub\">[%.1f, %.1f]</span>", percent1(*q.DCRShare), 100**q.DCRLo, 100**q.DCRHi), "50.0%", tag)
	} else {
		row(p.t("Too close", "过于接近"), p.t("Needs real rows that were set aside", "需要留出的真实行"), "–", "50.0%", unknown)
	}
	if q.NNDR != nil {
		tag = safe
		if *q.NNDR < *q.HoldoutNNDR-0.1 {
			tag = watch
		}
		row(p.t("Single rows imitated", "模仿个别行"), p.t("Median distance to the nearest real row, over that to the second nearest; lower is closer to one row", "到最近真实行的距离与到次近行距离之比的中位数；越低越贴近个别行"),
			score(*q.NNDR), score(*q.HoldoutNNDR), tag)
	}
	p.attackRows(row)
	for _, class := range []string{"tag bad", "tag warn", "tag"} {
		for i, l := range lines {
			if l.row != "" && strings.Contains(l.tag, class) {
				p.WriteString(l.row)
				lines[i].row = ""
			}
		}
	}
	p.f("</tbody></table></section>\n")
}

// attackRows shows the attacks, the most successful first.
func (p *page) attackRows(row func(name, text, result, chance, tag string)) {
	q := p.r.Privacy
	state := func(value, lo, limit, chance float64) string {
		switch {
		case lo > limit:
			return p.tag(No, p.t("attack succeeds", "攻击得手"))
		case value > limit && lo > chance:
			return p.tag(Watch, p.t("watch", "留意"))
		}
		return p.tag(Yes, p.t("attack fails", "攻击未得手"))
	}
	if m := q.Membership; m != nil {
		attack := func(name, text string, a *Attack) {
			if a == nil {
				return
			}
			row(name, text+fmt.Sprintf(p.t("; finds %s of them when it accuses %s of fresh rows wrongly", "；误指 %[2]s 的新行时能找出其中 %[1]s"), percent1(a.Caught), percent(accused)),
				fmt.Sprintf("%s<br><span class=\"sub\">[%.3f, %.3f]</span>", score(a.AUC), a.Lo, a.Hi), "0.500", state(a.AUC, a.Lo, m.Limit, 0.5))
		}
		attack(p.t("Membership, by density", "成员推断：密度"), p.t("Tells rows learned from by where the twin is denser than the population (AUC)", "依孪生比总体更密之处判断哪些行参与了学习（AUC）"), &m.Density)
		attack(p.t("Membership, trained", "成员推断：训练"), p.t("The same by trees that were told half of the answers (AUC)", "由已知一半答案的树判断（AUC）"), m.Trained)
		attack(p.t("Membership, by shadows", "成员推断：影子"), p.t("The same by trees that practised on twins of other rows (AUC)", "由在其他行的孪生上练习过的树判断（AUC）"), m.Shadow)
	}
	for _, s := range q.SinglingOut {
		name, text := p.t("Singled out by one column", "单列锁定"), p.t("Guesses “exactly one row has …” that hold for the real rows", "猜测“恰有一行……”对真实行成立的比例")
		if s.Columns > 1 {
			name, text = fmt.Sprintf(p.t("Singled out by %d columns", "%d 列锁定"), s.Columns), p.t("The same of several columns together", "同上，涉及多列")
		}
		row(name, text+fmt.Sprintf(p.t("; risk beyond fresh rows %s [%s, %s]", "；超出新行的风险 %s [%s, %s]"), esc(percent1(s.Risk)), esc(percent1(s.Lo)), esc(percent1(s.Hi))),
			esc(percent1(s.Attack)), esc(percent1(s.Control)), state(s.Risk, s.Lo, s.Limit, 0))
	}
}
