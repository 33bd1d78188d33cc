package quality

import (
	"encoding/json"
	"strings"
	"testing"

	"shoptwin/core/privacy"
)

func TestGuarantee(t *testing.T) {
	real := visits(1500, 1)
	r := evaluate(t, real, visits(1500, 2), visits(1500, 3), Config{Queries: 100})
	for _, lang := range []string{"en", "zh-CN"} {
		if strings.Contains(pageOf(t, r, lang), "ε") {
			t.Error("a promise is shown that nobody made")
		}
	}
	r.Guarantee = &privacy.Statement{Epsilon: .75, Delta: 1e-6, Rho: .02, Spent: .0199, Rows: 3, Person: "<who>", Repeatable: true, Public: []string{"a<b"},
		Costs: []privacy.Cost{{What: privacy.ForValues, Times: 4, Rho: .005, Delta: 1e-7}, {What: privacy.ForPairs, Times: 9, Rho: .0149}, {What: "<later>", Times: 1}}}
	for lang, words := range map[string][]string{
		"en":    {"Differential privacy", "ε = 0.75 with δ = 1e-06", "frequent values", "tables of pairs", "25%", "1.0e-07", "“&lt;who&gt;”", "at most 3", "&lt;later&gt;", "<b>a&lt;b</b>", "void", "not covered"},
		"zh-CN": {"差分隐私", "ε = 0.75，δ = 1e-06", "常见取值", "联合频数表", "&lt;who&gt;", "无效", "不在保证之内"},
	} {
		s := pageOf(t, r, lang)
		if err := wellFormed(s); err != nil {
			t.Error(err)
		}
		for _, w := range words {
			if !strings.Contains(s, w) {
				t.Errorf("%s: the page lacks %q", lang, w)
			}
		}
		for _, never := range []string{"%!", "NaN", "<who>", "<later>"} {
			if strings.Contains(s, never) {
				t.Errorf("%s: the page contains %q", lang, never)
			}
		}
	}
	for _, what := range []string{privacy.ForForm, privacy.ForRoles, privacy.ForRanges, privacy.ForValues, privacy.ForBins, privacy.ForCounts, privacy.ForChoices, privacy.ForPairs} {
		if w := paidFor[what]; w.En == "" || w.Zh == "" {
			t.Errorf("%q has no words", what)
		}
	}
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if g := back.Guarantee; g == nil || g.Epsilon != .75 || len(g.Costs) != 3 || g.Person != "<who>" {
		t.Errorf("the guarantee came back as %+v", back.Guarantee)
	}
}
