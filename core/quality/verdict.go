package quality

import (
	"fmt"
	"math"
)

// judge sets the verdict from what was measured.
func (r *Report) judge() {
	r.Verdict = Verdict{} // it may be judged again when more is known
	v := &r.Verdict
	v.Sharing, v.Modelling, v.Testing = r.sharing(), r.modelling(), r.testing()
	purposes := []struct {
		state string
		name  Words
	}{
		{v.Sharing.State, Words{"sharing", "共享"}},
		{v.Modelling.State, Words{"modelling", "建模"}},
		{v.Testing.State, Words{"testing", "测试"}},
	}
	var fit, careful, unfit, open []Words
	for _, p := range purposes {
		switch p.state {
		case Yes:
			fit = append(fit, p.name)
		case Watch:
			careful = append(careful, p.name)
		case No:
			unfit = append(unfit, p.name)
		default:
			open = append(open, p.name)
		}
	}
	add := func(names []Words, en, zh string) {
		if len(names) == 0 {
			return
		}
		list := join(names)
		if v.Title.En != "" {
			v.Title.En += "; "
			v.Title.Zh += "；"
		}
		v.Title.En += fmt.Sprintf(en, list.En)
		v.Title.Zh += fmt.Sprintf(zh, list.Zh)
	}
	add(fit, "Fit for %s", "适合%s")
	add(careful, "%s with care", "%s须谨慎")
	add(unfit, "not fit for %s", "不适合%s")
	add(open, "%s not judged", "%s未评判")
	v.Title.En = capital(v.Title.En)
}

// join lists names as a sentence does.
func join(names []Words) (out Words) {
	for i, n := range names {
		switch {
		case i == 0:
			out = n
		case i == len(names)-1:
			out.En += " and " + n.En
			out.Zh += "与" + n.Zh
		default:
			out.En += ", " + n.En
			out.Zh += "、" + n.Zh
		}
	}
	return out
}

// capital writes the first letter of an English sentence large.
func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		s = string(s[0]-'a'+'A') + s[1:]
	}
	return s
}

// sharing asks whether real rows were copied or imitated.
func (r *Report) sharing() Judgement {
	p := r.Privacy
	if p.HoldoutCopies == nil || p.DCRShare == nil {
		if p.Copies > 0 {
			return Judgement{Watch, Words{
				fmt.Sprintf("%s of %s rows equal a real row; whether by chance could not be judged without a holdout", grouped(float64(p.Copies)), grouped(float64(p.CopyRows))),
				fmt.Sprintf("%[2]s 行中有 %[1]s 行与真实行相同；没有留出表，无法判断是否偶然", grouped(float64(p.Copies)), grouped(float64(p.CopyRows)))}}
		}
		return Judgement{Unknown, Words{"no row equals a real one, but closeness cannot be judged without a holdout", "没有行与真实行相同，但没有留出表就无法评判接近程度"}}
	}
	usual := float64(*p.HoldoutCopies) / float64(p.HoldoutRows)
	share := *p.DCRShare
	near := Words{
		fmt.Sprintf("%s of the rows lie nearer to a row learned from than to a fresh one", percent1(share)),
		fmt.Sprintf("%s 的行离学习用行比离新行更近", percent1(share))}
	bad, doubt := p.attacked()
	switch {
	case p.copied():
		return Judgement{No, Words{
			fmt.Sprintf("%s rows equal a real one; among as many fresh rows it would be %s", grouped(float64(p.Copies)), grouped(math.Round(usual*float64(p.CopyRows)))),
			fmt.Sprintf("%s 行与真实行相同；同样多的新行中只有约 %s 行", grouped(float64(p.Copies)), grouped(math.Round(usual*float64(p.CopyRows))))}}
	case *p.DCRLo > p.Limit:
		return Judgement{No, Words{near.En + ", where chance gives 50%: rows were copied", near.Zh + "，随机为 50%：存在复制"}}
	case bad.En != "":
		return Judgement{No, bad}
	case share > p.Limit:
		return Judgement{Watch, Words{near.En + ", above the limit of " + percent(p.Limit), near.Zh + "，超过上限 " + percent(p.Limit)}}
	case doubt.En != "":
		return Judgement{Watch, doubt}
	}
	why := Words{"no sign of copying: " + near.En + " (chance 50%)", "未见复制迹象：" + near.Zh + "（随机为 50%）"}
	if m := p.Membership; m != nil {
		worst, _ := m.worst()
		why = words("no sign of copying, and attacks learn almost nothing: who was learned from is told with AUC %.3f (a coin toss: 0.5)",
			"未见复制迹象，攻击也几乎一无所获：判断谁参与了学习的 AUC 为 %.3f（抛硬币为 0.5）", worst.AUC)
	}
	return Judgement{Yes, Words{why.En + ". This is no proof of privacy", why.Zh + "。这并不证明隐私"}}
}

// attacked says which attack succeeds surely, and which more than it should
// but within what chance explains.
func (p *Privacy) attacked() (bad, doubt Words) {
	if m := p.Membership; m != nil {
		a, _ := m.worst()
		if a.AUC > m.Limit && a.Lo > 0.5 {
			doubt = words("an attacker tells rows learned from and fresh ones apart with AUC %.3f; the limit is %.2f, a coin toss 0.5",
				"攻击者分辨学习用行与新行的 AUC 达 %.3f；上限为 %.2f，抛硬币为 0.5", a.AUC, m.Limit)
		}
		if a.Lo > m.Limit {
			bad = doubt
		}
	}
	for _, s := range p.SinglingOut {
		if s.Risk <= s.Limit || s.Lo == 0 {
			continue
		}
		w := words("guesses made from it single out a real row in %s of the cases; on fresh rows in %s", "由其作出的猜测在 %s 的情况下锁定某一真实行；对新行仅为 %s", percent(s.Attack), percent(s.Control))
		if s.Lo > s.Limit && bad.En == "" {
			bad = w
		} else if doubt.En == "" {
			doubt = w
		}
	}
	return bad, doubt
}

// copied says whether more rows equal a real one than chance explains, by
// three standard errors of the two counts.
func (p *Privacy) copied() bool {
	n, m := float64(p.CopyRows), float64(p.HoldoutRows)
	usual := float64(*p.HoldoutCopies) / m
	return float64(p.Copies)/n > usual+3*math.Sqrt(max(usual, 1/m)*(1/n+1/m))
}

func percent1(p float64) string { return fmt.Sprintf("%.1f%%", 100*p) }

// modelling asks whether a model learns from the synthetic rows what it would
// learn from real ones.
func (r *Report) modelling() Judgement {
	u := r.Utility
	switch {
	case u == nil && r.Holdout == nil:
		return Judgement{Unknown, Words{"needs real rows that were set aside", "需要留出的真实行"}}
	case u == nil:
		return Judgement{Unknown, Words{"there is no column to predict", "没有可预测的列"}}
	case !u.Learned:
		return Judgement{Unknown, Words{
			fmt.Sprintf("“%s” cannot be predicted from the real rows either; name another target", u.Target),
			fmt.Sprintf("用真实行也无法预测“%s”，请另选目标", u.Target)}}
	}
	why := Words{
		fmt.Sprintf("keeps %s of what the real rows teach about “%s”", percent(u.Kept), u.Target),
		fmt.Sprintf("保留了真实行关于“%[2]s”所含信息的 %[1]s", percent(u.Kept), u.Target)}
	switch but := r.except(); {
	case u.Kept >= 0.95 && but.En != "":
		return Judgement{Watch, Words{why.En + ", but " + but.En, why.Zh + "，但" + but.Zh}}
	case u.Kept >= 0.95:
		return Judgement{Yes, why}
	case u.Kept >= 0.85:
		return Judgement{Watch, why}
	}
	return Judgement{No, why}
}

// except says what a model should not be taught with an otherwise good table.
func (r *Report) except() Words {
	for _, t := range r.Targets { // worst first
		if t.Learned && t.Kept < 0.85 {
			return words("only %s about “%s”", "关于“%[2]s”仅保留 %[1]s", percent(t.Kept), t.Target)
		}
	}
	for _, g := range r.Groups {
		if g.Differs {
			return words("groups of “%s” fare otherwise than in the real table", "“%s”各组与真实表中不同", g.Column)
		}
	}
	return Words{}
}

// oddShare is the share of odd rows above which testing needs care.
const oddShare = 0.02

// testing asks whether programs and dashboards would see what they see with
// the real table: the same columns, alike in shape and in pairs. How much of
// the trends was kept is measured from columns that are shuffled apart.
func (r *Report) testing() Judgement {
	if len(r.Problems) > 0 {
		return Judgement{No, r.Problems[0]}
	}
	worst, top, kept := r.Columns[0], 1.0, 1.0
	if r.Ceiling != nil {
		top = r.Ceiling.TrendShared
	}
	if span := top - r.Floor.TrendShared; span > 0.005 {
		kept = (r.TrendShared - r.Floor.TrendShared) / span
	}
	name := Words{"“" + worst.Name + "”: " + worst.Finding.En, "“" + worst.Name + "”：" + worst.Finding.Zh}
	switch {
	case worst.Differs && worst.Score < 0.8:
		return Judgement{No, name}
	case kept < 0.5:
		return Judgement{No, Words{"columns do not move together as the real ones do", "列间关系与真实数据不符"}}
	case worst.Differs && worst.Score < 0.95:
		return Judgement{Watch, Words{"yes, except " + name.En, "可以，但除外：" + name.Zh}}
	case kept < 0.85 || len(r.Pairs) > 0 && r.Pairs[0].Loss >= 0.05:
		p := r.Pairs[0]
		return Judgement{Watch, words("every column is right, but pairs are looser than the real ones, most of all “%s” with “%s”",
			"各列均正确，但列间关系比真实数据弱，尤以“%s”与“%s”为甚", p.A, p.B)}
	}
	if s := r.Strange; s != nil && s.Lo > oddShare {
		return Judgement{Watch, words("every column and pair is right, but %s of the rows combine values as real rows hardly do",
			"各列与各列对均正确，但 %s 的行的取值组合在真实行中几乎不见", percent(s.Share))}
	}
	return Judgement{Yes, Words{"every column and pair of columns is as in the real table", "各列与各列对均与真实表一致"}}
}
