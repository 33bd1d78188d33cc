package app

import (
	"bytes"
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"shoptwin/core"
	"shoptwin/core/recommend"
	"shoptwin/core/source"
	"shoptwin/core/table"
	"shoptwin/store"
)

const kindRecommender = "recommender"

// mostItems take part in recommendations: every customer's list weighs them all.
const mostItems = 50_000

// EventsRequest names a table of events: a file, or a dataset of a project.
type EventsRequest struct {
	File    string            `json:"file,omitempty"`
	Project string            `json:"project,omitempty"`
	Dataset string            `json:"dataset,omitempty"`
	Columns recommend.Columns `json:"columns,omitzero"`  // what is left empty is detected
	Actions []string          `json:"actions,omitempty"` // only events of these, such as purchase; none: all
}

// RecommendRequest says how to learn from events.
type RecommendRequest struct {
	EventsRequest
	// Method is a name of the leaderboard; "" or "auto" takes the best of it.
	Method string `json:"method,omitempty"`
	// Hold is what the examination holds out: "time" the last tenth of the
	// events, "basket" each customer's last basket, "" time where there are
	// times.
	Hold  string `json:"hold,omitempty"`
	Quick bool   `json:"quick,omitempty"` // only the usual choices of quick methods, no mixtures, 2,000 customers
	// Minutes are for the networks, which are trained up to three times each;
	// 0: none takes part.
	Minutes float64 `json:"minutes,omitempty"`
	Days    int     `json:"days,omitempty"`  // who comes within so many days is told, too; 7, -1: not
	Model   string  `json:"model,omitempty"` // file to keep the recommender in
}

// RecommenderInfo is a stored recommender.
type RecommenderInfo struct {
	ID        string           `json:"id"`
	Created   time.Time        `json:"created"`
	Dataset   string           `json:"dataset"`
	Method    string           `json:"method"`
	Customers int              `json:"customers"`
	Items     int              `json:"items"`
	Events    int              `json:"events"`
	Seconds   float64          `json:"seconds"`
	Board     *recommend.Board `json:"board,omitempty"`
	Notes     []string         `json:"notes,omitempty"`

	Request  RecommendRequest    `json:"request,omitzero"` // as it was asked for
	Soon     *recommend.Soon     `json:"soon,omitempty"`
	Segments []recommend.Segment `json:"segments,omitempty"`
	Picture  recommend.Picture   `json:"picture,omitzero"` // the strongest relations
	Some     []string            `json:"some,omitempty"`   // customers to begin with: of many, some and few events

	Data    string         `json:"data,omitempty"` // fingerprint of the events' table
	Machine *Machine       `json:"machine,omitempty"`
	Passes  map[string]int `json:"passes,omitempty"` // over the events, that each network's minutes came to
	Print   string         `json:"print,omitempty"`  // of what was learned, see printOf; "" of older versions
}

// LoadLog reads a file of events.
func LoadLog(ctx context.Context, req EventsRequest, report func(core.Progress)) (*recommend.Log, error) {
	t, err := Load(ctx, req.File, source.Options{}, nil, report)
	if err != nil {
		return nil, err
	}
	return logOf(t, req)
}

func logOf(t *table.Table, req EventsRequest) (*recommend.Log, error) {
	l, err := recommend.NewLog(t, req.Columns)
	if err != nil {
		return nil, err
	}
	return l.Only(req.Actions...)
}

// Events reads a file or a project's dataset into a log; parents are the records
// it came from.
func (a *App) Events(ctx context.Context, req EventsRequest, report func(core.Progress)) (l *recommend.Log, parents []string, err error) {
	if req.Project == "" {
		l, err = LoadLog(ctx, req, report)
		return l, nil, err
	}
	l, _, parents, err = a.events(ctx, req)
	return l, parents, err
}

// events is Events of a project, with the fingerprint of the table.
func (a *App) events(ctx context.Context, req EventsRequest) (l *recommend.Log, data string, parents []string, err error) {
	p, d, err := a.dataset(req.Project, req.Dataset)
	if err != nil {
		return nil, "", nil, err
	}
	t, err := a.columns(ctx, p, d, nil)
	if err != nil {
		return nil, "", nil, err
	}
	t.Name = d.Name
	if l, err = logOf(t, req); err == nil {
		err = a.label(ctx, p, d, l, t, req)
	}
	return l, fingerprint(t), []string{d.ID}, err
}

// CompareMethods backtests every method on the log, the choices made on events
// before those that are asked about.
func CompareMethods(ctx context.Context, l *recommend.Log, req RecommendRequest, report func(core.Progress)) (*recommend.Board, error) {
	return compareMethods(ctx, l, req, nil, report)
}

// compareMethods keeps what the networks have learned in k; nil keeps nothing.
func compareMethods(ctx context.Context, l *recommend.Log, req RecommendRequest, k *keptFits, report func(core.Progress)) (*recommend.Board, error) {
	choose, examine, err := splits(l.Most(mostItems), req.Hold)
	if err != nil {
		return nil, err
	}
	cfg := recommend.Trial{Ensembles: true, Examine: 20_000, Clock: clock()}
	if req.Quick {
		cfg = recommend.Trial{Usual: true, Examine: 2000, Ask: 500, Clock: cfg.Clock}
	}
	learned, notes, err := learners(ctx, examine.Train, req.Minutes, k, report)
	if err != nil {
		return nil, err
	}
	families := recommend.Controls(true)
	if req.Quick { // these take longer than all the others together
		families = slices.DeleteFunc(families, func(f recommend.Family) bool { return f.Name == "GF-CF" || f.Name == "linear transitions" })
	}
	board, err := recommend.Backtest(ctx, choose, examine, append(families, learned...), cfg, staged(report, "backtest"))
	if err == nil {
		board.Notes = slices.Concat(board.Notes, notes)
	}
	return board, err
}

func clock() func() float64 {
	begun := time.Now()
	return func() float64 { return time.Since(begun).Seconds() }
}

// splits cuts a log for choosing and for the examination.
func splits(l *recommend.Log, hold string) (choose, examine *recommend.Split, err error) {
	switch hold {
	case "time":
		return recommend.ByTime(l, .8, .9)
	case "":
		if choose, examine, err = recommend.ByTime(l, .8, .9); err == nil {
			return choose, examine, nil
		}
	case "basket":
	default:
		return nil, nil, core.Errorf(core.Invalid, "there is no way %q to hold out", hold).WithHint("choose time or basket")
	}
	if examine, err = recommend.LastBasket(l); err != nil {
		return nil, nil, err
	}
	if choose, err = examine.Inner(true); err != nil { // too little is left: nothing can be chosen
		return examine, examine, nil
	}
	return choose, examine, nil
}

// TrainRecommender compares the methods, or takes the one that was named, and
// learns from all events. The scorer is the one behind the lists, for reasons.
func TrainRecommender(ctx context.Context, l *recommend.Log, req RecommendRequest, report func(core.Progress)) (*recommend.Model, recommend.Scorer, error) {
	return trainRecommender(ctx, l, req, nil, report)
}

func trainRecommender(ctx context.Context, l *recommend.Log, req RecommendRequest, k *keptFits, report func(core.Progress)) (*recommend.Model, recommend.Scorer, error) {
	l = l.Most(mostItems)
	var board *recommend.Board
	var method recommend.Method
	switch req.Method {
	case "", "auto":
		var err error
		if board, err = compareMethods(ctx, l, req, k, report); err != nil {
			if core.KindOf(err) != core.Invalid {
				return nil, nil, err
			}
			// Too little to compare by: what is popular is the safe answer.
			l.Notes = append(l.Notes, "methods could not be compared, so popularity was taken: "+err.Error())
			method = recommend.Popular(recommend.Decay{})
		} else {
			method = board.Best()
		}
	default:
		var err error
		if method, err = methodOf(req.Method, k); err != nil {
			return nil, nil, err
		}
	}
	m, s, err := recommend.Train(ctx, method, l, board, staged(report, "train"))
	if err != nil {
		return nil, nil, err
	}
	if req.Days >= 0 {
		soon, err := recommend.Within(ctx, l, cmp.Or(req.Days, 7), purchases(l))
		switch {
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case err != nil:
			m.Notes = append(slices.Clone(m.Notes), "who comes soon is not told: "+err.Error())
		}
		m.Soon = soon
	}
	if req.Model != "" {
		err = WriteFile(req.Model, m.Write)
	}
	return m, s, err
}

// methodOf returns the method of that name, in its usual choice.
func methodOf(name string, k *keptFits) (recommend.Method, error) {
	var names []string
	for _, f := range recommend.Controls(true) {
		if f.Name == name {
			return f.Tries[0], nil
		}
		names = append(names, f.Name)
	}
	for _, n := range networks {
		if n.name == name {
			return recommend.Method{Name: n.name, Network: true, Fit: func(ctx context.Context, l *recommend.Log, report func(core.Progress)) (recommend.Scorer, error) {
				return n.learn(ctx, l, n.epochs, k, report)
			}}, nil
		}
		names = append(names, n.name)
	}
	return recommend.Method{}, core.Errorf(core.Unsupported, "there is no method %q", name).WithHint("choose auto or one of %s", strings.Join(names, ", "))
}

// purchases is the action that is a purchase; "" where all events are alike or
// none is called so.
func purchases(l *recommend.Log) string {
	for _, name := range []string{"purchase", "buy", "bought", "order", "transaction", "sale", "购买", "下单", "支付"} {
		for _, a := range l.Actions {
			if strings.EqualFold(a, name) {
				return a
			}
		}
	}
	return ""
}

// Recommend learns a recommender from a project's dataset and keeps it. One
// that was stopped goes on where it was when the same request comes again: the
// controls are fitted once more, which takes seconds, the networks are not.
func (a *App) Recommend(ctx context.Context, req RecommendRequest, report func(core.Progress)) (RecommenderInfo, error) {
	begun := time.Now()
	p, d, err := a.dataset(req.Project, req.Dataset)
	if err != nil {
		return RecommenderInfo{}, err
	}
	k, err := a.keptFits(p, d, req)
	if err != nil {
		return RecommenderInfo{}, err
	}
	l, data, parents, err := a.events(ctx, req.EventsRequest)
	if err != nil {
		return RecommenderInfo{}, err
	}
	m, _, err := trainRecommender(ctx, l, req, k, report)
	if err != nil {
		return RecommenderInfo{}, err
	}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		return RecommenderInfo{}, err
	}
	info := InfoOf(m, l)
	info.Dataset, info.Request, info.Seconds = d.Name, req, time.Since(begun).Seconds()
	info.Data, info.Machine, info.Passes = data, thisMachine(), k.passes()
	if info.Print, err = printOf(m); err != nil {
		return RecommenderInfo{}, err
	}
	rec, err := a.putBytes(store.Record{Project: p.ID, Kind: kindRecommender, Name: d.Name, Parents: parents}, info, &file)
	if err == nil {
		k.drop()
	}
	info.ID, info.Created = rec.ID, rec.Created
	return info, err
}

// InfoOf describes a recommender that learned from l.
func InfoOf(m *recommend.Model, l *recommend.Log) RecommenderInfo {
	return RecommenderInfo{Method: m.Method, Customers: len(l.Customers), Items: len(m.Items), Events: l.Events(), Board: m.Board, Notes: m.Notes,
		Soon: m.Soon, Segments: m.Segments, Picture: m.Picture(14, -1), Some: someCustomers(l)}
}

// someCustomers are three to look at: of many, of the usual number and of few
// events.
func someCustomers(l *recommend.Log) (names []string) {
	order := make([]int32, 0, len(l.Customers))
	for c := range l.Customers {
		if l.First[c+1] > l.First[c] {
			order = append(order, int32(c))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return int(l.First[b+1] - l.First[b] - l.First[a+1] + l.First[a]) })
	for _, share := range []int{5, 50, 95} {
		if n := len(order); n > 0 {
			if name := l.Customers[order[(n-1)*share/100]]; !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// StartRecommend runs [App.Recommend] as a job.
func (a *App) StartRecommend(req RecommendRequest) (string, error) {
	return a.start("recommend", req.Project, req.Dataset, func(ctx context.Context, report func(core.Progress)) (any, error) {
		return a.Recommend(ctx, req, report)
	}, req)
}

// Recommenders lists those of a project, the oldest first.
func (a *App) Recommenders(project string) ([]RecommenderInfo, error) {
	return list(a, project, kindRecommender, func(rec store.Record, r *RecommenderInfo) { r.ID, r.Created = rec.ID, rec.Created })
}

// Recommender returns the project's newest recommender, read once. NotFound
// before the first was trained.
func (a *App) Recommender(project string) (*recommend.Model, error) {
	p, err := a.store.Project(project)
	if err != nil {
		return nil, err
	}
	all, err := a.store.List(p.ID, kindRecommender)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, core.Errorf(core.NotFound, "project %q has no recommender yet", p.Name).WithHint("train one: shoptwin recommend train --project NAME --data DATASET")
	}
	id := all[len(all)-1].ID
	key := p.ID + "/" + id // archives bring ids of other homes
	a.mu.Lock()
	defer a.mu.Unlock()
	if m := a.recommenders[key]; m != nil {
		return m, nil
	}
	r, err := a.store.OpenBytes(p.ID, id)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	m, err := recommend.Read(r)
	if err != nil {
		return nil, err
	}
	clear(a.recommenders) // one is enough, and they are large
	a.recommenders[key] = m
	return m, nil
}

// ReadRecommender reads a recommender from a file.
func ReadRecommender(path string) (*recommend.Model, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError(err, path)
	}
	defer f.Close()
	m, err := recommend.Read(f)
	if err != nil {
		return nil, core.Wrap(err, "%s", filepath.Base(path))
	}
	return m, nil
}

// ParseEventColumns reads part=column pairs.
func ParseEventColumns(pairs []string) (cols recommend.Columns, err error) {
	for _, pair := range pairs {
		part, column, ok := strings.Cut(pair, "=")
		if !ok {
			return cols, core.Errorf(core.Invalid, "--map %q is not part=column", pair).WithHint("for example --map customer=user_id,item=sku")
		}
		if err := cols.Set(strings.TrimSpace(part), strings.TrimSpace(column)); err != nil {
			return cols, err
		}
	}
	return cols, nil
}
