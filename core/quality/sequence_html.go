package quality

import "fmt"

// sequenceNames are the comparisons of sequences, in words.
var sequenceNames = map[string]Words{
	"lengths":          {"events a customer", "每位顾客的事件数"},
	"visits":           {"visits a customer", "每位顾客的到访次数"},
	"gaps":             {"time between visits", "两次到访的间隔"},
	"basket sizes":     {"events a visit", "每次到访的事件数"},
	"amounts":          {"amount of an event", "单个事件的金额"},
	"basket amounts":   {"amount of a visit", "每次到访的金额"},
	"customer amounts": {"amount of a customer", "每位顾客的总金额"},
	"lags":             {"change from event to event", "前后事件的变化"},
	"popularity":       {"which items are frequent", "哪些商品常见"},
	"co-purchase":      {"which items go together", "哪些商品一起购买"},
	"returns":          {"coming back for the same item", "重复购买同一商品"},
}

// sequenceTable shows customers' events beside the real ones.
func (p *page) sequenceTable() {
	s := p.r.Sequence
	if s == nil {
		return
	}
	p.f("<section><h2>%s</h2>", p.t("Customers and their events", "顾客及其事件"))
	p.f(`<p class="small sub">%s</p>`, esc(fmt.Sprintf(p.t("%s synthetic customers with %s visits. 1 means that they cannot be told from the real ones; beside it what real customers reach that were set aside, who are fewer.",
		"%s 位合成顾客，共 %s 次到访。1 表示与真实顾客无法区分；旁边是留出的真实顾客（人数较少）的得分。"), grouped(float64(s.Owners)), grouped(float64(s.Baskets)))))
	p.f("<table><thead><tr><th>%s</th><th class=\"num\">%s</th><th class=\"num\">%s</th></tr></thead><tbody>", p.t("what", "内容"), p.t("score", "得分"), p.t("set aside", "留出"))
	for _, m := range s.Metrics {
		name := sequenceNames[m.Name]
		if name.En == "" {
			name = Words{m.Name, m.Name}
		}
		ceiling := "–"
		if m.Ceiling != nil {
			ceiling = score(*m.Ceiling)
		}
		p.f("<tr><td>%s</td><td class=\"num\">%s</td><td class=\"num\">%s</td></tr>", p.in(name), score(m.Score), ceiling)
	}
	for _, row := range []struct {
		name  string
		share float64
	}{
		{p.t("customers whose events are in order", "事件按时间排列的顾客"), s.Order},
		{p.t("visits that are one customer's, at one time", "属于同一顾客、同一时间的到访"), s.Whole},
		{p.t("customers who stay what they are", "固定属性保持不变的顾客"), s.Constant},
	} {
		p.f("<tr><td>%s</td><td class=\"num\">%s</td><td></td></tr>", esc(row.name), percent(row.share))
	}
	p.f("</tbody></table>")
	if q := s.Privacy; q != nil {
		p.f("<p>%s</p>", esc(fmt.Sprintf(p.t(
			"Nobody should be recognised: %s of synthetic customers are nearer to a customer who was learned from than to one who was not (50 %% when nobody was copied; interval %s to %s), and an attacker tells who was learned from with AUC %s (.5 is guessing). %d of %d repeat a learned customer's items, %d those of customers set aside.",
			"任何人都不应被认出：%s 的合成顾客更接近被学习过的顾客（无人被复制时为 50%%；区间 %s 至 %s），攻击者判断谁被学习过的 AUC 为 %s（0.5 即猜测）。%[6]d 位合成顾客中有 %[5]d 位与某位被学习的顾客商品完全相同，与留出顾客相同的有 %[7]d 位。"),
			percent1(q.Nearer), percent1(q.Lo), percent1(q.Hi), score(q.Member), q.Copies, q.Asked, q.Aside)))
	}
	p.f("</section>\n")
}
