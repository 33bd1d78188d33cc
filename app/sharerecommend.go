package app

import (
	"io"
	"slices"
	"time"

	"shoptwin/core"
	"shoptwin/core/recommend"
)

// fewest customers of whom a page that is sent to others tells anything.
const fewest = 5

// sharedRecommendations is what a page of recommendations carries, beside the
// program that answers. No customer is in it, no table, and no number that
// tells of fewer than [fewest] customers.
type sharedRecommendations struct {
	Lang    string    `json:"lang"`
	Project string    `json:"project"`
	Made    time.Time `json:"made"`
	Version string    `json:"version"`

	Method    string `json:"method"` // in use
	Customers int    `json:"customers"`
	Events    int    `json:"events"`
	Items     int    `json:"items"` // learned from; those with enough customers are in Names

	Asked    int               `json:"asked"` // customers of the examination; 0: methods were not compared
	Entries  []sharedEntry     `json:"entries"`
	Words    []recommend.Words `json:"words"`
	Places   []float64         `json:"places"` // share of the customers who took what stood at each place of the list in use
	Soon     *sharedSoon       `json:"soon"`
	Segments []sharedSegment   `json:"segments"`
	Links    []sharedLink      `json:"links"` // the strongest
	Names    []Found           `json:"names"` // products that can be asked about
	Kin      []byte            `json:"kin"`   // recommend.Page's file, gzip
}

type sharedEntry struct {
	Method  string              `json:"method"`
	Network bool                `json:"network"`
	Mixed   bool                `json:"mixed"`
	Recall  recommend.Interval  `json:"recall"` // @10
	NDCG    recommend.Interval  `json:"ndcg"`   // @10
	Fresh   *float64            `json:"fresh"`  // recall@10 of what customers never had
	Gain    *recommend.Interval `json:"gain"`   // of a network, beyond the best control
}

type sharedSoon struct {
	Days      int               `json:"days"`
	Customers int               `json:"customers"`
	Share     float64           `json:"share"`
	Method    string            `json:"method"`
	AUC       float64           `json:"auc"`
	ECE       float64           `json:"ece"`
	Words     []recommend.Words `json:"words"`
	Bins      []sharedBin       `json:"bins"`
}

type sharedBin struct {
	Lo        float64 `json:"lo"`
	Hi        float64 `json:"hi"`
	Customers int     `json:"customers"`
	Came      float64 `json:"came"`
}

type sharedSegment struct {
	Name      recommend.Words `json:"name"`
	Customers int             `json:"customers"`
	Share     float64         `json:"share"`
	Recency   float64         `json:"recency"`
	Frequency float64         `json:"frequency"`
	Spend     float64         `json:"spend"`
}

type sharedLink struct {
	A    Found   `json:"a"`
	B    Found   `json:"b"`
	Both int     `json:"both"`
	Lift float64 `json:"lift"`
}

// RecommendHTML writes what the project's newest recommender found as one page
// that computes what goes together by itself, from a disk and without a
// network. shell is the built page without data. NotFound before the first
// recommender.
func (a *App) RecommendHTML(project, lang string, shell []byte, w io.Writer) error {
	if err := pageAsked(lang, shell); err != nil {
		return err
	}
	p, err := a.store.Project(project)
	if err != nil {
		return err
	}
	m, err := a.Recommender(p.ID)
	if err != nil {
		return err
	}
	info, err := a.Recommendation(p.ID)
	if err != nil {
		return err
	}
	if len(m.Customers) < fewest {
		return core.Errorf(core.Invalid, "the recommender learned from %d customers, too few to tell others about", len(m.Customers)).WithHint("learn from at least %d", fewest)
	}
	out := sharedRecommendations{Lang: lang, Project: p.Name, Made: now(), Version: Version,
		Method: m.Method, Customers: len(m.Customers), Items: len(m.Items), Events: info.Events,
		Entries: []sharedEntry{}, Words: []recommend.Words{}, Places: []float64{}, Segments: []sharedSegment{}, Links: []sharedLink{}, Names: []Found{}}
	if b := m.Board; b != nil && b.Customers >= fewest {
		out.shareBoard(b)
	}
	if s := m.Soon; s != nil && s.Customers >= fewest && len(s.Methods) > 0 {
		out.Soon = shareSoon(s)
	}
	for _, s := range m.Segments {
		if s.Customers >= fewest {
			out.Segments = append(out.Segments, sharedSegment{s.Name, s.Customers, s.Share, s.Recency, s.Frequency, s.Spend})
		}
	}
	page := m.Shared()
	for i, name := range page.Relations.Items {
		out.Names = append(out.Names, Found{Name: name, Label: page.Labels[i]})
	}
	pic := page.Picture(24)
	called := func(n recommend.Node) Found { return Found{Name: n.Item, Label: n.Label} }
	for _, e := range pic.Edges {
		out.Links = append(out.Links, sharedLink{called(pic.Nodes[e.A]), called(pic.Nodes[e.B]), e.Both, e.Lift})
	}
	if out.Kin, err = zipped(page.Write); err != nil {
		return err
	}
	return fillPage(shell, out, w)
}

func (out *sharedRecommendations) shareBoard(b *recommend.Board) {
	at := recommend.At(10)
	out.Asked, out.Words = b.Customers, append(out.Words, b.Words...)
	for _, e := range b.Entries {
		mixed := e.Weights != nil || e.Method == "stack"
		s := sharedEntry{Method: e.Method, Network: e.Network && !mixed, Mixed: mixed, Recall: e.Recall10, NDCG: e.NDCG10, Gain: e.Gain}
		if e.Explore != nil && e.Explore.Customers >= fewest {
			s.Fresh = &e.Explore.Recall[at]
		}
		out.Entries = append(out.Entries, s)
		if e.Method == out.Method {
			out.Places = slices.Clone(e.Place)
		}
	}
}

func shareSoon(s *recommend.Soon) *sharedSoon {
	best := s.Methods[0]
	out := &sharedSoon{Days: s.Days, Customers: s.Customers, Share: s.Share, Method: best.Name, AUC: best.Scores.AUC, ECE: best.Scores.ECE, Words: s.Words, Bins: []sharedBin{}}
	for _, c := range best.Calibration() {
		out.Bins = append(out.Bins, sharedBin{c.Lo, c.Hi, c.Customers, c.Came})
	}
	return out
}
