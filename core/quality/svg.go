package quality

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// gauge is a score on its scale, beside what is the best and what the least.
type gauge struct {
	title, sub, note string
	value            *float64
	lo, hi           *float64 // interval
	best, least      *float64
	bestName         string
	leastName        string
	limit            bool    // least is a limit, not a floor
	from, to         float64 // the scale
}

func (p *page) gauge(g gauge) {
	p.f(`<section><div class="head"><h2>%s</h2><span class="small sub">%s</span></div>`, g.title, g.sub)
	if g.value == nil {
		p.f("<p class=\"small sub\">%s</p></section>\n", g.note)
		return
	}
	const width, y = 230.0, 27.0
	x := func(v float64) float64 { return 6 + (width-12)*max(0, min(1, (v-g.from)/(g.to-g.from))) }
	label := fmt.Sprintf("%s %s", g.title, score(*g.value))
	var b strings.Builder
	fmt.Fprintf(&b, `<line class="track" x1="6" x2="%g" y1="%g" y2="%g"/>`, width-6, y, y)
	if g.lo != nil {
		fmt.Fprintf(&b, `<line class="span" x1="%.1f" x2="%.1f" y1="%g" y2="%g"/>`, x(*g.lo), x(*g.hi), y, y)
	} else if g.least != nil {
		fmt.Fprintf(&b, `<line class="span" x1="%.1f" x2="%.1f" y1="%g" y2="%g"/>`, x(*g.least), x(*g.value), y, y)
	}
	tick := func(v *float64, name, class, ink string, ty float64) {
		if v == nil {
			return
		}
		at, anchor := x(*v), "start"
		if at > width/2 {
			anchor = "end"
		}
		fmt.Fprintf(&b, `<line class="%s" x1="%.1f" x2="%.1f" y1="%g" y2="%g"/>`, class, at, at, y-8, y+8)
		fmt.Fprintf(&b, `<text class="%s" x="%.1f" y="%g" text-anchor="%s">%s %s</text>`, ink, at, ty, anchor, name, score(*v))
		label += fmt.Sprintf(", %s %s", name, score(*v))
	}
	least, ink := "tick-mute", "mute"
	if g.limit {
		least, ink = "tick-bad", "bad"
	}
	tick(g.least, g.leastName, least, ink, y-13)
	tick(g.best, g.bestName, "tick-real", "real", y+21)
	fmt.Fprintf(&b, `<circle class="dot" cx="%.1f" cy="%g" r="4"/>`, x(*g.value), y)
	p.f(`<div class="gauge"><span class="figure">%s</span><svg viewBox="0 0 %g 54" role="img" aria-label="%s">%s</svg></div><p class="small sub">%s</p></section>`+"\n",
		score(*g.value), width, label, b.String(), g.note)
}

func (p *page) fidelityGauge() {
	r := p.r
	g := gauge{title: p.t("Fidelity", "保真度"), sub: p.t("same shapes and trends", "形状与趋势"), value: &r.Overall,
		least: &r.Floor.Overall, leastName: p.t("columns shuffled", "列打乱"), bestName: p.t("real vs real", "真实对真实"), to: 1}
	g.note = fmt.Sprintf(p.t("shape %s, trend %s", "形状 %s，趋势 %s"), score(r.Shape), score(r.Trend))
	if r.Ceiling != nil {
		g.best = &r.Ceiling.Overall
		g.note = fmt.Sprintf(p.t("%s of the best possible: ", "达到上限的 %s："), percent1(min(1, r.Overall/r.Ceiling.Overall))) + g.note
	}
	if r.Overall < r.Floor.Overall+0.002 {
		g.note += p.t("; no better than the real columns shuffled apart", "；不优于将真实各列分别打乱")
	}
	g.from = max(0, math.Floor(10*min(r.Overall, r.Floor.Overall)-0.2)/10)
	p.gauge(g)
}

func (p *page) utilityGauge() {
	u := p.r.Utility
	g := gauge{title: p.t("Utility", "效用"), sub: p.t("a model trained on the twin", "用孪生训练的模型")}
	if u == nil {
		g.note = p.in(p.r.Verdict.Modelling.Why)
		p.gauge(g)
		return
	}
	g.value, g.best, g.least = &u.TSTR, &u.TRTR, &u.Guess
	g.bestName, g.leastName = p.t("trained on real", "用真实训练"), p.t("guessing", "猜测")
	g.from, g.to = u.Guess, 1
	g.sub = fmt.Sprintf(p.t("%s on real rows, trained on the twin", "用孪生训练，在真实行上的 %s"), map[string]string{"AUC": "AUC", "R2": "R²"}[u.Metric])
	g.note = fmt.Sprintf(p.t("Task: predict “%s”", "任务：预测“%s”"), esc(u.Target))
	if u.Class != "" {
		g.note = fmt.Sprintf(p.t("Task: is “%s” equal to “%s”?", "任务：“%s”是否为“%s”？"), esc(u.Target), esc(u.Class))
	}
	p.gauge(g)
}

// privacyGauge shows the attack that does best; without one, closeness.
func (p *page) privacyGauge() {
	q := p.r.Privacy
	chance := 0.5
	g := gauge{title: p.t("Privacy", "隐私"), sub: p.t("share nearer to rows learned from", "更接近学习用行的占比"),
		best: &chance, bestName: p.t("chance", "随机"), leastName: p.t("limit", "上限"), limit: true}
	switch m := q.Membership; {
	case m != nil:
		a, name := m.worst()
		g.sub = p.t("telling who was learned from", "判断谁参与了学习")
		g.value, g.lo, g.hi, g.least = &a.AUC, &a.Lo, &a.Hi, &m.Limit
		g.note = fmt.Sprintf(p.t("The best attack (%s), AUC; lower is safer", "最强的攻击（%s），AUC；越低越安全"), p.in(name))
	case q.DCRShare != nil:
		g.value, g.lo, g.hi, g.least = q.DCRShare, q.DCRLo, q.DCRHi, &q.Limit
		g.note = p.t("Lower is safer; copying pushes it up", "越低越安全；复制会使其升高")
	default:
		g.note = p.in(p.r.Verdict.Sharing.Why)
		p.gauge(g)
		return
	}
	g.from, g.to = min(0.46, *g.lo-0.02), max(0.62, *g.hi+0.02)
	p.gauge(g)
}

// scale is an AUC between a coin toss and certainty; floor, if not nil, is
// what a perfect twin reaches.
func (p *page) scale(v float64, name string, floor *float64) string {
	const width = 200.0
	x := func(v float64) float64 { return 6 + (width-12)*max(0, min(1, (v-0.45)/0.55)) }
	s := fmt.Sprintf(`<svg viewBox="0 0 %g 16" role="img" aria-label="AUC %s"><line class="track" x1="%.1f" x2="%.1f" y1="8" y2="8"/>`, width, score(v), x(0.45), x(1))
	s += fmt.Sprintf(`<line class="tick-real" x1="%.1f" x2="%.1f" y1="2" y2="14"/>`, x(0.5), x(0.5))
	if floor != nil {
		s += fmt.Sprintf(`<line class="tick-mute" x1="%.1f" x2="%.1f" y1="2" y2="14"/>`, x(*floor), x(*floor))
	}
	return s + fmt.Sprintf(`<circle class="dot" cx="%.1f" cy="8" r="4"/></svg>`, x(v))
}

func (p *page) columnCharts() {
	r := p.r
	head := p.t("Columns: no visible difference", "各列：无可见差异")
	if c := r.Columns[0]; c.Differs {
		head = fmt.Sprintf(p.t("Worst columns first: in “%s”, %s", "最差的列在前：“%s”中，%s"), esc(c.Name), p.in(c.Finding))
	}
	p.f(`<section><div class="head"><h2>%s</h2><span class="small"><b class="real">%s</b> &nbsp; <b class="syn">%s</b></span></div><div class="columns">`,
		head, p.t("real: filled", "真实：填充"), p.t("synthetic: outline", "合成：轮廓"))
	for i := range r.Columns {
		p.columnChart(&r.Columns[i])
	}
	p.f("</div></section>\n")
}

func (p *page) columnChart(c *ColumnScore) {
	class, shade := "mute", "mute"
	if c.Differs {
		class, shade = "bad", ""
	}
	ceiling := ""
	if c.Ceiling != nil {
		ceiling = fmt.Sprintf(` <span class="micro">/ %s</span>`, score(*c.Ceiling))
	}
	name, finding := esc(c.Name), p.in(c.Finding)
	p.f(`<figure><div class="head"><span class="name" title="%s">%s</span><span class="small %s">%s%s</span></div>`, name, name, class, score(c.Score), ceiling)
	const width, height = 200.0, 56.0
	top, broken := tallest(c.Bars)
	p.f(`<svg viewBox="0 0 %g %g" role="img" aria-label="%s: %s">`, width, height, name, finding)
	step := width / float64(len(c.Bars))
	y := func(v float64) float64 { return height - 1 - (height-4)*min(1, v/top) }
	outline := fmt.Sprintf("M0 %g", height-1)
	for i, b := range c.Bars {
		x := float64(i) * step
		p.f(`<rect class="bar" x="%.1f" y="%.1f" width="%.1f" height="%.1f"/>`, x+0.4, y(b.Real), step-0.8, height-1-y(b.Real))
		outline += fmt.Sprintf("V%.1fH%.1f", y(b.Synthetic), x+step)
	}
	p.f(`<path class="outline" d="%sV%g"/><line class="base" x1="0" x2="%g" y1="%g" y2="%g"/>`, outline, height-1, width, height-0.5, height-0.5)
	if broken {
		p.f(`<path class="break" d="M%.1f 14L%.1f 8"/>`, width-step-2, width+2)
	}
	for i, b := range c.Bars {
		p.f(`<rect class="hit" x="%.1f" y="0" width="%.1f" height="%g"><title>%s: %s %s, %s %s</title></rect>`, float64(i)*step, step, height,
			p.barLabel(b), p.t("real", "真实"), esc(percent(b.Real)), p.t("synthetic", "合成"), esc(percent(b.Synthetic)))
	}
	p.f(`</svg><div class="axis micro"><span>%s</span>`, p.barLabel(c.Bars[0]))
	if last := len(c.Bars) - 1; last > 0 {
		label := p.barLabel(c.Bars[last])
		if broken {
			label += " " + esc(percent(c.Bars[last].Real))
		}
		p.f(`<span>%s</span>`, label)
	}
	p.f(`</div><figcaption class="%s">%s</figcaption></figure>`+"\n", shade, finding)
}

// tallest returns the share that a chart of bars ends at. All others together,
// the last bar, are broken off where they would leave nothing of the rest.
func tallest(bars []Bar) (top float64, broken bool) {
	top = 1e-9
	n := len(bars)
	if n > 1 && bars[n-1].Other {
		n--
	}
	for _, b := range bars[:n] {
		top = max(top, b.Real, b.Synthetic)
	}
	if n == len(bars) {
		return top, false
	}
	rest := max(bars[n].Real, bars[n].Synthetic)
	if rest > 2*top {
		return 1.4 * top, true
	}
	return max(top, rest), false
}

func (p *page) barLabel(b Bar) string {
	if b.Other {
		return p.t("all others", "其余")
	}
	return esc(b.Label)
}

// maxHeat is how many columns the map of pairs shows.
const maxHeat = 24

// heatMap draws the loss of each pair of columns below its ceiling.
func (p *page) heatMap() {
	loss, names := map[[2]string]float64{}, []string{}
	sum := map[string]float64{}
	for _, pair := range p.r.Pairs {
		loss[[2]string{pair.A, pair.B}], loss[[2]string{pair.B, pair.A}] = pair.Loss, pair.Loss
		for _, name := range []string{pair.A, pair.B} {
			if _, seen := sum[name]; !seen {
				names = append(names, name)
			}
			sum[name] += pair.Loss
		}
	}
	// Columns whose pairs lose most stand together, at the left and the top.
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(sum[b], sum[a]) })
	names = names[:min(maxHeat, len(names))]
	if len(names) < 2 {
		p.f("<section><h2>%s</h2></section>\n", p.t("No pairs of columns to compare", "没有可比较的列对"))
		return
	}
	slip, head := "", p.t("Trends between columns hold", "列间趋势一致")
	if p.r.Pairs[0].Loss >= 0.03 {
		slip = names[0]
		head = fmt.Sprintf(p.t("Trends between columns slip most with “%s”", "列间趋势偏差最大的是“%s”"), esc(slip))
	}
	p.f(`<section><h2>%s</h2><p class="small sub">%s</p>`, head,
		p.t("how far each pair stays below what real rows reach, in hundredths; 0 is perfect", "各列对低于真实行水平的程度（百分之一）；0 为完全一致"))
	n := len(names)
	const left, width = 92.0, 468.0
	cell := min(26, (width-left-10)/float64(n-1))
	height := 8 + cell*float64(n-1) + 84
	p.f(`<svg class="map" viewBox="0 0 %g %.0f" role="img" aria-label="%s">`, width, height, head)
	for i := 1; i < n; i++ {
		y := 8 + float64(i-1)*cell
		p.f(`<text x="%g" y="%.1f" text-anchor="end"%s>%s</text>`, left-6, y+cell/2+4, strong(names[i] == slip), esc(short(names[i])))
		for j := range i {
			l, ok := loss[[2]string{names[i], names[j]}]
			if !ok {
				continue
			}
			x := left + float64(j)*cell
			p.f(`<rect class="h%d" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="1"><title>%s × %s: %.1f</title></rect>`,
				heat(l), x, y, cell-1.5, cell-1.5, esc(names[i]), esc(names[j]), 100*l)
			if l >= 0.04 && cell >= 16 {
				p.f(`<text class="on" x="%.1f" y="%.1f" text-anchor="middle">%.0f</text>`, x+cell/2-0.7, y+cell/2+3.5, 100*l)
			}
		}
	}
	for j, name := range names[:n-1] {
		p.f(`<text transform="translate(%.1f,%.1f) rotate(-42)" text-anchor="end"%s>%s</text>`, left+(float64(j)+0.5)*cell+4, 8+float64(n-1)*cell+12, strong(name == slip), esc(short(name)))
	}
	kx := width - 132
	p.f(`<text x="%g" y="14">%s</text>`, kx, p.t("loss, in hundredths", "损失（百分之一）"))
	for i, v := range []string{"0", "1", "2", "4", "6"} {
		p.f(`<rect class="h%d" x="%g" y="20" width="22" height="10"/><text x="%g" y="43">%s</text>`, i, kx+float64(i)*23, kx+float64(i)*23, v)
	}
	p.f("</svg>")
	p.f(`<table><thead><tr><th>%s</th><th class="num">%s</th><th class="num">%s</th></tr></thead><tbody>`, p.t("Pairs that lose most", "损失最大的列对"), p.t("Score", "得分"), p.t("Ceiling", "上限"))
	for _, pair := range p.r.Pairs[:min(5, len(p.r.Pairs))] {
		more, top := "", "–"
		if pair.Real != nil {
			more = fmt.Sprintf(`<br><span class="real">%s %s</span> &nbsp; <span class="syn">%s %s</span>`, p.t("real correlation", "真实相关"), signed(*pair.Real), p.t("synthetic", "合成"), signed(*pair.Synthetic))
		}
		if pair.SharedCeiling != nil {
			top = score(*pair.SharedCeiling)
		}
		p.f(`<tr><td>%s × %s%s</td><td class="num">%s</td><td class="num sub">%s</td></tr>`, esc(pair.A), esc(pair.B), more, score(pair.Shared), top)
	}
	p.f("</tbody></table>")
	if len(sum) > n {
		p.f(`<p class="small sub">%s</p>`, fmt.Sprintf(p.t("The map shows the %d columns that lose most, of %d.", "图中为损失最大的 %d 列，共 %d 列。"), n, len(sum)))
	}
	p.f("</section>\n")
}

// heat returns the class of a loss.
func heat(l float64) int {
	switch {
	case l < 0.01:
		return 0
	case l < 0.02:
		return 1
	case l < 0.04:
		return 2
	case l < 0.06:
		return 3
	}
	return 4
}

func strong(yes bool) string {
	if yes {
		return ` class="strong"`
	}
	return ""
}

// short cuts a name that has no room.
func short(name string) string {
	if r := []rune(name); len(r) > 14 {
		return string(r[:13]) + "…"
	}
	return name
}

// signed writes a correlation with a true minus sign, and no sign at zero.
func signed(v float64) string {
	return strings.Replace(fmt.Sprintf("%.2f", math.Round(100*v)/100+0), "-", "−", 1)
}
