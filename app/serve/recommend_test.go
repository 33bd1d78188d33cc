package serve

import (
	"context"
	"strings"
	"testing"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// Recommender is a small one of project p.
func (f *fake) Recommender(project string) (*recommend.Model, error) {
	if project != "p" {
		return nil, core.Errorf(core.NotFound, "project %q has no recommender", project)
	}
	l := recommend.FromBaskets([]int32{0, 0, 1, 1, 2}, []int32{0, 1, 0, 0, 0}, []int32{0, 1, 1, 2, 3}, 3, 4)
	m, _, err := recommend.Train(context.Background(), recommend.Popular(recommend.Decay{}), l, nil, nil)
	return m, err
}

func TestRecommend(t *testing.T) {
	s := start(t, nil).open()
	for _, tt := range []struct {
		method, url, body string
		code              int
		want              string
	}{
		{"GET", "/recommend/p?customer=0&k=2", "", 200, `{"customer":"0","items":[{"item":"1"`},
		{"GET", "/recommend/p?customer=0&k=4&new=1&exclude=3", "", 200, `"items":[{"item":"2"`},
		{"GET", "/recommend/p?customer=you&k=1", "", 200, "is not known"},
		{"GET", "/recommend/p?k=two", "", 400, "no whole number"},
		{"GET", "/recommend/p?k=2000", "", 400, "give 1 to"},
		{"GET", "/recommend/other", "", 404, "has no recommender"},
		{"GET", "/recommend/p?customer=0&k=1&why=1", "", 200, `"because":{"why":{"en":"had before"`},
		{"GET", "/relations/p", "", 200, "STpage"},
		{"GET", "/relations/other", "", 404, "has no recommender"},
		{"POST", "/recommend/p", `[{"customer":"0","k":1},{"items":["1"],"k":1}]`, 200, `[{"customer":"0"`},
		{"POST", "/recommend/p", `{"customer":`, 400, "not JSON"},
		{"POST", "/recommend/p", "[" + strings.Repeat("{},", 1000) + "{}]", 400, "at most 1000"},
	} {
		code, body, _ := s.do(s.request(tt.method, tt.url, tt.body))
		if code != tt.code || !strings.Contains(body, tt.want) {
			t.Errorf("%s %s: %d %.300s, want %d with %q", tt.method, tt.url, code, body, tt.code, tt.want)
		}
	}
}
