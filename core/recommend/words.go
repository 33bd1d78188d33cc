package recommend

import (
	"fmt"
	"slices"
)

// Words is what is told to people, in the languages of the front end.
type Words struct {
	En string `json:"en"`
	Zh string `json:"zh"`
}

// say puts the leaderboard into words: who is best, and whether networks earn
// their place.
func (b *Board) say() []Words {
	first := &b.Entries[0]
	out := []Words{{
		fmt.Sprintf("Best is %s: of what came, %.1f %% is in the first 10 (NDCG@10 %.3f, 95 %% %.3f to %.3f), asked of %d customers on %s.",
			first.Method, 100*first.Recall10.Mean, first.NDCG10.Mean, first.NDCG10.Lo, first.NDCG10.Hi, b.Customers, b.Split),
		fmt.Sprintf("最好的是 %s：顾客后来买的东西，有 %.1f%% 出现在前 10 名里（NDCG@10 %.3f，95%% 区间 %.3f 至 %.3f），共考察 %d 位顾客。",
			first.Method, 100*first.Recall10.Mean, first.NDCG10.Mean, first.NDCG10.Lo, first.NDCG10.Hi, b.Customers),
	}}
	if b.Customers < 100 {
		out = append(out, Words{
			fmt.Sprintf("Beware: with %d customers asked, the order of the methods is mostly chance.", b.Customers),
			fmt.Sprintf("注意：只考察了 %d 位顾客，方法的先后多半出于偶然。", b.Customers),
		})
	}
	// The best control, no mixture, is whom a network has to beat.
	var control *Entry
	for i := range b.Entries {
		if e := &b.Entries[i]; !e.Network && e.Weights == nil && e.Method != "stack" {
			control = e
			break
		}
	}
	any := false
	for i := range b.Entries {
		e := &b.Entries[i]
		if !e.Network || e.Weights != nil || e.Method == "stack" || control == nil {
			continue
		}
		any = true
		gain, found := e.Beats(control.Result), e.beyond(control.Result, At(10)*perCutoff)
		e.Gain = &found
		switch {
		case gain.Lo > 0:
			out = append(out, Words{
				fmt.Sprintf("The network %s beats %s, the best control: NDCG@10 %.3f against %.3f, by %.3f to %.3f. It earns its place.", e.Method, control.Method, e.NDCG10.Mean, control.NDCG10.Mean, gain.Lo, gain.Hi),
				fmt.Sprintf("网络 %s 胜过最好的简单方法 %s：NDCG@10 %.3f 对 %.3f，高出 %.3f 至 %.3f，值得用。", e.Method, control.Method, e.NDCG10.Mean, control.NDCG10.Mean, gain.Lo, gain.Hi),
			})
		case gain.Hi < 0:
			out = append(out, Words{
				fmt.Sprintf("The network %s does not beat %s: NDCG@10 %.3f against %.3f. Use %s.", e.Method, control.Method, e.NDCG10.Mean, control.NDCG10.Mean, control.Method),
				fmt.Sprintf("网络 %s 不如 %s：NDCG@10 %.3f 对 %.3f。请用 %s。", e.Method, control.Method, e.NDCG10.Mean, control.NDCG10.Mean, control.Method),
			})
		default:
			out = append(out, Words{
				fmt.Sprintf("The network %s does not beat %s for certain: NDCG@10 %.3f against %.3f, a difference of %.3f to %.3f. The simpler one will do.", e.Method, control.Method, e.NDCG10.Mean, control.NDCG10.Mean, gain.Lo, gain.Hi),
				fmt.Sprintf("网络 %s 并不确定胜过 %s：NDCG@10 %.3f 对 %.3f，相差 %.3f 至 %.3f。用简单的即可。", e.Method, control.Method, e.NDCG10.Mean, control.NDCG10.Mean, gain.Lo, gain.Hi),
			})
		}
	}
	if !any {
		out = append(out, Words{"No network was trained: these are the controls that one would have to beat.", "没有训练网络：以上是网络需要胜过的简单方法。"})
	}
	if slices.ContainsFunc(b.Entries, func(e Entry) bool { return e.Method == "popularity" }) && first.Method != "popularity" {
		if gain := first.Beats(b.Of("popularity").Result); gain.Lo <= 0 {
			out = append(out, Words{
				"Beware: the best is not certain to beat popularity, which recommends the same to everybody.",
				"注意：最好的方法也不一定胜过“热门商品”，即向所有人推荐同样的东西。",
			})
		}
	}
	return out
}
